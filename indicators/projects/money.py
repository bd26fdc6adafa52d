"""The money of projects: announced, requested, approved, granted, paid; per village and place; against the model.

Amounts of single projects only: a programme's total (scope 'programme') holds others and is never added to them.
Every sum says how many projects it covers and how many it leaves out, and why: no amount, another currency, or
a project that reaches beyond the place, whose amount is not split. Of such a project only what its list says of
the villages here is counted: their construction cost. `yuan` in a name is the profile's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground.evidence import EVIDENCE, weakest
from indicators import facts, measure
from indicators import register as places
from indicators.database import Atlas, per_build
from indicators.figure import Figure
from indicators.projects import scoped
from indicators.projects.scoped import Scope

#: The way of a subsidy, in order, and its columns.
STEPS = {
    "requested": "requested_yuan",
    "approved": "approved_yuan",
    "granted": "granted_yuan",
    "paid": "paid_yuan",
}
UNIT_FACTORS = (1e-4, 1e-3, 1e3, 1e4)  # ten thousand or thousand, forgotten or applied twice
#: The villages that an amount is divided by, as the indicators of both divide.
VILLAGES_OF = {"capex_yuan": "announced_villages", "subsidy_yuan": "villages"}
SLACK = 2.0  # times beyond the model's range that a corrected amount may still lie


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


# --- rows -------------------------------------------------------------------------------------------------


@per_build(128)
def projects(atlas: Atlas, scope: Scope, level: str | None = None) -> pd.DataFrame:
    """One row per project, or per project and the place of `level` inside the scope's place that holds of it.

    part_id (missing where no one place holds it and no list says which villages it has), project_id, name, name_en,
    place_id, place_name, place_name_en, batch, technology, operator_id, operator, contract_date, price_year,
    whole_here (held by the part with all it has), villages, announced_villages (before what a ledger changed: those
    that the cost was announced for), capex_yuan, capex_qualifier, capex_from ('project',
    'villages': summed from its list), requested_yuan, approved_yuan, granted_yuan, subsidy_yuan (granted, else
    approved), paid_yuan, modelled_villages (listed ones with a cost and a modelled range), outside_villages (of these,
    beyond it), is_other_currency,
    evidence, paid_evidence. What is not known is missing.
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
    more = {"within": within, "currency": _currency(atlas)} | ({} if level is None else {"level": level})
    return scoped.ask(atlas, Scope(within), _ROWS, more, _PART if level is None else _PARTS)


def _currency(atlas: Atlas) -> str:
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


# --- sums -------------------------------------------------------------------------------------------------


def summed(rows: pd.DataFrame, column: str) -> Sum:
    """The amount of a column over rows of `projects`, and what it leaves out."""
    amount, villages = _numbers(rows, column), _numbers(rows, "villages")
    other, whole = rows["is_other_currency"].to_numpy(bool), rows["whole_here"].to_numpy(bool)
    counted, missing = _counted(rows, column), np.isnan(amount) & ~other
    is_bound = rows["capex_qualifier"].notna().to_numpy() if column == "capex_yuan" else np.zeros_like(other)
    return Sum(
        yuan=float(amount[counted].sum()) if counted.any() else None,
        projects=int(counted.sum()),
        villages=_sum_of_known(villages[counted]),
        no_amount=int((missing & whole).sum()),
        other_currency=int(other.sum()),
        beyond=int((missing & ~whole).sum()),
        at_least=int((counted & is_bound).sum()),
        evidence=_weakest(rows, column, counted),
    )


def remaining(rows: pd.DataFrame) -> Remaining:
    """Granted less paid, project by project, so that one paid too much does not hide another's rest."""
    granted, paid = _numbers(rows, "granted_yuan"), _numbers(rows, "paid_yuan")
    counted = _counted(rows, "granted_yuan") & (granted > 0)
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
        evidence=_weakest(rows, "paid_yuan", counted),
    )


@dataclass(frozen=True)
class Line:
    """One place, operator or batch of a table of money."""

    key: str
    projects: int
    villages: float | None
    capex: Sum
    steps: dict[str, Sum]  # of STEPS
    figures: dict[str, Figure]  # of PER; none of a line without a key


