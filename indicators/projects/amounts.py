"""The money of projects: announced, requested, approved, granted and paid, and what remains of it.

Amounts of single projects only: a programme's total (scope 'programme') holds others and is never added to them.
Every sum says how many projects it covers and how many it leaves out, and why: no amount, another currency, or
a project that reaches beyond the place, whose amount is not split. Of such a project only what its list says of
the villages here is counted: their construction cost. `yuan` in a name is the profile's currency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground.evidence import weakest
from indicators import facts
from indicators.database import Atlas, per_build
from indicators.projects import scoped
from indicators.projects.scoped import Scope

#: The way of a subsidy, in order, and its columns.
STEPS = {
    "requested": "requested_yuan",
    "approved": "approved_yuan",
    "granted": "granted_yuan",
    "paid": "paid_yuan",
}

#: The villages that an amount is divided by, as the indicators of both divide.
VILLAGES_OF = {"capex_yuan": "announced_villages", "subsidy_yuan": "villages"}


@dataclass(frozen=True)
class Sum:
    """An amount over some projects: rows == projects + no_amount + other_currency + beyond."""

    yuan: float | None  # None where no project says
    projects: int  # that are in the sum
    villages: float | None  # theirs, as far as they are known
    no_amount: int
    other_currency: int
    beyond: int  # reach beyond the place: not split
    at_least: int  # of the projects in the sum: published as a lower bound
    evidence: str | None


@dataclass(frozen=True)
class Remaining:
    """What is granted and not paid. A grant without a payment on record counts as unpaid."""

    granted_yuan: float | None
    paid_yuan: float | None
    remaining_yuan: float | None  # of the projects paid less than granted
    overpaid_yuan: float  # of those paid more
    projects: int
    overpaid_projects: int
    without_payment: int
    left_out: int
    evidence: str | None


@per_build(128)
def of_projects(atlas: Atlas, scope: Scope, level: str | None = None) -> pd.DataFrame:
    """One row per project, or per project and the place of `level` inside the scope's place that holds of it.

    part_id (missing where no one place holds it and no list says which villages it has), project_id, name, name_en,
    place_id, place_name, place_name_en, batch, technology, operator_id, operator, contract_date, price_year, whole_here
    (held by the part with all it has), villages, announced_villages (before what a ledger changed: those that the cost
    was announced for), capex_yuan, capex_qualifier, capex_from ('project', 'villages': summed from its list),
    requested_yuan, approved_yuan, granted_yuan, subsidy_yuan (granted, else approved), paid_yuan, modelled_villages
    (listed ones with a cost and a modelled range), outside_villages (of these, beyond it), is_other_currency, evidence,
    paid_evidence. What is not known is missing.
    """
    rows = _rows(atlas, scope.within, level)
    asked = {"batch": scope.batch, "technology": scope.technology, "operator_id": scope.operator}
    asked["project_id"] = scope.project
    for column, wanted in asked.items():
        if wanted is not None:
            rows = rows[rows[column] == wanted]
    return rows.reset_index(drop=True)


@per_build(32)
def _rows(atlas: Atlas, within: str, level: str | None) -> pd.DataFrame:
    """All projects of a place; filters then only choose among these rows."""
    more = {"within": within, "currency": currency_code(atlas)} | ({} if level is None else {"level": level})
    return scoped.ask(atlas, Scope(within), _ROWS, more, _PART if level is None else _PARTS)


def currency_code(atlas: Atlas) -> str:
    return str(facts.settings(atlas).get("currency", {}).get("code", ""))


#: The places whose money is asked for …
_PART = ", parts AS (SELECT $within AS part_id)"

_PARTS = """
    , parts AS (
        SELECT shown.place_id AS part_id
        FROM place_at AS shown INNER JOIN place_within AS up ON up.place_id = shown.place_id
        WHERE shown.level = $level AND up.ancestor_id = $within
    )
