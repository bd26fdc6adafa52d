"""A stranger's file, as he would make it to harm: it is checked apart, in turn, within bounds, and only for those who
are known.

More than 400 lines: the way of one file from the browser to the end of its process.
"""

from __future__ import annotations

import base64
import gc
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_page import markup, run
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from atlas.guard import listening
from atlas.intake import allowed, checker, report
from atlas.intake.checker import Checker, Job
from atlas.intake.turns import Full, Stopped, Turns
from atlas.planner.tender import text as tender_text
from atlas.serve import bodies, stored
from atlas.work import scratch
from atlas.work.paths import without_paths
from importer.errors import FileTooLarge, Problem
from indicators import facts
from indicators.database import Atlas
from planning import scenario

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 'kind = "villages"\n[columns]\ncode = "code"\npopulation_persons = "people"\n'
ENDLESS = COLUMNS + 'name = { column = "name", strip = "(a+)+$" }\n'
ENDLESS_HEADERS = (
    'kind = "coverage"\n[columns]\ncode = "code"\n[[wide]]\ncolumns = "(a|aa)+$"\nvalue = "share"\n'
    'constant = { technology = "4g", as_of = "2020-01-01" }\n'
)
HELD_UP = f"code,name,people\n1,{'a' * 60}!,3\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


