"""Two printed pages about scenarios: key figures, map, who gains and loses; then assumptions and what would change
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from atlas.look import blocks, figures, language, legends, paper, tables
from atlas.look.html import Html
from atlas.look.language import t
from atlas.maps import base, coloured_places
from atlas.planner.scenario import tables as scenario_tables
from atlas.planner.scenario import text as scenario_text
from indicators.database import Atlas
from planning.scenario import Scenario

MOST_PLACES = 12
MOST_INPUTS = 20


def document(atlas: Atlas, named: Mapping[str, Scenario], link: str) -> str:
    """The report as one HTML file, in the current language. All scenarios are of one question."""
    question = next(iter(named.values())).question
    title = figures.sentence([t("Planner's report"), scenario_text.question_word(question)])
    return paper.report(title, language.html_tag(), [_first(atlas, named, title), _second(atlas, named, link)])


def _first(atlas: Atlas, named: Mapping[str, Scenario], title: str) -> list[Html]:
    is_simulated = any(one.is_demonstration for one in named.values())
    parts = [blocks.finding(title, [], "simulated" if is_simulated else None)]
    rows = scenario_tables.listed(atlas, named)
    parts.append(tables.data_table(scenario_tables.listed_headers(), rows, "lllllrll", title))
    parts.append(blocks.heading(t("Results")))
    headers = scenario_tables.headers(t("Result"), named)
    parts.append(tables.data_table(headers, scenario_tables.result_rows(named), "l" + "r" * len(named)))
    return parts + _places(atlas, named)


def _places(atlas: Atlas, named: Mapping[str, Scenario]) -> list[Html]:
    """Two or more against each other; of a single one, or where they say nothing alike, the first by itself."""
    found = scenario_tables.compared(named) if len(named) > 1 else None
    if found is None:
        return _map_of_one(atlas, next(iter(named.values())))
    table, unit = found
    parts = [blocks.heading(t("Who gains, who loses"))]
    parts += [tables.data_table(scenario_tables.gain_headers(), scenario_tables.gain_rows(table, unit), "lrrrrrr")]
    return parts + _map_of_changes(atlas, named, table, unit)


def _map_of_one(atlas: Atlas, one: Scenario) -> list[Html]:
    table, unit = scenario_tables.amounts(one)
    if table.empty:
        return []
    fills, keys = scenario_tables.amount_fills(table, unit, "light")
    level = scenario_tables.level_of(atlas, table)
    words = figures.sentence([scenario_text.question_word(one.question), t("by place")])
    return _drawn(atlas, str(one.inputs.get("place", "")), level, fills, words, keys, one.is_demonstration)


def _map_of_changes(atlas: Atlas, named: Mapping[str, Scenario], table: pd.DataFrame, unit: str) -> list[Html]:
    """The last scenario against the first, where all are of one place that has outlines."""
    within = {str(one.inputs.get("place", "")) for one in named.values()}
    if len(within) != 1:
        return []
    labels = scenario_tables.labels_of(table)
    colours = scenario_tables.verdict_colours("light")
    return _drawn(
        atlas,
        within.pop(),
        scenario_tables.level_of(atlas, table),
        scenario_tables.fills(table, labels[-1], unit, "light"),
        t("{label} against {first}", label=labels[-1], first=labels[0]),
        [(colours[word], scenario_tables.verdict_word(word)) for word in colours],
        any(one.is_demonstration for one in named.values()),
    )


def _drawn(
    atlas: Atlas,
    within: str,
    level: str | None,
    fills: Mapping[str, tuple[str, str]],
    words: str,
    keys: Sequence[tuple[str, str]],
    is_simulated: bool,
) -> list[Html]:
    """The map with its legend and credit; nothing where the places have no outlines."""
    drawing = coloured_places.svg(atlas, within, level, fills) if level else None
    if drawing is None:
        return []
    legend = legends.swatches(words, keys, "simulated" if is_simulated else "modelled")
    return [paper.inline_picture(drawing, words), legend, blocks.credit(base.credit(atlas))]


def _most_changed(atlas: Atlas, named: Mapping[str, Scenario]) -> list[Html]:
    """The places that change most, on the second page."""
    found = scenario_tables.compared(named) if len(named) > 1 else None
    if found is None:
        return []
    rows = scenario_tables.place_rows(atlas, *found)[:MOST_PLACES]
    headers = scenario_tables.place_headers(found[0])
    table = tables.data_table(headers, rows, "ll" + "r" * (len(headers) - 2))
    return [blocks.heading(t("Where it changes most")), table]


def _second(atlas: Atlas, named: Mapping[str, Scenario], link: str) -> list[Html]:
    headers = scenario_tables.headers(t("Input"), named)
    rows = scenario_tables.all_inputs(atlas, named)[:MOST_INPUTS]
    return [
        *_most_changed(atlas, named),
        blocks.heading(t("Assumptions")),
        tables.data_table(headers, rows, "l" * len(headers)),
        blocks.heading(t("What would change the answer")),
        blocks.plain_list(scenario_tables.what_would_change(named)),
        blocks.credit(t("Build {build_id}", build_id=atlas.build_id)),
        blocks.credit(link),
    ]
