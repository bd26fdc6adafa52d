"""Rows under a heading: data, facts, bars from zero, the funnel of a programme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atlas.look.badges import badge, state_mark
from atlas.look.blocks import credit, notice
from atlas.look.figures import (
    count,
    is_missing,
    percent,
    unknown,
)
from atlas.look.html import Html, escape, escaped, hidden, link, safe_colour
from atlas.look.language import t


def state_bar(connected: int, unconnected: int, unknown: int) -> Html:
    """The three states of a place: symbol, count and share of all its villages, and a stacked bar.

    The shares are of all villages, unknown ones included; the rate of a standard leaves those out.
    """
    counts = {"unconnected": unconnected, "unknown": unknown, "connected": connected}
    total = sum(counts.values())
    if total == 0:
        return notice("empty", t("No village here belongs to the programme."))
    rows = "".join(_state_row(state, n, total) for state, n in counts.items())
    segments = "".join(
        f'<span class="atlas-fill-{state}" style="flex-grow:{n}"></span>' for state, n in counts.items() if n
    )
    bar = f'<div class="atlas-stack" aria-hidden="true">{segments}</div>'
    warning = _unknown_only() if unknown == total else Html("")
    if unknown and not warning:  # beside a rate of the known ones the shares of all have to say so
        warning = credit(t("shares of all villages; the rate leaves out the unknown ones"))
    return Html(f'<div class="atlas-states"><table>{_state_head()}{rows}</table>{bar}{warning}</div>')


def _state_head() -> str:
    words = (t("State"), t("Villages"), t("Share of all villages"))
    cells = "".join(f'<th scope="col">{escape(word)}</th>' for word in words)
    return f'<thead class="atlas-hidden"><tr>{cells}</tr></thead>'


def _state_row(state: str, n: int, total: int) -> str:
    return (
        f'<tr><th scope="row">{state_mark(state)}</th><td>{count(n)}</td>'
        f"<td>{escape(percent(100 * n / total))}</td></tr>"
    )


def _unknown_only() -> Html:
    return notice("unknown", t("No data for this standard here; that does not mean unconnected."))


@dataclass(frozen=True)
class Bar:
    """One row of a ranking. `colour` is #RRGGBB; `text` is what stands at the bar's end."""

    label: str
    value: float | None
    text: str
    href: str | None = None
    colour: str | None = None
    beside: Html | None = None  # a sign at the row's end, such as the way to a comparison


def bar_table(rows: Sequence[Bar], caption: str) -> Html:
    """A ranking as horizontal bars from zero, with the value at each bar's end."""
    known = [float(row.value) for row in rows if row.value is not None and not is_missing(row.value)]
    if any(value < 0 for value in known):
        raise ValueError("bars start at zero and cannot show negative values; use data_table")
    longest = max(known, default=0.0)
    body = "".join(_bar_row(row, longest) for row in rows)
    return Html(f'<table class="atlas-bars"><caption>{hidden(caption)}</caption><tbody>{body}</tbody></table>')


def _bar_row(row: Bar, longest: float) -> str:
    share = 0.0 if row.value is None or is_missing(row.value) or not longest else row.value / longest
    colour = safe_colour(row.colour or "var(--atlas-gap-3)")
    bar = f'<span class="atlas-bar" style="--share:{share:.4f};background:{colour}"></span>' if share else ""
    words = unknown() if is_missing(row.value) else row.text
    return (
        f'<tr><th scope="row">{link(row.label, row.href)}</th>'
        f'<td><div>{bar}<span class="atlas-bar-text">{escape(words)}</span>{row.beside or ""}</div></td></tr>'
    )


def share_bar(share_percent: float | None, text: str) -> Html:
    """A share as a short bar with its text, for a table's cell; without the bar where it is not known."""
    if share_percent is None or is_missing(share_percent):
        return escaped(text)
    share = min(max(share_percent / 100, 0.0), 1.0)
    bar = f'<span aria-hidden="true"><i style="--share:{share:.4f}"></i></span>'
    return Html(f'<div class="atlas-share">{bar}{escape(text)}</div>')


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_ALIGNMENTS = {"l": "left", "r": "right", "c": "center", "w": "left atlas-wraps"}