@pytest.fixture(scope="module")
def mini_checker(mini_atlas: Atlas) -> Iterator[Checker]:
    made = Checker(mini_atlas.path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch.folder() as made:
        yield made


def check(
    one: Checker,
    folder: Path,
    text: str | bytes,
    declaration: str = "",
    should_stop: Callable[[], bool] = lambda: False,
    **more: Any,
) -> checker.Checked:
    (folder / "upload.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    job = Job(str(folder), "upload.csv", None, declaration, **more)
    return one.check(job, lambda rows: None, should_stop)


def copies(one: Checker) -> list[int]:
    """The processes that check a file at this moment."""
    assert one._process is not None
    children = Path(f"/proc/{one._process.pid}/task/{one._process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def soon(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


# --- apart ------------------------------------------------------------------------------------------------


def test_a_file_is_checked_in_another_process_and_rows_are_said_meanwhile(
    mini_checker: Checker, folder: Path, mini_atlas: Atlas
) -> None:
    [(code, name)] = mini_atlas.cursor().execute("SELECT place_id, name FROM village LIMIT 1").fetchall()
    (folder / "upload.csv").write_text(f"code,name,people\n{code},{name},12\n{code}x,{name},many\n")
    told: list[int] = []
    done = mini_checker.check(Job(str(folder), "upload.csv", None, COLUMNS), told.append, lambda: False)
    assert (done.report.read, done.report.rejected) == (2, 1) and told == [2]
    assert [entry.rule for entry in done.report.contents[0].broken if entry.is_rejected]
    assert done.rejects.decode("utf-8-sig").count("\n") == 2 and not done.are_rejects_cut


@pytest.mark.parametrize(
    "declaration",
    [
        ENDLESS,
        ENDLESS_HEADERS,
        COLUMNS + 'name = { file_name = "((u?p?l?o?a?d?)+)+x" }\n',
    ],
    ids=["in cells", "in headers", "in the name"],
)
def test_a_pattern_that_never_ends_ends_with_words(mini_checker: Checker, folder: Path, declaration: str) -> None:
    text = HELD_UP if "wide" not in declaration else f"code,{'a' * 60}!\n1,1\n"
    start = time.monotonic()
    if "file_name" in declaration:
        name = f"{'upload' * 8}.csv"
        (folder / name).write_text(HELD_UP)
        with pytest.raises(FileTooLarge) as said:
            mini_checker.check(Job(str(folder), name, None, declaration, 1), lambda rows: None, lambda: False)
    else:
        with pytest.raises(FileTooLarge) as said:
            check(mini_checker, folder, text, declaration, cpu_seconds=1)
    assert time.monotonic() - start < 15 and "pattern" in said.value.next_step
    check(mini_checker, folder, "code,people\n1,2\n", COLUMNS)  # and the next one is served


@linux
def test_pages_go_on_while_a_file_holds_its_reader_up_and_the_reader_goes_with_the_visitor(
    mini_checker: Checker, folder: Path
) -> None:
    has_left = threading.Event()
    ended: list[BaseException] = []

    def visit() -> None:
        try:
            check(mini_checker, folder, HELD_UP, ENDLESS, has_left.is_set)
        except Stopped as stopped:
            ended.append(stopped)

    visitor = threading.Thread(target=visit, daemon=True)
    visitor.start()
    assert soon(lambda: bool(copies(mini_checker)))
    [pid] = copies(mini_checker)
    assert soon(lambda: _cpu_seconds(pid) > 0.1, 30)
    gaps = []
    for _ in range(50):
        before = time.monotonic()
        time.sleep(0.01)
        gaps.append(time.monotonic() - before)
    assert sorted(gaps)[len(gaps) // 2] < 0.1  # an expression in this process would hold the interpreter
    has_left.set()
    visitor.join(5)
    assert ended and soon(lambda: not copies(mini_checker))


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return 0.0


@linux
def test_the_reader_has_given_everything_up(mini_checker: Checker, folder: Path) -> None:
    seen: dict[str, str] = {}

    def look() -> bool:
        for pid in copies(mini_checker):
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                seen.update(line.split(":", 1) for line in lines)
                seen["limits"] = Path(f"/proc/{pid}/limits").read_text()
                seen["environment"] = Path(f"/proc/{pid}/environ").read_text()
                seen["sockets"] = str([os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir()])
        return "Max cpu time             " in seen.get("limits", "") and "7 " in seen["limits"].split("cpu time")[1]

    with pytest.raises(Stopped):
        check(mini_checker, folder, HELD_UP, ENDLESS, look, cpu_seconds=7)
    assert seen["NoNewPrivs"].strip() == "1" and seen["Seccomp"].strip() == "2"
    assert "unlimited" not in seen["limits"].split("Max address space")[1].split("\n")[0]
    assert "socket" not in seen["sockets"] and ".duckdb" not in seen["sockets"]
    assert "SECRET" not in seen["environment"]


@linux
def test_nothing_outlives_a_server_that_is_killed_and_its_folder_goes_at_the_next_start(
    mini_atlas: Atlas, tmp_path: Path
) -> None:
    script = (
        "import sys, pathlib\nfrom atlas.work import scratch\nfrom atlas.intake.checker import Checker, Job\n"
        "one = Checker(pathlib.Path(sys.argv[1])); one.start()\n"
        "with scratch.folder() as folder:\n"
        "    (folder / 'upload.csv').write_text(sys.argv[2])\n"
        "    print(one._process.pid, folder, flush=True)\n"
        "    one.check(Job(str(folder), 'upload.csv', None, sys.argv[3]), print, lambda: False)\n"
    )
    command = [sys.executable, "-c", script, str(mini_atlas.path), HELD_UP, ENDLESS]
    here = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=here, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid, left = server.stdout.readline().split()
    children = Path(f"/proc/{pid}/task/{pid}/children")
    assert soon(lambda: bool(children.read_text().strip()), 20)
    [copy] = children.read_text().split()
    server.kill()
    server.wait()
    assert soon(lambda: not Path(f"/proc/{copy}").exists() and not Path(f"/proc/{pid}").exists())
    assert Path(left).is_dir()
    sweep = "from atlas.work import scratch; scratch.JUST_MADE_S = -60; print(scratch.sweep())"
    told = subprocess.run([sys.executable, "-c", sweep], cwd=ROOT, env=here, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "1" and not Path(left).exists()


def test_folders_in_use_links_and_those_of_others_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "JUST_MADE_S", -60)
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(kept)
    (tmp_path / f"{scratch.PREFIX}file").write_text("mine")
    with scratch.folder() as used:
        (tmp_path / f"{scratch.PREFIX}dead").mkdir()
        assert scratch.sweep() == 1
        assert used.is_dir() and kept.is_dir() and (tmp_path / f"{scratch.PREFIX}file").is_file()


def test_a_process_that_was_killed_is_started_anew(mini_checker: Checker, folder: Path) -> None:
    check(mini_checker, folder, "code,people\n1,2\n", COLUMNS)
    assert mini_checker._process is not None
    mini_checker._process.kill()
    mini_checker._process.wait()
    assert check(mini_checker, folder, "code,people\n1,2\n", COLUMNS).report.read == 1


# --- within bounds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declaration", "is_about"),
    [
        ("kind = 1", "declaration"),
        ('kind = "villages"', "declaration"),
        ("x = [[[[", "declaration"),
        ("x = " + "[" * 90_000, "declaration"),
        ("x = " + "9" * 90_000, "declaration"),
        (COLUMNS + "[rows]\naccept_rejected_percent = 'much'", "declaration"),
        (COLUMNS + "name = { column = 'name', strip = '(' }", "declaration"),
        (COLUMNS + "[frame]\ncrs = 'http://127.0.0.1/crs'", ""),
        (COLUMNS.replace('"code"', '{ column = "code", pad_to = 1000000000000 }'), "pad_to"),
        (COLUMNS.replace('"code"', '{ template = "' + "{code}" * 1_000 + '" }'), ""),
    ],
)
def test_no_declaration_is_answered_without_words(
    mini_checker: Checker, folder: Path, declaration: str, is_about: str
) -> None:
    with suppress(Problem):
        check(mini_checker, folder, "code,name,people\n1,x,3\n" * 3, declaration, cpu_seconds=5)
        assert not is_about
        return
    with pytest.raises(Problem) as said:
        check(mini_checker, folder, "code,name,people\n1,x,3\n" * 3, declaration, cpu_seconds=5)
    assert is_about in str(said.value) and str(folder) not in str(said.value)


def test_the_rejected_rows_that_come_back_are_bounded_and_said_to_be_cut(mini_checker: Checker, folder: Path) -> None:
    rows = "".join(f"no{n},{'x' * 400},many\n" for n in range(500))
    done = check(mini_checker, folder, "code,name,people\n" + rows, COLUMNS, reject_characters=10_000)
    assert done.report.rejected == done.report.read == 500
    assert done.are_rejects_cut and 10_000 < len(done.rejects) < 15_000
    assert all(len(entry.examples) <= report.EXAMPLES for entry in done.report.contents[0].broken)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["read", "rejected", "contents", "kind", "broken", "odd"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(answer=junk)
def test_an_answer_of_a_reader_that_was_broken_into_is_a_report_or_nothing(answer: object) -> None:
    with suppress(report.Unreadable):
        found = report.read(answer)
        assert isinstance(found.read, int) and all(one.kind for one in found.contents)


def test_an_answer_cannot_be_larger_than_a_report(mini_checker: Checker) -> None:
    example = {"row": 1, "column": "c", "value": "v" * 10_000, "candidates": ""}
    broken = {"rule": "r", "is_rejected": True, "count": 1, "examples": [example] * 1_000}
    content = {"kind": "villages", "draft": "", "matched": {}, "broken": [broken], "odd": [], "columns": []}
    left = {"part": "column", "name": "n" * 10_000, "reason": "r", "seen": ""}
    asked = {
        "key": "k",
        "zh": "z" * 10_000,
        "en": "e",
        "saw": "",
        "taken": "",
        "answers": [{"key": "", "zh": "", "en": ""}] * 999,
    }
    content |= {"left_out": [left] * 9_999, "questions": [asked] * 999}
    read = report.read({"read": 1, "rejected": 1, "contents": [content] * 500})
    assert len(read.contents) == report.CONTENTS
    first = read.contents[0]
    assert (len(first.left_out), len(first.questions)) == (report.LISTED, report.QUESTIONS)
    assert len(first.left_out[0].name) == len(first.questions[0].zh) == report.TEXT
    assert len(first.questions[0].answers) == report.ANSWERS
    [entry] = first.broken
    assert len(entry.examples) == report.EXAMPLES and len(entry.examples[0].value) == report.TEXT


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\n",
        b"[]\n",
        b'{"rows": -1}\n',
        b'{"rows": 1}',
        b'{"report": 1}\n',
        b"{" * 100_000 + b"\n",
    ],
)
def test_whatever_a_reader_says_the_visitor_is_answered(
    monkeypatch: pytest.MonkeyPatch, mini_checker: Checker, said: bytes
) -> None:
    def divided(self: Checker) -> checker._Talk:
        asked, ask = os.pipe()
        tell, told = os.pipe()
        os.write(told, said[:60_000])
        os.close(told)
        os.close(asked)
        return checker._Talk(os.fdopen(ask, "wb", buffering=0), os.fdopen(tell, "rb"))

    monkeypatch.setattr(Checker, "_divided", divided)
    with pytest.raises(Problem):
        mini_checker.check(Job("/nowhere", "upload.csv", None, ""), lambda rows: None, lambda: False)


# --- without paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"cannot open {ROOT}/data/x.csv: no", "cannot open x.csv: no"),
        ("'/vsizip/{/tmp/atlas-intake-abc/upload.zip}/a.shp'", "upload.zip"),
        ("file:///tmp/secret/place.csv", "place.csv"),
        (f"({tempfile.gettempdir()}/a b)", "(a b)"),
        ("2024/05/01 km/h 县/乡/镇 and/or", "2024/05/01 km/h 县/乡/镇 and/or"),
        ("C:\\Users\\clerk\\file.csv is open", "file.csv is open"),
    ],
)
def test_a_path_of_the_server_leaves_its_last_name(said: str, kept: str) -> None:
    assert kept in without_paths(said)
    assert not any(one in without_paths(said) for one in (str(ROOT), tempfile.gettempdir(), "clerk\\"))


