"""What villages cost, in words: technologies, one village by each of them, totals of many, and their tables."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd

from atlas.files.sheets import Facts
from atlas.look import cards, figures, html
from atlas.look.language import mark, pick, place_name, t
from atlas.planner.cost import parameter_text
from atlas.view.state import View
from importer.values import folded
from indicators import places
from indicators.database import Atlas
from indicators.facts import Standard
from planning.cost.parameters import Parameters
from planning.cost.technologies import Villages

TECHNOLOGY_WORDS = {
    "fibre": mark("Fibre"),
    "4g_microwave": mark("4G, microwave link"),
    "4g_fibre": mark("4G, fibre link"),
    "5g_microwave": mark("5G, microwave link"),
    "5g_fibre": mark("5G, fibre link"),
    "satellite": mark("Satellite"),
}
TERRAIN_WORDS = {
    "plain": mark("plain"),
    "hill": mark("hills"),
    "mountain": mark("mountains"),
    "plateau": mark("plateau"),
    "unknown": mark("not known"),
}
INPUT_WORDS = {
    "distance_km": mark("distance"),
    "terrain": mark("terrain"),
    "households": mark("number of households"),
}
PRESENT, CAPEX = "present_value_yuan", "capex_yuan"
MEASURE_WORDS = {
    CAPEX: mark("Construction"),
    PRESENT: mark("Present value, with operation"),
}


def technology(code: object) -> str:
    """A technology's name; without one, that none is fast enough."""
    if not isinstance(code, str):
        return t("none is fast enough")
    return t(TECHNOLOGY_WORDS[code]) if code in TECHNOLOGY_WORDS else code


def unknown_inputs(text: str) -> str:
    """ "distance_km, terrain" as words."""
    listed = [t(INPUT_WORDS[one]) for one in text.split(", ") if one in INPUT_WORDS]
    return figures.listed(listed)


def technology_rows(table: pd.DataFrame, among: pd.DataFrame) -> list[list[object]]:
    """One village by every technology, and which of those it was chosen `among` costs least."""
    rows: list[list[object]] = []
    for code, row in table.iterrows():
        verdict = "" if code in among.index else t("not among those chosen")
        if not row["is_fast_enough"]:
            verdict = t("too slow")
        elif code in among.index and among.loc[code, "is_cheapest"]:
            verdict = t("least present value")
        rows.append(
            [
                technology(code),
                figures.modelled(row["capex_yuan"]),
                figures.modelled_range(row["capex_yuan_low"], row["capex_yuan_high"]),
                figures.modelled(row["opex_yuan_per_year"]),
                figures.modelled(row["present_value_yuan"]),
                figures.modelled_range(row["present_value_yuan_low"], row["present_value_yuan_high"]),
                verdict,
            ]
        )
    return rows


def technology_headers() -> list[str]:
    return [
        t("Technology"),
        t("Construction K"),
        t("Range of K"),
        t("Operation a year"),
        t("Present value"),
        t("Range"),
        "",
    ]


def range_card(title: str, row: pd.Series, measure: str, evidence: str) -> html.Html:
    """A central amount with its range beneath: never a bare number."""
    number, word = figures.money_parts(figures.three_digits(row[measure]))
    note = t("range {range}", range=figures.modelled_range(row[f"{measure}_low"], row[f"{measure}_high"]))
    return cards.card_text(title, number, word, evidence, note)


def total_words(row: pd.Series, measure: str = CAPEX) -> str:
    """What a total comes to: half of the draws are dearer than P50, a fifth than P80."""
    return t(
        "about {middle} (P50), with 80% confidence not above {safe} (P80)",
        middle=figures.modelled(row[f"{measure}_p50"]),
        safe=figures.modelled(row[f"{measure}_p80"]),
    )


