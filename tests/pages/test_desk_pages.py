"""The desk's pages, without a browser: whoever may not see or do something does not, and texts of people stay texts.

More than 400 lines: the pages share one filled desk and its five people.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from one_page import markup, run, shown, words
from streamlit.testing.v1 import AppTest

from atlas.desk import at_hand
from atlas.desk.corrections import form, rates
from atlas.desk.registers import handing_in
from atlas.first import document, sitemap
from atlas.first.asked import Asked
from atlas.intake import allowed, report
from atlas.intake.checker import Checked, Checker, Job
from atlas.intake.report import Content, Report
from atlas.look import language
from desk.access import access, seen
from desk.challenges import file as filing
from desk.challenges.claim import Claim
from desk.desk import ANYBODY, Desk
from desk.people.rights import Grant, Person, everything
from desk.projected.submissions import APPROVED
from desk.releases import inputs as given_to_builds
from desk.submissions import hand_in, read
from etl.build import build
from importer.convert.rows_said import COLUMNS
from indicators.database import Atlas, current

PAGES = ("corrections", "correct", "correction", "corrections_list", "desk", "releases", "submit", "submission")
VILLAGE, PLACE, ELSEWHERE = "010101121", "0101", "0102"
COUNTY = Person("county", "District <b>office</b>", (Grant("contributor", PLACE),))
REVIEWER = Person("reviewer", "Reviewer", (Grant("reviewer", "0100"),))
STRANGER = Person("stranger", "Stranger", (Grant("contributor", ELSEWHERE), Grant("reviewer", ELSEWHERE)))
LOCAL = everything()
HOSTILE = (
    "<script>alert(1)</script>",
    "**bold** [link](http://127.0.0.1) `code` $x$ :red[x] :material/home:",
    "{x} {0} {} %s %(n)s",
    "\u202ertl\u2066 العربية",
    "名" * 1_500,
    "a\n\n# heading\n- list\n| a | b |",
    "&lt;b&gt; &amp;",
)
Seat = Callable[[Person], None]
take = rates.take


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """An empty desk, which is the one at hand."""
    monkeypatch.setenv("ATLAS_DESK_DIR", str(tmp_path / "own"))
    monkeypatch.setattr(rates, "take", lambda address: None)
    monkeypatch.setattr(allowed, "prepare", lambda atlas: None)
    return at_hand.desk()


@pytest.fixture
def seat(monkeypatch: pytest.MonkeyPatch) -> Seat:
    def sit(person: Person) -> None:
        monkeypatch.setattr(at_hand, "seated", lambda: person)

    return sit


def filed(desk: Desk, atlas: Atlas, text: str = "", contact: str = "") -> filing.Filed:
    village = at_hand.village(atlas, VILLAGE)
    assert village is not None
    claim = Claim(
        village=village,
        standard="wire",
        claim="connected",
        reason=next(name for name, one in form.reasons().items() if one.claim == "connected"),
        text=text,
        seen_release=atlas.build_id,
        seen_state="unconnected",
    )
    return filing.file(desk, claim, at_hand.terms(atlas), contact)


def kept_rows(desk: Desk, *rows: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS["coverage"], *(row + ("",) * (11 - len(row)) for row in rows)])
    return desk.files.keep(io.BytesIO(zstd.compress(text.getvalue().encode())))


ROWS = (
    (VILLAGE, "wire", "", "", "", "2015-06-30", "", "True"),
    ("010101107", "wire", "", "", "", "2015-06-30", "0.1"),
)


def drafted(desk: Desk, atlas: Atlas, title: str = "Register", file_name: str = "a.csv", **values: Any) -> int:
    whole = Report(3, 1, (Content("coverage", "kind = 1", {}, (), (), (), (), ()),))
    told: dict[str, Any] = {
        "path": at_hand.path(atlas, PLACE),
        "kind": "coverage",
        "file_sha256": "a" * 64,
        "shape_sha256": "b" * 64,
        "declaration_sha256": "c" * 64,
        "rows_sha256": kept_rows(desk, *ROWS),
        "report_sha256": desk.files.keep(io.BytesIO(report_bytes(whole))),
        "codes_as_of": "",
        "as_of": "2015-06-30",
        "rows_read": 3,
        "rows_rejected": 1,
        "rows_said": 2,
        "against": atlas.build_id,
    }
    return hand_in.draft(desk, COUNTY, hand_in.Draft(title=title, file_name=file_name, **{**told, **values}))


def report_bytes(whole: Report) -> bytes:
    return json.dumps(report.plain_report(whole)).encode()


def submitted(desk: Desk, atlas: Atlas, **values: Any) -> int:
    number = drafted(desk, atlas, **values)
    hand_in.submit(desk, COUNTY, number, held(desk, number)["version"], values.get("title", "note"))
    return number


def held(desk: Desk, number: int) -> dict[str, Any]:
    with desk.reading() as connection:
        found = read.one(connection, number)
    assert found is not None
    return dict(found)


def reviewed(page: AppTest) -> Any:
    """The box for what the reviewer says: there may be one for a public notice, too."""
    return next(box for box in page.text_area if box.label == "What the reviewer says")


def press(page: AppTest, label: str) -> AppTest:
    """AppTest looks up choices in the default language, so pages with choices are tried in that."""
    with language.speaking("zh"):
        labels = (label, language.t(label))
    next(button for button in page.button if button.label in labels).click()
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


# --- every page -------------------------------------------------------------------------------------------


EVERYBODY = (ANYBODY, LOCAL, COUNTY, REVIEWER, STRANGER)
#: A filled desk in both languages for each of them; an empty one, on which all read the same, in turns.
LOOKS = [(True, who, lang) for who in EVERYBODY for lang in ("zh", "en")]
LOOKS += [(False, who, ("zh", "en")[n % 2]) for n, who in enumerate(EVERYBODY)]


@pytest.mark.parametrize(("is_filled", "who", "lang"), LOOKS, ids=lambda one: getattr(one, "sub", str(one)))
def test_every_page_for_everybody(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, is_filled: bool, who: Person, lang: str
) -> None:
    seat(who)
    query = {"place": PLACE}
    if is_filled:
        for text in HOSTILE:
            filed(own, mini_atlas, text, contact="13800000000")
        submitted(own, mini_atlas)
        query |= {"correction.no": "1", "submission.no": "1"}
    for name in PAGES:
        at = {"place": VILLAGE} if name == "correct" and is_filled else {}
        page = run(monkeypatch, mini_atlas, name, query | at, lang)
        text = markup(page)
        assert text.count("<h1>") == 1 and "<script>alert" not in text


def test_a_closed_desk_says_so(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, seat: Seat) -> None:
    def closed() -> Desk:
        raise at_hand.Closed

    monkeypatch.setattr(at_hand, "desk", closed)
    for who in (ANYBODY, LOCAL):
        seat(who)
        for name in PAGES:
            assert "<h1>" in markup(run(monkeypatch, mini_atlas, name, {"correction.no": "1"}, "en"))
    assert "cannot be taken at the moment" in shown(run(monkeypatch, mini_atlas, "corrections", {}, "en"))


@pytest.mark.parametrize(
    "number", ["0", "-1", "x", "٣", "9" * 9, "9" * 400, "<script>alert(1)</script>", "1.5", " 1", "²", "\x00", ""]
)
@pytest.mark.parametrize(("name", "key"), [("correction", "correction.no"), ("submission", "submission.no")])
def test_wrong_numbers_are_not_there(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, name: str, key: str, number: str
) -> None:
    seat(LOCAL)
    text = shown(run(monkeypatch, mini_atlas, name, {key: number}, "en"))
    assert "There is no" in text or "There is nothing" in text
    if name == "correction":
        run(monkeypatch, mini_atlas, "corrections", {"correction.before": number, "correction.state": number}, "en")


@pytest.mark.parametrize("key", ["x", "' OR 1=1 --", "\x00", "名" * 200, "0" * 32])
def test_wrong_keys_open_nothing(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, key: str
) -> None:
    seat(ANYBODY)
    filed(own, mini_atlas, "secret words")
    text = shown(run(monkeypatch, mini_atlas, "correction", {"correction.key": key}, "en"))
    assert "There is no correction at this address" in text and "secret words" not in text


# --- corrections ------------------------------------------------------------------------------------------


def test_a_correction_through_the_form(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    seat(ANYBODY)
    page = run(monkeypatch, mini_atlas, "correct", {"place": VILLAGE, "standard": "wire"}, "zh")
    press(page, "Hand in")
    assert chinese("Choose one of the reasons.") in shown(page)
    page.radio[0].set_value(reason())
    page.text_area[0].set_value("<b>seen</b> by me")
    press(page, "Hand in")
    [code] = page.code
    key = code.value.partition("correction.key=")[2]
    assert "/correction?lang=zh&correction.key=" in code.value and len(key) > 20
    mine = run(monkeypatch, mini_atlas, "correction", {"correction.key": key}, "en")
    assert [one.value for one in mine.text] == ["<b>seen</b> by me"]
    press(mine, "Take it back for good")
    again = run(monkeypatch, mini_atlas, "correction", {"correction.key": key}, "en")
    assert "<b>seen" not in shown(again) and not again.text
    number = run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "en")
    assert "Withdrawn" in shown(number)


def chinese(text: str) -> str:
    with language.speaking("zh"):
        return language.t(text)


def reason() -> str:
    return next(name for name, one in form.reasons().items() if one.claim == "connected")


def test_too_many_are_told_so() -> None:
    rates._limiter.cache_clear()
    for _ in range(rates.PER_HOUR):
        take("192.0.2.1")
    with pytest.raises(rates.TooMany, match=str(rates.PER_HOUR)):
        take("192.0.2.1")
    take("192.0.2.2")
    rates._limiter.cache_clear()


def test_the_rate_is_said_on_the_page(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    seat(ANYBODY)

    rates._limiter.cache_clear()

    def too_many(address: str | None) -> None:
        for _ in range(rates.PER_HOUR + 1):
            take("192.0.2.7")

    monkeypatch.setattr(rates, "take", too_many)
    page = run(monkeypatch, mini_atlas, "correct", {"place": VILLAGE, "standard": "wire"}, "zh")
    page.radio[0].set_value(reason())
    press(page, "Hand in")
    assert "10" in shown(page) and "30" in shown(page) and "an hour" not in shown(page)
    with own.reading() as connection:
        assert not list(connection.exec_driver_sql("SELECT * FROM challenge"))


def test_hostile_texts_are_shown_as_texts(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    seat(REVIEWER)
    for number, text in enumerate(HOSTILE, 1):
        key = filed(own, mini_atlas, text, contact=text[:50]).key
        mine = run(monkeypatch, mini_atlas, "correction", {"correction.key": key}, "en")
        assert len(mine.text) == 1
        page = run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "zh")
        assert len(page.text) == number and "<script>alert" not in markup(page)
        assert not [one for one in page.markdown if "alert" in one.value or "**bold**" in one.value]


def test_the_office_decides_and_everybody_reads_why(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    filed(own, mini_atlas, "a secret of the office")
    seat(COUNTY)
    page = run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "zh")
    page.radio[0].set_value("disputed")
    page.text_area[0].set_value("<i>measured</i> {x}")
    press(page, "Answer")
    seat(REVIEWER)
    assert "No. 000001" in shown(run(monkeypatch, mini_atlas, "desk", {}, "en"))
    page = run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "zh")
    page.radio[0].set_value("rejected")
    page.text_area[0].set_value("**seen** there")
    press(page, "Decide")
    seat(ANYBODY)
    text = shown(run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "en"))
    assert "**seen** there" in text and "<i>measured</i> {x}" in text and "Not upheld" in text
    assert "a secret of the office" not in text and "&lt;i&gt;measured" in markup(
        run(monkeypatch, mini_atlas, "correction", {"correction.no": "1"}, "en")
    )


# --- registers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nobody_sees_a_register_of_another_place(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, lang: str
) -> None:
    number = submitted(own, mini_atlas, title="Secret title")
    for who in (ANYBODY, STRANGER, Person("x", "x", (Grant("publisher"), Grant("auditor")))):
        seat(who)
        there = run(monkeypatch, mini_atlas, "submission", {"submission.no": str(number)}, lang)
        none = run(monkeypatch, mini_atlas, "submission", {"submission.no": "777"}, lang)
        assert words(markup(there)) == words(markup(none)) and "Secret title" not in shown(there)
        assert [one.label for one in there.button] == [one.label for one in none.button]
        for name in ("submit", "desk"):
            assert "Secret title" not in shown(run(monkeypatch, mini_atlas, name, {}, lang))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_are_shown_as_texts(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, text: str
) -> None:
    number = submitted(own, mini_atlas, title=text[:100], file_name=text)
    seat(LOCAL)
    for name in ("submission", "submit", "desk"):
        page = run(monkeypatch, mini_atlas, name, {"submission.no": str(number)}, "en")
        assert "<script>alert" not in markup(page) and held(own, number)["title"].split("\n")[0] in shown(page)


def test_a_register_is_submitted_and_approved(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = drafted(own, mini_atlas)
    query = {"submission.no": str(number), "place": PLACE}
    seat(COUNTY)
    page = run(monkeypatch, mini_atlas, "submission", query, "en")
    assert "Would turn connected" in shown(page) and "Approve" not in [one.label for one in page.button]
    press(page, "Submit it for review")
    seat(REVIEWER)
    assert "Register" in shown(run(monkeypatch, mini_atlas, "desk", {}, "en"))
    page = run(monkeypatch, mini_atlas, "submission", query, "en")
    stale = run(monkeypatch, mini_atlas, "submission", query, "en")
    page.multiselect[0].set_value(["010101107"])
    press(page, "Approve")
    assert "Say why some rows are left out" in shown(page)
    reviewed(page).set_value("not this one")
    press(page, "Approve")
    one = held(own, number)
    assert (one["state"], one["left_out"], one["words"]) == (APPROVED, "010101107", "not this one")
    reviewed(stale).set_value("too late")
    next(button for button in stale.button if "Return" in button.label).click()
    stale.run()
    assert held(own, number)["state"] == APPROVED
    again = shown(run(monkeypatch, mini_atlas, "submission", query, "en"))
    assert "Approved" in again and "not this one" in again


def test_rows_of_a_register_of_villages_are_left_out_one_by_one(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    text = io.StringIO()
    rows = [(village, "", "", "300", "", "", "") for village in (VILLAGE, "010101107")]
    csv.writer(text).writerows([COLUMNS["villages"], *rows])
    kept = own.files.keep(io.BytesIO(zstd.compress(text.getvalue().encode())))
    number = submitted(own, mini_atlas, kind="villages", rows_sha256=kept, as_of="")
    seat(REVIEWER)
    page = run(monkeypatch, mini_atlas, "submission", {"submission.no": str(number), "place": PLACE}, "en")
    text_shown = shown(page)
    assert "Other facts would change" in text_shown and "Villages of which it says something else" in text_shown
    assert "Population" in text_shown and "Position would change" in text_shown
    page.multiselect[0].set_value([VILLAGE])
    reviewed(page).set_value("counted twice")
    press(page, "Approve")
    one = held(own, number)
    assert (one["state"], one["left_out"]) == (APPROVED, VILLAGE)


def test_a_place_that_is_gone(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat) -> None:
    gone = Person("c", "c", (Grant("contributor", "gone"),))
    path = "ZZ/gone"
    monkeypatch.setattr(at_hand, "path", lambda atlas, place_id: path)
    number = hand_in.draft(own, gone, made_of(own, mini_atlas, path=path))
    seat(LOCAL)
    assert "not in this atlas any more" in shown(
        run(monkeypatch, mini_atlas, "submission", {"submission.no": str(number)}, "en")
    )


def made_of(desk: Desk, atlas: Atlas, **values: Any) -> hand_in.Draft:
    told: dict[str, Any] = dict.fromkeys(("file_sha256", "shape_sha256", "declaration_sha256"), "a" * 64)
    told |= {"path": at_hand.path(atlas, PLACE), "kind": "coverage", "title": "t", "file_name": "f.csv"}
    told |= {"rows_sha256": kept_rows(desk, *ROWS), "codes_as_of": "", "as_of": "2015-06-30", "against": "b"}
    told |= {"report_sha256": desk.files.keep(io.BytesIO(report_bytes(Report(2, 0, ()))))}
    return hand_in.Draft(rows_read=2, rows_rejected=0, rows_said=2, **{**told, **values})


# --- from a file to a build, with the real check ----------------------------------------------------------

FILE = "code,wire share,as of\n010101121,0.9,2015-06-30\n010101107,0.1,2015-06-30\n"


@pytest.fixture
def checker(mini_atlas: Atlas) -> Any:
    one = Checker(mini_atlas.path)
    yield one
    one.stop()


def checked(checker: Checker, desk: Desk, folder: Path, text: str, declaration: str = "") -> handing_in.Held:
    """A file as the page would have it checked."""
    folder.mkdir()
    (folder / "upload.csv").write_text(text, encoding="utf-8")
    job = Job(str(folder), "upload.csv", None, declaration, wants_rows=True, title="[columns] a")
    found = checker.check(job, lambda n: None, lambda: False)
    rows = {"coverage": handing_in.kept(desk.files, folder / "coverage.rows.csv")}
    file = desk.files.keep(io.BytesIO(text.encode()))
    return handing_in.Held("[columns] a.csv", file, PLACE, found, rows, {}, declaration)


def test_from_a_file_to_a_build(
    monkeypatch: pytest.MonkeyPatch,
    mini_atlas: Atlas,
    mini: Any,
    own: Desk,
    seat: Seat,
    checker: Checker,
    tmp_path: Path,
) -> None:
    seat(LOCAL)
    page = run(monkeypatch, mini_atlas, "submit", {"place": PLACE}, "zh")
    first = checked(checker, own, tmp_path / "a", FILE)
    assert isinstance(first.found, Checked)
    [part] = first.found.report.contents
    columns = {"code": "code", "share": "wire share", "as_of": "as of"}
    declaration = handing_in.with_columns(part.draft, columns, {"code", "share", "as_of", "name", "technology"})
    again = checked(checker, own, tmp_path / "b", FILE, declaration.replace('"broadband"', '"wire"'))
    page.session_state[handing_in.CHECKED] = again
    page.session_state["fold_columns_coverage"] = True
    page.run()
    assert not page.exception
    assert chinese("Would turn connected") in shown(page)
    boxes = {one.label: one.value for one in page.selectbox}
    assert "wire share" in boxes.values(), "the columns of a file that was read anew can be changed once more"
    page.text_input(key="handed_in_title").set_value('x"""\n[columns]')
    press(page, "Keep as a draft")
    one = held(own, 1)
    assert (one["rows_said"], one["as_of"], one["path"]) == (2, "2015-06-30", "ZZ/0100/0101")
    hand_in.submit(own, LOCAL, 1, one["version"], "")
    hand_in.approve(own, LOCAL, 1, held(own, 1)["version"], "")
    with own.reading() as connection:
        given_to_builds.write(connection, own.files, tmp_path / "given", "2026.11")
    target = 'published_target = "wired_target"\n'
    profile = mini.edit("profile.toml", target, f'{target}[standard.meets]\ntechnology = "wire"\n')
    build(profile.folder, profile.build_dir, quiet=True, more=[tmp_path / "given"])
    rows = (
        current(profile.build_dir)
        .cursor()
        .execute("SELECT place_id, share FROM coverage JOIN village USING (place_no)")
        .fetchall()
    )
    assert sorted(rows) == [("010101107", pytest.approx(0.1)), ("010101121", pytest.approx(0.9))]


