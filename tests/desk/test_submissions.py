"""Registers handed in: who may do what to them, in which order, and what a build is given of those approved.

More than 400 lines: each step of the way needs its wrong turns beside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import threading
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from desk_words import AUDITOR, NOBODY, TELECOM, Make, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import backup, engine, projection, texts
from desk.desk import ANYBODY, Desk
from desk.errors import NotAllowed, Overtaken, Refused, Unfitting
from desk.people.rights import Grant, Person, everything
from desk.preconditions import TITLE_CHARACTERS
from desk.projected.submissions import APPROVED, DRAFT, RETURNED, SUBMITTED, WITHDRAWN
from desk.releases import inputs as given_to_builds
from desk.submissions import hand_in, inputs, read
from desk.submissions.hand_in import NAME_CHARACTERS, Draft
from importer.convert.rows_said import COLUMNS

PATH = "100000/430000/430100"
ELSEWHERE = "100000/450000/450100"
COUNTY = person("county", Grant("contributor", "430100"))
OTHER_COUNTY = person("other county", Grant("contributor", "450100"))
LIKE = person("like", Grant("contributor", "43010"), Grant("reviewer", "4301"))  # codes that begin alike
ABOVE = person("above", Grant("reviewer", "430000"))
NATION = person("nation", Grant("reviewer", "100000"))
BESIDE = person("beside", Grant("reviewer", "450000"))
BOTH = person("both", Grant("contributor", "430100"), Grant("reviewer", "430100"))
STRANGERS = (ANYBODY, NOBODY, OTHER_COUNTY, LIKE, BESIDE, AUDITOR, TELECOM)
HEADER = COLUMNS["coverage"]
HOSTILE = (
    'a "quoted" title',
    "a\nb",
    'x"""\nkind = "places"\n"""',
    "'''",
    "../../x",
    "/etc/passwd",
    "\\",
    "\\u0000 \\n",
    "a\0b",
    "\u202eabc\u2066",
    "=HYPERLINK(1)",
    "[columns]",
    "# a remark",
    "{x} {0} {}",
    "a\x7fb\x85c",
    "\u2028line\u2029",
    "\U0001f600 \U0010fffd é e\u0301",
    "\ud800 alone",
    "<script>alert(1)</script>",
    "永州市 2024 年",
)


def sound(desk: Desk) -> bool:
    """Whether the tables are what the log says; the files that these tests name are not there."""
    return all(found.endswith(": missing") for found in backup.verify(desk))


def packed(desk: Desk, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> str:
    """The rows as the page keeps them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return desk.files.keep(io.BytesIO(zstd.compress(text.getvalue().encode())))


def said(place_id: str, *values: str) -> tuple[str, ...]:
    return (place_id, *values, *[""] * (len(HEADER) - 1 - len(values)))


def made(desk: Desk, **values: Any) -> Draft:
    told: dict[str, Any] = {
        "path": PATH,
        "kind": "coverage",
        "title": "County register",
        "file_name": "county.csv",
        "file_sha256": hashlib.sha256(repr(values).encode()).hexdigest(),
        "shape_sha256": "5" * 64,
        "declaration_sha256": "d" * 64,
        "rows_sha256": packed(desk, said("430100001", "5g"), said("430100002", "5g")),
        "report_sha256": "e" * 64,
        "codes_as_of": "2024-06-30",
        "as_of": "2024-06-30",
        "rows_read": 2,
        "rows_rejected": 0,
        "rows_said": 2,
        "against": "build",
    }
    return Draft(**{**told, **values})


def drafted(desk: Desk, by: Person = COUNTY, **values: Any) -> int:
    return hand_in.draft(desk, by, made(desk, **values))


def submitted(desk: Desk, by: Person = COUNTY, **values: Any) -> int:
    number = drafted(desk, by, **values)
    hand_in.submit(desk, by, number, seen(desk, number), "")
    return number


def approved(desk: Desk, left_out: tuple[str, ...] = (), **values: Any) -> int:
    number = submitted(desk, **values)
    hand_in.approve(desk, ABOVE, number, seen(desk, number), "reviewed", left_out)
    return number


def held(desk: Desk, number: int) -> dict[str, Any]:
    with desk.reading() as connection:
        found = read.one(connection, number)
    assert found is not None
    return dict(found)


def seen(desk: Desk, number: int) -> int:
    return int(held(desk, number)["version"])


