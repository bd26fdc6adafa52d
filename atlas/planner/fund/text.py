"""A universal-service fund in words: its factor, the years to come, other bases, and customers who react."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from atlas.look import figures
from atlas.look.language import t
from planning.money import fund
from planning.money.fund import BaseTooSmall

CELLS = re.compile(r"[,，;；\t]")
MOST_LINES = 50


@dataclass(frozen=True)
class Start:
    """Need and base of one period, in one currency; `is_foreign` amounts are US dollars and not the profile's money."""

    need: float
    base: float
    year: int
    is_foreign: bool
    need_growth: float  # a year, 0.1 is 10 %: what is proposed

    def money(self, amount: float | None) -> str:
        if self.is_foreign:
            return t("{amount} US dollars", amount=figures.compact(amount))
        return figures.money(amount)

    @property
    def unit(self) -> str:
        return t("US dollars") if self.is_foreign else figures.unit_word("yuan")


@dataclass(frozen=True)
class Published:
    """The figures that the example starts from: factor in percent, need at two dates in US dollars."""

    factor_percent: float
    need_first: float
    need_last: float
    first_year: int
    last_year: int

    @property
    def years(self) -> int:
        return self.last_year - self.first_year

    def start(self) -> Start:
        """The base is not published: it is the need divided by the factor."""
        growth = fund.yearly_growth(self.need_first, self.need_last, self.years)
        return Start(self.need_first, self.need_first / (self.factor_percent / 100), self.first_year, True, growth)

    def formula(self) -> str:
        """`9.5% × 11.9 ÷ 7.4 = 15.3%`"""
        later = fund.scaled_share(self.factor_percent / 100, need_ratio=self.need_last / self.need_first)
        return t(
            "{factor} × {last} ÷ {first} = {later}",
            factor=figures.percent(self.factor_percent),
            last=figures.compact(self.need_last),
            first=figures.compact(self.need_first),
            later=figures.percent(100 * later),
        )


def formula(start: Start) -> str:
    """`f = need ÷ base = …`"""
    return t(
        "f = need ÷ base = {need} ÷ {base} = {share}",
        need=start.money(start.need),
        base=start.money(start.base),
        share=figures.percent(100 * fund.contribution_factor(start.need, start.base).share),
    )


def year_rows(table: pd.DataFrame, start: Start) -> list[list[object]]:
    return [
        [
            str(row["year"]),
            start.money(row["need"]),
            start.money(row["base"]),
            figures.percent(100 * row["share"]),
            t("more than the whole base") if row["is_beyond_base"] else "",
        ]
        for row in table.to_dict("records")
    ]


def year_file(table: pd.DataFrame, start: Start) -> pd.DataFrame:
    unit = start.unit
    return pd.DataFrame(
        {
            t("Year"): table["year"],
            figures.bracketed(t("Need"), unit): table["need"].round(2),
            figures.bracketed(t("Base"), unit): table["base"].round(2),
            figures.bracketed(t("Contribution factor"), "%"): (100 * table["share"]).round(4),
        }
    )


def read_bases(text: str, unit: float) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Lines of name and amount, in `unit`: base_id, base; and the lines refused, with why. An empty amount is
    unknown.
    """
    rows: list[tuple[str, float]] = []
    refused: list[tuple[int, str]] = []
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, amount = ([cell.strip() for cell in CELLS.split(line)] + [""])[:2]
        try:
            value = float(amount) * unit if amount else float("nan")
        except ValueError:
            value = -1.0
        if not name or any(name == row[0] for row in rows) or len(rows) >= MOST_LINES:
            refused.append((n, t("each line needs a name of its own; at most {n} lines", n=MOST_LINES)))
        elif value < 0 or value == float("inf"):
            refused.append((n, t("“{word}” is no amount", word=amount[:40])))
        else:
            rows.append((name[:80], value))
    return pd.DataFrame(rows, columns=["base_id", "base"]), refused


def base_rows(table: pd.DataFrame, start: Start) -> list[list[object]]:
    return [[row["base_id"], start.money(row["base"]), _percent(row["share"])] for row in table.to_dict("records")]


def _percent(share: float) -> str:
    return figures.unknown() if figures.is_missing(share) else figures.percent(100 * share)


def reaction_rows(start: Start, elasticities: Sequence[tuple[str, float]]) -> list[list[object]]:
    """The factor when it is passed on to customers, who then buy less."""
    rows: list[list[object]] = []
    for words, elasticity in elasticities:
        try:
            share = fund.share_with_response(start.need, start.base, elasticity=elasticity)
            said = figures.percent(100 * share)
        except BaseTooSmall:
            said = t("no factor is high enough")
        rows.append([words, figures.decimal(elasticity, 3), said])
    return rows
