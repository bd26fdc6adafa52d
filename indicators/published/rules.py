"""The rules of the programme as the profile states them: what a subsidy is, and how it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build

COLUMNS = ("rule_id", "category", "rate", "opex_years", "valid_from", "valid_to", "document")
#: What a rule of the programme is about, in the order of the page.
TOPICS = (
    *("validity", "aim", "eligibility", "subsidy", "money", "selection", "deadline"),
    *("acceptance", "performance"),
)


@per_build(4)
def subsidy_rules(atlas: Atlas) -> pd.DataFrame:
    """One row per rule: COLUMNS; rate as a share 0-1. What a document leaves open is missing."""
    rows = [[rule.get(column) for column in COLUMNS] for rule in facts.settings(atlas).get("subsidy_rule", [])]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


@dataclass(frozen=True)
class LeastBidders:
    """How many bidders a lot needs to be awarded, and the document that says so."""

    bidders: int
    document: str


@per_build(4)
def least_bidders(atlas: Atlas) -> LeastBidders | None:
    """The profile's rule on the least number of bidders; None where it holds none: then none is applied."""
    held = facts.settings(atlas).get("tender_rule")
    return LeastBidders(int(held["least_bidders"]), str(held["document"])) if held else None


@per_build(4)
def category_names(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Category → its name in both languages, of those that the profile's rules name themselves."""
    held = facts.settings(atlas).get("subsidy_rule", [])
    return {rule["category"]: rule["name"] for rule in held if "name" in rule}


@per_build(16)
def programme_rules(atlas: Atlas, year: int | None = None, topic: str | None = None) -> pd.DataFrame:
    """Rules of the programme by document, the newest first: rule_no, year, topic, applies_zh, applies_en, requires_zh,
    requires_en, quotation, document_number, document, issued_on, publisher, url, seen, confidence, note_zh, note_en."""
    return (
        atlas.cursor()
        .execute(
            "SELECT * EXCLUDE (source_id) FROM programme_rule WHERE ($1::INTEGER IS NULL OR year = $1) "
            "AND ($2::TEXT IS NULL OR topic = $2) ORDER BY year DESC, rule_no",
            [year, topic],
        )
        .df()
    )


def has_programme_rules(atlas: Atlas) -> bool:
    """Whether any rule of the programme was loaded."""
    return bool(atlas.cursor().execute("SELECT 1 FROM programme_rule LIMIT 1").fetchall())


@per_build(4)
def published_opex_shares(atlas: Atlas) -> pd.DataFrame:
    """Projects of which both construction and yearly operation were published: project_id, name, name_en, share
    (0-1).
    """
    return (
        atlas.cursor()
        .execute(
            "SELECT project_id, name, name_en, opex_yearly_yuan / capex_yuan AS share FROM project "
            "WHERE opex_yearly_yuan IS NOT NULL AND capex_yuan > 0 AND evidence = 'declared' ORDER BY project_id"
        )
        .df()
    )


@per_build(4)
def tranches(atlas: Atlas) -> tuple[dict[str, Any], ...]:
    """tranche_id, name in both languages, share 0-1, document; in the order of payment."""
    return tuple(facts.settings(atlas).get("tranche", ()))


@per_build(64)
def projects_with_cost(atlas: Atlas, within: str, most: int = 500) -> pd.DataFrame:
    """Projects in the profile's own currency whose cost is known: project_id, name, name_en, capex_yuan,
    opex_yearly_yuan, planned_villages, contract_date, granted_yuan, evidence; the largest first."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT project_id, name, name_en, capex_yuan, opex_yearly_yuan, planned_villages, contract_date,
                granted_yuan,
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
