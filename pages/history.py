"""History: series as they were published, and what changed in pilots beside other places of the same region."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from atlas.charts import history_points, published_history
from atlas.charts import spec as chart_spec
from atlas.files import take_away
from atlas.look import blocks, colours, figures, html, tables, theme
from atlas.look.language import current, mark, pick, place_name, place_names, t
from atlas.look.words import originals
from atlas.look.words import rates as rate_words
from atlas.maps import base
from atlas.pieces.panels import sources_line
from atlas.projects import money_charts, to_bring
from atlas.published import figure_links, quoted
from atlas.view import controls, inputs, keeping
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.published import history
from indicators.published.history import Rates
from planning.done import difference
from planning.done.difference import Difference, TooFewUnits

PAGE = Page(
    url_path="history",
    order=30,
    icon=":material/timeline:",
    title=lambda: t("History"),
    section=lambda: t("Programme"),
    headline=lambda atlas, view: _headline(atlas, history.places_with_series(atlas, view.place_id))[1],
)
TABLES = ["published_figure", "status_count", "pilot"]
CAVEATS = {
    "parallel_trends": mark("Assumes that the pilot's places would have changed as the others did."),
    "chosen_for_need": mark("Pilots were chosen where the gap was large; such places catch up without a pilot too."),
    "few_units": mark("Fewer than ten places in a group: the interval is rough and usually too narrow."),
    "one_pilot_unit": mark("One place in the pilot: the interval holds the differences among the others only."),
    "simulated": mark("Rests on simulated states: a demonstration of the method, not a finding."),
}
LEAST_DRAWN = 3  # one or two points are no series: a row says more than a chart
SEED = 1  # of the interval's draws: the same at every rerun, printed beside it


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    found = history.places_with_series(atlas, view.place_id)
    title, headline = _headline(atlas, found)
    st.html(headline)
    keeping.report(atlas, view, t("History"), title)
    controls.filters(atlas, view, with_date=False)
    if not found:
        words = t("With published rates this page shows each as it was published, with its words and its source.")
        to_bring.show(atlas, view, words, ())
    many = [one for one in found if len(quoted.points(atlas, one, current())) >= LEAST_DRAWN]
    for place_id in many:
        _series(atlas, place_id)
    _few(atlas, [one for one in found if one not in many])
    _difference(atlas, view)
    sources_line(atlas, TABLES)


def _headline(atlas: Atlas, found: tuple[str, ...]) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath."""
    if not found:
        title = t("History: no rate is published for this place")
        return title, blocks.finding(title)
    points = pd.concat([quoted.points(atlas, place_id, current()) for place_id in found])
    known = points[~points["is_target"].astype(bool)]
    first, last = known["date"].min(), known["date"].max()
    title = t(
        "{n} published values, {a} to {b}, under {m} definitions that no line joins",
        n=figures.count(len(known)),
        a=figures.month(first),
        b=figures.month(last),
        m=figures.count(known["standard"].nunique()),
    )
    held = (places.place(atlas, place_id) for place_id in found)
    names = [place_name(one.name, one.name_en) for one in held if one is not None]
    said = [figures.sentence(names), t("as published, each with its words and source")]
    return title, blocks.finding(title, said, "declared")


# --- series -----------------------------------------------------------------------------------------------


def _series(atlas: Atlas, place_id: str) -> None:
    one = places.place(atlas, place_id)
    assert one is not None  # the list of places comes from the atlas
    points = quoted.points(atlas, place_id, current())
    title = t("{place}: villages connected (%), as published", place=place_name(one.name, one.name_en))
    st.html(blocks.heading(title, "declared", t("● published, ▲ lower bound, ▼ upper bound, ◇ target")))
    width = base.PHONE_WIDTH_PX if base.is_phone() else history_points.DESKTOP_WIDTH_PX
    spec = _spec(atlas, atlas.build_id, place_id, current(), theme.current(), width)
    st.vega_lite_chart(spec=spec, theme=None)
    rows = _rows(points)
    with st.expander(t("Every point with its words: {n}", n=figures.count(len(rows)))):
        st.html(tables.data_table(_headers(), rows, "wlrwwl", title))


