"""The subsidy of a village or a project: S = r · (K + n · O).

K is the construction cost (capex, yuan), O the operating cost of one year (yuan), r the rate (share 0–1) and
n the years of operation counted. r and n belong to a category of place (remote, border, island) and come with
the rule; a rule that leaves them open, as the islands' "suitably more", has to be given them and never
assumes any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

#: Why a row has no subsidy; a row has the first that holds, so that the counts add up.
REASONS = ("no_rule", "rule_incomplete", "capex_unknown", "opex_unknown", "negative_amount")
LEVERAGE_DEFINITION = "(K − r·K) / S: the firm's own share of construction per yuan of subsidy"
Applies = Literal["in_force", "counterfactual", "superseded", "date_unknown"]


class RuleError(ValueError):
    """A rule that cannot be applied as it stands."""


@dataclass(frozen=True)
class Rule:
    """One category's rate and years, as a document states them. None: the document leaves it open."""

    category: str
    rate: float | None  # share of the counted costs, 0–1
    opex_years: int | None
    valid_from: date | None = None
    document: str = ""
    rule_id: str = ""
    valid_to: date | None = None  # the last day; None: no later rule is known

    def __post_init__(self) -> None:
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise RuleError(f"rule {self.rule_id or self.category}: rate is a share from 0 to 1, not {self.rate}")
        if self.opex_years is not None and self.opex_years < 0:
            raise RuleError(f"rule {self.rule_id or self.category}: {self.opex_years} years of operation")

    @property
    def is_complete(self) -> bool:
        return self.rate is not None and self.opex_years is not None


@dataclass(frozen=True)
class Explanation:
    """The formula with its numbers, part by part: subsidy = rate × (capex + opex_years × yearly_opex)."""

    rule: Rule
    applies: Applies
    rate: float
    opex_years: int
    capex_yuan: float
    yearly_opex_yuan: float
    opex_yuan: float  # of all years counted
    counted_cost_yuan: float
    subsidy_yuan: float
    leverage: float  # LEVERAGE_DEFINITION; NaN without a subsidy


@dataclass(frozen=True)
class Subsidies:
    """Rows with their subsidy, and what the total leaves out: rows == known_rows + sum of left_out."""

    frame: pd.DataFrame
    rows: int
    known_rows: int
    left_out: dict[str, int]  # rows by reason, all of REASONS
    applied: dict[str, int]  # known rows by Applies
    capex_yuan: float  # of the known rows
    subsidy_yuan: float


def rules_from(frame: pd.DataFrame) -> list[Rule]:
    """Rules out of a table: rule_id, category, rate, opex_years, valid_from, document and, where one is known,
    valid_to; empty cells are open."""
    table = frame.astype(object).where(frame.notna(), None)
    return [
        Rule(
            category=row["category"],
            rate=None if row["rate"] is None else float(row["rate"]),
            opex_years=None if row["opex_years"] is None else int(row["opex_years"]),
            valid_from=None if row["valid_from"] is None else pd.Timestamp(row["valid_from"]).date(),
            document=row["document"] or "",
            rule_id=row["rule_id"],
            valid_to=None if row.get("valid_to") is None else pd.Timestamp(row["valid_to"]).date(),
        )
        for row in table.to_dict("records")
    ]


def completed(rule: Rule, rate: float | None = None, opex_years: int | None = None) -> Rule:
    """The rule with what it leaves open filled in. What the document states cannot be overwritten this
    way."""
    for name, stated, given in (("rate", rule.rate, rate), ("opex_years", rule.opex_years, opex_years)):
        if stated is not None and given is not None and stated != given:
            raise RuleError(f"{rule.document or rule.rule_id} states {name} {stated}; {given} is another rule")
    return replace(
        rule,
        rate=rate if rule.rate is None else rule.rate,
        opex_years=opex_years if rule.opex_years is None else rule.opex_years,
    )


def applicable(rules: Sequence[Rule], category: str, on: date | None) -> Rule | None:
    """The category's rule in force on a day; before the first rule the first one; without a day the last one.
    None where no rule speaks of the category."""
    own = sorted((rule for rule in rules if rule.category == category), key=lambda one: one.valid_from or date.min)
    if not own or on is None:
        return own[-1] if own else None
    begun = [rule for rule in own if (rule.valid_from or date.min) <= on]
    return begun[-1] if begun else own[0]


def in_force(rules: Sequence[Rule], on: date | None) -> list[Rule]:
    """The rules of all categories on a day; without a day those that no later rule has ended."""
    return [
        rule
        for rule in rules
        if (rule.valid_to is None or (on is not None and on <= rule.valid_to))
        and (on is None or rule.valid_from is None or rule.valid_from <= on)
    ]


def applies(rule: Rule, on: date | None, rules: Sequence[Rule] = ()) -> Applies:
    """Whether a rule was in force on a day. Applied to a project older than itself it is a counterfactual:
    what the subsidy would have been, not what it was."""
    if on is None or rule.valid_from is None:
        return "date_unknown"
    if on < rule.valid_from:
        return "counterfactual"
    if rule.valid_to is not None and on > rule.valid_to:
        return "superseded"
    later = [one.valid_from for one in rules if one.category == rule.category and one.valid_from]
    return "superseded" if any(rule.valid_from < other <= on for other in later) else "in_force"


