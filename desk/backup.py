"""Backs the desk up, and brings it back: the log with its hashes, the files, and what stands apart, as one zip.

The zip tells the SHA-256 of all that is in it, so that one that was cut is not taken for whole.
"""

from __future__ import annotations

import errno
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from desk import engine as engines
from desk import log, projection
from desk.apart import METADATA as APART
from desk.desk import Desk
from desk.errors import Damaged
from desk.files import BLOCK_BYTES, SHA256
from desk.tidy import named_files

LOG, FORMAT, CURRENT, SUMS = "log.jsonl", "format", "1", "sums.json"
APART_FOLDER, FILES_FOLDER = "apart", "files"
AT_ONCE = 5_000
TRIES = 5  # somebody may take a text back while it is being copied
BROKEN = (
    *(KeyError, TypeError, ValueError, AttributeError, EOFError, NotImplementedError, RuntimeError),
    *(SQLAlchemyError, zlib.error, zipfile.BadZipFile),
)


def export(desk: Desk, path: Path) -> int:
    """Write a backup, of one state of the desk; returns the entries in it. Raises OSError, Damaged.

    It names people, and how to reach some: it is to be kept as the database is.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        for _ in range(TRIES):
            try:
                entries = _written(desk, partial)
            except FileNotFoundError as error:
                gone = error
            else:
                partial.replace(path)
                return entries
        raise Damaged(f"{gone}: named by the log, and not there")
    finally:
        partial.unlink(missing_ok=True)


def _written(desk: Desk, path: Path) -> int:
    sums: dict[str, str] = {}
    with desk.reading() as connection, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        path.chmod(0o600)
        _write(whole, FORMAT, CURRENT, sums)
        hashed = hashlib.sha256()
        with whole.open(LOG, "w", force_zip64=True) as lines:
            for entry in log.entries(connection):
                line = json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
                hashed.update(line)
                lines.write(line)
        sums[LOG] = hashed.hexdigest()
        for table in APART.sorted_tables:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            _write(whole, f"{APART_FOLDER}/{table.name}.json", json.dumps(rows, ensure_ascii=False), sums)
        for sha256 in sorted(named_files(connection)):
            name = f"{FILES_FOLDER}/{sha256}"
            whole.write(desk.files.path(sha256), name)
            sums[name] = sha256
        whole.writestr(SUMS, json.dumps(sums))
        return log.head(connection)[0]


def _write(whole: zipfile.ZipFile, name: str, content: str, sums: dict[str, str]) -> None:
    whole.writestr(name, content)
    sums[name] = hashlib.sha256(content.encode()).hexdigest()


def restore(desk: Desk, path: Path) -> int:
    """Bring a backup into an empty desk; returns the entries. Raises Damaged, and then nothing is there as before."""
    try:
        with zipfile.ZipFile(path) as whole, _files_back_out(desk) as brought, desk.writing() as writer:
            connection = writer.connection
            if log.head(connection)[0]:
                raise Damaged("this desk holds entries: restore into an empty folder or database")
            _check(whole, path.name)
            for name in whole.namelist():
                if name.startswith(f"{FILES_FOLDER}/"):
                    _bring_file(desk, whole, name, brought)
            for batch in _batches(whole):
                connection.execute(insert(log.ENTRY), batch)
            projection.replay(connection, connection, desk.files)  # checks the chain on its way
            for table in APART.sorted_tables:
                if rows := json.loads(whole.read(f"{APART_FOLDER}/{table.name}.json")):
                    connection.execute(insert(table), rows)
            if missing := [one for one in named_files(connection) if not desk.files.has(one)]:
                raise Damaged(f"{path.name}: the log names file {min(missing)}, which is not in it")
            return log.head(connection)[0]
    except BROKEN as error:
        raise Damaged(f"{path.name}: not what was backed up ({type(error).__name__}: {error})") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place in the file before its beginning, of which zipfile does not think
            raise Damaged(f"{path.name}: not what was backed up ({error})") from error
        raise


@contextmanager
def _files_back_out(desk: Desk) -> Iterator[list[str]]:
    """Files brought so far, which go again where the rest cannot be brought."""
    brought: list[str] = []
    try:
        yield brought
    except BaseException:
        for sha256 in brought:
            desk.files.remove(sha256)
        raise


def _check(whole: zipfile.ZipFile, said: str) -> None:
    """Everything that was backed up is there as it was, and nothing else. Raises Damaged and what zipfile raises."""
    if whole.read(FORMAT).decode() != CURRENT:
        raise Damaged(f"{said}: a backup of another form")
    sums: dict[str, str] = json.loads(whole.read(SUMS))
    names = whole.namelist()
    if strange := set(names) ^ {*sums, SUMS}:
        raise Damaged(f"{said}: {min(strange)}: not what was backed up")
    if len(names) != len(set(names)):
        raise Damaged(f"{said}: a name stands twice in it")
    for name, expected in sums.items():
        if not name.startswith(f"{FILES_FOLDER}/") and _hash(whole, name) != expected:
            raise Damaged(f"{said}: {name}: not what was backed up")


def _hash(whole: zipfile.ZipFile, name: str) -> str:
    hashed = hashlib.sha256()
    with whole.open(name) as content:
        while block := content.read(BLOCK_BYTES):
            hashed.update(block)
    return hashed.hexdigest()


def _bring_file(desk: Desk, whole: zipfile.ZipFile, name: str, brought: list[str]) -> None:
    sha256 = name.removeprefix(f"{FILES_FOLDER}/")
    if not SHA256.fullmatch(sha256):
        raise Damaged(f"{name}: not what was backed up")
    if desk.files.has(sha256):
        return
    with whole.open(name) as content:
        kept = desk.files.keep(content)
    brought.append(kept)
    if kept != sha256:
        raise Damaged(f"{name}: not what was backed up")


def _batches(whole: zipfile.ZipFile) -> Iterator[list[dict[str, Any]]]:
    held: list[dict[str, Any]] = []
    with whole.open(LOG) as lines:
        for line in lines:
            told = json.loads(line)
            held.append({**told, "body": log.canonical(told["body"])})
            if len(held) == AT_ONCE:
                yield held
                held = []
    if held:
        yield held


def verify(desk: Desk) -> list[str]:
    """What is wrong, in words; nothing: the chain, the tables and the files are what the log says."""
    found: list[str] = []
    with desk.reading() as connection:
        try:
            made = _made_anew(desk, connection)
            last, known = log.head(connection)[0], projection.last_known(connection)
            if last < known:
                raise Damaged(f"log: entry {last + 1} is missing: the tables know of {known}")
            named = named_files(connection)
        except Damaged as damage:
            return [str(damage)]
        held = projection.digests(connection)
        found += [f"table {name}: not what the log makes of it" for name in held if held[name] != made[name]]
        found += [f"file {sha256}: missing" for sha256 in sorted(named) if not desk.files.has(sha256)]
    for sha256 in desk.files.all():
        try:
            desk.files.read(sha256)
        except FileNotFoundError:
            continue  # taken back since
        except Damaged as damage:
            found.append(str(damage))
    return found


def _made_anew(desk: Desk, source: Connection) -> dict[str, str]:
    """The digests of tables made from the log in a database of their own, in memory."""
    scratch = engines.opened("sqlite://")
    with engines.writing(scratch) as target:
        for metadata in projection.METADATA:
            metadata.create_all(target)
        projection.replay(source, target, desk.files)
        return projection.digests(target)