@pytest.mark.parametrize(
    "name",
    ["a.xlsx", "a.xls", "a.ods", "a.zip", "a.gpkg", "a.parquet", "a.geojson", "a.json", "a.csv", "a.shp"],
)
@pytest.mark.parametrize(
    "head", [b"PK\x03\x04", b"PAR1", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0", b'{"type":"Feature', b"\x00\x01"]
)
def test_no_answer_about_a_damaged_file_names_a_path_or_our_own_name_for_it(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, mini_checker: Checker, name: str, head: bytes
) -> None:
    monkeypatch.setattr(allowed, "_checkers", {mini_atlas.path: mini_checker})
    monkeypatch.setattr(allowed, "_turns", lambda: Turns(1, 1, 1))
    monkeypatch.setattr(allowed, "_visitor", lambda: "somebody")
    damaged = io.BytesIO(head + b"\x00damaged" * 50)
    with pytest.raises(Problem) as said:
        allowed.check(mini_atlas, f"<b>{name}", damaged, None, "", lambda before: None, lambda rows: None)
    assert not any(word in str(said.value) for word in ("/tmp", str(ROOT), "upload.", "atlas-intake"))


def test_a_damaged_file_of_bids_names_no_path() -> None:
    with pytest.raises(tender_text.BidFileError) as said:
        tender_text.lines_of_file("../../etc/bids.xlsx", b"PK\x03\x04 damaged")
    assert tempfile.gettempdir() not in str(said.value) and "atlas-intake" not in str(said.value)


def test_a_long_file_of_bids_is_read_as_far_as_bids_are_taken() -> None:
    data = b"bidder,lot,price\n" + b"A,L1,1\n" * 50_000
    lines = tender_text.lines_of_file("a.csv", data).splitlines()
    assert len(lines) == tender_text.MOST_BIDS


# --- in turn ----------------------------------------------------------------------------------------------


def test_one_at_a_time_the_others_wait_in_order_and_are_told_their_place() -> None:
    turns, order, told = Turns(1, 5, 10), [], {}
    release = {name: threading.Event() for name in "abc"}

    def visit(name: str) -> None:
        with turns.taken(name, lambda before: told.setdefault(name, []).append(before), lambda: False):
            order.append(name)
            release[name].wait(10)

    visitors = {name: threading.Thread(target=visit, args=(name,)) for name in "abc"}
    for count, name in enumerate("abc", start=1):
        visitors[name].start()
        assert soon(lambda count=count: len(turns._line) == count)
    assert soon(lambda: told == {"b": [1], "c": [2]}) and order == ["a"]
    for name in "abc":
        assert soon(lambda name=name: order[-1] == name)
        release[name].set()
    for one in visitors.values():
        one.join(10)
    assert order == ["a", "b", "c"] and told["c"] == [2, 1] and not turns._line


def test_the_line_is_bounded_and_nobody_waits_for_ever() -> None:
    turns = Turns(1, 1, 0.3)
    with turns.taken("a", print, lambda: False):
        waiting = threading.Thread(target=lambda: _join(turns, "b"))
        waiting.start()
        assert soon(lambda: len(turns._line) == 2)
        with pytest.raises(Full), turns.taken("c", print, lambda: False):
            pass
        waiting.join(5)
        assert len(turns._line) == 1  # b has given up


def _join(turns: Turns, visitor: str) -> None:
    with suppress(Full, Stopped), turns.taken(visitor, lambda before: None, lambda: False):
        pass


def test_a_visitors_second_file_ends_the_first_and_a_waiting_one_can_leave() -> None:
    turns, has_left = Turns(1, 3, 10), threading.Event()
    with turns.taken("a", print, lambda: False) as is_unwanted:
        assert not is_unwanted()
        second = threading.Thread(target=_join, args=(turns, "a"))
        second.start()
        assert soon(is_unwanted)
        with pytest.raises(Stopped), turns.taken("b", print, lambda: True):
            pass
        has_left.set()
    second.join(5)
    assert not turns._line


# --- for those who are known ------------------------------------------------------------------------------


@pytest.fixture
def reached() -> Iterator[socket.socket]:
    """This process as a server that the network reaches."""
    with socket.create_server(("0.0.0.0", 0)) as made:
        yield made


def test_only_sockets_that_nobody_else_reaches_count_as_private(tmp_path: Path) -> None:
    assert listening.is_loopback_only()
    with socket.create_server(("127.0.0.1", 0)), socket.create_server(("::1", 0), family=socket.AF_INET6):
        assert listening.is_loopback_only()
        with socket.create_server(("0.0.0.0", 0)):
            assert not listening.is_loopback_only()
        with socket.create_server(("::", 0), family=socket.AF_INET6):
            assert not listening.is_loopback_only()
        with socket.socket() as bound:  # not listening: nobody is answered
            bound.bind(("0.0.0.0", 0))
            assert listening.is_loopback_only()
    with socket.socket(socket.AF_UNIX) as behind:
        behind.bind(str(tmp_path / "front"))
        behind.listen()
        assert not listening.is_loopback_only()
    assert listening.is_loopback_only()


def test_where_sockets_cannot_be_seen_the_check_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HANDLES", "/no/such/folder")
    assert not allowed.is_here({})


@pytest.mark.parametrize("name", allowed.FRONTS)
def test_whoever_comes_through_a_front_is_not_at_this_machine(name: str) -> None:
    assert allowed.is_here({"host": "localhost"})
    assert not allowed.is_here({"host": "localhost", name: "10.1.2.3"})


def test_a_server_with_a_public_name_is_not_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_HOSTS", "atlas.example.org")
    assert not allowed.is_here({}) and not allowed.shows_rejects({})


def opened(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, lang: str = "en") -> AppTest:
    return run(monkeypatch, atlas, "data", {}, lang)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ({"email": "data@example.org"}, 'mailto:data@example.org?subject=A%20file%20for%20the%20atlas"'),
        ({"office": {"en": "Office <b>1</b>", "zh": "一"}, "email": ""}, "Send this to: Office &lt;b&gt;1&lt;/b&gt;"),
        ({}, "No office is named for this atlas."),
    ],
)
def test_where_no_file_is_checked_it_is_said_who_takes_one(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, reached: socket.socket, contact: dict[str, object], said: str
) -> None:
    held = {**facts.settings(mini_atlas), "contact": contact}
    monkeypatch.setattr(facts, "settings", lambda atlas: held)
    assert said in markup(opened(monkeypatch, mini_atlas))


