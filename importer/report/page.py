"""The quality report of a source as text for a terminal and as a page to be handed on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ground.visible import visible
from importer.guess.asked import Question
from importer.report.left_out import reason_words, sentence
from importer.report.quality import Quality, RuleCount
from importer.report.rules import rule

LANGUAGES = ("zh", "en")


def text(quality: Quality, language: str = "en", questions: Sequence[Question] = ()) -> str:
    """Rows, rules with examples, unknowns per column and what looks odd, in lines of plain text."""
    lines = [
        f"{quality.source_id}: {quality.read:,} rows read = {quality.loaded:,} loaded + {quality.rejected:,} rejected"
    ]
    for entry in _by_weight(quality):
        wrong, mend = rule(entry.rule, language)
        lines.append(
            f"  {'rejected' if entry.is_rejected else 'remark  '} {entry.count:>9,}  {entry.rule}: {wrong} {mend}"
        )
        lines += [f"{'':22}{_example(example)}" for example in entry.examples]
    lines += [f"  warning   {where}: {rule(name, language)[0]} ({seen})" for name, where, seen in quality.warnings()]
    lines += [f"  matched   {how}: {count:,}" for how, count in sorted(quality.matched.items())]
    lines += [f"  corrections {state}: {count:,}" for state, count in quality.corrections.items() if count]
    unknown = [f"{c.field} {c.unknown:,}" for c in quality.columns.values() if c.unknown]
    if unknown:
        lines.append(f"  unknown   {', '.join(unknown)}")
    lines += [f"  not used  {sentence(one, language)}" for one in quality.left_out]
    if quality.passed_over:
        lines.append(f"  not used  {quality.passed_over:,} rows: {reason_words('rows_only', language)}")
    lines += [f"  note      {note}" for note in quality.notes]
    for question in questions:
        lines.append(f"  question  {question.asks[language]}")
        lines += [f"{'':12}--answer {question.key}={one.key}   {one.says[language]}" for one in question.answers]
    return "\n".join(map(_one_line, lines))


def html(qualities: list[Quality]) -> str:
    """One page in both languages, without scripts or anything from elsewhere; every text of a file escaped."""
    here = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sources: list[dict[str, Any]] = [
        {
            "quality": quality,
            "rules": [(entry, rule(entry.rule, "zh"), rule(entry.rule, "en")) for entry in _by_weight(quality)],
            "warnings": [(where, seen, rule(name, "zh"), rule(name, "en")) for name, where, seen in quality.warnings()],
        }
        for quality in qualities
    ]
    return here.get_template("report.html").render(sources=sources, example=_example)


def _one_line(text: str) -> str:
    """Without what would command a terminal."""
    return " ".join(visible(text).splitlines())


def _by_weight(quality: Quality) -> list[RuleCount]:
    return sorted(quality.rules.values(), key=lambda entry: (not entry.is_rejected, -entry.count, entry.rule))


def _example(example: dict[str, Any]) -> str:
    row = "" if example.get("row") is None else f"row {example['row']:,.0f}"  # some are of no row alone
    where = ", ".join(part for part in (example["file"], row) if part)
    column = f", {example['column']}" if example.get("column") else ""
    near = f" → {example['candidates']}" if example.get("candidates") else ""
    return f"{where}{column}: {example['value']!r}{near}"