def _few(atlas: Atlas, listed: list[str]) -> None:
    """Places of which a value or two are published, in one table."""
    if not listed:
        return
    rows = [
        [rate_words.name(atlas, place_id), *row]
        for place_id in listed
        for row in _rows(quoted.points(atlas, place_id, current()))
    ]
    title = t("Places with one or two published values")
    st.html(blocks.heading(title, "declared"))
    st.html(tables.data_table([t("Place"), *_headers()], rows, "lwlrwwl", title))


def _rows(points: pd.DataFrame) -> list[list[object]]:
    """Every point with its words and the way to its row among all published figures."""
    return [
        [
            row["label"],
            figures.day(row["date"]),
            history_points.published_value(row["qualifier"], row["value_percent"]),
            originals.beside(row["quotation"], figures.text_or_none(row["quotation_written"]) or "") or figures.DASH,
            originals.beside(row["source"], row["source_written"]) or figures.DASH,
            figure_links.figure_link(str(row["figure_id"])),
        ]
        for row in points.sort_values(["date", "standard"]).to_dict("records")
    ]


def _headers() -> list[str]:
    return [
        t("What was counted"),
        t("Date"),
        t("Published value (%)"),
        t("Quotation"),
        t("Source"),
        t("Number"),
    ]


@st.cache_data(max_entries=64, show_spinner=False)
def _spec(_atlas: Atlas, build_id: str, place_id: str, lang: str, theme_name: str, width_px: int) -> dict[str, Any]:
    """Building the chart takes a third of a second, and it is the same at every rerun."""
    del build_id  # by which it is kept; `_atlas` is no part of that
    points = quoted.points(_atlas, place_id, lang)
    tokens = colours.tokens(theme_name)
    return chart_spec.spec(lambda: published_history.published_history(points, tokens, lang, width_px=width_px))


# --- difference in differences ----------------------------------------------------------------------------


def _difference(atlas: Atlas, view: View) -> None:
    if not facts.has_pilots(atlas):
        return
    head = st.container()
    region = history.region_of(atlas, view.place_id)
    region_level = pick(places.level_names(atlas)[places.levels(atlas)[1]])
    if region is None:
        with head:
            st.html(blocks.heading(t("Pilots before and after, beside the other places of the same region")))
        words = t(
            "Choose a place above, at least of the level {level}: pilots are compared inside one.", level=region_level
        )
        st.html(blocks.notice("info", words))
        return
    dates = controls.standard_of(atlas, view).dates
    if len(dates) < 2:
        with head:
            st.html(blocks.heading(t("Pilots before and after, beside the other places of the same region")))
        st.html(blocks.notice("unknown", t("This standard has states at one date only: nothing to compare.")))
        return
    before, after = _two_dates(view, dates)
    if before >= after:
        st.html(blocks.notice("warning", t("The first date has to lie before the second.")))
        return
    held = history.rates(atlas, region, view.standard, before, after)
    if held.is_simulated:
        controls.demonstration_switch(view)
        if not view.is_demonstration:
            with head:
                st.html(blocks.heading(t("Pilots before and after, beside the other places of the same region")))
            words = t(
                "The states of this region are simulated: an effect worked out from them would be invented. With a "
                "register of real states at two dates it stands here; the switch shows the method at work."
            )
            st.html(blocks.notice("unknown", words))
            return
    _answer(atlas, view, region, held, (before, after), head)


def _two_dates(view: View, dates: tuple[date, ...]) -> tuple[date, date]:
    options = {day.isoformat(): figures.day(day) for day in dates}
    with st.container(horizontal=True, key="noprint_dates"):
        first = inputs.choice(view, "before", t("Before"), options, dates[0].isoformat(), as_box=True)
        last = inputs.choice(view, "after", t("After"), options, dates[min(1, len(dates) - 1)].isoformat(), as_box=True)
    return date.fromisoformat(first), date.fromisoformat(last)