def total_card(title: str, row: pd.Series, measure: str, evidence: str) -> html.Html:
    """P50 with P80 beneath."""
    number, word = figures.money_parts(figures.three_digits(row[f"{measure}_p50"]))
    safe = figures.modelled(row[f"{measure}_p80"])
    note = t("P50; with 80% confidence not above {safe} (P80)", safe=safe)
    return cards.card_text(title, t("about {n}", n=number), word, evidence, note)


def drawn_note(draws: int, seed: int, row: pd.Series) -> str:
    """Where P50 and P80 come from, and why they are not the sum of central values."""
    words = t(
        "P50 and P80 of {draws} draws of all parameters at once (seed {seed}); at central values construction adds up "
        "to {central}.",
        draws=figures.count(draws),
        seed=seed,
        central=figures.modelled(row[CAPEX]),
    )
    if row[f"{CAPEX}_p50"] <= row[CAPEX]:
        return words
    return figures.sentence([words, t("Most draws are dearer, since ranges reach farther up than down.")])


def trunk_words(apart_km: float, tied_km: float, is_placed: bool) -> tuple[str, str]:
    """What sharing the trunk saves, as kind and words of a notice; of points that we placed it says nothing."""
    words = t(
        "Sharing the trunk, {tied} of cable in a straight line instead of {apart}: the shortest tree over these "
        "villages and the nearest connected ones. Assumed: all are built, operators share the cable, and nobody "
        "branches off between two villages.",
        tied=figures.distance(tied_km),
        apart=figures.distance(apart_km),
    )
    if not is_placed:
        return "info", words
    return "warning", f"{words} {placed_words()}"


def placed_words() -> str:
    return t(
        "These positions were placed at random inside their ⟨placed⟩, not surveyed: here such distances mean nothing."
    )


def readable(frame: pd.DataFrame, first: dict[str, str]) -> pd.DataFrame:
    """Amounts under headings in the reader's language; `first` are the columns before them, with their headings."""
    measures = (*MEASURE_WORDS.items(), ("opex_yuan_per_year", mark("Operation a year")))
    ends = (
        *(("_low", mark("low")), ("", mark("central")), ("_high", mark("high"))),
        *((f"_{name}", name.upper()) for name in ("p05", "p50", "p80", "p95")),
    )
    amounts = {
        f"{measure}{end}": figures.bracketed(
            f"{t(what)} · {t(bound)}",
            figures.unit_word("yuan"),
        )
        for measure, what in measures
        for end, bound in ends
    }
    kept = {column: words for column, words in (first | amounts).items() if column in frame}
    return frame[list(kept)].rename(columns=kept).reset_index(drop=True)


def for_ranges(table: pd.DataFrame, best: pd.Series | None) -> pd.DataFrame:
    """Present values of one village by technology, for the chart of ranges."""
    name = None if best is None else best.name
    return pd.DataFrame(
        {
            "label": [technology(code) for code in table.index],
            "low": table["present_value_yuan_low"].to_numpy(),
            "central": table["present_value_yuan"].to_numpy(),
            "high": table["present_value_yuan_high"].to_numpy(),
            "is_best": table.index == name,
        }
    )


def for_tornado(moved: pd.DataFrame, most: int) -> pd.DataFrame:
    """The widest bars of planning.cost.uncertainty.tornado, with their words."""
    rows = moved.head(most)
    return pd.DataFrame(
        {
            "label": [_with_unit(row) for row in rows.to_dict("records")],
            "at_low_yuan": rows["at_low_yuan"].to_numpy(),
            "at_high_yuan": rows["at_high_yuan"].to_numpy(),
            "low_text": [figures.decimal(value, 3) for value in rows["low"]],
            "high_text": [figures.decimal(value, 3) for value in rows["high"]],
        }
    )


def _with_unit(row: dict[Hashable, Any]) -> str:
    name_of_it = pick({"zh": row["name_zh"], "en": row["name_en"]})
    unit = str(row["unit"])
    return name_of_it if unit == "ratio" else figures.bracketed(name_of_it, parameter_text.unit_word(unit))


