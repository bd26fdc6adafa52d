"""Backs the desk up, and brings it back: the log with its hashes, the files, and what stands apart, as one zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, insert, select

from desk import log, projection
from desk.apart import METADATA as APART
from desk.desk import Desk
from desk.errors import Damaged
from desk.files import SHA256

LOG, FORMAT, CURRENT = "log.jsonl", "format", "1"
APART_FOLDER, FILES_FOLDER = "apart", "files"
AT_ONCE = 5_000


def export(desk: Desk, path: Path) -> int:
    """Write a backup, of one state of the desk; returns the entries in it. Raises OSError, Damaged.

    It names people, and how to reach some: it is to be kept as the database is.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with desk.reading() as connection, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as whole:
            whole.writestr(FORMAT, CURRENT)
            with whole.open(LOG, "w", force_zip64=True) as lines:
                for entry in log.entries(connection):
                    lines.write(json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
            for table in APART.sorted_tables:
                rows = [dict(row) for row in connection.execute(select(table)).mappings()]
                whole.writestr(f"{APART_FOLDER}/{table.name}.json", json.dumps(rows, ensure_ascii=False))
            for sha256 in desk.files.all():
                whole.write(desk.files.path(sha256), f"{FILES_FOLDER}/{sha256}")
            entries = log.head(connection)[0]
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return entries


def restore(desk: Desk, path: Path) -> int:
    """Bring a backup into an empty desk; returns the entries. Raises Damaged, and then nothing is there as before."""
    with zipfile.ZipFile(path) as whole, desk.writing() as writer:
        connection = writer.connection
        if log.head(connection)[0]:
            raise Damaged("this desk holds entries: restore into an empty folder or database")
        if whole.read(FORMAT).decode() != CURRENT:
            raise Damaged(f"{path.name}: a backup of another form")
        for name in whole.namelist():
            folder, _, sha256 = name.partition("/")
            if folder == FILES_FOLDER:
                _bring_file(desk, whole, name, sha256)
        for batch in _batches(whole):
            connection.execute(insert(log.ENTRY), batch)
        projection.replay(connection, connection, desk.files)  # checks the chain on its way
        for table in APART.sorted_tables:
            if rows := json.loads(whole.read(f"{APART_FOLDER}/{table.name}.json")):
                connection.execute(insert(table), rows)
        return log.head(connection)[0]


def _bring_file(desk: Desk, whole: zipfile.ZipFile, name: str, sha256: str) -> None:
    with whole.open(name) as content:
        if not SHA256.fullmatch(sha256) or desk.files.keep(content) != sha256:
            raise Damaged(f"{name}: not what was backed up")


def _batches(whole: zipfile.ZipFile) -> Iterator[list[dict[str, object]]]:
    held: list[dict[str, object]] = []
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
            named = _named_files(connection)
            made = _made_anew(desk, connection)
        except Damaged as damage:
            return [str(damage)]
        held = projection.digests(connection)
        found += [f"table {name}: not what the log makes of it" for name in held if held[name] != made[name]]
        found += [f"file {sha256}: missing" for sha256 in sorted(named) if not desk.files.has(sha256)]
    for sha256 in desk.files.all():
        try:
            desk.files.read(sha256)
        except Damaged as damage:
            found.append(str(damage))
    return found


def _made_anew(desk: Desk, source: Connection) -> dict[str, str]:
    """The digests of tables made from the log in a database of their own, in memory."""
    from desk import engine as engines

    scratch = engines.opened("sqlite://")
    with engines.writing(scratch) as target:
        for metadata in projection.METADATA:
            metadata.create_all(target)
        projection.replay(source, target, desk.files)
        return projection.digests(target)


def _named_files(connection: Connection) -> set[str]:
    """The files that the log names and that were not taken away since."""
    named: set[str] = set()
    for entry in log.entries(connection):
        told = {str(value) for name, value in entry.body.items() if name.endswith("sha256") and value}
        named |= told - {entry.body.get("key_sha256")}
        named -= set(entry.body.get("files", ())) | set(entry.body.get("removed", ()))
    return named
