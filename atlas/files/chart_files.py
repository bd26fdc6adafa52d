"""Which charts can be taken away, and what each says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from atlas.charts import distribution, series, spread
from atlas.charts import points as chart_points
from atlas.files import file_facts, pictures
from atlas.files.asked import ChartFile
from atlas.files.pictures import Picture
from atlas.files.sheets import Facts
from atlas.look import colours, figures
from atlas.look.language import place_name, speaking, t
from atlas.maps.choropleth import Question
from indicators import places
from indicators.catalogue import catalogue
from indicators.database import Atlas

ROW_INCHES = 0.3


class NothingToDraw(ValueError):
    """This place has no values for this chart."""


def draw(atlas: Atlas, asked: ChartFile, link: str) -> tuple[bytes, str]:
    """The picture and the name under which it is offered. Raises NothingToDraw and NoChineseFont."""
    with speaking(asked.lang):
        picture = CHARTS[asked.name](atlas, asked)
        said = [*picture.said, *file_facts.of_build(atlas, link)]
        whole = Picture(
            picture.title, picture.subtitle, picture.draw, picture.height_inches, said, picture.is_simulated
        )
        made = pictures.render(whole, asked.suffix, colours.tokens("light"))
        parts = [asked.name, asked.per, asked.within]
        if asked.name in OF_STANDARD:
            parts += [asked.standard, asked.as_of.isoformat()]
        return made, file_facts.file_name(*parts, suffix=asked.suffix, is_simulated=picture.is_simulated)


# --- each chart as a picture --------------------------------------------------------------------------


def _history(atlas: Atlas, asked: ChartFile) -> Picture:
    points = chart_points.history_points(atlas, asked.within, asked.lang)
    if points.empty:
        raise NothingToDraw
    here = file_facts.place_words(atlas, asked.within)
    said = file_facts.of_indicator(catalogue()["connection_rate"])[:2]
    said += [
        (
            t("Standards"),
            t("Definitions changed: each standard stands for itself, none is joined to another"),
        ),
        (t("Place"), here),
        (t("Evidence"), t("● published, ▲ lower bound, ▼ upper bound, ◇ target")),
    ]
    said += file_facts.of_sources(atlas, {str(one) for one in points["source_id"].unique()})
    title = t("{place}: villages connected (%), as published", place=_name(atlas, asked.within))
    return Picture(title, _span(points["date"]), pictures.history(points, colours.tokens("light")), 3.4, said, False)


def _span(dates: pd.Series) -> str:
    return f"{figures.day(dates.min())} – {figures.day(dates.max())}"


def _name(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def _rate(atlas: Atlas, asked: ChartFile) -> Picture:
    held = chart_points.rate_points(atlas, asked.within, asked.standard)
    if len(held) < 2:
        raise NothingToDraw
    kinds = {str(kind): int(n) for kind, n in held["evidence"].value_counts().items()}
    said = file_facts.of_indicator(catalogue()["connection_rate"])
    said += [(t("Place"), file_facts.place_words(atlas, asked.within))]
    said += file_facts.of_standard(atlas, asked.standard, asked.as_of)[:2]
    said += file_facts.of_evidence(kinds) + file_facts.of_sources(atlas, tables=("village_status",))
    title = t("Connection rate over time, {standard} (%)", standard=str(held["label"].iloc[0]))
    drawn = pictures.rate(series.series_points(held), colours.tokens("light"))
    full = f"{_name(atlas, asked.within)} · {title}"
    return Picture(full, _span(held["date"]), drawn, 2.6, said, "simulated" in kinds)


def _ranking(atlas: Atlas, asked: ChartFile) -> Picture:
    question = Question(
        "unconnected_villages",
        asked.level,
        asked.within,
        asked.standard,
        asked.as_of,
        asked.lang,
        "light",
        classes=asked.classes,
    )
    ranked = chart_points.first(chart_points.ranking(atlas, question), chart_points.RANKED)
    if ranked.empty:
        raise NothingToDraw
    tokens = colours.tokens("light")
    rows = [
        (row["label"], float(row["value"]), chart_points.bar_text(row), row["colour"] or tokens["no_data"])
        for row in ranked.to_dict("records")
    ]
    kinds = {str(kind): int(n) for kind, n in ranked["evidence"].value_counts().items()}
    said = file_facts.of_indicator(catalogue()["unconnected_villages"])
    said += [(t("Place"), file_facts.place_words(atlas, asked.within))]
    said += file_facts.of_standard(atlas, asked.standard, asked.as_of)
    said += file_facts.of_evidence(kinds) + file_facts.of_sources(atlas, tables=("status_count",))
    is_simulated = "simulated" in kinds
    words = t("Unconnected villages by place") if is_simulated else t("Most unconnected villages")
    title = f"{_name(atlas, asked.within)} · {words}"
    height = 0.2 + ROW_INCHES * len(rows)
    when = figures.day(asked.as_of)
    return Picture(title, when, pictures.bars(rows, tokens), height, said, is_simulated)


def _spread_of(atlas: Atlas, asked: ChartFile) -> spread.Spread:
    if asked.name.startswith("pilots"):
        return spread.pilot_sizes(atlas, asked.within)
    return spread.amounts(atlas, asked.within, spread.divisor(atlas, asked.within, asked.per))


def _said_of(atlas: Atlas, asked: ChartFile, shown: spread.Spread) -> Facts:
    one = catalogue()["villages_in_pilots" if asked.name.startswith("pilots") else "investment_per_village"]
    kinds = {shown.evidence: len(shown.known)} if shown.evidence else {}
    said: Facts = [
        *file_facts.of_indicator(one)[1:],
        (t("Place"), file_facts.place_words(atlas, asked.within)),
        (t("Rule of what stands out"), spread.rule_words()),
    ]
    return said + file_facts.of_evidence(kinds) + file_facts.of_sources(atlas, tables=shown.tables)


def _histogram(atlas: Atlas, asked: ChartFile) -> Picture:
    shown = _spread_of(atlas, asked)
    if not shown.has_distribution:
        raise NothingToDraw
    held = distribution.histogram(shown.known["value"].to_numpy())
    drawn = pictures.histogram(held, shown.unit, colours.tokens("light"), chart_points.colour_of(asked.name, "light"))
    title = f"{_name(atlas, asked.within)} · {shown.title}"
    said = _said_of(atlas, asked, shown)
    return Picture(title, chart_points.counted(shown), drawn, 2.8, said, shown.evidence == "simulated")


def _boxes(atlas: Atlas, asked: ChartFile) -> Picture:
    shown = _spread_of(atlas, asked)
    held = distribution.boxes(shown.rows, "value", "group")[: chart_points.MOST_GROUPS]
    if not shown.has_distribution or len(held) < 2:
        raise NothingToDraw
    drawn = pictures.boxes(held, shown.unit, colours.tokens("light"), chart_points.colour_of(asked.name, "light"))
    title = f"{_name(atlas, asked.within)} · {shown.title}"
    height = 0.6 + 0.26 * len(held)
    said = _said_of(atlas, asked, shown)
    return Picture(title, chart_points.box_words(), drawn, height, said, shown.evidence == "simulated")


CHARTS: dict[str, Callable[[Atlas, ChartFile], Picture]] = {
    "history": _history,
    "rate": _rate,
    "ranking": _ranking,
    "amounts": _histogram,
    "amounts-by-region": _boxes,
    "pilots": _histogram,
    "pilots-by-region": _boxes,
}
OF_STANDARD = ("rate", "ranking")