def data_table(headers: Sequence[str], rows: Iterable[Sequence[object]], align: str = "", caption: str = "") -> Html:
    """A table that a screen reader can read; the first column names the row.

    `align` has one letter per column, l, r, c, or w for sentences that may wrap (default l). Cells are text or `Html`
    from this module.
    """
    sides = [_ALIGNMENTS[letter] for letter in align.ljust(len(headers), "l")]
    head = "".join(
        f'<th scope="col" class="atlas-{side}">{escaped(header) if header else hidden(t("What"))}</th>'
        for header, side in zip(headers, sides, strict=True)
    )
    body = "".join(f"<tr>{_table_cells(row, sides)}</tr>" for row in rows)
    title = f"<caption>{hidden(caption)}</caption>" if caption else ""
    region = f' role="region" tabindex="0" aria-label="{escape(caption)}"' if caption else ""
    return Html(
        f'<div class="atlas-table"{region}><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _table_cells(row: Sequence[object], sides: Sequence[str]) -> str:
    cells = []
    for position, (value, side) in enumerate(zip(row, sides, strict=True)):
        is_name = position == 0 and value != ""  # further lines of the row above have none of their own
        tag, scope = ("th", ' scope="row"') if is_name else ("td", "")
        whole = " atlas-day" if isinstance(value, str) and _DAY.fullmatch(value) else ""  # a date is not broken
        cells.append(f'<{tag}{scope} class="atlas-{side}{whole}">{escaped(value)}</{tag}>')
    return "".join(cells)


def fact_list(rows: Sequence[tuple[str, str, str | None]]) -> Html:
    """Label, value and evidence (its kind, or a badge ready made) of a few facts, one under the other."""
    body = "".join(
        f'<div class="atlas-fact"><dt>{escape(label)}</dt><dd>{escaped(value)}'
        f"{f' {evidence if isinstance(evidence, Html) else badge(evidence)}' if evidence else ''}</dd></div>"
        for label, value, evidence in rows
    )
    return Html(f'<dl class="atlas-facts">{body}</dl>')


def definitions(rows: Sequence[tuple[str, object]]) -> Html:
    """Terms with a sentence each."""
    body = "".join(f"<dt>{escape(term)}</dt><dd>{escaped(words)}</dd>" for term, words in rows)
    return Html(f'<dl class="atlas-definitions">{body}</dl>')


@dataclass(frozen=True)
class Stage:
    """One state of a funnel: how many reached it, as a bar from zero, and what else is said of it."""

    label: str
    value: float | None
    text: str
    cells: tuple[str, ...] = ()


def funnel(rows: Sequence[Stage], headers: Sequence[str], caption: str) -> Html:
    """States in their order with bars from zero; `headers` name the state, the bar and the cells."""
    longest = max((float(row.value) for row in rows if not is_missing(row.value) and row.value), default=0.0)
    head = "".join(
        f'<th scope="col" class="{"atlas-number" if position > 1 else "atlas-left"}">{escape(header)}</th>'
        for position, header in enumerate(headers)
    )
    body = "".join(_stage_row(row, longest) for row in rows)
    return Html(
        f'<div class="atlas-scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="atlas-bars atlas-funnel"><caption>{hidden(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _stage_row(row: Stage, longest: float) -> str:
    share = 0.0 if is_missing(row.value) or not row.value or not longest else row.value / longest
    bar = f'<span class="atlas-bar" style="--share:{share:.4f}"></span>' if share else ""
    cells = "".join(f'<td class="atlas-number">{escape(cell)}</td>' for cell in row.cells)
    return (
        f'<tr><th scope="row">{escape(row.label)}</th>'
        f'<td><div>{bar}<span class="atlas-bar-text">{escape(row.text)}</span></div></td>{cells}</tr>'
    )