"""

#: … and what they hold: a project whole, or, where none of them does, what its list says of each.
_ROWS = """
    , held AS (
        SELECT *, place_id AS part_id
        FROM project_held
        WHERE place_id IN (SELECT part_id FROM parts)
        QUALIFY is_whole OR NOT bool_or(is_whole) OVER (PARTITION BY project_id)
    )
    SELECT
        held.part_id, c.project_id, c.name, c.name_en, c.place_id, place.name AS place_name, place.name_en AS
            place_name_en,
        c.batch, c.technology, c.operator_id, c.operator, c.contract_date, c.price_year,
        coalesce(held.is_whole, false) AS whole_here,
        CASE
            WHEN whole_here THEN coalesce(c.planned_villages + coalesce(ledger.change_villages, 0), held.villages)
            ELSE held.villages
        END::DOUBLE AS villages,
        CASE WHEN whole_here THEN coalesce(c.planned_villages, held.villages) ELSE held.villages END::DOUBLE AS
            announced_villages,
        CASE WHEN whole_here THEN coalesce(c.capex_yuan, held.capex_yuan) ELSE held.capex_yuan END::DOUBLE AS
            capex_yuan,
        CASE WHEN whole_here AND c.capex_yuan IS NOT NULL THEN c.capex_qualifier END AS capex_qualifier,
        CASE WHEN whole_here AND c.capex_yuan IS NOT NULL THEN 'project' ELSE 'villages' END AS capex_from,
        CASE WHEN whole_here THEN c.requested_yuan END::DOUBLE AS requested_yuan,
        CASE WHEN whole_here THEN c.approved_yuan END::DOUBLE AS approved_yuan,
        CASE WHEN whole_here THEN c.granted_yuan END::DOUBLE AS granted_yuan,
        CASE WHEN whole_here THEN coalesce(c.granted_yuan, c.approved_yuan) END::DOUBLE AS subsidy_yuan,
        CASE WHEN whole_here THEN paid.paid_yuan END::DOUBLE AS paid_yuan,
        held.modelled::DOUBLE AS modelled_villages, held.outside::DOUBLE AS outside_villages,
        coalesce(c.currency <> $currency, false) AS is_other_currency,
        CASE WHEN whole_here THEN c.evidence::TEXT::evidence ELSE greatest(c.evidence::TEXT::evidence, held.evidence)
            END::TEXT AS evidence,
        paid.evidence::TEXT AS paid_evidence
    FROM chosen AS c
    INNER JOIN place ON place.place_id = c.place_id
    LEFT JOIN held ON held.project_id = c.project_id
    LEFT JOIN (
        SELECT project_id, sum(change_villages) AS change_villages FROM reconciliation GROUP BY project_id
    ) AS ledger ON ledger.project_id = c.project_id
    LEFT JOIN (
        SELECT project_id, sum(amount) AS paid_yuan, max(evidence) AS evidence FROM payment GROUP BY project_id
    ) AS paid ON paid.project_id = c.project_id
    ORDER BY c.project_id, held.part_id
"""


def summed(rows: pd.DataFrame, column: str) -> Sum:
    """The amount of a column over rows of `projects`, and what it leaves out."""
    amount, villages = numbers_of(rows, column), numbers_of(rows, "villages")
    other, whole = rows["is_other_currency"].to_numpy(bool), rows["whole_here"].to_numpy(bool)
    counted, missing = has_amount(rows, column), np.isnan(amount) & ~other
    is_bound = rows["capex_qualifier"].notna().to_numpy() if column == "capex_yuan" else np.zeros_like(other)
    return Sum(
        yuan=math.fsum(amount[counted]) if counted.any() else None,
        projects=int(counted.sum()),
        villages=sum_of_known(villages[counted]),
        no_amount=int((missing & whole).sum()),
        other_currency=int(other.sum()),
        beyond=int((missing & ~whole).sum()),
        at_least=int((counted & is_bound).sum()),
        evidence=weakest_of(rows, column, counted),
    )


def remaining(rows: pd.DataFrame) -> Remaining:
    """Granted less paid, project by project, so that one paid too much does not hide another's rest."""
    granted, paid = numbers_of(rows, "granted_yuan"), numbers_of(rows, "paid_yuan")
    counted = has_amount(rows, "granted_yuan") & (granted > 0)
    granted, paid = granted[counted], paid[counted]
    whole = float(granted.sum()) if len(granted) else None
    left_out, without = int((~counted).sum()), int(np.isnan(paid).sum())
    if without == len(paid):
        return Remaining(whole, None, None, 0.0, len(granted), 0, without, left_out, None)
    rest = granted - np.nan_to_num(paid)  # a grant without a payment on record is not paid: the class says so
    return Remaining(
        granted_yuan=whole,
        paid_yuan=float(np.nansum(paid)),
        remaining_yuan=float(rest[rest > 0].sum()),
        overpaid_yuan=float(abs(rest[rest < 0].sum())),
        projects=len(granted),
        overpaid_projects=int((rest < 0).sum()),
        without_payment=without,
        left_out=left_out,
        evidence=weakest_of(rows, "paid_yuan", counted),
    )


