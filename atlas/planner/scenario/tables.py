"""Scenarios side by side: inputs, results, and who gains and who loses, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from atlas.look import badges, colours, figures
from atlas.look.language import pick, place_name, t
from atlas.planner.question import SHARE, Result
from atlas.planner.scenario import text as scenario_text
from atlas.planner.scenario.panel import PLACE, PLACE_UNIT
from atlas.view.classes import classify
from indicators import facts, places
from indicators.database import Atlas
from planning import side_by_side
from planning.scenario import Scalar, Scenario

LETTERS = "ABCDEFGH"
AMOUNT = "amount"
LONGEST = 120  # characters of an input in a cell


def labelled(held: list[Scenario]) -> dict[str, Scenario]:
    """A, B, … in the order in which they were kept."""
    return dict(zip(LETTERS, held, strict=False))


def listed(atlas: Atlas, named: Mapping[str, Scenario]) -> list[list[object]]:
    return [
        [
            label,
            scenario_text.question_word(one.question),
            place_words(atlas, one),
            one.created[:10],
            one.build_id,
            figures.DASH if one.seed is None else str(one.seed),
            solver_words(one),
            badges.badge("simulated") if one.is_demonstration else figures.DASH,
        ]
        for label, one in named.items()
    ]


def listed_headers() -> list[str]:
    return [
        t("Scenario"),
        t("Question"),
        t("Place"),
        t("Saved on"),
        t("Build"),
        t("Seed"),
        t("How it was found"),
        t("Evidence"),
    ]


def place_words(atlas: Atlas, one: Scenario) -> str:
    """Place, standard and date; a dash where the question does not depend on them."""
    if "place" not in one.inputs:
        return figures.DASH
    standard = standard_word(atlas, str(one.inputs.get("standard", "")))
    return figures.sentence([name_of(atlas, str(one.inputs["place"])), standard, str(one.inputs.get("as_of", ""))])


def name_of(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def solver_words(one: Scenario) -> str:
    if not one.solver or one.solver == "none":
        return figures.DASH
    gap = t("how far it is from the best is not proven")
    if one.gap_share is not None:
        gap = t("at most {gap} from the best", gap=figures.percent_at_most(100 * one.gap_share))
    if one.gap_share == 0:
        gap = t("proven to be the best")
    return figures.sentence([f"{one.solver} {one.solver_version}", gap])


def input_rows(atlas: Atlas, named: Mapping[str, Scenario]) -> list[list[object]]:
    """The inputs in which they differ. Raises ScenarioError on scenarios of different questions."""
    table = side_by_side.inputs_side_by_side(named)
    question = question_of(named)
    return [
        [
            scenario_text.input_word(atlas, question, row["input"]),
            *(_input_text(atlas, row["input"], row[label], question) for label in named),
        ]
        for row in table.to_dict("records")
    ]


def question_of(named: Mapping[str, Scenario]) -> str:
    """All that stand side by side are of one question."""
    return next(iter(named.values())).question if named else ""


def _input_text(atlas: Atlas, name: str, value: object, question: str) -> str:
    if isinstance(value, list):
        return figures.sentence(scenario_text.code_words(atlas, question, name, str(one)) for one in value)[:LONGEST]
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, int | float):
        return figures.DASH if figures.is_missing(value) else figures.decimal(float(value), 4)
    if value is None:
        return figures.DASH
    if value == "":
        return t("as it stands on the page")
    if name == "place":
        return name_of(atlas, str(value))
    if name == "standard":
        return standard_word(atlas, str(value))
    return scenario_text.code_words(atlas, question, name, str(value))[:LONGEST]


def standard_word(atlas: Atlas, standard_id: str) -> str:
    held = {one.standard_id: one.name for one in facts.standards(atlas)}
    return pick(held[standard_id]) if standard_id in held else standard_id


def result_rows(named: Mapping[str, Scenario]) -> list[list[object]]:
    """Every result; after the first, each with its change."""
    held = [_totals(one) for one in named.values()]
    names = dict.fromkeys(name for one in held for name in one)
    declared = [scenario_text.result_of(question_of(named), name) for name in names]
    return [
        [
            scenario_text.result_word(result),
            *(_result_text(result, one.get(result.name), held[0].get(result.name), one is held[0]) for one in held),
        ]
        for result in declared
    ]


def _totals(one: Scenario) -> dict[str, Scalar]:
    return {name: value for name, value in one.results.items() if not name.startswith(PLACE) and name != PLACE_UNIT}


def _result_text(result: Result, value: Scalar, first: Scalar, is_first: bool) -> str:
    text = scenario_text.value_text(result, value)
    is_number = isinstance(value, int | float) and isinstance(first, int | float)
    if is_first or not is_number or isinstance(value, bool) or not first:
        return text
    if result.unit == SHARE:
        return figures.bracketed(text, figures.points(100 * (float(value) - float(first))))  # type: ignore[arg-type]
    change = 100 * (float(value) / float(first) - 1)  # type: ignore[arg-type]
    return figures.bracketed(text, f"{figures.signed_decimal(change)}%") if change else text


def headers(first: str, named: Mapping[str, Scenario]) -> list[str]:
    return [first, *(figures.bracketed(label, one.created[:10]) for label, one in named.items())]


# --- place by place -------------------------------------------------------------------------------------------


def compared(named: Mapping[str, Scenario]) -> tuple[pd.DataFrame, str] | None:
    """scenario.compare_places of what they say of places, and the unit; None where fewer than two say anything."""
    outcomes, units = {}, set()
    for label, one in named.items():
        table, unit = amounts(one)
        if len(table):
            outcomes[label] = table
            units.add(unit)
    if len(outcomes) < 2 or len(units) > 1:
        return None
    return side_by_side.compare_places(outcomes, AMOUNT), units.pop()


def amounts(one: Scenario) -> tuple[pd.DataFrame, str]:
    """What one scenario says of places: place_id and amount, and its unit. Empty where it says nothing."""
    said = {name.removeprefix(PLACE): value for name, value in one.results.items() if name.startswith(PLACE)}
    table = pd.DataFrame({"place_id": list(said), AMOUNT: pd.Series(list(said.values()), dtype=float)})
    return table, str(one.results.get(PLACE_UNIT, ""))


def amount_fills(
    table: pd.DataFrame, unit: str, theme_name: str
) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """Place → colour and words of `amounts`, and the legend: colour and range, low first, unknown last."""
    found = classify(table[AMOUNT].tolist(), unit, "money" if unit == "yuan" else "rate", theme_name)
    place_class = found.of(table[AMOUNT].to_numpy(dtype=float))
    no_data = colours.tokens(theme_name)["no_data"]
    fills = {
        str(row[0]): (no_data if n < 0 else found.colours[n], figures.value_text(row[1], unit))
        for row, n in zip(table[["place_id", AMOUNT]].itertuples(index=False), place_class, strict=True)
    }
    from_each = [t("from {amount}", amount=figures.value_text(edge, unit)) for edge in found.edges]
    keys = list(zip(found.colours, from_each, strict=True))
    return fills, [*keys, (no_data, t("nothing here, or unknown"))]


def labels_of(table: pd.DataFrame) -> list[str]:
    """Labels of the scenarios that say something of places; the first is the one compared with."""
    return [str(name) for name in table.columns if str(name) in LETTERS]


def gain_rows(table: pd.DataFrame, unit: str) -> list[list[object]]:
    return [
        [
            row["scenario"],
            *(figures.count(row[word]) for word in ("gains", "loses", "same", "unknown")),
            figures.value_text(row["gained"], unit),
            figures.value_text(row["lost"], unit),
        ]
        for row in side_by_side.gains_and_losses(table).to_dict("records")
    ]


def gain_headers() -> list[str]:
    return [
        t("Scenario"),
        t("Places that gain"),
        t("Places that lose"),
        t("Unchanged"),
        t("Unknown"),
        t("Gained"),
        t("Lost"),
    ]


def place_rows(atlas: Atlas, table: pd.DataFrame, unit: str) -> list[list[object]]:
    """The places that change most first."""
    labels = labels_of(table)
    change = f"change: {labels[-1]}"
    ordered = table.reindex(table[change].abs().sort_values(ascending=False, kind="stable").index)
    return [
        [
            name_of(atlas, str(row["place_id"])),
            row["place_id"],
            *(figures.value_text(row[label], unit) for label in labels),
            *(_change_words(row[f"change: {label}"], row[f"verdict: {label}"], unit) for label in labels[1:]),
        ]
        for row in ordered.to_dict("records")
    ]


def place_headers(table: pd.DataFrame) -> list[str]:
    labels = labels_of(table)
    changes = [t("{label} against {first}", label=label, first=labels[0]) for label in labels[1:]]
    return [t("Place"), t("Code"), *labels, *changes]


def _change_words(change: float, verdict: str, unit: str) -> str:
    word = verdict_word(verdict)
    if verdict in ("unknown", "same"):
        return word
    sign = "+" if change > 0 else "−"
    return f"{word} {sign}{figures.value_text(abs(change), unit)}"


def verdict_word(verdict: str) -> str:
    words = {"gains": t("gains"), "loses": t("loses"), "same": t("unchanged"), "unknown": t("Unknown")}
    return words[verdict]


def verdict_colours(theme_name: str) -> dict[str, str]:
    """Verdict → colour, from the palette of changes."""
    palette = colours.palette("change", theme_name)
    return {
        "gains": palette[5],
        "loses": palette[1],
        "same": palette[3],
        "unknown": colours.tokens(theme_name)["hatch"],  # not the grey of what is unchanged
    }


def fills(table: pd.DataFrame, label: str, unit: str, theme_name: str) -> dict[str, tuple[str, str]]:
    """Place → colour and words of one scenario against the first."""
    verdicts = verdict_colours(theme_name)
    return {
        str(row["place_id"]): (
            verdicts[row[f"verdict: {label}"]],
            _change_words(row[f"change: {label}"], row[f"verdict: {label}"], unit),
        )
        for row in table.to_dict("records")
    }


def level_of(atlas: Atlas, table: pd.DataFrame) -> str | None:
    """The level of the places, where all are of one that this atlas knows."""
    found = {one.level for place_id in table["place_id"] if (one := places.place(atlas, str(place_id)))}
    return found.pop() if len(found) == 1 else None


def for_map_programs(named: Mapping[str, Scenario]) -> tuple[pd.DataFrame, str] | None:
    """What the scenarios say of places, and the unit; None where it is nothing, or nothing that compares.

    Columns: place_id, per scenario amount_A, and after the first change_B and verdict_B.
    """
    if len(named) > 1:
        found = compared(named)
    else:
        label, one = next(iter(named.items()))
        table, unit = amounts(one)
        found = (table.rename(columns={AMOUNT: label}), unit)
    if found is None or found[0].empty:
        return None
    table, unit = found
    amount_of = {label: f"{AMOUNT}_{label}" for label in labels_of(table)}
    return table.rename(columns=lambda name: amount_of.get(name, name.replace(": ", "_"))), unit


def as_file(headings: list[str], rows: list[list[object]]) -> pd.DataFrame:
    return pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=headings)


def all_inputs(atlas: Atlas, named: Mapping[str, Scenario]) -> list[list[object]]:
    """Every input of every scenario, also those that are alike: the assumptions of a report."""
    held = {label: _flat(one) for label, one in named.items()}
    names = list(dict.fromkeys(name for values in held.values() for name in values))
    question = question_of(named)
    return [
        [
            scenario_text.input_word(atlas, question, name),
            *(_input_text(atlas, name, values.get(name), question) for values in held.values()),
        ]
        for name in names
    ]


def _flat(one: Scenario) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in one.inputs.items():
        for inner, part in value.items() if isinstance(value, dict) else [(name, value)]:
            found[inner] = part["lines"] if isinstance(part, dict) and "lines" in part else part
    return found | ({} if one.seed is None else {"seed": one.seed})


def what_would_change(named: Mapping[str, Scenario]) -> list[str]:
    """What the answer hangs on, in sentences: the report's last part."""
    said = []
    if any(one.is_demonstration for one in named.values()):
        said.append(t("Simulated states or positions: a register of villages would replace every number here."))
    for label, one in named.items():
        if one.gap_share is None and one.solver not in (None, "none"):
            said.append(t("{label}: the search was not proven; more time may find a better answer.", label=label))
        elif one.gap_share:
            said.append(
                t(
                    "{label}: a longer search could better the answer by at most {gap}.",
                    label=label,
                    gap=figures.percent_at_most(100 * one.gap_share),
                )
            )
    tables = sorted({name for one in named.values() for name in one.digests})
    if tables:
        said.append(t("New data in: {names}", names=scenario_text.table_words(tables)))
    said.append(
        t(
            "Every input above: another budget, price or share gives another answer. Run the scenario again to see by "
            "how much."
        )
    )
    return said