@pytest.mark.parametrize(("lang", "words"), [("en", "signed in"), ("zh", "已登录")])
def test_on_a_network_there_is_no_upload_but_words_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, reached: socket.socket, lang: str, words: str
) -> None:
    page = opened(monkeypatch, mini_atlas, lang)
    assert not page.get("file_uploader")
    assert words in markup(page) and "python -m" not in markup(page)
    assert "download/rejects" not in markup(page) and not allowed.shows_rejects({})


def test_whoever_is_signed_in_may_hand_in_files_on_a_network_unless_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, reached: socket.socket
) -> None:
    monkeypatch.setattr("streamlit.user", {"is_logged_in": True, "sub": "li"})
    assert opened(monkeypatch, mini_atlas).get("file_uploader")
    monkeypatch.setenv(allowed.SWITCH, "off")
    assert not opened(monkeypatch, mini_atlas).get("file_uploader")


def test_below_the_page_a_large_upload_is_taken_only_where_the_page_offered_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(allowed, "_offered", OrderedDict())
    monkeypatch.setattr(allowed, "_session", lambda: "known")
    assert bodies.most_bytes("/_stcore/upload_file/known/1") < 7 << 20
    allowed.offer()
    assert bodies.most_bytes("/gov/_stcore/upload_file/known/1") > 200 << 20
    assert bodies.most_bytes("/_stcore/upload_file/other/1") < 7 << 20
    for n in range(allowed.OFFERS_KEPT + 5):
        monkeypatch.setattr(allowed, "_session", lambda n=n: f"s{n}")
        allowed.offer()
    assert len(allowed._offered) == allowed.OFFERS_KEPT


