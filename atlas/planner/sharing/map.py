"""Counties coloured by the operator that bears most of them."""

from __future__ import annotations

import pandas as pd

from atlas.look import figures, theme
from atlas.look.language import t
from atlas.maps import coloured_places
from indicators.database import Atlas
from indicators.demand import shared_villages

COLOURS = ("standard_fibre", "standard_5g", "pilot", "standard_4g", "range", "standard_telephone")


def colours(operators: list[str]) -> dict[str, str]:
    """Operator → #RRGGBB; beyond the sixth they repeat, and the table tells them apart."""
    tokens = theme.tokens()
    return {one: tokens[COLOURS[n % len(COLOURS)]] for n, one in enumerate(operators)}


def show(atlas: Atlas, within: str, table: pd.DataFrame, operators: list[str], evidence: str) -> None:
    """`table`: as `sharing_text.counties` gives it. Nothing where the counties have no outlines."""
    palette = colours(operators)
    coloured_places.show(
        atlas,
        within,
        shared_villages.county_level(atlas),
        _fills(table, palette),
        t("⟨Outlined_plural⟩ by operator"),
        [(colour, one) for one, colour in palette.items()],
        evidence,
        missing=t("no unconnected village"),
        note=t("a ⟨outlined⟩ shared by several has the colour of the one that bears most of it"),
        key="sharing",
    )


def _fills(table: pd.DataFrame, palette: dict[str, str]) -> dict[str, tuple[str, str]]:
    """County → colour of whoever bears most, and everybody's part in words."""
    grey = theme.tokens()["no_data"]
    most = table.sort_values("cost_yuan", ascending=False).drop_duplicates("county_id")
    colour = {row["county_id"]: palette.get(row["operator_id"], grey) for row in most.to_dict("records")}
    words: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        part = f"{figures.value_text(row['villages'], 'village')}, {figures.money(row['cost_yuan'])}"
        words.setdefault(str(row["county_id"]), []).append(f"{row['operator_id']}: {part}")
    return {county: (colour[county], "\n".join(lines)) for county, lines in words.items()}
