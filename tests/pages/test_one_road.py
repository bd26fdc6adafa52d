"""Every number with a name on a page is the one that `measure` gives for that name, place, date and choice of
projects.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from one_page import markup, run
from programme_records import DISTRICT, by_hand, publish
from streamlit.testing.v1 import AppTest

from atlas.look import country_words, figures, language
from indicators import country, facts
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.measure import figure
from indicators.projects import counts
from indicators.projects.scoped import Scope
from indicators.scope import Chosen

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r'<span((?: data-[a-z-]+="[^"]*")+)>([^<]*)</span>')
CARD = re.compile(r'<div class="atlas-card-head"><span>([^<]*).*?<div class="atlas-card-value">(.*?)</div>', re.DOTALL)
#: Pages with numbers of places and projects; those of the planner calculate what a visitor supposes.
PAGES = (
    *("overview", "gap_map", "pilots", "investment", "place", "compare", "methods"),
    *("projects", "acceptance", "funds", "ledger", "history", "data"),
)
ASKED = {
    "funds": (
        "investment_per_village",
        "project_investment_per_village",
        "subsidy_per_village",
        "leverage",
        "share_paid",
    ),
    "projects": ("completion", "on_time_rate", "median_delay_days"),
    "acceptance": ("inspection_coverage",),
    "investment": ("investment_per_village", "investment_per_household", "investment_per_resident"),
    "overview": ("investment_per_village", "unconnected_villages", "villages_in_pilots"),
}


@dataclass(frozen=True)
class Named:
    """A number as a page shows it, with what it says of itself."""

    said: dict[str, str]
    text: str


def named(text: str) -> list[Named]:
    return [
        Named(
            {name: html.unescape(value) for name, value in re.findall(r'data-([a-z-]+)="([^"]*)"', said)},
            html.unescape(words),
        )
        for said, words in NAMED.findall(text)
    ]


def chosen(words: str) -> Chosen:
    asked = dict(word.split("=", 1) for word in words.split())
    batch = asked.pop("batch", None)
    return Chosen(batch=None if batch is None else int(batch), **asked)


def assert_measured(atlas: Atlas, one: Named, lang: str) -> None:
    indicator = catalogue()[one.said["indicator"]]
    known = figure(
        atlas,
        indicator.indicator_id,
        one.said["place"],
        standard=one.said.get("standard"),
        as_of=date.fromisoformat(one.said["as-of"]) if indicator.of_standard else None,
        projects=chosen(one.said.get("projects", "")),
        demonstration=True,
    )
    assert (None if "value" not in one.said else float(one.said["value"])) == known.value, one
    country_words.use(country.words(atlas))
    with language.speaking(lang):
        assert one.text in (figures.figure_parts(known)[0], figures.text(known)), one


def assert_one_road(page: AppTest, atlas: Atlas, name: str, lang: str) -> None:
    text = markup(page)
    found = named(text)
    for one in found:
        assert_measured(atlas, one, lang)
    titles = {one.title[lang] for one in catalogue().values()}
    for title, value in CARD.findall(text):
        assert html.unescape(title) not in titles or "data-indicator" in value, (name, title)


@pytest.fixture(scope="module")
def recorded(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The mini country with records of projects, villages, inspections and payments."""
    return publish(mini_atlas, tmp_path_factory.mktemp("one-road"), by_hand(mini_atlas))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "query", [{}, {"place": DISTRICT}, {"in.operator": "telegraf"}], ids=["nation", "district", "operator"]
)
def test_a_page_shows_what_is_measured(
    monkeypatch: pytest.MonkeyPatch, recorded: Atlas, name: str, query: dict[str, str]
) -> None:
    lang = "zh" if query else "en"
    page = run(monkeypatch, recorded, name, query, lang)
    assert_one_road(page, recorded, name, lang)
    if not query:
        shown = {one.said["indicator"] for one in named(markup(page))}
        assert set(ASKED.get(name, ())) <= shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_methods_leads_to_the_number_of_every_indicator(
    monkeypatch: pytest.MonkeyPatch, recorded: Atlas, lang: str
) -> None:
    """An indicator is one file: whether another page asks for it or not, its number is a click away."""
    shown = markup(run(monkeypatch, recorded, "methods", {}, lang))
    led_to = {name for name in catalogue() if f"about={name}" in shown}
    assert led_to == set(catalogue())


@pytest.mark.parametrize("name", [name for name, one in catalogue().items() if not one.is_demonstration])
def test_an_indicator_shows_its_number_where_methods_leads(
    monkeypatch: pytest.MonkeyPatch, recorded: Atlas, name: str
) -> None:
    with language.speaking("en"):
        shown = markup(run(monkeypatch, recorded, "methods", {"about": name}, "en"))
        title = language.t("What is this number? {title}", title=catalogue()[name].title["en"])
        assert title in html.unescape(shown)
        assert "Zedland" in shown


def test_a_list_of_projects_says_what_is_measured_of_each(recorded: Atlas) -> None:
    listed = counts.of_projects(recorded, Scope("ZZ"))
    for row in listed.to_dict("records"):
        one = figure(recorded, "completion", "ZZ", projects=Chosen(project=row["project_id"]))
        share = figures.share(row["opened_villages"], row["planned_villages"])
        assert one.value == share


@pytest.mark.national
def test_a_pilot_is_listed_with_the_villages_that_the_total_counts(national_atlas: Atlas) -> None:
    listed = facts.pilots(national_atlas, "100000")
    once = listed[~listed["place_id"].duplicated(keep=False)]
    for row in once[once["within_pilot_id"].isna()].to_dict("records"):
        assert row["villages"] == figure(national_atlas, "villages_in_pilots", row["place_id"]).value, row


@pytest.mark.national
@pytest.mark.parametrize("name", [*PAGES, "case"])
def test_the_default_atlas_shows_what_is_measured(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    for place in ("100000", "430000", "431100", "130800"):
        page = run(monkeypatch, national_atlas, name, {"place": place}, "zh")
        assert_one_road(page, national_atlas, name, "zh")