@pytest.mark.parametrize(
    ("own", "everybody", "status"),
    [([], 0, 200), ([10 << 20], 0, 413), ([1] * stored.FILES, 0, 413), ([], stored.ALL_BYTES, 503)],
)
def test_a_session_cannot_fill_the_memory_with_file_after_file(
    monkeypatch: pytest.MonkeyPatch, own: list[int], everybody: int, status: int
) -> None:
    store = MemoryUploadedFileManager("/upload")
    for n, size in enumerate(own):
        store.add_file("mine", UploadedFileRec(str(n), "a.csv", "text/csv", bytes(size)))
    if everybody:  # as many bytes as there may be, without taking them
        monkeypatch.setattr(stored, "ALL_BYTES", 100)
        store.add_file("other", UploadedFileRec("1", "a.csv", "text/csv", bytes(100)))
    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: SimpleNamespace(uploaded_file_mgr=store))
    app = Starlette(
        routes=[Route("/{rest:path}", lambda request: Response(), methods=["PUT"])],
        middleware=[Middleware(stored.Stored)],
    )
    with TestClient(app) as client:
        assert client.put("/_stcore/upload_file/mine/9", content=b"x").status_code == status


def test_a_file_that_was_checked_is_held_nowhere_and_its_answer_stays(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas
) -> None:
    page = opened(monkeypatch, mini_atlas, "zh")
    marked = "行政村代码,行政村名称,人口\n1,a,2\n".encode() + b"9,secretmark,3\n" * 3
    page.get("file_uploader")[0].upload("<b>mine</b>.csv", marked, "text/csv").run()
    assert not page.exception and "共 4 行" in markup(page)
    assert "&lt;b&gt;mine" in markup(page) and "<b>mine" not in markup(page)
    stores = [one for one in gc.get_objects() if isinstance(one, MemoryUploadedFileManager)]
    assert stores and not any(files for store in stores for files in store.file_storage.values())
    page.run()
    assert "共 4 行" in markup(page)  # a rerun, as for the other language, needs no second check
    assert not page.get("file_uploader")[0].value
    held = [one for one in gc.get_objects() if isinstance(one, UploadedFile)]
    assert not any(b"secretmark" in one.getvalue() for one in held)


