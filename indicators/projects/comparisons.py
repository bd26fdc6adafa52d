"""Amounts of projects by place and by operator, per village, and beside what the model of costs would expect."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ground.evidence import EVIDENCE
from indicators import facts, measure, places
from indicators.database import Atlas, per_build
from indicators.figure import Figure
from indicators.projects import scoped
from indicators.projects.amounts import (
    STEPS,
    VILLAGES_OF,
    Sum,
    numbers_of,
    of_projects,
    place_names,
    sum_of_known,
    summed,
    with_amount,
)
from indicators.projects.scoped import Scope

UNIT_FACTORS = (1e-4, 1e-3, 1e3, 1e4)  # ten thousand or thousand, forgotten or applied twice

SLACK = 2.0  # times beyond the model's range that a corrected amount may still lie


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
    rows = of_projects(atlas, scope, level)
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
        villages=sum_of_known(numbers_of(rows, "villages")),
        capex=summed(rows, "capex_yuan"),
        steps={step: summed(rows, column) for step, column in STEPS.items()},
        figures=per,
    )


@per_build(64)
def per_village(atlas: Atlas, scope: Scope, level: str, column: str) -> pd.DataFrame:
    """Places of a level that hold projects, with the amount per village: place_id, name, name_en, group_id,
    group_name, group_name_en (the place just below the scope's that it lies in; missing where it is that place),
    villages, yuan, yuan_per_village (both missing where no project of the place has the amount), evidence."""
    rows = of_projects(atlas, scope, level)
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
    return table.merge(place_names(atlas, scope.within, level), on="place_id", how="left")


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
        and with_amount(of_projects(atlas, scope, level), column)["part_id"].nunique() >= least
    ]


@per_build(64)
def against_model(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Projects with a cost and villages, beside the modelled range of their technology, the farthest off first.

    The columns of `projects`, and yuan_per_village, low_yuan, central_yuan, high_yuan (per village), price_years,
    times (of the end of the range that is passed; missing inside), verdict: inside, above, below, unit (a factor
    of UNIT_FACTORS would bring it to the range, and `factor` is that), no_model.
    """
    rows = of_projects(atlas, scope)
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
