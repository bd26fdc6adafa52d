"""Acceptance and inspection: how many passed of how many tested, who was never looked at, and whom to inspect next."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.files import sample_file
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import current, nt, place_name, speaking, t
from atlas.pieces.panels import sources_line
from atlas.projects import panel as programme_panel
from atlas.projects import performance
from atlas.projects.panel import chosen_how, page_of, project_link, village_link
from atlas.view import controls, inputs, keeping, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import register as places
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import inspections, stages
from indicators.projects.scoped import Scope
from planning.done.intervals import PassRate, pass_rate
from planning.done.sampling import METHOD, Sample, draw

PAGE = Page(
    url_path="acceptance",
    order=22,
    icon=":material/fact_check:",
    title=lambda: t("Acceptance and inspection"),
    section=lambda: t("Projects and money"),
)
FAILED_PER_PAGE, DRAWN_PER_PAGE, COUNTIES_PER_PAGE = 20, 50, 50
REGISTER = "register"
MOST_SEED = 64


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    scope = programme_panel.scope_asked(atlas, view)
    if inspections.has_inspections(atlas):
        _results(atlas, view, scope, head)
    else:
        with head:
            st.html(blocks.finding(t("Acceptance and inspection"), [t("no inspection is on record")]))
        programme_panel.empty(
            t(
                "With inspections on record this page shows the share that passed with the size of the sample and its "
                "interval, how many villages were inspected in each place, and those that failed."
            ),
            ["inspections", "project_villages"],
        )
    performance.targets(atlas, view, scope)
    _sampling(atlas, view, scope)
    sources_line(atlas, ["inspection", "performance_target", "project_village", "village"])


# --- what was found ---------------------------------------------------------------------------------------


def _results(atlas: Atlas, view: View, scope: Scope, head: Any) -> None:
    found = inspections.results(atlas, scope)
    if found.empty:
        with head:
            st.html(blocks.finding(t("Acceptance and inspection"), [t("no inspection here")]))
        st.html(blocks.notice("empty", t("No inspection matches.")))
        return
    by_choice = {_choice(row["is_sampled"]): row for row in found.to_dict("records")}
    denominator = _denominator(view)
    seen = inspections.coverage(atlas, scope, denominator)
    evidence = str(found["evidence"].iloc[0])
    with head:
        _title(atlas, view, scope, by_choice)
    in_row = [_rate_card(choice, row, seen["villages"]) for choice, row in by_choice.items()]
    covered = questions.figure(atlas, view, "inspection_coverage", projects=scope.chosen)
    in_row.append(cards.card(questions.title("inspection_coverage"), covered, _coverage_note(covered)))
    if denominator != "planned":
        in_row.append(_coverage_card(seen, denominator, evidence))
    st.html(cards.cards(in_row))
    _remarks(atlas, found)
    _by_place(atlas, view, scope, denominator, evidence)
    _failed(atlas, view, scope, int(found["failed"].sum()), evidence)


def _choice(is_sampled: Any) -> str:
    return "unsaid" if pd.isna(is_sampled) else ("sampled" if is_sampled else "chosen")


def _denominator(view: View) -> str:
    options = {
        "accepted": t("accepted villages"),
        "opened": t("opened villages"),
        "planned": t("listed villages"),
    }
    return inputs.choice(view, "of", t("Inspection coverage is of"), options, "accepted")


def _title(atlas: Atlas, view: View, scope: Scope, by_choice: dict[str, dict[Any, Any]]) -> None:
    here = state.shown(atlas, view)
    rate = questions.figure(atlas, view, "acceptance_pass_rate", projects=scope.chosen)
    projects = inspections.inspected_projects(atlas, scope)
    title = nt(
        "{place}: {n} project with inspections on record, {rate} of {villages} inspected villages passed",
        "{place}: {n} projects with inspections on record, {rate} of {villages} inspected villages passed",
        projects,
        place=place_name(here.name, here.name_en),
        n=figures.count(projects),
        rate=figures.percent(rate.value),
        villages=figures.count(rate.denominator),
    )
    as_of = programme_panel.as_of_words(atlas)
    how = figures.listed(_choice_words(one) for one in by_choice)
    st.html(blocks.finding(title, [how, as_of], rate.evidence))


def _choice_words(choice: str) -> str:
    words = {
        "sampled": t("drawn by chance"),
        "chosen": t("chosen by hand"),
        "unsaid": t("not said how they were chosen"),
    }
    return words[choice]


def _rate_card(choice: str, row: dict[Any, Any], population: int) -> html.Html:
    tested = int(row["tested"])
    rate = pass_rate(int(row["passed"]), tested, population if tested <= population else None)
    title = t("Passed, {how}", how=_choice_words(choice))
    if not tested:
        return cards.card_text(title, figures.unknown(), "", None, t("no result on record"))
    said = [t("{passed} of {tested} tested", passed=figures.count(rate.passed), tested=figures.count(tested))]
    said += _interval_words(rate) if choice == "sampled" else [t("not a sample: no interval")]
    if row["undecided"]:
        said.append(t("{n} without a result", n=figures.count(row["undecided"])))
    return cards.card_text(title, _percent(rate.share), "", str(row["evidence"]), figures.sentence(said))


def _interval_words(rate: PassRate) -> list[str]:
    """The interval and how to read it."""
    if rate.remark == "whole_population":
        return [t("all were tested: exact")]
    said = [t("95 % interval {low}–{high} (Wilson)", low=_percent(rate.low), high=_percent(rate.high))]
    if rate.remark == "small_sample":
        said.append(t("a small sample"))
    if rate.remark == "large_share":
        said.append(t("more than 5 % were tested: the truth is surer than that"))
    return said


def _percent(share: float) -> str:
    return figures.percent(figures.share(share, 1.0))


def _coverage_note(covered: Figure) -> str | None:
    if covered.value is None:
        return None
    return t(
        "{n} of {total} villages of projects",
        n=figures.count(covered.numerator),
        total=figures.count(covered.denominator),
    )


def _coverage_card(seen: dict[str, int], denominator: str, evidence: str) -> html.Html:
    title = {
        "accepted": t("Inspection coverage of accepted villages"),
        "opened": t("Inspection coverage of opened villages"),
    }[denominator]
    n, total = figures.count(seen["inspected"]), figures.count(seen["villages"])
    words = {
        "accepted": t("{n} of {total} accepted villages", n=n, total=total),
        "opened": t("{n} of {total} opened villages", n=n, total=total),
    }
    said = [words[denominator]]
    if seen["inspected_outside"]:
        said.append(
            t("{n} inspected villages are not among them and not counted", n=figures.count(seen["inspected_outside"]))
        )
    share = figures.share(seen["inspected"], seen["villages"])
    kind = evidence if share is not None else None
    return cards.card_text(title, figures.percent(share), "", kind, figures.sentence(said))


def _remarks(atlas: Atlas, found: pd.DataFrame) -> None:
    said = [t("each village counts once, by its latest result")]
    if repeated := int(found["repeated"].sum()):
        said.append(t("{n} were inspected more than once", n=figures.count(repeated)))
    if above := inspections.of_places(atlas):
        said.append(
            nt(
                "{n} inspection is of a place, not of villages, and left out",
                "{n} inspections are of places, not of villages, and left out",
                above,
                n=figures.count(above),
            )
        )
    st.html(blocks.subtitle([figures.sentence(said)]))


def _by_place(atlas: Atlas, view: View, scope: Scope, denominator: str, evidence: str) -> None:
    level = places.level_below(atlas, view.place_id)
    if level is None:
        return
    found = inspections.by_place(atlas, scope, level, denominator)
    page = page_of(view, "places_page", len(found), COUNTIES_PER_PAGE)
    rows = [
        _place_row(view, row)
        for row in found.iloc[(page - 1) * COUNTIES_PER_PAGE : page * COUNTIES_PER_PAGE].to_dict("records")
    ]
    st.html(
        blocks.heading(
            t("By place, the least inspected first"), evidence, t("interval: 95 %, Wilson, of villages drawn by chance")
        )
    )
    headers = [
        t("Place"),
        t("Villages"),
        t("Inspected"),
        t("Inspection coverage"),
        t("Tested by chance"),
        t("Passed"),
        t("Interval"),
        t("Others: passed / tested"),
    ]
    st.html(tables.data_table(headers, rows, "lrrrrrrr", t("Inspections by place")))


def _place_row(view: View, row: dict[Any, Any]) -> list[object]:
    rate = pass_rate(int(row["passed"]), int(row["tested"]))
    interval = f"{_percent(rate.low)}–{_percent(rate.high)}" if rate.tested else figures.DASH
    others = f"{figures.count(row['other_passed'])} / {figures.count(row['other_tested'])}"
    return [
        html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
        figures.count(row["villages"]),
        figures.count(row["inspected"]),
        figures.percent(figures.share(row["inspected"], row["villages"])),
        figures.count(rate.tested),
        _percent(rate.share) if rate.tested else figures.DASH,
        interval,
        others if row["other_tested"] else figures.DASH,
    ]


def _failed(atlas: Atlas, view: View, scope: Scope, total: int, evidence: str) -> None:
    st.html(
        blocks.heading(
            t("Not passed: {n}", n=figures.count(total)), evidence if total else None, t("by their latest result")
        )
    )
    if not total:
        st.html(blocks.notice("info", t("Every village that was tested passed.")))
        return
    page = page_of(view, "failed_page", total, FAILED_PER_PAGE)
    found = inspections.failed(atlas, scope, FAILED_PER_PAGE, (page - 1) * FAILED_PER_PAGE)
    rows = [
        [
            html.link(row["village_name"], village_link(view, row["village_id"])),
            figures.text_or_none(row["above_name"]) or "",
            figures.day(row["inspected_date"]),
            chosen_how(row["is_sampled"]),
            _project(view, row),
            figures.text_or_none(row["note"]) or "",
        ]
        for row in found.to_dict("records")
    ]
    headers = [
        t("Village"),
        t("Lies in"),
        t("Inspected on"),
        t("How it was chosen"),
        t("Project name"),
        t("Note"),
    ]
    st.html(tables.data_table(headers, rows, "wllllw", t("Villages that did not pass")))


def _project(view: View, row: dict[Any, Any]) -> object:
    if not isinstance(row["project_name"], str):
        return t("none given")
    return html.link(
        place_name(row["project_name"], row["project_name_en"]),
        project_link(view, row["project_id"], address("projects")),
    )


# --- whom to inspect next ---------------------------------------------------------------------------------


def _sampling(atlas: Atlas, view: View, scope: Scope) -> None:
    """A draw that anybody can repeat: share, seed and list stand in the address and in the file."""
    st.html(
        blocks.heading(
            t("Whom to inspect: draw a sample"),
            None,
            t(
                "every county is drawn from, at least one village each; the same seed and list give the same villages "
                "to anybody"
            ),
        )
    )
    here = state.shown(atlas, view)
    pools = {
        "accepted": t("accepted villages"),
        "opened": t("opened villages"),
        "planned": t("listed villages"),
        REGISTER: t("all villages of the register"),
    }
    default = "accepted" if inspections.coverage(atlas, scope, "planned")["villages"] else REGISTER
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_sampling"):
        pool = inputs.choice(view, "pool", t("Draw from"), pools, default, as_box=True)
        share = inputs.number(view, "share", t("Share to inspect (%)"), 5.0, low=0.1, high=100.0, step=1.0)
        seed = inputs.text(view, "seed", t("Seed (any text, to be published)"), most=MOST_SEED)
    is_unseen_only = inputs.switch(view, "unseen", t("Leave out villages inspected already"))
    if pool == REGISTER and here.parent_id is None:
        st.html(
            blocks.notice("info", t("Choose a place first: a sample of the whole register is drawn place by place."))
        )
        return
    if not seed:
        st.html(
            blocks.notice(
                "info",
                t(
                    "Give a seed to draw: best a number that nobody can know beforehand, such as a lottery number of "
                    "a day to come."
                ),
            )
        )
        return
    sample = _drawn(atlas.build_id, scope, pool, is_unseen_only, share / 100, seed, atlas)
    if not sample.listed:
        st.html(blocks.notice("empty", t("There is no village to draw from. Choose another list or place.")))
        return
    _drawn_list(atlas, view, scope, sample, pools[pool], is_unseen_only)


@st.cache_data(max_entries=32, show_spinner=False)
def _drawn(
    build_id: str, scope: Scope, pool: str, is_unseen_only: bool, share: float, seed: str, _atlas: Atlas
) -> Sample:
    """Kept per build: the national list takes a second to draw from."""
    return draw(inspections.candidates(_atlas, scope, pool, is_unseen_only), share, seed)


def _drawn_list(atlas: Atlas, view: View, scope: Scope, sample: Sample, pool: str, is_unseen_only: bool) -> None:
    said = _about(atlas, view, scope, sample, pool, is_unseen_only)
    title = t(
        "{n} of {total} villages drawn ({share})",
        n=figures.count(sample.drawn),
        total=figures.count(sample.listed),
        share=_percent(sample.share_drawn),
    )
    st.html(blocks.heading(title))
    st.html(
        tables.fact_list(
            [
                (name, text, None)
                for name, text in said
                if name in (t("Seed"), t("How to repeat it"), t("Check digits of the list"))
            ]
        )
    )
    if sample.without_county:
        st.html(
            blocks.notice(
                "warning",
                nt(
                    "{n} village belongs to no known county and could not be drawn.",
                    "{n} villages belong to no known county and could not be drawn.",
                    sample.without_county,
                    n=figures.count(sample.without_county),
                ),
            )
        )
    _files(view, sample, said)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        page = page_of(view, "drawn_page", sample.drawn, DRAWN_PER_PAGE)
        shown = sample.villages.iloc[(page - 1) * DRAWN_PER_PAGE : page * DRAWN_PER_PAGE]
        rows = [
            [
                html.link(row["village_name"], village_link(view, row["village_id"])),
                _county(row),
                row["village_id"],
                figures.count(row["draw_order"]),
            ]
            for row in shown.to_dict("records")
        ]
        headers = [t("Village"), t("Lies in"), t("Code"), t("Order of the draw")]
        st.html(tables.data_table(headers, rows, "wllr", t("Villages drawn")))
    with right:
        _counties(view, sample)


def _counties(view: View, sample: Sample) -> None:
    names = {row["county_id"]: _county(row) for row in sample.villages.to_dict("records")}
    page = page_of(view, "counties_page", len(sample.counties), COUNTIES_PER_PAGE)
    shown = sample.counties.iloc[(page - 1) * COUNTIES_PER_PAGE : page * COUNTIES_PER_PAGE]
    rows = [
        [names[row["county_id"]], figures.count(row["villages"]), figures.count(row["drawn"]), _percent(row["share"])]
        for row in shown.to_dict("records")
    ]
    headers = [t("County"), t("Villages"), t("Drawn"), t("Share")]
    st.html(tables.data_table(headers, rows, "lrrr", t("Drawn by county")))


def _county(row: dict[Any, Any]) -> str:
    return place_name(row["county_name"], row["county_name_en"])


def _about(
    atlas: Atlas, view: View, scope: Scope, sample: Sample, pool: str, is_unseen_only: bool
) -> list[tuple[str, str]]:
    """What a reader of the draw has to know to repeat it."""
    here = state.shown(atlas, view)
    asked = [str(one) for one in (scope.batch, scope.technology, scope.operator, scope.project) if one]
    left_out = t("villages inspected already are left out") if is_unseen_only else None
    return [
        (t("Title"), t("Villages drawn for inspection")),
        (t("Place"), figures.bracketed(place_name(here.name, here.name_en), here.place_id)),
        (t("Drawn from"), figures.sentence([pool, left_out])),
        (t("Filters"), figures.sentence(asked) or t("none")),
        (t("Seed"), sample.seed),
        (t("Share asked for"), _percent(sample.share_asked)),
        (t("Share drawn"), _percent(sample.share_drawn)),
        (t("Villages that could be drawn"), figures.count(sample.listed)),
        (t("Villages drawn"), figures.count(sample.drawn)),
        (t("Method"), METHOD),
        (
            t("How to repeat it"),
            t(
                "For each village take SHA-256 of the text seed:code; in each county take the lowest, as many as the "
                "share asks for, rounded up."
            ),
        ),
        (t("Check digits of the list"), sample.list_digest),
        (t("As of"), figures.day(stages.last_day(atlas))),
        (t("Build"), atlas.build_id),
        (t("Shown at"), keeping.permalink(view)),
    ]


def _files(view: View, sample: Sample, said: list[tuple[str, str]]) -> None:
    lang = current()
    headings = [t("Code"), t("Village"), t("County code"), t("County"), t("Order of the draw"), t("Draw key (SHA-256)")]

    table = sample.villages.assign(
        county=[_county(row) for row in sample.villages.to_dict("records")],
        draw_order=sample.villages["draw_order"].astype(object),
    )[["village_id", "village_name", "county_id", "county", "draw_order", "draw_key"]]

    def made(suffix: str) -> bytes:
        with speaking(lang):
            return sample_file.made(suffix, headings, table, said)

    with st.container(horizontal=True, key="noprint_sample_files"):
        for suffix, name in (("csv", "CSV"), ("xlsx", "Excel")):
            st.download_button(
                t("Download the sample ({format})", format=name),
                lambda suffix=suffix: made(suffix),  # type: ignore[misc]
                f"sample-{view.place_id}-{sample.drawn}.{suffix}",
                sample_file.CONTENT_TYPES[suffix],
                on_click="ignore",
                key=f"sample_{suffix}",
                icon=":material/download:",
            )