def listed(desk: Desk, who: Person) -> list[int]:
    with desk.reading() as connection:
        return [one["submission_no"] for one in read.listed(connection, who, 50)]


def waiting(desk: Desk, who: Person, most: int = 50) -> list[int]:
    with desk.reading() as connection:
        return [one["submission_no"] for one in read.waiting(connection, who, most)]


def written(desk: Desk, folder: Path) -> dict[str, list[list[str]]]:
    """What a build is given: source → its rows without the header."""
    with desk.reading() as connection:
        given_to_builds.write(connection, desk.files, folder, "2026.11")
    found = {}
    for source in sorted(folder.glob("sources/*.toml")):
        told = tomllib.loads(source.read_text(encoding="utf-8"))
        assert told["source_id"] == source.stem
        file = folder / told["file"]["path"]
        assert file.resolve().parent == folder.resolve()
        with file.open(encoding="utf-8", newline="") as lines:
            found[source.stem] = list(csv.reader(lines))[1:]
    assert {one.parent for one in folder.rglob("*") if one.is_file()} <= {folder, folder / "sources"}
    return found


def codes(rows: list[list[str]]) -> list[str]:
    return [row[0] for row in rows]


# --- the way ----------------------------------------------------------------------------------------------


def test_the_way_to_an_approval(desk: Desk) -> None:
    number = drafted(desk)
    assert (number, held(desk, number)["state"]) == (1, DRAFT)
    hand_in.submit(desk, COUNTY, number, seen(desk, number), "  the whole\r\ncounty ")
    one = held(desk, number)
    assert (one["state"], one["note"], one["submitted_by"]) == (SUBMITTED, "the whole\ncounty", "county")
    hand_in.approve(desk, ABOVE, number, seen(desk, number), "")
    one = held(desk, number)
    assert (one["state"], one["decided_by"], one["left_out"], one["release"]) == (APPROVED, "above", "", "")
    assert one["drafted_at"] < one["submitted_at"] < one["decided_at"]
    assert sound(desk)


def test_returned_and_handed_in_anew(desk: Desk) -> None:
    number = submitted(desk, file_sha256="a" * 64)
    with pytest.raises(Unfitting):
        hand_in.give_back(desk, ABOVE, number, seen(desk, number), " \u200b")
    hand_in.give_back(desk, ABOVE, number, seen(desk, number), "the speeds are wrong")
    assert (held(desk, number)["state"], held(desk, number)["words"]) == (RETURNED, "the speeds are wrong")
    again = submitted(desk, file_sha256="a" * 64)
    assert again == 2, "what was returned does not stand in the way of the same file"
    hand_in.withdraw(desk, COUNTY, number, seen(desk, number))
    assert held(desk, number)["state"] == WITHDRAWN


Act = Callable[[Desk, int, int], None]
ACTS: dict[str, Act] = {
    "submit": lambda desk, number, version: hand_in.submit(desk, BOTH, number, version, ""),
    "withdraw": lambda desk, number, version: hand_in.withdraw(desk, BOTH, number, version),
    "give_back": lambda desk, number, version: hand_in.give_back(desk, BOTH, number, version, "mend"),
    "approve": lambda desk, number, version: hand_in.approve(desk, BOTH, number, version, ""),
}
ALLOWED = {
    DRAFT: {"submit", "withdraw"},
    SUBMITTED: {"withdraw", "give_back", "approve"},
    RETURNED: {"withdraw"},
    APPROVED: set(),
    WITHDRAWN: set(),
}


def in_state(desk: Desk, state: str) -> int:
    number = drafted(desk, file_sha256=hashlib.sha256(str(listed(desk, NATION)).encode()).hexdigest())
    ways: dict[str, list[tuple[Callable[..., None], Person, tuple[str, ...]]]] = {
        DRAFT: [],
        SUBMITTED: [(hand_in.submit, COUNTY, ("",))],
        RETURNED: [(hand_in.submit, COUNTY, ("",)), (hand_in.give_back, ABOVE, ("mend",))],
        APPROVED: [(hand_in.submit, COUNTY, ("",)), (hand_in.approve, ABOVE, ("",))],
        WITHDRAWN: [(hand_in.withdraw, COUNTY, ())],
    }
    for act, who, words in ways[state]:
        act(desk, who, number, seen(desk, number), *words)
    assert held(desk, number)["state"] == state
    return number


