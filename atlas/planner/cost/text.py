"""The cost model in words: technologies, parameters with their units and sources, formulas with numbers, tables."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd

from atlas.files.sheets import Facts
from atlas.look import cards, figures, html
from atlas.look.language import mark, pick, place_name, t
from atlas.view.state import View
from importer.values import folded
from indicators import register as places
from indicators.database import Atlas
from indicators.facts import Standard
from planning.cost.parameters import SHARED, Parameter, Parameters
from planning.cost.technologies import Villages

TECHNOLOGY_WORDS = {
    "fibre": mark("Fibre"),
    "4g_microwave": mark("4G, microwave link"),
    "4g_fibre": mark("4G, fibre link"),
    "5g_microwave": mark("5G, microwave link"),
    "5g_fibre": mark("5G, fibre link"),
    "satellite": mark("Satellite"),
}
#: Whose parameters a technology needs, beside its own and the shared ones.
NEEDS = {
    "fibre": ("fibre",),
    "4g_microwave": ("4g", "site", "microwave"),
    "4g_fibre": ("4g", "site", "fibre"),
    "5g_microwave": ("4g", "5g", "site", "microwave"),
    "5g_fibre": ("4g", "5g", "site", "fibre"),
    "satellite": ("satellite", "site"),
}
FORMULAS = {
    "fibre": mark("K = distance × road factor × terrain × cable per km + node + households × share subscribing × drop"),
    "4g_microwave": mark("K = sites × site × terrain + microwave link; O = share of K"),
    "4g_fibre": mark("K = sites × site × terrain + distance × road factor × terrain × cable per km"),
    "5g_microwave": mark("K = sites × site × 5G multiplier × terrain + microwave link; O = share of K"),
    "5g_fibre": mark("K = sites × site × 5G multiplier × terrain + distance × road factor × terrain × cable per km"),
    "satellite": mark("K = cells × (terminal + small cell × terrain); O = share of K + 12 monthly leases of each link"),
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
STRENGTH_WORDS = {
    "published": mark("published"),
    "derived": mark("derived from published totals"),
    "foreign": mark("from abroad"),
    "assumed": mark("assumption"),
}
UNIT_WORDS = {
    "share per year": mark("share per year"),
    "share": mark("share"),
    "year": mark("years"),
    "yuan per USD": mark("yuan per US dollar"),
    "ratio": mark("ratio"),
    "household": mark("households"),
    "yuan per km": mark("yuan per km"),
    "yuan": mark("yuan"),
    "yuan per household": mark("yuan per household"),
    "USD per km and year": mark("US dollars per km and year"),
    "USD": mark("US dollars"),
    "USD per month": mark("US dollars per month"),
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


def unit(one: Parameter) -> str:
    return t(UNIT_WORDS[one.unit]) if one.unit in UNIT_WORDS else one.unit


def name(one: Parameter) -> str:
    return pick({"zh": one.name_zh or one.key, "en": one.name_en or one.key})


def strength(word: str) -> str:
    return t(STRENGTH_WORDS[word]) if word in STRENGTH_WORDS else word


def unknown_inputs(text: str) -> str:
    """ "distance_km, terrain" as words."""
    listed = [t(INPUT_WORDS[one]) for one in text.split(", ") if one in INPUT_WORDS]
    return figures.listed(listed)


def needed(parameters: Parameters, technologies: tuple[str, ...]) -> list[Parameter]:
    """The parameters that some technologies rest on, the shared ones first."""
    wanted = {SHARED, *(family for one in technologies for family in NEEDS[one])}
    found = [one for one in parameters if one.technology in wanted]
    return sorted(found, key=lambda one: one.technology != SHARED)


def parameter_rows(parameters: list[Parameter]) -> list[list[object]]:
    return [
        [
            name(one),
            figures.decimal(one.value, 4),
            figures.DASH if one.low == one.high else f"{figures.decimal(one.low, 4)}–{figures.decimal(one.high, 4)}",
            unit(one),
            one.price_year or figures.DASH,
            strength(one.strength),
            citation(one),
        ]
        for one in parameters
    ]


def parameter_headers() -> list[str]:
    return [
        t("Parameter"),
        t("Value"),
        t("Range"),
        t("Unit"),
        t("Price year"),
        t("Strength"),
        t("Source"),
    ]


def formula(frame: pd.DataFrame, parameters: Parameters, code: str, capex_yuan: float) -> str:
    """How construction is worked out for one village, with its own numbers where they are few."""
    return f"{_right_side(frame, parameters, code)} = {figures.modelled(capex_yuan)}"


def _right_side(frame: pd.DataFrame, parameters: Parameters, code: str) -> str:
    values = parameters.values()
    site = Villages.from_frame(frame).known_or_assumed(values)
    said = {
        "km": figures.decimal(float(site.distance_km[0]), 1),
        "road": figures.decimal(float(site.road_factor[0])),
        "cable_terrain": figures.decimal(float(site.cable_terrain[0])),
        "site_terrain": figures.decimal(float(site.site_terrain[0])),
        "subscribers": figures.decimal(float(site.subscribers[0]), 1),
    }
    said |= {one.key.replace(".", "_"): figures.decimal(values[one.key], 0) for one in parameters}  # type: ignore[arg-type]
    if code == "fibre":
        return t(
            "K = {km} km × {road} × {cable_terrain} × {fibre_cable_per_km} + {fibre_node_capex} + {subscribers} × "
            "{fibre_drop_capex}",
            **said,
        )
    return t(FORMULAS[code])


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


def citation(one: Parameter) -> str:
    """Where a parameter comes from, in the language of the screen where that is held."""
    return pick({"en": one.citation, "zh": one.citation_zh})


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
        "These positions were placed at random inside their county, not surveyed: here such distances mean nothing."
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
    unit_of_it = t(UNIT_WORDS[unit]) if unit in UNIT_WORDS else unit
    return name_of_it if unit == "ratio" else figures.bracketed(name_of_it, unit_of_it)


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


def village_to_save(frame: pd.DataFrame) -> dict[str, float | str]:
    """The village that was asked about, by the names of its inputs; what was not given is not there."""
    row = frame.iloc[0]
    numbers = {"km": row["distance_km"], "households": row["households"]}
    said: dict[str, float | str] = {name: float(value) for name, value in numbers.items() if pd.notna(value)}
    return said | ({} if row["terrain"] is None else {"terrain": str(row["terrain"])})


def results(best: pd.Series | None, whole: pd.Series | None) -> dict[str, object]:
    """The numbers of an answer by name, units in the names."""
    found: dict[str, object] = {"technology": None if best is None else str(best.name)}
    of_one, of_all = ("_low", "", "_high"), ("_p50", "_p80")
    for prefix, row, ends in (("village_", best, of_one), ("all_", whole, of_all)):
        if row is not None:
            found |= {
                f"{prefix}{measure.removesuffix('_yuan')}{end}_yuan": float(row[f"{measure}{end}"])
                for measure in MEASURE_WORDS
                for end in ends
            }
    return found if whole is None else found | {"unconnected_villages": int(whole["villages"])}


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
