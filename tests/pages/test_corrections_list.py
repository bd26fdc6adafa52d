"""A list of corrections by file, without a browser: from an office's table to what is filed, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from one_page import markup, run, shown
from streamlit.testing.v1 import AppTest

from atlas.desk import at_hand
from atlas.desk.corrections import claimed, in_bulk
from atlas.desk.corrections.claimed import Usual
from atlas.desk.registers import handing_in
from atlas.intake import allowed
from atlas.intake.checker import Checked, Checker, Job
from atlas.look import language
from desk.challenges import read
from desk.challenges.read import Asked
from desk.desk import Desk
from desk.people.rights import Grant, Person
from indicators.database import Atlas

PLACE, UNCONNECTED, CONNECTED, ELSEWHERE = "0101", "010101121", "010101107", "010202001"
COUNTY = Person("county", "Office", (Grant("contributor", PLACE),))
REVIEWER = Person("reviewer", "Reviewer", (Grant("reviewer", "0100"),))
HEADER = "村代码,实际是否已通,标准,企业,纠错理由,下载速率,情况说明"
Seat = Callable[[Person], None]


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.setenv("ATLAS_DESK_DIR", str(tmp_path / "own"))
    monkeypatch.setattr(allowed, "prepare", lambda atlas: None)
    return at_hand.desk()


@pytest.fixture
def seat(monkeypatch: pytest.MonkeyPatch) -> Seat:
    def sit(person: Person) -> None:
        monkeypatch.setattr(at_hand, "seated", lambda: person)
        monkeypatch.setattr(allowed, "is_open", lambda: True)

    return sit


@pytest.fixture
def checker(mini_atlas: Atlas) -> Iterator[Checker]:
    one = Checker(mini_atlas.path)
    yield one
    one.stop()


def states(atlas: Atlas) -> dict[str, str]:
    """Village → what the atlas says of it by the standard of the tests."""
    rows = atlas.cursor().execute("SELECT place_id FROM village").fetchall()
    frame = in_bulk._rows(in_bulk.Held("", "", "", allowed.Stopped()))
    frame["place_id"] = [row[0] for row in rows]
    found = claimed.resolved(atlas, frame.where(frame.notna(), None), "ZZ", Usual("wire")).rows
    return dict(zip(found["place_id"], found["seen"], strict=True))


def held(checker: Checker, desk: Desk, folder: Path, data: bytes, name: str = "upload.csv") -> in_bulk.Held:
    """A file as the page would have it read."""
    folder.mkdir()
    (folder / name).write_bytes(data)
    job = Job(str(folder), name, in_bulk.KIND, "", wants_rows=True, title="list")
    found = checker.check(job, lambda n: None, lambda: False)
    rows = handing_in.kept(desk.files, folder / "claims.rows.csv")
    return in_bulk.Held(f"<b>{name}</b>", desk.files.keep(io.BytesIO(data)), PLACE, found, rows)


def page_of(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, one: in_bulk.Held) -> AppTest:
    page = run(monkeypatch, atlas, "corrections_list", {"place": PLACE}, "zh")
    page.session_state[in_bulk.CHECKED] = one
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def chinese(text: str, **values: str) -> str:
    with language.speaking("zh"):
        return language.t(text, **values)


def press_file(page: AppTest) -> AppTest:
    page.button(key="list_file").click()
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def filed(desk: Desk, atlas: Atlas) -> list[dict[str, Any]]:
    with desk.reading() as connection:
        return [dict(one) for one in read.listed(connection, Asked(at_hand.path(atlas, PLACE), "2026-01-01"), 99)]


def test_from_a_table_in_gbk_to_what_is_filed(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, checker: Checker, tmp_path: Path
) -> None:
    """Rows in are rows filed, joined and refused; each refused one is said with its row, and taken away as a table."""
    seat(COUNTY)
    says = states(mini_atlas)
    assert (says[UNCONNECTED], says[CONNECTED]) == ("unconnected", "connected")
    rows = [
        f"{UNCONNECTED},是,wire,,实际可以正常使用,12.5,<script>alert(1)</script>",  # 2: filed
        f"{CONNECTED},否,wire,,村内没有信号,1,",  # 3: filed
        f"{CONNECTED},否,wire,,村内没有信号,2,",  # 4: joined
        f"{CONNECTED},是,wire,,实际可以正常使用,3,",  # 5: said already
        f"{UNCONNECTED},也许,wire,,,,",  # 6: neither yes nor no
        f"{UNCONNECTED},是,=1+1,,,,",  # 7: no such standard
        f"{UNCONNECTED},是,wire,,村内没有信号,4,",  # 8: the opposite
        f"{UNCONNECTED},是,wire,,=HYPERLINK(1),5,",  # 9: no such reason
        f"{UNCONNECTED},是,wire,nobody,实际可以正常使用,,",  # 10: no such carrier
        f"{UNCONNECTED},是,wire,,实际可以正常使用,-5,",  # 11: no speed
        f"{UNCONNECTED},,wire,,,,",  # 12: no claim
        "999999999,是,wire,,实际可以正常使用,,",  # 13: no such village
    ]
    one = held(checker, own, tmp_path / "a", "\n".join([HEADER, *rows, ""]).encode("gb18030"))
    assert isinstance(one.found, Checked) and one.found.report.read == len(rows)
    page = page_of(monkeypatch, mini_atlas, one)
    assert "<script>alert" not in markup(page) and chinese("The reason says the opposite.") in shown(page)
    preview = page.session_state[in_bulk.PREVIEW]
    assert (preview.fit, preview.join) == (3, 1)
    assert preview.fit + preview.refused + one.found.report.rejected == len(rows)
    table = list(csv.reader(io.StringIO(preview.table.decode("utf-8-sig"))))
    assert "9" in [line[0] for line in table] and all(not cell.startswith("=") for line in table for cell in line)
    assert not filed(own, mini_atlas), "nothing is filed before the button"
    page = press_file(page)
    assert "&lt;b&gt;upload.csv" in markup(page) and "000001" in shown(page) and "000003" in shown(page)
    cases = filed(own, mini_atlas)
    assert {(case["village_id"], case["claim"], case["joined"]) for case in cases} == {
        (UNCONNECTED, "connected", 0),
        (CONNECTED, "unconnected", 1),
    }
    assert {case["seen_state"] for case in cases} == {"connected", "unconnected"}
    number = next(str(case["challenge_no"]) for case in cases if case["claim"] == "connected")
    seat(REVIEWER)
    there = run(monkeypatch, mini_atlas, "correction", {"correction.no": number}, "en")
    assert [text.value for text in there.text] == ["<script>alert(1)</script>"]
    seat(Person("x", "x"))
    assert not run(monkeypatch, mini_atlas, "correction", {"correction.no": number}, "en").text


def test_the_same_file_once_more(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, checker: Checker, tmp_path: Path
) -> None:
    seat(COUNTY)
    data = f"{HEADER}\n{UNCONNECTED},是,wire,,实际可以正常使用,,\n".encode()
    press_file(page_of(monkeypatch, mini_atlas, held(checker, own, tmp_path / "a", data)))
    again = page_of(monkeypatch, mini_atlas, held(checker, own, tmp_path / "b", data))
    assert again.session_state[in_bulk.PREVIEW].join == 1
    assert again.button(key="list_file").disabled
    again.checkbox[0].check()
    again.run()
    press_file(again)
    assert [case["joined"] for case in filed(own, mini_atlas)] == [1]


def test_standard_and_reason_for_all_rows(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, checker: Checker, tmp_path: Path
) -> None:
    seat(COUNTY)
    data = f"村代码,是否已通\n{UNCONNECTED},是\n{CONNECTED},否\n".encode()
    page = page_of(monkeypatch, mini_atlas, held(checker, own, tmp_path / "a", data))
    assert set(page.session_state[in_bulk.PREVIEW].wrong) == {"no_standard"}
    page.selectbox(key="list_standard").set_value("wire")
    page.selectbox(key="list_connected").set_value("works")
    page.run()
    assert dict(page.session_state[in_bulk.PREVIEW].wrong) == {"no_reason": 1}
    press_file(page)
    assert [(case["standard"], case["reason"]) for case in filed(own, mini_atlas)] == [("wire", "works")]


def test_rows_of_another_place_are_refused(mini_atlas: Atlas, own: Desk) -> None:
    rows = in_bulk._rows(in_bulk.Held("", "", "", allowed.Stopped()))
    every = [row[0] for row in mini_atlas.cursor().execute("SELECT place_id FROM village").fetchall()]
    rows["place_id"] = [*every, "nowhere"]
    found = claimed.resolved(mini_atlas, rows.where(rows.notna(), None), at_hand.path(mini_atlas, PLACE), Usual()).rows
    for row in found.itertuples():
        village = at_hand.village(mini_atlas, row.place_id)
        if village is None:
            assert row.wrong == "no_village"
        else:
            assert row.path == village.path
            assert (row.wrong == "outside") == (f"/{PLACE}/" not in f"{village.path}/")
    assert {"outside", "no_village"} < set(found["wrong"])


@pytest.mark.national
def test_paths_are_those_that_the_desk_writes(national_atlas: Atlas) -> None:
    rows = in_bulk._rows(in_bulk.Held("", "", "", allowed.Stopped()))
    query = "SELECT min(place_id) FROM village GROUP BY township_id ORDER BY hash(township_id) LIMIT 2000"
    rows["place_id"] = [row[0] for row in national_atlas.cursor().execute(query).fetchall()]
    found = claimed.resolved(national_atlas, rows.where(rows.notna(), None), "100000", Usual()).rows
    for row in found.itertuples():
        village = at_hand.village(national_atlas, row.place_id)
        assert village is not None and row.path == village.path


def test_a_right_that_was_lost_meanwhile_files_nothing(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, checker: Checker, tmp_path: Path
) -> None:
    seat(COUNTY)
    data = f"{HEADER}\n{UNCONNECTED},是,wire,,实际可以正常使用,,\n".encode()
    page = page_of(monkeypatch, mini_atlas, held(checker, own, tmp_path / "a", data))
    seat(Person("county", "Office", (Grant("contributor", "0102"),)))
    page.button(key="list_file").click()
    page.run()
    assert not filed(own, mini_atlas)
    seat(REVIEWER)
    page.run()
    assert not page.get("file_uploader") and not filed(own, mini_atlas)


def test_a_file_that_is_no_list(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, checker: Checker, tmp_path: Path
) -> None:
    seat(COUNTY)
    with pytest.raises(allowed.Problem):
        held(checker, own, tmp_path / "a", b"a,b\n1,2\n")
    words = "\n".join(["村代码,实际是否已通", f"{ELSEWHERE},是", ""]).encode()
    page = page_of(monkeypatch, mini_atlas, held(checker, own, tmp_path / "b", words))
    assert chinese("The list holds no row that could be filed.") in shown(page)
    assert not [one for one in page.button if one.key == "list_file"]