# --- scenarios and links ----------------------------------------------------------------------------------


def scenario_file(**changed: object) -> str:
    fields = {"schema": 1, "question": "tender", "inputs": {}, "profile": "p", "build_id": "b"}
    rest = {"created": "2026-01-31T09:00:00+08:00", "seed": None, "solver": None, "solver_version": None}
    last = {"gap_share": None, "is_demonstration": False, "digests": {}, "results": {}}
    return json.dumps({**fields, **rest, **last, **changed})


EVIL = {
    "a field twice among 100,000": '{"inputs": {' + "".join(f'"a{n}":1,' for n in range(70_000)) + '"a69999":1}}',
    "the number of a million digits": scenario_file(seed=0).replace('"seed": 0', f'"seed": {"9" * 900_000}'),
    "a number beyond all": scenario_file(gap_share=0).replace('"gap_share": 0', '"gap_share": 1e999'),
    "NaN": scenario_file(inputs={"a": float("nan")}),
    "Infinity": scenario_file(results={"a": float("inf")}),
    "100,000 levels of lists": scenario_file().replace('"inputs": {}', '"inputs": ' + "[" * 400_000),
    "levels that end": scenario_file(inputs={"a": json.loads("[" * 50 + "]" * 50)}),
    "objects in objects": '{"inputs":' * 90_000 + "1" + "}" * 90_000,
    "half a character": scenario_file(inputs={"a": "\ud800"}),
    "a path": scenario_file(inputs={"a": "/etc/passwd"}),
    "two megabytes": scenario_file(inputs={"a": "x" * (2 << 20)}),
    "another schema": scenario_file(schema=10**400),
    "a list": "[]",
    "bytes": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", EVIL)
def test_no_scenario_file_is_read_for_long_or_answered_without_words(name: str) -> None:
    scenario.from_json(scenario_file())  # the one that all of these were made of
    start = time.monotonic()
    with pytest.raises(scenario.ScenarioError) as said:
        scenario.from_json(EVIL[name])
    assert time.monotonic() - start < 2 and len(str(said.value)) < 3_000


@pytest.mark.parametrize(
    "plain",
    [
        b"{}" + b" " * 10_000_000,
        b'{"schema":1,"question":"tender","inputs":{},"seed":' + b"9" * 60_000 + b"}",
        b"[" * 60_000,
    ],
    ids=["a bomb", "a number", "levels"],
)
def test_no_link_is_read_for_long(plain: bytes) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(plain, 9)).rstrip(b"=").decode()
    start = time.monotonic()
    with pytest.raises(scenario.ScenarioError):
        scenario.unpack(packed)
    assert time.monotonic() - start < 2