def _answer(atlas: Atlas, view: View, region: str, held: Rates, dates: tuple[date, date], head: Any) -> None:
    one = places.place(atlas, region)
    assert one is not None
    name = place_name(one.name, one.name_en)
    try:
        found = difference.difference(held.frame, is_simulated=held.is_simulated, seed=SEED)
    except TooFewUnits:
        with head:
            st.html(blocks.heading(t("{place}: too few places to compare", place=name)))
        pilots = int(held.frame["is_pilot"].sum())
        words = t(
            "{pilots} places in pilots and {others} others: at least 1 and {least} with known states are needed.",
            pilots=figures.count(pilots),
            others=figures.count(len(held.frame) - pilots),
            least=figures.count(difference.LEAST_COMPARISONS),
        )
        st.html(blocks.notice("unknown", words))
        return
    with head:
        st.html(
            blocks.heading(_difference_title(name, found), held.evidence, _difference_remark(atlas, view, held, found))
        )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        points = _points(found, dates)
        spec = money_charts.two_groups_spec(points, theme.current(), current())
        st.vega_lite_chart(spec=spec, theme=None)
        st.html(blocks.credit(t("dotted: the pilots, had they changed as the others did")))
    with right:
        st.html(tables.fact_list(_difference_facts(found)))
    st.html(blocks.plain_list([t(CAVEATS[key]) for key in found.caveats]))
    rows = _as_file(held.frame, dates)
    said = [
        (t("Standard"), pick(controls.standard_of(atlas, view).name)),
        (
            t("Difference in differences"),
            f"{figures.points(found.estimate)} [{figures.points(found.low)}, {figures.points(found.high)}]",
        ),
        (t("How to read it"), figures.sentence([t(CAVEATS[key]) for key in found.caveats])),
    ]
    take_away.answer(
        atlas,
        view,
        t("Pilots and the others"),
        rows,
        said,
        "pilots-and-others",
        is_simulated=held.is_simulated,
    )


def _difference_title(name: str, found: Difference) -> str:
    words = {
        "place": name,
        "change": figures.points(found.estimate),
        "low": figures.points(found.low),
        "high": figures.points(found.high),
    }
    if found.low <= 0 <= found.high:
        return t(
            "{place}: pilots changed {change} against the others; the interval {low} to {high} holds zero",
            **words,
        )
    return t("{place}: pilots changed {change} against the others ({low} to {high})", **words)


def _difference_remark(atlas: Atlas, view: View, held: Rates, found: Difference) -> str:
    level = pick(places.level_names(atlas)[held.level])
    said: list[str | None] = [
        t("connection rate, {standard}", standard=pick(controls.standard_of(atlas, view).name)),
        t("units are places of the level {level}, weighted by their villages of known state", level=level),
    ]
    if found.unknown_units:
        said.append(t("{n} without a known rate at both dates are left out", n=figures.count(found.unknown_units)))
    if held.partial:
        said.append(t("{n} covered in part count as the pilot's", n=figures.count(held.partial)))
    return figures.sentence(said)


def _points(found: Difference, dates: tuple[date, date]) -> pd.DataFrame:
    rows = [
        ("pilot", t("pilots"), dates[0], found.pilot_before),
        ("pilot", t("pilots"), dates[1], found.pilot_after),
        ("other", t("others"), dates[0], found.other_before),
        ("other", t("others"), dates[1], found.other_after),
    ]
    return pd.DataFrame(rows, columns=["group", "label", "date", "percent"])


def _difference_facts(found: Difference) -> list[tuple[str, str, str | None]]:
    interval = f"{figures.points(found.low)} – {figures.points(found.high)}"
    return [
        (
            t("Pilots: {n} places", n=figures.count(found.pilot_units)),
            t("{a} → {b}", a=figures.percent(found.pilot_before), b=figures.percent(found.pilot_after)),
            None,
        ),
        (
            t("Others: {n} places", n=figures.count(found.other_units)),
            t("{a} → {b}", a=figures.percent(found.other_before), b=figures.percent(found.other_after)),
            None,
        ),
        (t("Difference in differences"), figures.points(found.estimate), None),
        (t("{p} interval", p=figures.percent(100 * found.confidence)), interval, None),
        (
            t("How the interval was drawn"),
            t("{n} resamples of places, seed {seed}", n=figures.count(found.resamples), seed=found.seed),
            None,
        ),
    ]


def _as_file(frame: pd.DataFrame, dates: tuple[date, date]) -> pd.DataFrame:
    before, after = (figures.bracketed(figures.day(day), "%") for day in dates)
    return pd.DataFrame(
        {
            t("Code"): frame["place_id"],
            t("Place"): place_names(frame["name"], frame["name_en"]),
            t("Pilot"): [t("yes") if one else t("no") for one in frame["is_pilot"]],
            before: frame["before"].astype(object).where(frame["before"].notna(), None),
            after: frame["after"].astype(object).where(frame["after"].notna(), None),
            t("Villages of known state"): frame["villages"].astype(object).where(frame["villages"].notna(), None),
        }
    )
