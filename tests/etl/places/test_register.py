"""The register of places: levels by the length of codes, parents, and what is shown at which level."""

from __future__ import annotations

import pytest
from mini_profile import Ask, Profile


def test_levels_come_from_the_length_of_the_codes(ask: Ask) -> None:
    counts = dict(ask("SELECT level, count(*) FROM place WHERE source_id = 'register' GROUP BY level"))
    assert counts == {"country": 1, "region": 2, "district": 4, "ward": 8}
    assert ask("SELECT count(*), count(*) FILTER (in_programme) FROM village") == [(60, 50)]


def test_codes_keep_their_leading_zeros_and_are_padded(ask: Ask) -> None:
    places = {row[0] for row in ask("SELECT place_id FROM place")}
    assert {"0100", "0101", "010101", "ZZ"} <= places
    assert "01" not in places
    assert ask("SELECT place_id FROM village WHERE name = 'Bílá'") == [("010101100",)]


def test_a_code_that_padding_makes_equal_says_its_level(ask: Ask) -> None:
    """Region 02 is 0200 when padded, and so is its district 0200."""
    assert ask("SELECT place_id, level, parent_id FROM place WHERE place_id LIKE '0200%' ORDER BY 1") == [
        ("0200", "region", "ZZ"),
        ("0200-district", "district", "0200"),
        ("020001", "ward", "0200-district"),
    ]
    assert ask("SELECT DISTINCT district_id FROM village WHERE ward_id = '020001'") == [("0200-district",)]


def test_codes_that_collide_below_the_padding_stay_unique_too(mini: Profile) -> None:
    mini.edit("sources/register.toml", "pad_to = 4", "pad_to = 6")
    rows = mini.places().sql("SELECT place_id, level FROM place WHERE place_id LIKE '0200%' ORDER BY 1")
    assert rows.fetchall() == [("020000", "region"), ("020000-district", "district"), ("020001", "ward")]


def test_parents(ask: Ask) -> None:
    assert ask("SELECT place_id FROM place WHERE parent_id IS NULL") == [("ZZ",)]
    assert ask("SELECT parent_id FROM place WHERE place_id IN ('010101', '0101', '0100') ORDER BY place_id") == [
        ("ZZ",),
        ("0100",),
        ("0101",),
    ]


def test_a_village_names_its_place_at_every_level(ask: Ask) -> None:
    strays = ask(
        """
        SELECT v.place_id FROM village AS v
        WHERE NOT EXISTS (FROM place_within WHERE place_id = v.ward_id AND ancestor_id = v.district_id)
           OR NOT EXISTS (FROM place_within WHERE place_id = v.ward_id AND ancestor_id = v.region_id)
           OR NOT EXISTS (FROM place_within WHERE place_id = v.ward_id AND ancestor_id = v.country_id)
        """
    )
    assert strays == []


def test_place_within_is_the_closure_with_each_place_itself(ask: Ask) -> None:
    assert ask("SELECT ancestor_id FROM place_within WHERE place_id = '010101' ORDER BY 1") == [
        ("0100",),
        ("0101",),
        ("010101",),
        ("ZZ",),
    ]
    assert ask("SELECT count(*) FROM place_within") == [(1 + 3 * 2 + 4 * 3 + 8 * 4,)]


def test_kinds_and_the_programme(ask: Ask) -> None:
    assert ask("SELECT kind, in_programme, count(*) FROM village GROUP BY ALL ORDER BY 1") == [
        ("hamlet", True, 50),
        ("quarter", False, 10),
    ]
    assert ask("SELECT kind, name_en, in_programme FROM village_kind ORDER BY 1") == [
        ("hamlet", "Hamlet", True),
        ("quarter", "Quarter", False),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "Robert'); DROP TABLE place;--",
        '"uvozovky", čárka; středník',
        "\u200fعين الماء",
        "😀ves",
        "=1+1",
    ],
)
def test_a_hostile_name_is_a_name(ask: Ask, name: str) -> None:
    assert len(ask("SELECT place_id FROM village WHERE name = $1", [name])) == 1


def test_declared_english_names(mini: Profile) -> None:
    mini.edit(
        "sources/register.toml",
        "[kinds] #",
        '[names_en]\nfile = "places/names-en.csv"\nmethod = "pinyin"\nsuffixes = []\n\n[kinds] #',
    )
    names = dict(mini.places().sql("SELECT place_id, name_en FROM place").fetchall())
    assert names["0100"] == "Ostravina"
    assert names["010101"]  # romanised