def test_the_check_can_be_taken_away(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat) -> None:
    seat(LOCAL)
    assert run(monkeypatch, mini_atlas, "submit", {"place": PLACE}, "en").get("file_uploader")
    monkeypatch.setenv(allowed.SWITCH, "off")
    assert not run(monkeypatch, mini_atlas, "submit", {"place": PLACE}, "en").get("file_uploader")


def test_what_a_broken_reader_leaves_is_not_followed(own: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("place_id\nsecret\n")
    for name, put in (
        ("link", lambda path: path.symlink_to(tmp_path / "secret")),
        ("folder", lambda path: path.mkdir()),
        ("pipe", os.mkfifo),
    ):
        put(tmp_path / name)
        assert handing_in.kept(own.files, tmp_path / name) == ""
    assert handing_in.kept(own.files, tmp_path / "none") == ""
    sha256 = handing_in.kept(own.files, tmp_path / "secret")
    assert zstd.decompress(own.files.read(sha256)) == b"place_id\nsecret\n"


@pytest.mark.parametrize(
    "draft",
    ['title = "[columns]"\n[columns]\ncode = "a" # x\nname = "b"\n[file]\npath = "x"\n', 'title = "[columns]"\n'],
)
def test_columns_are_replaced_where_they_stand(draft: str) -> None:
    header = 'x"\\\x7f\n[file] # é'
    told = tomllib.loads(handing_in.with_columns(draft, {"name": header}, {"name", "share"}))
    assert told["title"] == "[columns]" and told["columns"]["name"] == header
    assert told["columns"].get("code") == ("a" if "code" in draft else None)


@pytest.mark.parametrize("name", PAGES)
def test_forms_and_matters_of_people_are_not_listed(mini_atlas: Atlas, own: Desk, seat: Seat, name: str) -> None:
    seat(ANYBODY)
    made = document.made(
        mini_atlas, Asked(name.replace("_", "-"), "en", None, "wire", date(2014, 12, 31), is_particular=False)
    )
    assert made.may_be_listed == (name in ("corrections", "releases"))
    assert ('name="robots" content="noindex"' in made.html) == (not made.may_be_listed)
    assert f"/{name.replace('_', '-')}?" not in sitemap.made(mini_atlas, "http://127.0.0.1/") or made.may_be_listed


# --- people -----------------------------------------------------------------------------------------------


def test_an_access_is_ended_and_given_back_by_the_page(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    publisher = Person("publisher", "Publisher", (Grant("publisher"),))
    for sub, name in (("li", HOSTILE[0]), ("publisher", "Publisher")):
        seen.note(own, seen.Seen(sub, name, "reviewer", "", "2026-11-20"))
    for who in (ANYBODY, COUNTY, REVIEWER):
        seat(who)
        assert not [one for one in run(monkeypatch, mini_atlas, "desk", {}, "zh").expander if "工作台人员" in one.label]
    seat(publisher)
    for label, is_ended in (("End the access", True), ("Give the access back", False)):
        page = run(monkeypatch, mini_atlas, "desk", {}, "zh")
        page.session_state["desk_people"] = True
        page.run()
        assert "<script>alert" not in markup(page) and HOSTILE[0] in shown(page)
        box = page.selectbox(key="desk_people_who")
        assert len(box.options) == 1, "nobody ends their own"
        box.set_value("li")
        page.run()
        press(page, label)
        assert chinese("Write what the reason is: whoever reads it later has only these words.") in shown(page)
        page.text_input(key="desk_people_why").set_value("<i>left</i>")
        press(page, label)
        with own.reading() as connection:
            assert (access.ended(connection) == {"li"}) is is_ended
