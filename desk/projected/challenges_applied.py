"""What each kind of entry about challenges does to the tables. Mechanical: all that was decided stands in the entry."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backports import zstd
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from desk.files import Files
from desk.log import Entry
from desk.projected.challenges import CHALLENGE, COUNT
from desk.projected.each import Apply, each
from desk.projected.states import FILED, WITHDRAWN

AT_ONCE = 5_000
DEFAULTS: dict[str, Any] = {
    "operator": "",
    "text_sha256": "",
    "photo_sha256": "",
    "download_mbps": None,
    "joined_no": None,
    "joined": 0,
    "answered_at": "",
    "answer": "",
    "answer_words": "",
    "answer_file_sha256": "",
    "decided_at": "",
    "decided_entry": 0,
    "decision_words": "",
    "grade": "",
    "seen_as_of": "",
    "holds_from": "",
    "release": "",
    "is_redacted": False,
}
LESSENED = ("of_place_id", "of_standard", "of_operator", "of_state", "of_due_on")  # names of parameters
COUNTED = ("path", "standard", "operator", "state", "due_on")


def _filed(connection: Connection, files: Files, entries: Sequence[Entry]) -> None:
    del files
    _insert(connection, [_row(entry.body, entry) for entry in entries])


def _filed_in_bulk(connection: Connection, files: Files, entries: Sequence[Entry]) -> None:
    for entry in entries:
        rows = (_row({**entry.body["of_all"], **one}, entry) for one in bulk_rows(files, entry.body["rows_sha256"]))
        for batch in _batches(rows):
            _insert(connection, batch)


def bulk_rows(files: Files, sha256: str) -> Iterator[dict[str, Any]]:
    """The rows of a bulk, one JSON text a line."""
    with zstd.open(files.path(sha256), "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _row(told: Any, entry: Entry) -> dict[str, Any]:
    return {**DEFAULTS, "state": FILED, **told, "filed_at": entry.at, "version": entry.entry_no}


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(CHALLENGE), rows)
    joined = Counter(row["joined_no"] for row in rows if row["joined_no"] is not None)
    if joined:
        more = update(CHALLENGE).where(CHALLENGE.c.challenge_no == bindparam("to"))
        connection.execute(
            more.values(joined=CHALLENGE.c.joined + bindparam("n")), [{"to": to, "n": n} for to, n in joined.items()]
        )
    count(connection, Counter(_counted(row) for row in rows if row["joined_no"] is None))


def _changed(connection: Connection, entry: Entry, **values: Any) -> None:
    """The challenge that an entry is about, and those that joined it, with their counts."""
    _change(connection, entry, int(entry.subject.rpartition("/")[2]), values)


def _change(connection: Connection, entry: Entry, number: int, values: dict[str, Any]) -> None:
    is_it = CHALLENGE.c.challenge_no == number
    before = connection.execute(select(CHALLENGE).where(is_it)).mappings().one()
    now = {**values, "version": entry.entry_no}
    connection.execute(update(CHALLENGE).where(is_it), now)
    if "state" in values and values["state"] != WITHDRAWN:
        joined = update(CHALLENGE).where(CHALLENGE.c.joined_no == number, CHALLENGE.c.state != WITHDRAWN)
        connection.execute(joined, {name: values[name] for name in ("state", "due_on") if name in values})
    if before["joined_no"] is None:
        count(connection, Counter({_counted(dict(before)): -1}))
        count(connection, Counter({_counted({**before, **now}): 1}))


def _counted(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in COUNTED)


def count(connection: Connection, changes: Counter[tuple[str, ...]]) -> None:
    """Add to the counts of every place of each path. A challenge that joined another is not counted twice."""
    found: Counter[tuple[str, ...]] = Counter()
    for (path, *rest), n in changes.items():
        for place_id in path.split("/"):
            found[(place_id, *rest)] += n
    keys = COUNT.c.keys()[:-1]
    rows = [{**dict(zip(keys, key, strict=True)), "challenges": n} for key, n in sorted(found.items()) if n]
    if not rows:
        return
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(COUNT)
    key = [column.name for column in COUNT.primary_key]
    more = {"challenges": COUNT.c.challenges + added.excluded.challenges}
    connection.execute(added.on_conflict_do_update(index_elements=key, set_=more), rows)
    if lessened := [dict(zip(LESSENED, held, strict=True)) for held, n in found.items() if n < 0]:
        is_it = [COUNT.c[name] == bindparam(bound) for name, bound in zip(keys, LESSENED, strict=True)]
        connection.execute(delete(COUNT).where(*is_it, COUNT.c.challenges == 0), lessened)


def _answered(connection: Connection, entry: Entry) -> None:
    told = entry.body
    _changed(
        connection,
        entry,
        state=told["answer"],
        answer=told["answer"],
        answer_words=told["words"],
        answer_file_sha256=told.get("file_sha256", ""),
        answered_at=entry.at,
        due_on=told["due_on"],
    )


def _decided(connection: Connection, entry: Entry) -> None:
    told = entry.body
    _changed(
        connection,
        entry,
        state=told["decision"],
        decision_words=told["words"],
        grade=told.get("grade", ""),
        holds_from=told.get("holds_from", ""),
        decided_at=entry.at,
        decided_entry=entry.entry_no,
        due_on="",
    )


def _withdrawn(connection: Connection, entry: Entry) -> None:
    """Where others claim the same, their challenge goes on; whoever withdrew has no key to it any more."""
    told = entry.body
    ended: dict[str, Any] = {"state": WITHDRAWN, "decided_at": entry.at, "due_on": ""}
    if told["others"]:
        _changed(connection, entry, key_sha256="", text_sha256="", photo_sha256="", joined=told["others"] - 1)
    else:
        _changed(connection, entry, text_sha256="", photo_sha256="", **ended)
    if told["is_last"]:
        _change(connection, entry, told["joined_no"], ended)
    elif told["joined_no"] is not None:
        fewer = update(CHALLENGE).where(CHALLENGE.c.challenge_no == told["joined_no"])
        connection.execute(fewer.values(joined=CHALLENGE.c.joined - 1))


def _redacted(connection: Connection, entry: Entry) -> None:
    _changed(connection, entry, is_redacted=True, text_sha256="", photo_sha256="")


def _moved(connection: Connection, entry: Entry) -> None:
    """The village has another code, or is part of another: the challenge goes with it, and those that joined it."""
    to = {name: entry.body[name] for name in ("village_id", "path")}
    _changed(connection, entry, **to)
    number = int(entry.subject.rpartition("/")[2])
    connection.execute(update(CHALLENGE).where(CHALLENGE.c.joined_no == number), to)


KINDS: dict[str, Apply] = {
    "challenge.filed": _filed,
    "challenge.filed_in_bulk": _filed_in_bulk,
    "challenge.answered": each(_answered),
    "challenge.decided": each(_decided),
    "challenge.withdrawn": each(_withdrawn),
    "challenge.redacted": each(_redacted),
    "challenge.moved": each(_moved),
}
