"""Numbers beside one another: part of a total, another scale, another day are not taken for what they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafting import LEVELS, asked, columns, drafted, why, write

from importer.guess.draft import drafts


def test_fractions_beside_percents_are_not_read_as_percents(tmp_path: Path) -> None:
    """0.98 beside 5 and 98: no number lies between 1 and 5, or one does; never 0.98 %."""
    rows = "".join(f"村{n},{0.5 + n / 10},{least},是\n" for n, least in enumerate([5, 98, 100, 8, 1]))
    path = write(tmp_path / "a.csv", f"村名,光纤覆盖率,4G覆盖率,通电\n{rows}")
    made = drafted(path, "coverage")
    assert why(made)["光纤覆盖率"] == "other_scale" and made.body["wide"][0]["words"] == {"technology": {"4G": "4g"}}


def test_what_only_another_kind_asks_is_not_said_to_be_asked_here(tmp_path: Path) -> None:
    """The money of a project, in a table of villages: nothing here could be answered."""
    rows = "431122100201,甲村,1254,是,2450\n431122100202,乙村,980,否,310\n431122100203,丙村,1100,是,1250\n"
    path = write(tmp_path / "a.csv", f"行政村代码,行政村,总人口,是否通光纤,投资\n{rows}")
    made = drafts(path, LEVELS)
    assert {draft.kind for draft in made} == {"coverage", "villages"}
    assert [(why(draft)["投资"], [key for key in asked(draft) if "投资" in key]) for draft in made] == [
        ("of_another_kind", []),
        ("of_another_kind", []),
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("贫困户数", "households"),
        ("光纤覆盖户数", "households"),
        ("贫困人口", "population_persons"),
        ("households with internet", "households"),
        ("población cubierta", "population_persons"),
    ],
)
def test_some_of_the_people_are_not_all_of_them(tmp_path: Path, header: str, field: str) -> None:
    path = write(tmp_path / "a.csv", f"村名,{header}\n甲,130\n乙,97\n丙,212\n")
    key = f"meaning:{header}"
    made = drafted(path, "villages")
    assert field not in columns(made) and why(made) == {header: "asked"} and asked(made)[key].taken is None
    assert columns(drafted(path, "villages", answers={key: field}))[field] == header


@pytest.mark.parametrize(
    "header",
    [
        "全村总人口",
        "2018年末人口数",
        "农村常住人口（人）",
        "population 2020",
        "Población total 2017",
        "Total households",
    ],
)
def test_all_of_the_people_are_known(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "a.csv", f"村名,{header}\n甲,130\n乙,97\n丙,212\n")
    assert header in columns(drafted(path, "villages")).values()


@pytest.mark.parametrize("header", ["验收日期", "光纤开通日期", "建成日期"])
def test_a_day_of_something_else_is_no_day_of_the_row(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "a.csv", f"村名,是否通光纤,{header}\n甲,是,2018-03-05\n乙,否,2018-06-30\n")
    assert "as_of" not in columns(drafted(path, "coverage"))


@pytest.mark.parametrize("counts", [(6, 3, 5), (60, 130, 150)])
def test_counts_beside_a_rate_say_nothing_of_it(tmp_path: Path, counts: tuple[int, ...]) -> None:
    rows = "".join(f"村{n},{count},{0.8 + n / 100}\n" for n, count in enumerate(counts))
    made = drafted(write(tmp_path / "a.csv", f"村名,通光纤自然村数,光纤通达率\n{rows}"), "coverage")
    assert made.body["wide"][0]["value"] == "share" and why(made) == {"通光纤自然村数": "doubtful"}


def test_a_one_among_percents_is_asked(tmp_path: Path) -> None:
    """A cell that shows 100 % holds 1; among typed percents it would be 1 %."""
    rows = "".join(f"村{n},{cell}\n" for n, cell in enumerate(["98", "1", "100", "87.5"]))
    made = drafted(write(tmp_path / "a.csv", f"村名,光纤覆盖率\n{rows}"), "coverage")
    assert why(made) == {"光纤覆盖率": "asked"} and "fractions" in asked(made)["meaning:光纤覆盖率"].asks["en"]
    told = write(tmp_path / "b.csv", "村名,光纤覆盖率\n甲,98\n乙,1\n丙,4\n丁,100\n")
    assert drafted(told, "coverage").body["wide"][0]["value"] == "share"