def with_amount(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that have an amount per village."""
    return rows[has_amount(rows, column) & (numbers_of(rows, VILLAGES_OF[column]) > 0)]


def unplaced(atlas: Atlas, scope: Scope, level: str) -> int:
    """Projects that no one place of a level holds and that list no villages: in none of its amounts."""
    rows = of_projects(atlas, scope, level)
    return int(rows["part_id"].isna().sum())


@per_build(64)
def place_names(atlas: Atlas, within: str, level: str) -> pd.DataFrame:
    """Places of a level inside another, with the place of the level just below that one which they lie in."""
    return (
        atlas.cursor()
        .execute(
            """
            WITH here AS (
                SELECT l.position FROM place JOIN level AS l ON l.level_id = place.level WHERE place.place_id = $within
            )
            SELECT part.place_id, part.name, part.name_en, above.place_id AS group_id, above.name AS group_name,
                   above.name_en AS group_name_en
            FROM place_at AS shown
            JOIN place_within AS inside ON inside.place_id = shown.place_id AND inside.ancestor_id = $within
            JOIN place AS part ON part.place_id = shown.place_id
            LEFT JOIN (
                SELECT up.place_id AS part_id, place.*
                FROM place_within AS up JOIN place ON place.place_id = up.ancestor_id
                JOIN level AS l ON l.level_id = place.level
                WHERE l.position = (SELECT position + 1 FROM here) AND up.place_id <> up.ancestor_id
            ) AS above ON above.part_id = part.place_id
            WHERE shown.level = $level
            """,
            {"within": within, "level": level},
        )
        .df()
    )


@per_build(16)
def total(atlas: Atlas, project_id: str) -> dict[str, Any] | None:
    """A project or a programme's total by its number, with the name of its place; None where there is none."""
    frame = (
        atlas.cursor()
        .execute(
            "SELECT p.* REPLACE (p.evidence::TEXT AS evidence), place.name AS place_name, place.name_en AS "
            "place_name_en "
            "FROM project AS p INNER JOIN place ON place.place_id = p.place_id WHERE p.project_id = $1",
            [project_id],
        )
        .df()
    )
    return {str(key): value for key, value in frame.iloc[0].to_dict().items()} if len(frame) else None


def divided(amount: Any, by: Any) -> float | None:
    """An amount per village, household, …; None where either is unknown or there is nothing to divide by."""
    if pd.isna(amount) or pd.isna(by) or not by:
        return None
    return float(amount) / float(by)


def days_early(done: Any, due: Any) -> int | None:
    """Days between the day something was done and the day it was due; negative where it came late."""
    if pd.isna(done) or pd.isna(due):
        return None
    return int((pd.Timestamp(due) - pd.Timestamp(done)).days)


def numbers_of(rows: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """A column's numbers, NaN where unknown."""
    return rows[column].to_numpy(dtype=float, na_value=np.nan)


def has_amount(rows: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    """The rows whose amount is known in the profile's own currency."""
    counted: NDArray[np.bool_] = ~np.isnan(numbers_of(rows, column)) & ~rows["is_other_currency"].to_numpy(bool)
    return counted


def sum_of_known(values: NDArray[np.float64]) -> float | None:
    return None if np.isnan(values).all() else float(np.nansum(values))


def weakest_of(rows: pd.DataFrame, column: str, counted: NDArray[np.bool_]) -> str | None:
    """The weakest evidence of some rows; an amount that was paid rests on its payments, too."""
    columns = ("evidence", "paid_evidence") if column == "paid_yuan" else ("evidence",)
    kinds = {kind for name in columns for kind in rows[name].to_numpy(object)[counted] if isinstance(kind, str)}
    return weakest(kinds) if kinds else None