def explained(
    rule: Rule, capex_yuan: float, yearly_opex_yuan: float, on: date | None = None, rules: Sequence[Rule] = ()
) -> Explanation:
    """One project or village. Raises RuleError for an open rule, ValueError for an amount below zero or no
    number."""
    if rule.rate is None or rule.opex_years is None:
        raise RuleError(
            f"{rule.document or rule.rule_id} states no rate or years for category {rule.category!r}: give both"
        )
    for name, amount in (("capex_yuan", capex_yuan), ("yearly_opex_yuan", yearly_opex_yuan)):
        if not (np.isfinite(amount) and amount >= 0):
            raise ValueError(f"{name} is {amount}: an amount of zero or more is needed")
    opex_yuan = rule.opex_years * yearly_opex_yuan
    counted_yuan = capex_yuan + opex_yuan
    subsidy_yuan = rule.rate * counted_yuan
    leverage = (1 - rule.rate) * capex_yuan / subsidy_yuan if subsidy_yuan > 0 else float("nan")
    return Explanation(
        rule,
        applies(rule, on, rules),
        rule.rate,
        rule.opex_years,
        capex_yuan,
        yearly_opex_yuan,
        opex_yuan,
        counted_yuan,
        subsidy_yuan,
        leverage,
    )


def subsidies(frame: pd.DataFrame, rules: Sequence[Rule]) -> Subsidies:
    """Villages or projects, one a row: category, capex_yuan, yearly_opex_yuan and, if known, contract_date.

    Adds rule_id, rate, opex_years, applies, opex_yuan, subsidy_yuan, leverage and left_out (one of REASONS,
    or missing). Unknown amounts stay unknown. The rule is the one in force at the contract, see `applicable`.
    """
    out = _with_rules(frame, rules)
    capex, opex = (pd.to_numeric(out[name]).astype(float) for name in ("capex_yuan", "yearly_opex_yuan"))
    conditions = (
        out["rule_id"].isna(),
        out["rate"].isna() | out["opex_years"].isna(),
        ~np.isfinite(capex),
        ~np.isfinite(opex),
        (capex < 0) | (opex < 0),
    )
    out["left_out"] = pd.Series(np.select(conditions, REASONS, default=""), index=out.index).replace("", None)
    known = out["left_out"].isna()
    out["opex_yuan"] = (out["opex_years"] * opex).where(known)
    out["subsidy_yuan"] = (out["rate"] * (capex + out["opex_yuan"])).where(known)
    out["leverage"] = (1 - out["rate"]) * capex / out["subsidy_yuan"].where(out["subsidy_yuan"] > 0)
    return Subsidies(
        frame=out,
        rows=len(out),
        known_rows=int(known.sum()),
        left_out={reason: int((out["left_out"] == reason).sum()) for reason in REASONS},
        applied={str(key): int(count) for key, count in out.loc[known, "applies"].value_counts().items()},
        capex_yuan=float(capex[known].sum()),
        subsidy_yuan=float(out["subsidy_yuan"].sum()),
    )


def _with_rules(frame: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """The rows with their rule's columns, in the order they came in; one look-up per category and contract
    date."""
    days = frame["contract_date"] if "contract_date" in frame else pd.Series(pd.NaT, index=frame.index)
    keys = pd.DataFrame({"category": frame["category"], "on": pd.to_datetime(days)})
    numbers = keys.groupby(["category", "on"], dropna=False, sort=False).ngroup().to_numpy()
    found = []
    for category, on in keys.drop_duplicates().itertuples(index=False, name=None):
        day = None if pd.isna(on) else on.date()
        rule = None if pd.isna(category) else applicable(rules, category, day)
        found.append(
            (rule.rule_id or rule.category, rule.rate, rule.opex_years, applies(rule, day, rules))
            if rule
            else (None, None, None, None)
        )
    columns = ["rule_id", "rate", "opex_years", "applies"]
    chosen = pd.DataFrame(found, columns=columns).astype({"rate": float, "opex_years": float})
    return frame.assign(**{name: chosen[name].to_numpy()[numbers] for name in columns})


def opex_shares(rule: Rule, capex_yuan: float, shares: Sequence[float] = (0.0, 0.05, 0.10)) -> pd.DataFrame:
    """What if the yearly operating cost were a share of the construction cost: one row per share (0–1) with
    opex_share, yearly_opex_yuan, opex_yuan, counted_cost_yuan, subsidy_yuan, leverage."""
    rows = [explained(rule, capex_yuan, share * capex_yuan) for share in shares]
    names = ("yearly_opex_yuan", "opex_yuan", "counted_cost_yuan", "subsidy_yuan", "leverage")
    table = pd.DataFrame({name: [getattr(row, name) for row in rows] for name in names}, dtype=float)
    table.insert(0, "opex_share", np.asarray(shares, dtype=float))
    return table


def tranches(subsidy_yuan: float, shares: Mapping[str, float]) -> pd.DataFrame:
    """Payments in order, {"contract": 0.75, "acceptance": 0.25}: tranche, share, amount_yuan.

    Amounts are rounded to 0.01 yuan and add up to the subsidy: the last one takes what rounding leaves.
    Shares below 1 together leave a row "remainder"; above 1 they are refused.
    """
    if any(not share >= 0 for share in shares.values()) or sum(shares.values()) > 1 + 1e-9:
        raise ValueError(f"shares of a subsidy are zero or more and add up to at most 1, not {dict(shares)}")
    if not (np.isfinite(subsidy_yuan) and subsidy_yuan >= 0):
        raise ValueError(f"subsidy_yuan is {subsidy_yuan}: an amount of zero or more is needed")
    rest = 1 - sum(shares.values())
    parts = {**shares, "remainder": rest} if rest > 1e-9 else dict(shares)
    paid_until = np.round(np.cumsum(list(parts.values())) * subsidy_yuan, 2)
    paid_until[-1] = round(subsidy_yuan, 2)
    return pd.DataFrame(
        {
            "tranche": list(parts),
            "share": list(parts.values()),
            "amount_yuan": np.round(np.diff(paid_until, prepend=0.0), 2),
        }
    )
