"""The table of docs/methods/planner.md: the model beside what projects published, worked out anew."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.cost.parameters import Parameters
from planning.cost.uncertainty import drawn_sums

ROOT = Path(__file__).resolve().parents[3]
PARAMETERS = Parameters.from_frame(pd.read_csv(ROOT / "data" / "china" / "money" / "cost-model.csv"))
TECHNOLOGIES = {"4G": ("4g_microwave", "4g_fibre"), "fibre": ("fibre",)}
SHARES = (0.05, 0.5, 0.8, 0.95)


def listed() -> list[list[str]]:
    """Rows of the table: project, technology, terrain, basis, published, four quantiles, within, against P50."""
    text = (ROOT / "docs" / "methods" / "planner.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [row for row in rows if len(row) == 11 and row[1] in TECHNOLOGIES]


@pytest.mark.parametrize("row", listed(), ids=lambda row: f"{row[0]}, {row[2]}")
def test_the_documented_check_is_what_the_model_says(row: list[str]) -> None:
    _, technology, terrain, basis, published, *told = row
    years = int(found[1]) if (found := re.search(r"(\d+) O", basis)) else 0
    village = pd.DataFrame({"terrain": [None if terrain == "unknown" else terrain]})
    _, sums = drawn_sums(village, pd.Series(["one"]), PARAMETERS, seed=1, technologies=TECHNOLOGIES[technology])
    quantiles = np.quantile((sums["capex_yuan"] + years * sums["opex_yuan_per_year"])[:, 0], SHARES)
    amount = float(published.replace(",", ""))
    assert [float(cell.replace(",", "")) for cell in told[:4]] == [float(f"{one:.3g}") for one in quantiles]
    assert told[4] == ("yes" if quantiles[0] <= amount <= quantiles[3] else "no")
    assert told[5] == f"{amount / quantiles[1] - 1:+.0%}"


def test_every_published_project_of_the_pack_is_in_the_table() -> None:
    assert len(listed()) == 19
