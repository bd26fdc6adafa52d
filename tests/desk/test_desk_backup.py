"""A backup comes back whole on either database, or not at all; files that nobody names go."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_words import COUNTY, REVIEWER, TERMS, VILLAGES, Make, claim, filed, row, version
from sqlalchemy import select

from desk import __main__ as command_line
from desk import backup, log, projection, tidy
from desk.apart import CONTACT, MAIL
from desk.challenges import case as cases
from desk.challenges.file import file_in_bulk
from desk.desk import Desk
from desk.errors import Damaged

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
Members = dict[str, bytes]


def lived(desk: Desk) -> None:
    """A desk that has something of everything."""
    photo = desk.files.keep(io.BytesIO(b"picture"))
    listed = desk.files.keep(io.BytesIO(b"list"))
    filed(desk, contact="13800000000", text="没有信号", photo_sha256=photo)
    filed(desk, contact="a@example.org", text="same", operator="移动")
    gone = filed(desk, text="taken back", village=VILLAGES[1])
    cases.withdraw(desk, gone.key)
    file_in_bulk(desk, COUNTY, [claim(one, standard="光纤") for one in VILLAGES[:2]], TERMS, listed, VILLAGES[0].path)
    cases.decide(desk, REVIEWER, 2, version(desk, 2), "dismissed", "no")


def whole(desk: Desk) -> object:
    with desk.reading() as connection:
        contacts = [tuple(one) for one in connection.execute(select(CONTACT).order_by(CONTACT.c.challenge_no))]
        return log.head(connection), projection.digests(connection), contacts, list(desk.files.all())


@pytest.mark.parametrize("database", OTHER)
def test_a_backup_comes_back_on_the_other_database(make: Make, tmp_path: Path, database: str) -> None:
    source, target = make(database), make(OTHER[database])
    lived(source)
    assert backup.export(source, tmp_path / "backup.zip") == backup.restore(target, tmp_path / "backup.zip")
    assert whole(target) == whole(source)
    assert backup.verify(target) == []
    filed(target)
    assert backup.verify(target) == []
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.zip"]
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0


def test_an_empty_desk_comes_back(make: Make, tmp_path: Path) -> None:
    backup.export(make("sqlite"), tmp_path / "backup.zip")
    assert backup.restore(make("sqlite"), tmp_path / "backup.zip") == 0


def test_nothing_is_restored_over_something(make: Make, tmp_path: Path) -> None:
    source, target = make("sqlite"), make("sqlite")
    lived(source)
    backup.export(source, tmp_path / "backup.zip")
    filed(target)
    before = whole(target)
    with pytest.raises(Damaged):
        backup.restore(target, tmp_path / "backup.zip")
    assert whole(target) == before


def _cut(name: str) -> Callable[[Members], None]:
    return lambda members: members.update({name: members[name][: len(members[name]) // 2]})


def _last_line_cut(members: Members) -> None:
    members["log.jsonl"] = b"".join(members["log.jsonl"].splitlines(keepends=True)[:-1])


def _without(name: str) -> Callable[[Members], None]:
    return lambda members: members.__delitem__(name)


def _put(name: str, content: bytes = b"x") -> Callable[[Members], None]:
    return lambda members: members.update({name: content})


def _told(change: Callable[[Members], None]) -> Callable[[Members], None]:
    """Whoever changes it tells the new sums, too."""

    def tamper(members: Members) -> None:
        change(members)
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
        del sums[backup.SUMS]
        members[backup.SUMS] = json.dumps(sums).encode()

    return tamper


def _changed_who(members: Members) -> None:
    members["log.jsonl"] = members["log.jsonl"].replace(b'"who": "public"', b'"who": "somebody"', 1)


TAMPERED: dict[str, Callable[[Members], None]] = {
    **{f"{name} cut": _cut(name) for name in ("format", "log.jsonl", "apart/contact.json", "sums.json")},
    **{f"{name} gone": _without(name) for name in ("format", "log.jsonl", "apart/contact.json", "sums.json")},
    "last line": _last_line_cut,
    "who": _told(_changed_who),
    "log is no JSON": _told(_put("log.jsonl", b"{\n")),
    "log is of numbers": _told(_put("log.jsonl", b"1\n2\n")),
    "log says too little": _told(_put("log.jsonl", b"{}\n")),
    "log is no text": _told(_put("log.jsonl", b"\xff\n")),
    "contacts are no list": _told(_put("apart/contact.json", b'{"a": 1}')),
    "contacts of nobody": _told(_put("apart/contact.json", b'[{"challenge_no": null}]')),
    "another form": _told(_put("format", b"2")),
    "sums are a list": _put("sums.json", b"[]"),
    "upwards": _put("../../x"),
    "absolute": _put("/tmp/x"),
    "file upwards": _told(_put("files/../../x")),
    "file absolute": _told(_put("files//tmp/x")),
    "file of another name": _told(_put("files/" + "a" * 64)),
    "a file more": _put("files/" + hashlib.sha256(b"x").hexdigest()),
}


@pytest.fixture
def taken(make: Make, tmp_path: Path) -> Path:
    source = make("sqlite")
    lived(source)
    backup.export(source, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def _refused(desk: Desk, path: Path) -> None:
    with pytest.raises(Damaged):
        backup.restore(desk, path)
    with desk.reading() as connection:
        assert log.head(connection)[0] == 0
        assert not any(connection.execute(select(table)).all() for table in (*projection.TABLES, CONTACT, MAIL))
    assert list(desk.files.all()) == []
    assert backup.verify(desk) == []


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("way", [*TAMPERED, "file gone", "file cut", "file changed"])
def test_a_backup_that_is_not_whole_brings_nothing(desk: Desk, taken: Path, tmp_path: Path, way: str) -> None:
    with zipfile.ZipFile(taken) as held:
        members = {name: held.read(name) for name in held.namelist()}
    a_file = max(name for name in members if name.startswith("files/"))
    own = {"file gone": _without(a_file), "file cut": _cut(a_file), "file changed": _put(a_file)}
    {**TAMPERED, **own}[way](members)
    with zipfile.ZipFile(tmp_path / "tampered.zip", "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    _refused(desk, tmp_path / "tampered.zip")
    assert not (tmp_path.parent / "x").exists() and not Path("/tmp/x").exists()


def test_every_byte_counts(make: Make, taken: Path, tmp_path: Path) -> None:
    """The zip cut anywhere, or with a byte turned: brought as it was, or not at all."""
    content, desk, brought = taken.read_bytes(), make("sqlite"), 0
    for at in range(3, len(content), len(content) // 60):
        turned = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        for bad in (content[:at], turned):
            (tmp_path / "bad.zip").write_bytes(bad)
            try:
                backup.restore(desk, tmp_path / "bad.zip")
            except Damaged:
                continue
            assert bad is turned and backup.verify(desk) == []  # a byte of the zip's own that says nothing: a date
            desk, brought = make("sqlite"), brought + 1
    assert brought < 30


def test_a_backup_while_somebody_writes(desk: Desk, make: Make, tmp_path: Path) -> None:
    lived(desk)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            cases.withdraw(desk, filed(desk, text=str(time.monotonic()), village=VILLAGES[3]).key)
            filed(desk, text=str(time.monotonic()), village=VILLAGES[2])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            backup.export(desk, tmp_path / f"{n}.zip")
    finally:
        over.set()
        writer.join()
    for n in range(3):
        target = make("sqlite")
        backup.restore(target, tmp_path / f"{n}.zip")
        assert backup.verify(target) == []


def test_a_file_that_is_gone_is_told_at_once(sqlite_desk: Desk, tmp_path: Path) -> None:
    lived(sqlite_desk)
    sqlite_desk.files.remove(row(sqlite_desk, 1)["text_sha256"])
    assert [one for one in backup.verify(sqlite_desk) if "missing" in one]
    with pytest.raises(Damaged):
        backup.export(sqlite_desk, tmp_path / "backup.zip")
    assert list(tmp_path.glob("*.zip")) == [] and list(tmp_path.glob(".*partial")) == []


def test_a_list_that_is_gone_is_told(sqlite_desk: Desk) -> None:
    lived(sqlite_desk)
    shutil.rmtree(sqlite_desk.files.folder)
    [said] = backup.verify(sqlite_desk)
    assert "challenge.filed_in_bulk" in said and "entry" in said


# --- files that nobody names ------------------------------------------------------------------------------


def _age(desk: Desk, seconds: float) -> None:
    then = time.time() - seconds
    for path in desk.files.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_what_nobody_names_goes_after_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(desk)
    named = list(desk.files.all())
    dying = filed(desk, text="to be taken back", village=VILLAGES[3])
    monkeypatch.setattr(tidy, "remove", lambda desk, files: None)  # the process dies before
    cases.withdraw(desk, dying.key)
    desk.files.keep(io.BytesIO(b"a photo of a correction that was never handed in"))
    (desk.files.folder / ".new-abc").write_bytes(b"half")
    assert tidy.tidy(desk) == 0
    _age(desk, 3_700)
    assert tidy.tidy(desk) == 3
    assert list(desk.files.all()) == named
    assert not (desk.files.folder / ".new-abc").exists()
    assert backup.verify(desk) == []


def test_what_one_takes_back_and_another_holds_stays(sqlite_desk: Desk) -> None:
    first, second = filed(sqlite_desk, text="同样"), filed(sqlite_desk, text="同样", village=VILLAGES[1])
    cases.withdraw(sqlite_desk, first.key)
    _age(sqlite_desk, 3_700)
    assert tidy.tidy(sqlite_desk) == 0
    sqlite_desk.files.remove(row(sqlite_desk, second.challenge_no)["text_sha256"])
    assert len(backup.verify(sqlite_desk)) == 1


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_DESK_URL", raising=False)
    first, second = ["--folder", str(tmp_path / "first")], ["--folder", str(tmp_path / "second")]
    for arguments in (
        [*first, "verify"],
        [*first, "replay"],
        [*first, "tidy"],
        [*first, "export", str(tmp_path / "backup.zip")],
        [*second, "restore", str(tmp_path / "backup.zip")],
    ):
        assert command_line.main(arguments) == 0
    assert command_line.main([*second, "restore", str(tmp_path / "none.zip")]) == 1
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    assert command_line.main([*second, "restore", str(tmp_path / "bad.zip")]) == 1
    assert "not what was backed up" in capsys.readouterr().err