def test_every_step_from_every_state(desk: Desk) -> None:
    for state, allowed in ALLOWED.items():
        for name, act in ACTS.items():
            number = in_state(desk, state)
            before = held(desk, number)
            if name in allowed:
                act(desk, number, before["version"])
                assert held(desk, number)["state"] != state
            else:
                with pytest.raises(Overtaken):
                    act(desk, number, before["version"])
                assert held(desk, number) == before
    assert sound(desk)


def test_a_number_that_there_is_not(desk: Desk) -> None:
    for number in (0, -1, 7, 999_999_999):
        for act in ACTS.values():
            with pytest.raises(Unfitting):
                act(desk, number, 1)


# --- who --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", STRANGERS, ids=lambda one: str(one.sub))
def test_nobody_of_another_place_or_role(desk: Desk, who: Person) -> None:
    with pytest.raises(NotAllowed):
        drafted(desk, who)
    number = drafted(desk)
    with pytest.raises(NotAllowed):
        hand_in.submit(desk, who, number, seen(desk, number), "")
    hand_in.submit(desk, COUNTY, number, seen(desk, number), "")
    for act in (
        lambda: hand_in.withdraw(desk, who, number, seen(desk, number)),
        lambda: hand_in.give_back(desk, who, number, seen(desk, number), "no"),
        lambda: hand_in.approve(desk, who, number, seen(desk, number), ""),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert listed(desk, who) == waiting(desk, who) == [] and not read.may_see(who, PATH)
    assert held(desk, number)["state"] == SUBMITTED


def test_a_contributor_does_not_review_nor_a_reviewer_hand_in(desk: Desk) -> None:
    number = submitted(desk)
    with pytest.raises(NotAllowed):
        hand_in.approve(desk, person("x", Grant("contributor", "430100")), number, seen(desk, number), "")
    with pytest.raises(NotAllowed):
        drafted(desk, ABOVE, file_sha256="b" * 64)
    assert listed(desk, COUNTY) == listed(desk, ABOVE) == listed(desk, NATION) == [number]
    assert waiting(desk, COUNTY) == [] and waiting(desk, ABOVE) == [number]


@pytest.mark.parametrize("submitter", [BOTH, COUNTY], ids=["both", "drafted only"])
def test_four_eyes(desk: Desk, submitter: Person) -> None:
    number = drafted(desk, BOTH)
    hand_in.submit(desk, submitter, number, seen(desk, number), "")
    with pytest.raises(NotAllowed, match="somebody else"):
        hand_in.approve(desk, BOTH, number, seen(desk, number), "")
    hand_in.give_back(desk, BOTH, number, seen(desk, number), "one may return one's own")
    again = drafted(desk, BOTH, file_sha256="c" * 64)
    hand_in.submit(desk, BOTH, again, seen(desk, again), "")
    hand_in.approve(desk, BOTH, again, seen(desk, again), "", four_eyes=False)


def test_whoever_sits_at_the_machine_may_do_all(desk: Desk) -> None:
    local = everything()
    number = submitted(desk, local)
    assert listed(desk, local) == waiting(desk, local) == [number]
    hand_in.approve(desk, local, number, seen(desk, number), "")


def test_two_reviewers_at_once(desk: Desk) -> None:
    number = submitted(desk)
    version, fates = seen(desk, number), []
    together = threading.Barrier(2)

    def review(who: Person, act: Callable[..., None]) -> None:
        together.wait()
        try:
            act(desk, who, number, version, f"words of {who.sub}")
            fates.append((who.sub, None))
        except Refused as refused:
            fates.append((who.sub, refused))

    threads = [
        threading.Thread(target=review, args=(ABOVE, hand_in.approve)),
        threading.Thread(target=review, args=(NATION, hand_in.give_back)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [name for name, fate in fates if fate is None]
    [loser] = [fate for _, fate in fates if fate is not None]
    assert isinstance(loser, Overtaken) and "meanwhile" in str(loser)
    one = held(desk, number)
    assert one["decided_by"] == winner and one["words"] == f"words of {winner}"


# --- what is refused --------------------------------------------------------------------------------------


def test_the_same_file_twice(desk: Desk) -> None:
    first, second = drafted(desk, file_sha256="a" * 64), drafted(desk, file_sha256="a" * 64)
    hand_in.submit(desk, COUNTY, first, seen(desk, first), "")
    with pytest.raises(Unfitting, match="before: see number 1"):
        hand_in.submit(desk, COUNTY, second, seen(desk, second), "")
    with pytest.raises(Unfitting, match="before: see number 1"):
        drafted(desk, file_sha256="a" * 64)
    drafted(desk, file_sha256="a" * 64, kind="villages")
    hand_in.withdraw(desk, COUNTY, first, seen(desk, first))
    hand_in.submit(desk, COUNTY, second, seen(desk, second), "")
    hand_in.approve(desk, ABOVE, second, seen(desk, second), "")
    with pytest.raises(Unfitting, match="before: see number 2"):
        drafted(desk, file_sha256="a" * 64)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outside": 1},
        {"rows_said": 0},
        {"kind": "projects"},
        {"title": " \u200b\n"},
        {"title": "x" * (TITLE_CHARACTERS + 1)},
        {"as_of": "2024\x00"},
        {"as_of": '2024"\n[x]'},
        {"codes_as_of": "2024-06-30\n[x]"},
    ],
    ids=str,
)
def test_what_is_not_taken(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unfitting):
        drafted(desk, **wrong)
    assert listed(desk, NATION) == []


def test_a_long_name_of_a_file_is_cut(desk: Desk) -> None:
    number = drafted(desk, file_name="名" * 300 + ".csv")
    assert held(desk, number)["file_name"] == "名" * NAME_CHARACTERS


def test_a_reason_is_told_for_what_is_left_out(desk: Desk) -> None:
    number = submitted(desk)
    with pytest.raises(Unfitting):
        hand_in.approve(desk, ABOVE, number, seen(desk, number), " \n", ["430100001"])
    many = [str(n) for n in range(hand_in.MOST_LEFT_OUT + 1)]
    with pytest.raises(Unfitting):
        hand_in.approve(desk, ABOVE, number, seen(desk, number), "no", many)
    hand_in.approve(desk, ABOVE, number, seen(desk, number), "no", many[1:])


# --- lists ------------------------------------------------------------------------------------------------


def test_what_waits_longest_stands_first(desk: Desk) -> None:
    numbers = [submitted(desk, file_sha256=f"{n:064}") for n in range(30)]
    assert waiting(desk, ABOVE, 3) == numbers[:3], "the oldest would never be reviewed"
    assert listed(desk, ABOVE)[0] == numbers[-1]


def test_lists_of_places(desk: Desk) -> None:
    here, there = submitted(desk), submitted(desk, OTHER_COUNTY, path=ELSEWHERE)
    assert listed(desk, COUNTY) == [here] and listed(desk, OTHER_COUNTY) == [there]
    assert listed(desk, NATION) == [there, here] and waiting(desk, NATION) == [here, there]
    anywhere = person("%", Grant("contributor", "%"), Grant("reviewer", "_30000"), Grant("reviewer", ""))
    assert listed(desk, anywhere) == []


def test_how_a_file_of_the_same_headers_was_read(desk: Desk) -> None:
    def alike(path: str = PATH, shape: str = "5" * 64) -> str:
        with desk.reading() as connection:
            return read.read_alike(connection, path, shape)

    submitted(desk, declaration_sha256="1" * 64)
    assert alike() == ""
    approved(desk, declaration_sha256="2" * 64)
    approved(desk, declaration_sha256="3" * 64)
    assert alike() == "3" * 64 and alike(ELSEWHERE) == alike(shape="6" * 64) == ""


# --- what a build is given --------------------------------------------------------------------------------


def test_only_what_is_approved_reaches_a_build(desk: Desk, tmp_path: Path) -> None:
    for state in (DRAFT, SUBMITTED, RETURNED, WITHDRAWN):
        in_state(desk, state)
    assert written(desk, tmp_path / "none") == {}
    number = approved(desk, ("430100001",), file_sha256="f" * 64)
    assert {name: codes(rows) for name, rows in written(desk, tmp_path / "one").items()} == {
        f"desk-{number:06}": ["430100002"]
    }


def test_codes_with_blanks_are_left_out_whole(desk: Desk, tmp_path: Path) -> None:
    rows = packed(desk, said("a b", "5g"), said("a", "5g"), said("b", "5g"), said("c", "5g"))
    number = approved(desk, ("a b", "c"), rows_sha256=rows)
    assert codes(written(desk, tmp_path / "x")[f"desk-{number:06}"]) == ["a", "b"]


def test_a_later_one_of_the_same_day_takes_the_place(desk: Desk, tmp_path: Path) -> None:
    first = approved(desk, file_sha256="1" * 64)
    other_day = approved(desk, file_sha256="2" * 64, as_of="2024-12-31")
    other_kind = approved(desk, file_sha256="3" * 64, kind="villages", as_of="")
    early, late = submitted(desk, file_sha256="4" * 64), submitted(desk, file_sha256="5" * 64)
    hand_in.approve(desk, ABOVE, late, seen(desk, late), "")
    hand_in.approve(desk, ABOVE, early, seen(desk, early), "")  # approved last, though it has the lower number
    found = {int(name.removeprefix("desk-")) for name in written(desk, tmp_path / "x")}
    assert found == {other_day, other_kind, early} and first not in found


def test_rows_are_as_approved(desk: Desk, tmp_path: Path) -> None:
    cells = ["5g", 'a "b", c', "line\nbreak", "", "2024-06-30", "=1+1", "\u202e", "../../x", "\0", "x" * 200_000]
    rows = [said("430100001", *cells), said("430100002", "a\r430100003,5g", "\r\n", "é", "永州")]
    number = approved(desk, rows_sha256=kept(desk, rows))
    assert written(desk, tmp_path / "x")[f"desk-{number:06}"] == [list(row) for row in rows]


def kept(desk: Desk, rows: list[tuple[str, ...]]) -> str:
    """With every cell in quotes, so that none of them ends a row."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    return desk.files.keep(io.BytesIO(zstd.compress(text.getvalue().encode())))


def test_declarations_say_what_was_written(desk: Desk, tmp_path: Path) -> None:
    titles = {}
    for n, text in enumerate(HOSTILE):
        number = approved(desk, file_sha256=f"{n:064}", title=text, file_name=text, as_of=f"2024-06-{n + 1:02}")
        titles[f"desk-{number:06}"] = texts.clean(text, TITLE_CHARACTERS)
    assert set(written(desk, tmp_path / "x")) == set(titles)
    for source_id, title in titles.items():
        told = tomllib.loads((tmp_path / "x" / "sources" / f"{source_id}.toml").read_text(encoding="utf-8"))
        assert told["title"] == {"zh": title, "en": title}
        assert told["columns"]["code"] == "place_id"
        assert set(told) == {
            *("source_id", "kind", "title", "publisher", "edition", "licence", "evidence", "codes_as_of", "file"),
            "columns",
        }
    assert sound(desk)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(title=st.text(max_size=40), kind=st.sampled_from(hand_in.KINDS), as_of=st.sampled_from(["", "2024-06-30"]))
def test_any_title_is_a_toml_text(title: str, kind: str, as_of: str) -> None:
    plain = texts.clean(title, TITLE_CHARACTERS)
    row = {"kind": kind, "title": plain, "as_of": as_of, "codes_as_of": as_of, "decided_at": "2026-11-02T08:00:00Z"}
    told = tomllib.loads(inputs.declaration(row, "desk-000001"))
    assert told["title"]["en"] == plain and told["edition"] == (as_of or "2026-11-02")


def test_hypothesis_would_find_a_del() -> None:
    """What is written down before a title is cleaned would be no TOML."""
    row = {"kind": "coverage", "title": "a\x7fb", "as_of": "", "codes_as_of": "", "decided_at": "2026-11-02"}
    assert tomllib.loads(inputs.declaration(row, "x"))["title"]["zh"] == "a\x7fb"


@pytest.mark.parametrize("name", [*HOSTILE, "desk-000001", "CON"])
def test_names_are_data(make: Make, tmp_path: Path, name: str) -> None:
    desk = make("sqlite")
    approved(desk, title=f"t {name}", file_name=name)
    assert list(written(desk, tmp_path / "x")) == ["desk-000001"]


def test_a_replay_is_identical(desk: Desk) -> None:
    in_state(desk, RETURNED)
    approved(desk, ("430100001", "a b"), file_sha256="f" * 64)
    with desk.reading() as connection:
        before = projection.digests(connection)
        scratch = engine.opened("sqlite://")
        with engine.writing(scratch) as target:
            for metadata in projection.METADATA:
                metadata.create_all(target)
            projection.replay(connection, target, desk.files)
            assert projection.digests(target) == before
        scratch.dispose()
    assert "submission" in before


def test_a_draft_is_a_plain_value(desk: Desk) -> None:
    one = made(desk)
    assert replace(one, title="x").title == "x"
