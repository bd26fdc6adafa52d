"""The subsidy formula in words and numbers, and lines of villages as people paste them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from atlas.files.sheets import Facts
from atlas.look import cards, figures, html
from atlas.look.language import mark, pick, t
from ground.units import TEN_THOUSAND
from importer.values import folded

MOST_LINES = 500
#: Categories of the subsidy rules in words; one that a profile adds goes by its own word.
CATEGORIES = {
    "remote": mark("remote village"),
    "border": mark("key frontier area"),
    "island": mark("island"),
}
REASONS = {
    "no_rule": mark("no rule speaks of this category"),
    "rule_incomplete": mark("the rule leaves rate or years open"),
    "capex_unknown": mark("construction cost unknown"),
    "opex_unknown": mark("cost of operation unknown"),
    "negative_amount": mark("an amount below zero"),
}
COLUMNS = {
    "name": mark("Village"),
    "category": mark("Category"),
    "opex_share": mark("Yearly operation as a share of K"),
    "capex_yuan": mark("K (⟨currency⟩)"),
    "yearly_opex_yuan": mark("O (⟨currency⟩ per year)"),
    "rate": mark("Rate r"),
    "opex_years": mark("Years of operation n"),
    "opex_yuan": mark("n × O (⟨currency⟩)"),
    "counted_cost_yuan": mark("Counted cost (⟨currency⟩)"),
    "subsidy_yuan": mark("Subsidy (⟨currency⟩)"),
    "leverage": mark("Leverage"),
    "left_out": mark("Left out because"),
}


@dataclass
class Lines:
    """What pasted lines say: `frame` has name, capex_yuan, yearly_opex_yuan, category; `refused` line and why."""

    frame: pd.DataFrame
    refused: list[tuple[int, str]] = field(default_factory=list)


def card(title: str, yuan: float, evidence: str) -> html.Html:
    number, unit = figures.money_parts(yuan)
    return cards.card_text(title, number, unit, evidence)


def leverage_card(leverage: float, evidence: str) -> html.Html:
    number = figures.decimal(None if pd.isna(leverage) else leverage)
    return cards.card_text(t("Leverage"), number, "", evidence)


def formula(found: object) -> str:
    """`S = 0.30 × (2.45 亿元 + 6 × 1,225 万元) = 9,555 万元`"""
    return t(
        "S = {rate} × ({capex} + {years} × {opex}) = {subsidy}",
        rate=figures.decimal(found.rate),  # type: ignore[attr-defined]
        capex=figures.money(found.capex_yuan),  # type: ignore[attr-defined]
        years=found.opex_years,  # type: ignore[attr-defined]
        opex=figures.money(found.yearly_opex_yuan),  # type: ignore[attr-defined]
        subsidy=figures.money(found.subsidy_yuan),  # type: ignore[attr-defined]
    )


def said(found: object) -> Facts:
    """What a file of the answer has to say of it."""
    rule = found.rule  # type: ignore[attr-defined]
    return [
        (t("Formula"), formula(found)),
        (t("Rule"), figures.sentence([rule.document, rule.category, figures.day(rule.valid_from)])),
        (t("Evidence"), t("cost of operation assumed by the reader")),
    ]


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns people want, under headings in their language."""
    kept = [column for column in COLUMNS if column in frame]
    shown = frame[kept].astype(object).where(frame[kept].notna(), None)
    if "left_out" in shown:
        shown["left_out"] = shown["left_out"].map(_reason)
    return shown.rename(columns={column: t(COLUMNS[column]) for column in kept}).reset_index(drop=True)


def left_out_words(found: object) -> str:
    """How many lines the sum leaves out, and why."""
    counted = found.left_out  # type: ignore[attr-defined]
    return figures.sentence(
        t("{n} left out: {why}", n=figures.count(n), why=t(REASONS[reason])) for reason, n in counted.items() if n
    )


def village_rows(frame: pd.DataFrame, category_word: Callable[[str], str]) -> list[list[object]]:
    return [
        [
            row["name"],
            category_word(row["category"]),
            figures.count(row["capex_yuan"]),
            figures.count(row["yearly_opex_yuan"]),
            figures.count(row["capex_yuan"] + row["opex_yuan"]),
            figures.count(row["subsidy_yuan"]),
            _reason(row["left_out"]),
        ]
        for row in frame.to_dict("records")
    ]


def _reason(key: object) -> str:
    return t(REASONS[key]) if isinstance(key, str) and key in REASONS else ""


def category_name(category: str, named: Mapping[str, Mapping[str, str | None]] | None = None) -> str:
    """A category in words: those of the profile (`named`) where its rules name it themselves."""
    if named and category in named:
        return pick(named[category])
    return t(CATEGORIES[category]) if category in CATEGORIES else category


def category_words(categories: Mapping[str, str]) -> dict[str, str]:
    """What people may write for a category → its id."""
    return {folded(word): key for key, text in categories.items() for word in (key, text, t(text))}


def read_lines(text: str, categories: Mapping[str, str]) -> Lines:
    """Lines of name, K, O and category, split at commas, semicolons or tabs of any width. Amounts in 10,000 yuan."""
    rows: list[tuple[str, float, float, str]] = []
    refused: list[tuple[int, str]] = []
    usual = next(iter(categories.values()))
    for n, line in enumerate(text.splitlines()[:MOST_LINES], start=1):
        cells = [cell.strip() for cell in line.translate(str.maketrans("，；;\t、", ",,,,,")).split(",")]
        if not any(cells):
            continue
        try:
            rows.append(_row(cells, categories, usual))
        except ValueError as error:
            refused.append((n, str(error)))
    if len(text.splitlines()) > MOST_LINES:
        refused.append((MOST_LINES + 1, t("only the first {n} lines are read", n=MOST_LINES)))
    frame = pd.DataFrame(rows, columns=["name", "capex_yuan", "yearly_opex_yuan", "category"])
    return Lines(frame, refused)


def _row(cells: list[str], categories: Mapping[str, str], usual: str) -> tuple[str, float, float, str]:
    if len(cells) < 2:
        raise ValueError(t("a name and an amount are needed"))
    amounts = [_amount(cell) for cell in (*cells[1:3], "")[:2]]
    word = folded(cells[3]) if len(cells) > 3 and cells[3] else None
    if word is not None and word not in categories:
        raise ValueError(t("“{word}” is no category", word=cells[3][:40]))
    return cells[0][:80], amounts[0], amounts[1], categories[word] if word else usual


def _amount(cell: str) -> float:
    if not cell:
        return float("nan")
    try:
        value = float(cell.replace(" ", ""))
    except ValueError:
        raise ValueError(t("“{word}” is no amount", word=cell[:40])) from None
    if not value < 1e9:
        raise ValueError(t("“{word}” is no amount", word=cell[:40]))
    return value * TEN_THOUSAND
