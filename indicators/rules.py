"""The rules of the programme as the profile states them: what a subsidy is, and how it is paid."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build

COLUMNS = ("rule_id", "category", "rate", "opex_years", "valid_from", "document")


@per_build(4)
def subsidy_rules(atlas: Atlas) -> pd.DataFrame:
    """One row per rule: COLUMNS; rate as a share 0-1. What a document leaves open is missing."""
    rows = [
        [rule.get(column) for column in COLUMNS] for rule in facts.settings(atlas).get("subsidy_rule", [])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


@per_build(4)
def tranches(atlas: Atlas) -> tuple[dict[str, Any], ...]:
    """tranche_id, name in both languages, share 0-1, document; in the order of payment."""
    return tuple(facts.settings(atlas).get("tranche", ()))


@per_build(64)
def projects_with_cost(atlas: Atlas, within: str, most: int = 500) -> pd.DataFrame:
    """Projects in the profile's own currency whose cost is known: project_id, name, capex_yuan, opex_yearly_yuan,
    planned_villages, contract_date, granted_yuan, evidence; the largest first."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT project_id, name, capex_yuan, opex_yearly_yuan, planned_villages, contract_date, granted_yuan,
                   evidence::TEXT AS evidence
            FROM project
            WHERE scope = 'project' AND capex_yuan IS NOT NULL AND (currency IS NULL OR currency = $currency)
              AND place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within)
            ORDER BY capex_yuan DESC, project_id LIMIT $most
            """,
            {"within": within, "most": most, "currency": facts.settings(atlas)["currency"]["code"]},
        )
        .df()
    )
