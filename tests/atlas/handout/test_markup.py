"""A page's markup read back: what a card, a table, a notice says, whatever is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.handout.made import fitted, in_lines, lines_of, side_by_side, telling
from atlas.handout.markup import Read
from atlas.handout.model import Heading, Pairs, Table, Words
from atlas.look import blocks, cards, legends, tables
from atlas.look.badges import evidence_word
from ground.visible import visible

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def as_read(text: str) -> str:
    return " ".join(visible(text).split())


def read(*pieces: str) -> Read:
    found = Read()
    for one in pieces:
        found.add(one)
    return found


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_the_cells_of_a_table_are_those_of_the_page(rows: list[tuple[str, str]]) -> None:
    found = read(tables.data_table(["<b>", "=1+1"], rows, "lr", "caption"))
    [table] = found.body
    assert isinstance(table, Table)
    assert table.headings == ("<b>", "=1+1")
    assert table.rows == tuple((as_read(a), as_read(b)) for a, b in rows)
    assert table.is_number == (False, True)
    assert table.total == len(rows)


@given(TEXTS, TEXTS, TEXTS)
def test_a_card_keeps_its_title_value_badge_and_note(title: str, value: str, note: str) -> None:
    found = read(cards.cards([cards.card_text(title, value, "", "simulated", note)]))
    [card] = found.cards
    assert card.evidence == f"○ {evidence_word('simulated')}"
    assert (card.value, card.note) == (as_read(value), as_read(note))
    assert found.is_simulated


def test_title_trail_notice_facts_and_sources() -> None:
    found = read(
        blocks.breadcrumb([("全国", "?place=1"), ("<i>县</i>", None)]),
        blocks.finding("a < b", ["2025-12-31"], "declared"),
        blocks.notice("warning", "mind this", [("a link", "?x=1")]),
        tables.fact_list([("name", "said", "declared")]),
        blocks.heading("part", None, "remark"),
        blocks.sources("Sources: x"),
    )
    assert found.trail == ["全国", "<i>县</i>"]
    assert found.title == "a < b"
    assert found.beneath == ["2025-12-31", "◆ 公布"]
    assert found.body == [
        Words("mind this", "warning"),
        Pairs((("name", "said ◆ 公布"),)),
        Heading("part", "remark"),
    ]
    assert found.sources == ["Sources: x"]


def test_what_is_not_for_paper_stays_out() -> None:
    key = legends.swatches("key", [("#000000", "black")], "declared")
    found = read(blocks.file_links("files", [("CSV", "x.csv")]), key, blocks.print_button("Print"))
    assert found.body == [] and found.cards == []


def test_a_map_is_its_drawing_and_its_credit_stays_in_it() -> None:
    found = read(blocks.paper_picture("drawn/1.svg?lang=zh", "map"), blocks.credit("click here"))
    assert found.pictures == [("drawn/1.svg?lang=zh", "map")]
    assert found.body == []


def test_markup_of_any_kind_does_no_harm() -> None:
    found = read("<table><tr><td>x", "</div></p>", '<div class="atlas-table"></div>', "<h1>no finding</h1>")
    assert found.body == [] and found.title == ""


def table(rows: int, columns: int = 2, text: str = "x") -> Table:
    cells = tuple((f"{text}{k}",) * columns for k in range(rows))
    return Table(("a",) * columns, cells, (False,) * columns, rows, rows)


def test_a_long_table_is_cut_and_says_of_how_many() -> None:
    kept, left_out = fitted([Heading("h"), table(500, 6, "quite a long text ")], 60)
    [_, cut] = kept
    assert isinstance(cut, Table)
    assert 0 < cut.shown < 500 == cut.total
    assert lines_of(cut) <= 60
    assert left_out == ()


def test_what_has_no_room_is_named() -> None:
    kept, left_out = fitted([Heading("first"), Words("w " * 600), Heading("second"), Words("w " * 9000)], 40)
    assert [one.text for one in kept if isinstance(one, Heading)] == ["first"]
    assert left_out == ("second",)


def test_a_heading_without_anything_beneath_is_left_out() -> None:
    kept, _ = fitted([Heading("of a map"), Heading("of a table"), table(3)], 40)
    assert [one.text for one in kept if isinstance(one, Heading)] == ["of a table"]


def test_halves_of_a_narrow_table_hold_every_row_once() -> None:
    whole = table(31)
    both = side_by_side(whole)
    cells = [row[:2] for row in both.rows] + [row[2:] for row in both.rows]
    assert sorted(one for one in cells if one != ("", "")) == sorted(whole.rows)
    assert both.shown == 31


def test_columns_that_know_nothing_are_told_in_a_sentence() -> None:
    rows = (("a", "未知", "1"), ("b", "–", "2"))
    found = telling(Table(("name", "granted", "n"), rows, (False, True, True), 2, 2))
    assert found.headings == ("name", "n") and found.unknown == ("granted",)
    assert found.rows == (("a", "1"), ("b", "2"))


def test_short_parts_share_a_line_and_a_badge_begins_one() -> None:
    assert in_lines(["县级", "431124", "◆ 公布 x", "范围"]) == ("县级 · 431124", "◆ 公布 x · 范围")


def test_badges_are_read_with_their_shape() -> None:
    found = read(blocks.heading("part", "simulated"))
    assert found.body == [Heading("part ○ 模拟")]