def unknown_of(frame: pd.DataFrame) -> str:
    """What is not known of the first village of a frame, in words."""
    return unknown_inputs(str(Villages.from_frame(frame).unknown_inputs()[0]))


def named(table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index().assign(technology=[technology(code) for code in table.index])


def said_of(frame: pd.DataFrame, parameters: Parameters) -> Facts:
    """What a file has to say of the village it prices."""
    row = frame.iloc[0]
    ground = str(Villages.from_frame(frame).terrain[0])
    return [
        (t("Distance"), figures.distance(row["distance_km"])),
        (t("Terrain"), t(TERRAIN_WORDS[ground])),
        (t("Households"), figures.count(row["households"])),
        (t("Discount rate"), figures.percent(100 * parameters["all.discount_rate"].value)),
        (t("Years counted"), figures.decimal(parameters["all.period_years"].value)),
        (t("Evidence"), t("parameters assumed or derived; see the page for each with its source")),
    ]


def counted_technologies(counts: dict[str, int]) -> str:
    """Which technology costs least in how many villages."""
    return figures.listed(f"{technology(code)} {figures.count(n)}" for code, n in counts.items())


def remarks(unknown: dict[str, int], count: int, takes_placed: bool, evidence: str) -> list[tuple[str, str]]:
    """What has to be said of a total: the kind of each notice and its words."""
    said = []
    if evidence == "simulated":
        words = t(
            "A demonstration: which villages are unconnected is simulated. A register of villages with state, "
            "position, households and terrain would make this a plan."
        )
        said.append(("warning", words))
    if unknown:
        listed = figures.listed(
            t("{input} of {n}", input=t(INPUT_WORDS[name]), n=figures.count(n)) for name, n in unknown.items()
        )
        words = t(
            "Not known: {listed} of {total} villages. There the assumed value stands, and the range is as wide as "
            "what it can be.",
            listed=listed,
            total=figures.count(count),
        )
        said.append(("unknown", words))
    if evidence == "simulated" and takes_placed:
        words = t("Distances between placed points are a demonstration.")
        said.append(("info", words))
    return said


def part_headers() -> list[str]:
    return [
        t("Place"),
        t("Unconnected villages"),
        t("Construction, P50"),
        t("P80"),
        t("Present value, P50"),
        t("P80"),
    ]


def part_rows(atlas: Atlas, parts: pd.DataFrame, view: View) -> list[list[object]]:
    """One row per place, the dearest first as they come."""
    return [
        [
            html.link(row["name"], view.link(place_id=row["group"])),
            figures.count(row["villages"]),
            figures.modelled(row["capex_yuan_p50"]),
            figures.modelled(row["capex_yuan_p80"]),
            figures.modelled(row["present_value_yuan_p50"]),
            figures.modelled(row["present_value_yuan_p80"]),
        ]
        for row in with_names(atlas, parts).to_dict("records")
    ]


def with_names(atlas: Atlas, parts: pd.DataFrame) -> pd.DataFrame:
    """`group` holds codes of places; their names beside them."""
    return parts.assign(name=[name_of(atlas, code) for code in parts["group"]])


def name_of(atlas: Atlas, place_id: object) -> str:
    one = places.place(atlas, str(place_id))
    return place_name(one.name, one.name_en) if one else str(place_id)


def standard_words(standard: Standard, as_of: date) -> str:
    return f"{pick(standard.unconnected)} · {figures.day(as_of)}"


def names_at(atlas: Atlas, within: str, level: str) -> dict[str, str]:
    """What people may write for the places of a level → their codes. A name that two of them share stands for
    neither.
    """
    found: dict[str, str] = {}
    shared = set()
    for one in places.parts(atlas, within, level):
        for word in {one.place_id, folded(one.name), folded(one.name_en or one.name)}:
            if found.setdefault(word, one.place_id) != one.place_id:
                shared.add(word)
    return {word: code for word, code in found.items() if word not in shared}