#: The indicators of a line.
PER = ("project_investment_per_village", "subsidy_per_village", "leverage")
#: The columns of `projects` that a line adds up.
_ADDED = (
    "project_id",
    "whole_here",
    "villages",
    "capex_yuan",
    "capex_qualifier",
    "subsidy_yuan",
    *STEPS.values(),
    "is_other_currency",
    "evidence",
    "paid_evidence",
)


@per_build(64)
def lines(atlas: Atlas, scope: Scope, level: str | None, by: str) -> tuple[Line, ...]:
    """One line per value of a column of `projects`, the largest investment first; rows without a value last, as ""."""
    rows = projects(atlas, scope, level)
    kept = rows[list(_ADDED)]  # the fewer columns a group has, the faster it is cut out
    groups = {str(key): group for key, group in kept.groupby(rows[by].fillna(""), sort=True)}
    per = _per_place(atlas, scope, level) if level else _per_operator(atlas, scope, tuple(groups))
    found = [_line(key, group, per.get(key, {})) for key, group in groups.items()]
    return tuple(sorted(found, key=lambda line: (line.key == "", -(line.capex.yuan or 0.0), line.key)))


def _per_place(atlas: Atlas, scope: Scope, level: str) -> dict[str, dict[str, Figure]]:
    """Place → its figures of PER."""
    found: dict[str, dict[str, Figure]] = {}
    for name in PER:
        for row in measure.figures(atlas, name, within=scope.within, level=level, projects=scope.chosen):
            found.setdefault(row.place_id, {})[name] = row
    return found


def _per_operator(atlas: Atlas, scope: Scope, operators: tuple[str, ...]) -> dict[str, dict[str, Figure]]:
    """Operator → its figures of PER, "" for the projects that name none."""
    chosen = {one: replace(scope.chosen, operator=one) for one in operators}
    return {
        key: {name: measure.figure(atlas, name, scope.within, projects=projects) for name in PER}
        for key, projects in chosen.items()
    }


def _line(key: str, rows: pd.DataFrame, per: dict[str, Figure]) -> Line:
    return Line(
        key=key,
        projects=rows["project_id"].nunique(),
        villages=_sum_of_known(_numbers(rows, "villages")),
        capex=summed(rows, "capex_yuan"),
        steps={step: summed(rows, column) for step, column in STEPS.items()},
        figures=per,
    )


# --- how it is spread -------------------------------------------------------------------------------------


@per_build(64)
def per_village(atlas: Atlas, scope: Scope, level: str, column: str) -> pd.DataFrame:
    """Places of a level that hold projects, with the amount per village: place_id, name, name_en, group_id,
    group_name, group_name_en (the place just below the scope's that it lies in; missing where it is that place),
    villages, yuan, yuan_per_village (both missing where no project of the place has the amount), evidence."""
    rows = projects(atlas, scope, level)
    rows = rows[rows["part_id"].notna()]
    counted = with_amount(rows, column)
    counted = counted.assign(villages=counted[VILLAGES_OF[column]])
    strength = pd.Series([EVIDENCE.index(kind) for kind in counted["evidence"]], index=counted.index, dtype=int)
    held = pd.DataFrame({"place_id": pd.Series(sorted(rows["part_id"].unique()), dtype=object)})
    sums = (
        counted.assign(strength=strength)
        .groupby("part_id")
        .agg(villages=("villages", "sum"), yuan=(column, "sum"), strength=("strength", "max"))
    )
    sums["evidence"] = sums.pop("strength").map(dict(enumerate(EVIDENCE)))
    table = held.join(sums, on="place_id")
    table["yuan_per_village"] = table["yuan"] / table["villages"]
    return table.merge(_named(atlas, scope.within, level), on="place_id", how="left")


def levels_to_compare(atlas: Atlas, scope: Scope, column: str, least: int) -> list[str]:
    """The levels inside a place at which at least so many places have an amount per village, the highest first."""
    depth = {name: n for n, name in enumerate(places.levels(atlas))}
    here = places.place(atlas, scope.within)
    finest = depth[scoped.level_above_last_two(atlas)]
    if here is None:
        return []
    return [
        level
        for level, n in depth.items()
        if depth[here.level] < n <= finest
        and with_amount(projects(atlas, scope, level), column)["part_id"].nunique() >= least
    ]