# --- what is shown at a level -------------------------------------------------------------------------


def shown(ask: Ask, level: str) -> list[object]:
    return [row[0] for row in ask("SELECT place_id FROM place_at WHERE level = $1 ORDER BY 1", [level])]


def test_a_grouping_is_replaced_by_its_parts(ask: Ask) -> None:
    assert shown(ask, "district") == ["0101", "0102", "0200-district", "020301", "020302", "0900"]


def test_a_place_without_parts_stands_for_itself_below(ask: Ask) -> None:
    for level in ("region", "district", "ward"):
        assert "0900" in shown(ask, level)


def test_the_settlements_are_not_shown_as_places(ask: Ask) -> None:
    assert shown(ask, "settlement") == []


def test_groupings_may_be_shown_as_their_parent(mini: Profile) -> None:
    mini.edit(
        "sources/register.toml",
        'place_ids = ["0203"]\nshow = "children"',
        'place_ids = ["0101", "0102"]\nshow = "parent"',
    )
    store = mini.places()
    rows = store.sql("SELECT place_id FROM place_at WHERE level = 'district' ORDER BY 1").fetchall()
    assert rows == [("0100",), ("0200-district",), ("0203",), ("0900",)]
    assert store.sql(PARTITION.replace("FROM village ", "FROM register_village ")).fetchall() == []


PARTITION = """
    SELECT l.level_id, v.place_id, count(a.place_id) AS places
    FROM village AS v CROSS JOIN level AS l
    LEFT JOIN place_within AS w ON w.place_id = v.ward_id
    LEFT JOIN place_at AS a ON a.place_id = w.ancestor_id AND a.level = l.level_id
    WHERE l.position < (SELECT max(position) FROM level)
    GROUP BY ALL HAVING count(a.place_id) <> 1
"""


def test_every_village_is_under_exactly_one_place_shown_at_each_level(ask: Ask) -> None:
    assert ask(PARTITION) == []


# --- a country of three levels ------------------------------------------------------------------------


def without_tables(text: str, *ids: str) -> str:
    """A profile without some of its [[level]] tables."""
    head, *tables = text.split("[[level]]\n")
    return head + "".join(
        f"[[level]]\n{one}" for one in tables if not one.startswith(tuple(f'level_id = "{i}"' for i in ids))
    )


def test_country_region_settlement(mini: Profile) -> None:
    """The fewest levels there can be: nothing in the code counts on counties and townships."""
    profile = mini.file("profile.toml")
    profile.write_text(without_tables(profile.read_text(encoding="utf-8"), "district", "ward"), encoding="utf-8")
    register = mini.file("places/register.csv")
    rows = register.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows[1:] if len(row.split(",")[0]) in (2, 9)]
    register.write_text("\n".join([rows[0], *kept]) + "\n", encoding="utf-8")
    mini.edit("sources/register.toml", "region = 2, district = 4, ward = 6, settlement", "region = 2, settlement")
    declared = mini.file("sources/register.toml").read_text(encoding="utf-8")
    mini.file("sources/register.toml").write_text(declared[: declared.index("[[grouping]]")], encoding="utf-8")
    maps = mini.file("sources/maps.toml").read_text(encoding="utf-8")
    first, _, rest = maps.partition('[[layer]]\nlevel = "district"')
    mini.file("sources/maps.toml").write_text(first + rest[rest.index("[alias]") :], encoding="utf-8")
    model = mini.file("sources/status.toml").read_text(encoding="utf-8")
    mini.file("sources/status.toml").write_text(model[: model.index("# The declared count")], encoding="utf-8")
    mini.file("sources/projects.toml").unlink()
    pilots = mini.file("pilots/pilots.csv").read_text(encoding="utf-8").splitlines()
    mini.file("pilots/pilots.csv").write_text("\n".join(pilots[:2]) + "\n", encoding="utf-8")
    with mini.declare().built() as atlas:
        assert atlas.execute("SELECT level, count(*) FROM place GROUP BY 1 ORDER BY 1").fetchall() == [
            ("country", 1),
            ("region", 3),
        ]
        assert atlas.execute(
            "SELECT sum(connected + unconnected + unknown) FROM status_count "
            "WHERE level = 'region' AND standard = 'wire' AND as_of = '2010-12-31'"
        ).fetchall() == [(50,)]
