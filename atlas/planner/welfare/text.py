"""What raising and giving money costs, in words: sources with their published figures, targeting, mark-ups."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from atlas.look import badges, figures
from atlas.look.language import mark, t
from atlas.look.words import qualifiers
from indicators.database import Atlas
from indicators.published.quotations import quotation, value
from planning.inputs import InputError
from planning.money import welfare
from planning.money.welfare import Reading, Targeting

CELLS = re.compile(r"[,，;；\t]")
MOST_SERVICES = 30
READINGS = {
    "extra": mark("on top of each ⟨currency⟩ raised"),
    "total": mark("in all, the ⟨currency⟩ raised included"),
}


@dataclass(frozen=True)
class Source:
    """A way to raise money with the published figures of its cost per unit; `reading` None: it can be read both
    ways.
    """

    source_id: str
    words: str
    low: str  # uses of published figures
    high: str
    reading: Reading | None


SOURCES = (
    Source("general_taxes", mark("general taxes"), "general_taxes_low", "general_taxes_high", "extra"),
    Source(
        "developed",
        mark("public money, developed countries"),
        "public_money_developed",
        "public_money_developed",
        "extra",
    ),
    Source(
        "long_distance",
        mark("a levy on long-distance calls"),
        "levy_long_distance",
        "levy_long_distance",
        "extra",
    ),
    Source(
        "here",
        mark("public money, the figure given for this country"),
        "public_money_low",
        "public_money_high",
        None,
    ),
)
OWN = mark("own assumption")


def sources(atlas: Atlas, reading: Reading, own: tuple[float, float]) -> pd.DataFrame:
    """source_id, words, low, high, qualifier, reading, evidence: those that the profile declares, then the reader's own
    (extra)."""
    rows = []
    for one in SOURCES:
        low, high = value(atlas, one.low), value(atlas, one.high)
        if low is not None and high is not None:
            about = _qualifier(atlas, one)
            rows.append((one.source_id, t(one.words), low, high, about, one.reading or reading, "declared"))
    rows.append(("own", t(OWN), min(own), max(own), None, "extra", "assumed"))
    return pd.DataFrame(rows, columns=["source_id", "words", "low", "high", "qualifier", "reading", "evidence"])


def _qualifier(atlas: Atlas, one: Source) -> str | None:
    """How the published figures of a source are qualified: both are about so much, or none is."""
    found = quotation(atlas, one.low)
    return figures.text_or_none(found["qualifier"]) if found else None


def source_rows(table: pd.DataFrame) -> list[list[object]]:
    return [
        [
            row["words"],
            span(row["low"], row["high"], row["qualifier"]),
            badges.badge(row["evidence"]),  # of the figure; what follows is calculated from it
            _read_as(row["reading"]),
            figures.money_range(row["extra_low"], row["extra_high"]),
            figures.money_range(row["total_low"], row["total_high"]),
        ]
        for row in table.to_dict("records")
    ]


def source_file(table: pd.DataFrame) -> pd.DataFrame:
    money = figures.unit_word("yuan")
    return pd.DataFrame(
        {
            t("Source of the money"): table["words"],
            t("Per unit, low"): table["low"],
            t("Per unit, high"): table["high"],
            t("Read as"): [_read_as(reading) for reading in table["reading"]],
            figures.bracketed(t("Lost on the way, low"), money): table["extra_low"],
            figures.bracketed(t("Lost on the way, high"), money): table["extra_high"],
            figures.bracketed(t("Cost in all, low"), money): table["total_low"],
            figures.bracketed(t("Cost in all, high"), money): table["total_high"],
        }
    )


def two_readings(atlas: Atlas) -> str | None:
    """What the two readings of this country's figure make of it; None where the atlas holds none."""
    one = next(one for one in SOURCES if one.reading is None)
    low, high = value(atlas, one.low), value(atlas, one.high)
    if low is None or high is None:
        return None
    return t(
        "The published sentence can be meant in two ways: {figure} lost on top of each unit raised, {more} in all; or "
        "{figure} in all, {less} lost. The source does not say which.",
        figure=span(low, high, about := _qualifier(atlas, one)),
        more=span(low + 1, high + 1, about),
        less=span(low - 1, high - 1, about),
    )


def _read_as(reading: str) -> str:
    return t(READINGS[reading])


def span(low: float, high: float, qualifier: object = None) -> str:
    ends = figures.decimal(low) if low == high else f"{figures.decimal(low)}–{figures.decimal(high)}"
    return qualifiers.bounded(ends, qualifier)


def targeting_formula(found: Targeting, elasticity: float, discount: float) -> str:
    """`δ (1 + a) ÷ a = 0.1 × 1.003 ÷ 0.003 = 33.4`"""
    return t(
        "a = −ε × δ = {epsilon} × {discount} = {added}; δ × (1 + a) ÷ a = {prices} times the price; targeted: δ = "
        "{targeted}",
        epsilon=figures.decimal(-elasticity, 3),
        discount=figures.decimal(discount, 3),
        added=figures.percent(100 * found.added_share),
        prices=figures.decimal(found.untargeted_prices, 1),
        targeted=figures.decimal(found.targeted_prices, 3),
    )


def read_services(text: str) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Lines of name and elasticity (below 0): service_id, elasticity; and the lines refused, with why."""
    rows: list[tuple[str, float]] = []
    refused: list[tuple[int, str]] = []
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, number = ([cell.strip() for cell in CELLS.split(line)] + [""])[:2]
        try:
            elasticity = float(number.replace("−", "-").replace("－", "-"))
        except ValueError:
            elasticity = float("nan")
        if not name or any(name == row[0] for row in rows) or len(rows) >= MOST_SERVICES:
            refused.append((n, t("each line needs a name of its own; at most {n} lines", n=MOST_SERVICES)))
        elif not (-1000 < elasticity < 0):
            refused.append((n, t("an elasticity is a number below 0, not “{word}”", word=number[:20])))
        else:
            rows.append((name[:80], elasticity))
    return pd.DataFrame(rows, columns=["service_id", "elasticity"]), refused


def markups(services: pd.DataFrame, ramsey_number: float) -> pd.DataFrame:
    """service_id, elasticity, markup_share, and `ratio`: how many times the mark-up of the least elastic one it bears.

    Raises InputError.
    """
    table = welfare.ramsey_markups(services, ramsey_number)
    if table.empty:
        raise InputError("services", "one or more", 0)
    least = float(table["elasticity"].max())
    table["ratio"] = [welfare.markup_ratio(each, least) for each in table["elasticity"]]
    return table


def markup_rows(table: pd.DataFrame) -> list[list[object]]:
    return [
        [
            row["service_id"],
            figures.decimal(row["elasticity"], 3),
            t("no price is high enough")
            if figures.is_missing(row["markup_share"])
            else figures.percent(100 * row["markup_share"]),
            _ratio(row["ratio"]),
        ]
        for row in table.to_dict("records")
    ]


def _ratio(ratio: float) -> str:
    """`1/35` where it is less than the whole."""
    return figures.decimal(ratio) if ratio >= 1 else f"1/{figures.decimal(1 / ratio, 1)}"