def with_amount(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that have an amount per village."""
    return rows[_counted(rows, column) & (_numbers(rows, VILLAGES_OF[column]) > 0)]


def unplaced(atlas: Atlas, scope: Scope, level: str) -> int:
    """Projects that no one place of a level holds and that list no villages: in none of its amounts."""
    rows = projects(atlas, scope, level)
    return int(rows["part_id"].isna().sum())


@per_build(64)
def _named(atlas: Atlas, within: str, level: str) -> pd.DataFrame:
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


# --- against the model ------------------------------------------------------------------------------------


@per_build(64)
def against_model(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Projects with a cost and villages, beside the modelled range of their technology, the farthest off first.

    The columns of `projects`, and yuan_per_village, low_yuan, central_yuan, high_yuan (per village), price_years,
    times (of the end of the range that is passed; missing inside), verdict: inside, above, below, unit (a factor
    of UNIT_FACTORS would bring it to the range, and `factor` is that), no_model.
    """
    rows = projects(atlas, scope)
    rows = with_amount(rows, "capex_yuan")
    model = facts.cost_parameters(atlas)[["technology", "low_yuan", "central_yuan", "high_yuan", "price_years"]]
    table = rows.merge(model, on="technology", how="left")
    table["yuan_per_village"] = table["capex_yuan"] / table["announced_villages"]
    triples = zip(table["yuan_per_village"], table["low_yuan"], table["high_yuan"], strict=True)
    judged = [verdict(*one) for one in triples]
    table["verdict"] = [one.word for one in judged]
    table["times"] = pd.Series([one.times for one in judged], index=table.index, dtype=float)
    table["factor"] = pd.Series([one.factor for one in judged], index=table.index, dtype=float)
    return table.sort_values(["times", "project_id"], ascending=[False, True], na_position="last").reset_index(
        drop=True
    )


@dataclass(frozen=True)
class Verdict:
    """Where a cost lies: inside, above, below, unit or no_model; how many times off; the factor that would mend it."""

    word: str
    times: float | None = None
    factor: float | None = None


def verdict(value: float, low_yuan: float, high_yuan: float) -> Verdict:
    """A cost per village beside a range."""
    if pd.isna(low_yuan):
        return Verdict("no_model")
    if low_yuan <= value <= high_yuan:
        return Verdict("inside")
    times = value / high_yuan if value > high_yuan else (low_yuan / value if value > 0 else None)
    for factor in UNIT_FACTORS:
        if low_yuan / SLACK <= value * factor <= high_yuan * SLACK:
            return Verdict("unit", times, factor)
    return Verdict("above" if value > high_yuan else "below", times)


def outside_villages(rows: pd.DataFrame) -> tuple[int, int]:
    """Of rows of `projects`: listed villages whose own cost lies outside the modelled range, and all that have both."""
    ours = rows[~rows["is_other_currency"].astype(bool)]
    return int(ours["outside_villages"].sum()), int(ours["modelled_villages"].sum())


# --- one project ------------------------------------------------------------------------------------------


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


# --- parts ------------------------------------------------------------------------------------------------


def _numbers(rows: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """A column's numbers, NaN where unknown."""
    return rows[column].to_numpy(dtype=float, na_value=np.nan)


def _counted(rows: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    """The rows whose amount is known in the profile's own currency."""
    counted: NDArray[np.bool_] = ~np.isnan(_numbers(rows, column)) & ~rows["is_other_currency"].to_numpy(bool)
    return counted


def _sum_of_known(values: NDArray[np.float64]) -> float | None:
    return None if np.isnan(values).all() else float(np.nansum(values))


def _weakest(rows: pd.DataFrame, column: str, counted: NDArray[np.bool_]) -> str | None:
    """The weakest evidence of some rows; an amount that was paid rests on its payments, too."""
    columns = ("evidence", "paid_evidence") if column == "paid_yuan" else ("evidence",)
    kinds = {kind for name in columns for kind in rows[name].to_numpy(object)[counted] if isinstance(kind, str)}
    return weakest(kinds) if kinds else None
