"""How a number is written and shown. No other module formats one.

The first half returns plain text in the current language. The second half returns HTML for `st.html`:
every text in it is escaped (names of places and sources come from imported files and may be hostile),
and what is already safe carries the type `Html`. What is not known is "unknown" or a dash, never 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html import escape
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from atlas import theme
from atlas.language import current, locale, mark, nt, pick, t
from indicators.figure import Figure

DASH = "–"

# From this value on a number is shortened, and to what: (at least, word, decimals).
_SHORTEN_FROM = {"zh": 100_000, "en": 1_000_000}
_SCALES = {
    "zh": ((10**8, "亿", 2), (10**4, "万", 1)),
    "en": ((10**9, "billion", 2), (10**6, "million", 2)),
}
_MONTH_PATTERNS = {"zh": "y 年 M 月", "en": "MMMM y"}
_currency: Mapping[str, str | None] = {"zh": "元", "en": "yuan"}


def use_currency(words: Mapping[str, str | None]) -> None:
    """The profile's word for its money, `{"zh": "元", "en": "yuan"}`; set once when the atlas starts."""
    global _currency
    _currency = words


# --- numbers as text --------------------------------------------------------------------------------


def is_missing(value: Any) -> bool:
    """None, NaN, NaT, NA or an infinity from a division by zero: nothing that can be printed."""
    if not pd.api.types.is_scalar(value):
        return False
    return bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))


def unknown() -> str:
    """The word for a number that is not known."""
    return t("Unknown")


def text_or_none(value: object) -> str | None:
    """A text from a table's cell, where pandas may have put NaN for nothing."""
    return value if isinstance(value, str) and value else None


def count(n: float | None) -> str:
    """A whole number in full, 487,144: for tables."""
    return unknown() if is_missing(n) else _digits(n, 0)


def compact(n: float | None) -> str:
    """A whole number for cards and prose: 14,597, then 13 万 or 1.2 million."""
    if is_missing(n):
        return unknown()
    number, scale = _shortened(n)
    return f"{number} {scale}".strip()


def headline(n: float | None) -> str:
    """A number in three digits for a title: 1.46 万, 14,600, 593."""
    if is_missing(n) or n == 0:
        return compact(n)
    assert n is not None
    rounded = round(n, 2 - math.floor(math.log10(abs(n)))) if abs(n) >= 1000 else n
    if current() == "zh" and 10_000 <= abs(rounded) < 100_000:
        return f"{_digits(rounded / 10_000, 2, strip=True)} 万"
    return compact(rounded)


def signed(n: float | None) -> str:
    """A change in a count, with its sign: -3,972."""
    return unknown() if is_missing(n) else _digits(n, 0, sign=True)


def decimal(value: float | None, decimals: int = 2) -> str:
    """A number without a unit, at most so many decimals."""
    return unknown() if is_missing(value) else _digits(value, decimals, strip=True)


def percent(
    value_percent: float | None, numerator: float | None = None, denominator: float | None = None
) -> str:
    """A share given in percent, one decimal: 95.2%.

    Only what is exact reads 0.0% or 100.0%; 99.97 reads >99.9%. Above 100 the fraction is shown with it,
    because such a share is a finding about the data: 100.8% (598/593).
    """
    if is_missing(value_percent):
        return unknown()
    assert value_percent is not None
    text = f"{_percent_number(value_percent)}%"
    if value_percent > 100 and not is_missing(numerator) and not is_missing(denominator):
        return bracketed(text, f"{count(numerator)}/{count(denominator)}")
    return text


def _percent_number(value: float) -> str:
    rounded = _rounded(value, 1)
    for limit, below, above in ((0, "-0.1", "0.1"), (100, "99.9", "100.0")):
        if rounded == limit and value != limit:
            if limit == 0:
                return f"<{above}" if value > 0 else f">{below}"
            return f">{below}" if value < limit else f">{above}"
    return _digits(value, 1)


def points(delta_points: float | None) -> str:
    """A change between two percentages, with its sign: +3.2 百分点, -3.2 pp."""
    if is_missing(delta_points):
        return unknown()
    assert delta_points is not None
    if delta_points and _rounded(delta_points, 1) == 0:
        number = "<+0.1" if delta_points > 0 else ">-0.1"
    else:
        number = _digits(delta_points, 1, sign=True)
    return t("{n} pp", n=number)


def money(yuan: float | None) -> str:
    """An amount: 30.8 万元, 2.45 亿元, 245 million yuan."""
    return unknown() if is_missing(yuan) else _joined(*_parts(float(yuan or 0), "yuan"))


def money_range(low_yuan: float | None, high_yuan: float | None) -> str:
    """A range in one unit: 24.0–55.0 万元. One open end is said, two are unknown."""
    if is_missing(low_yuan) and is_missing(high_yuan):
        return unknown()
    if is_missing(high_yuan):
        return t("at least {amount}", amount=money(low_yuan))
    if is_missing(low_yuan):
        return t("at most {amount}", amount=money(high_yuan))
    assert low_yuan is not None and high_yuan is not None
    if low_yuan == high_yuan:
        return money(low_yuan)
    return _joined(*_range_parts(low_yuan, high_yuan, "yuan"))


def distance(km: float | None) -> str:
    """A distance: 2.7 km, from 100 km on without decimals."""
    return unknown() if is_missing(km) else _joined(*_parts(float(km or 0), "km"))


def day(when: date | None) -> str:
    """A date for tables and captions, 2017-12-31."""
    return unknown() if when is None or is_missing(when) else f"{when:%Y-%m-%d}"


def month(when: date | None) -> str:
    """A date for prose, 2017 年 7 月 or July 2017."""
    if when is None or is_missing(when):
        return unknown()
    return format_date(when, _MONTH_PATTERNS.get(current(), "long"), locale=locale())


def bracketed(text: str, inside: str) -> str:
    """`text` and something in brackets, full-width ones in Chinese."""
    return f"{text}（{inside}）" if current() == "zh" else f"{text} ({inside})"


def sentence(parts: Iterable[str | None]) -> str:
    """Short remarks in one line, without the empty ones: a；b or a; b."""
    return ("；" if current() == "zh" else "; ").join(part for part in parts if part)


def text(figure: Figure) -> str:
    """A figure's value and unit: 14,597 个, 95.2%, 30.8 万元, 2.7 km."""
    return _joined(*figure_parts(figure))


def value_text(value: float | None, unit: str) -> str:
    """A bare value with its unit, for maps and tables that hold many of one kind."""
    return unknown() if value is None or is_missing(value) else _joined(*_parts(value, unit))


def range_text(figure: Figure) -> str | None:
    """A figure's range, or None where it has none."""
    if is_missing(figure.low) or is_missing(figure.high):
        return None
    assert figure.low is not None and figure.high is not None
    return _joined(*_range_parts(figure.low, figure.high, figure.unit))


def figure_parts(figure: Figure) -> tuple[str, str]:
    """A figure as number and unit word, which cards print in two sizes. A bare range is its own value."""
    if is_missing(figure.value):
        if is_missing(figure.low) or is_missing(figure.high):
            return unknown(), ""
        assert figure.low is not None and figure.high is not None
        return _range_parts(figure.low, figure.high, figure.unit)
    assert figure.value is not None
    return _parts(figure.value, figure.unit)


_UNIT_WORDS: dict[str, Callable[[float], str]] = {
    "village": lambda n: nt("{n} village", "{n} villages", n, n=""),
    "place": lambda n: nt("{n} place", "{n} places", n, n=""),
    "project": lambda n: nt("{n} project", "{n} projects", n, n=""),
    "person": lambda n: nt("{n} person", "{n} people", n, n=""),
    "household": lambda n: nt("{n} household", "{n} households", n, n=""),
    "day": lambda n: nt("{n} day", "{n} days", n, n=""),
    "year": lambda n: nt("{n} year", "{n} years", n, n=""),
    "yuan": lambda n: pick(_currency),
    "percent": lambda n: "%",
    "points": lambda n: t("{n} pp", n=""),
    "km": lambda n: "km",
    "ratio": lambda n: "",
    "index": lambda n: "",
}
_SHORTENED_UNITS = ("village", "place", "project", "person", "household", "yuan")


def _parts(value: float, unit: str) -> tuple[str, str]:
    word = _UNIT_WORDS[unit](value).strip() if unit in _UNIT_WORDS else unit
    if unit == "percent":
        return _percent_number(value), word
    if unit == "points":
        return _digits(value, 1, sign=True), word
    if unit in _SHORTENED_UNITS:
        number, scale = _shortened(value)
        return number, f"{scale}{'' if current() == 'zh' else ' '}{word}".strip()
    if unit == "km":
        return _kilometres(value), word
    return decimal(value), word


def _kilometres(km: float) -> str:
    if km and _rounded(km, 1) == 0:
        return "<0.1"
    return _digits(km, 0 if abs(km) >= 100 else 1)


def _range_parts(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends in one unit and with as many decimals, so that they can be compared."""
    leading = low if low and abs(high / low) < 100 else high
    _, word = _parts(leading, unit)
    factor, _, most = _scale(leading) if unit in _SHORTENED_UNITS else (1, "", 1)
    needed = max(_decimals(_digits(end / factor, most, strip=True)) for end in (low, high))
    is_short = factor > 1 and abs(low / factor) < 100  # 24.0–55.0 万元, but 7,350–11,760 万元
    decimals = max(needed, 1 if is_short else 0)
    return f"{_digits(low / factor, decimals)}–{_digits(high / factor, decimals)}", word


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _joined(number: str, word: str) -> str:
    return f"{number}{'' if word in ('', '%') else ' '}{word}"


def _rounded(value: float, decimals: int) -> Decimal:
    """Rounded half up from the digits that a reader would see: 0.05 is 0.1, as in hand calculation."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@cache
def _pattern(pattern: str) -> NumberPattern:
    """Babel reads a pattern anew each time; a map of 3,000 counties formats several numbers for each."""
    return parse_pattern(pattern)


def _digits(value: Any, decimals: int, *, sign: bool = False, strip: bool = False) -> str:
    rounded = _rounded(value, decimals)
    if rounded == 0:
        rounded = abs(rounded)  # no "-0.0"
    fraction = ("#" if strip else "0") * decimals
    number = _pattern("#,##0" + ("." + fraction if decimals else "")).apply(rounded, locale())
    return f"+{number}" if sign and rounded > 0 else number


def _scale(value: float) -> tuple[int, str, int]:
    """What a number is divided by, the word for it, and the decimals left."""
    if abs(value) < _SHORTEN_FROM.get(current(), _SHORTEN_FROM["en"]):
        return 1, "", 0
    for factor, word, decimals in _SCALES.get(current(), _SCALES["en"]):
        if _rounded(abs(value) / factor, decimals) >= 1:  # 99,999,999 is 1 亿, not 10,000 万
            return factor, word, decimals
    return 1, "", 0


def _shortened(value: Any) -> tuple[str, str]:
    factor, word, decimals = _scale(value)
    return _digits(Decimal(str(value)) / factor, decimals, strip=True), word


# --- safe HTML --------------------------------------------------------------------------------------


class Html(str):
    """Markup that this module made. Adding text to it gives a plain `str`, which is escaped again."""


class UnsafeValue(ValueError):
    """A link or a colour that must not reach the page."""


def escaped(value: object) -> Html:
    """Any value as safe markup; None is a dash."""
    if isinstance(value, Html):
        return value
    return Html(DASH if is_missing(value) else escape(str(value)))


def safe_href(href: str) -> str:
    """Only links within the atlas: `?…`, `/…`, `#…`.

    Browsers read a backslash as `/` and skip control characters, so neither may occur.
    """
    is_local = href.startswith(("?", "/", "#")) and not href.startswith("//")
    if not is_local or "\\" in href or any(ord(letter) <= 0x20 for letter in href):
        raise UnsafeValue(f"a link must start with ?, / or # and stay on this site, not {href[:80]!r}")
    return escape(href)


def safe_colour(colour: str) -> str:
    """A colour that may stand in a style attribute: #RRGGBB or a variable of ours."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}|var\(--atlas-[a-z0-9_-]+\)", colour):
        raise UnsafeValue(f"a colour is #RRGGBB or var(--atlas-…), not {colour[:80]!r}")
    return colour


def link(label: object, href: str | None) -> Html:
    """A link within the atlas; plain text where there is nowhere to go."""
    if href is None:
        return escaped(label)
    return Html(f'<a href="{safe_href(href)}" target="_self">{escaped(label)}</a>')


def _hidden(words: str) -> str:
    """Text for screen readers only."""
    return f'<span class="atlas-hidden">{escape(words)}</span>'


# --- states and evidence ----------------------------------------------------------------------------

_EVIDENCE_MARKS = {"measured": "●", "declared": "◆", "modelled": "◐", "assumed": "△", "simulated": "○"}
_EVIDENCE_WORDS = {
    "measured": mark("Measured"),
    "declared": mark("Published"),
    "modelled": mark("Estimated"),
    "assumed": mark("Assumed"),
    "simulated": mark("Simulated"),
}
_STATE_WORDS = {
    "unconnected": mark("Unconnected"),
    "unknown": mark("Unknown"),
    "connected": mark("Connected"),
    "not_applicable": mark("Not applicable"),
}
_STATE_CODES = ("unknown", "unconnected", "connected", "not_applicable")  # as numbered in the database


def evidence_word(evidence: str) -> str:
    """What kind of number it is: 实测, 公布, 估算, 假定, 模拟."""
    return t(_EVIDENCE_WORDS[evidence])


def state_word(state: str | int) -> str:
    """A state by name or database code: 未通, 未知, 已通, 不适用."""
    return t(_STATE_WORDS[_STATE_CODES[state] if isinstance(state, int) else state])


def badge(evidence: str) -> Html:
    """Shape, word and border that say what a number rests on; always beside the number."""
    word = escape(evidence_word(evidence))
    return Html(
        f'<span class="atlas-badge atlas-badge-{evidence}">'
        f'<span aria-hidden="true">{_EVIDENCE_MARKS[evidence]}</span> {word}</span>'
    )


def with_badge(words: str, evidence: str) -> Html:
    """A heading or column title with its badge."""
    return Html(f"{escape(words)} {badge(evidence)}")


def state_mark(state: str | int, *, with_word: bool = True) -> Html:
    """A state's shape, with its word beside it or for screen readers only. Not applicable is a dash."""
    name = _STATE_CODES[state] if isinstance(state, int) else state
    word = state_word(name)
    shape = DASH if name == "not_applicable" else ""
    symbol = f'<span class="atlas-mark atlas-mark-{name}" aria-hidden="true">{shape}</span>'
    return Html(f'<span class="atlas-state">{symbol}{escape(word) if with_word else _hidden(word)}</span>')


def show(figure: Figure, sources: Sequence[str] = ()) -> Html:
    """A figure in a line: value, unit, badge, date and source. `sources` are titles for its source_ids."""
    number, unit = figure_parts(figure)
    origin = [day(figure.as_of)] if figure.as_of else []
    origin += list(sources or figure.source_ids)
    value = f"<strong>{escape(_joined(number, unit))}</strong> {badge(figure.evidence)}"
    source = f'<span class="atlas-muted">{escape(" · ".join(origin))}</span>'
    return Html(f'<span class="atlas-figure">{value} {source}</span>')


# --- cards, bars, tables ----------------------------------------------------------------------------


def card(title: str, figure: Figure, note: str | None = None) -> Html:
    """One key figure with its badge. Its range, its unknowns and a share above 100 % are said beneath."""
    number, unit = figure_parts(figure)
    evidence = None if number == unknown() else figure.evidence  # nothing is known: nothing to vouch for
    return card_text(title, number, unit, evidence, sentence([_what_must_be_said(figure), note]))


def _what_must_be_said(figure: Figure) -> str:
    """The remarks that a figure brings along whatever the page adds."""
    remarks: list[str | None] = []
    if not is_missing(figure.value) and (interval := range_text(figure)):
        remarks.append(t("range {range}", range=interval))
    if figure.unknown:
        remarks.append(
            nt(
                "{n} village of unknown state is left out",
                "{n} villages of unknown state are left out",
                figure.unknown,
                n=count(figure.unknown),
            )
        )
    if figure.unit == "percent" and (figure.value or 0) > 100 and figure.denominator:
        remarks.append(f"{count(figure.numerator)}/{count(figure.denominator)}")
    return sentence(remarks)


def card_text(title: str, number: str, unit: str, evidence: str | None, note: str | None = None) -> Html:
    """A card for text that is not one figure. Prefer `card`."""
    mark_html = badge(evidence) if evidence else ""
    unit_html = f'<span class="atlas-card-unit"> {escape(unit)}</span>' if unit else ""
    note_html = f'<div class="atlas-card-note">{escaped(note)}</div>' if note else ""
    return Html(
        f'<div class="atlas-card"><div class="atlas-card-head"><span>{escaped(title)}</span>{mark_html}</div>'
        f'<div class="atlas-card-value">{escape(number)}{unit_html}</div>{note_html}</div>'
    )


def cards(items: Sequence[Html]) -> Html:
    """Cards side by side: four on a screen, two by two on a phone."""
    return Html(f'<div class="atlas-cards">{"".join(escaped(item) for item in items)}</div>')


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
    warning = _unknown_only() if unknown == total else ""
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


def bar_table(rows: Sequence[Bar], caption: str) -> Html:
    """A ranking as horizontal bars from zero, with the value at each bar's end."""
    known = [float(row.value) for row in rows if row.value is not None and not is_missing(row.value)]
    if any(value < 0 for value in known):
        raise ValueError("bars start at zero and cannot show negative values; use data_table")
    longest = max(known, default=0.0)
    body = "".join(_bar_row(row, longest) for row in rows)
    return Html(
        f'<table class="atlas-bars"><caption>{_hidden(caption)}</caption><tbody>{body}</tbody></table>'
    )


def _bar_row(row: Bar, longest: float) -> str:
    share = 0.0 if row.value is None or is_missing(row.value) or not longest else row.value / longest
    colour = safe_colour(row.colour or "var(--atlas-gap-3)")
    bar = f'<span class="atlas-bar" style="--share:{share:.4f};background:{colour}"></span>' if share else ""
    words = unknown() if is_missing(row.value) else row.text
    return (
        f'<tr><th scope="row">{link(row.label, row.href)}</th>'
        f'<td><div>{bar}<span class="atlas-bar-text">{escape(words)}</span></div></td></tr>'
    )


_ALIGNMENTS = {"l": "left", "r": "right", "c": "center"}


def data_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], align: str = "", caption: str = ""
) -> Html:
    """A table that a screen reader can read; the first column names the row.

    `align` has one letter per column, l, r or c (default l). Cells are text or `Html` from this module.
    """
    sides = [_ALIGNMENTS[letter] for letter in align.ljust(len(headers), "l")]
    head = "".join(
        f'<th scope="col" class="atlas-{side}">{escaped(header)}</th>'
        for header, side in zip(headers, sides, strict=True)
    )
    body = "".join(f"<tr>{_table_cells(row, sides)}</tr>" for row in rows)
    title = f"<caption>{_hidden(caption)}</caption>" if caption else ""
    region = f' role="region" tabindex="0" aria-label="{escape(caption)}"' if caption else ""
    return Html(
        f'<div class="atlas-table"{region}><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _table_cells(row: Sequence[object], sides: Sequence[str]) -> str:
    cells = []
    for position, (value, side) in enumerate(zip(row, sides, strict=True)):
        tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
        cells.append(f'<{tag}{scope} class="atlas-{side}">{escaped(value)}</{tag}>')
    return "".join(cells)


# --- legends ----------------------------------------------------------------------------------------


def legend(
    title: str,
    colours: Sequence[str],
    edges: Sequence[str],
    method: str = "",
    no_data: bool = True,
    range_colour: str | None = None,
) -> Html:
    """Classes of a coloured map: title with unit, lower edge under each class, method, no data last.

    `edges` are formatted texts, one per class (its lower edge) and, if wanted, one more for the upper end.
    """
    method_words = t("Classes: {method}", method=method) if method else ""
    note = f'<div class="atlas-muted">{escape(method_words)}</div>' if method else ""
    missing = (range_key(range_colour) if range_colour else "") + (_no_data_key() if no_data else "")
    body = f"<strong>{escape(title)}</strong>{_classes(colours, edges)}{note}{missing}"
    return Html(f'<div class="atlas-legend" role="group" aria-label="{escape(title)}">{body}</div>')


def range_key(colour: str) -> str:
    """The key of hatched areas, where only a range is known."""
    words = escape(t("only a range is known"))
    stripes = f"repeating-linear-gradient(135deg,{safe_colour(colour)} 0 2px,transparent 2px 5px)"
    return (
        f'<div class="atlas-key"><span class="atlas-swatch" style="background:{stripes}"></span>{words}</div>'
    )


def _no_data_key() -> str:
    words = bracketed(t("Unknown"), t("no data"))
    swatch = '<span class="atlas-swatch atlas-fill-no_data" aria-hidden="true"></span>'
    return f'<div class="atlas-key">{swatch}{escape(words)}</div>'


def _classes(colours: Sequence[str], edges: Sequence[str]) -> str:
    if len(edges) not in (len(colours), len(colours) + 1):
        raise ValueError(f"{len(colours)} classes need as many edges or one more, got {len(edges)}")
    swatches = "".join(f'<i style="background:{safe_colour(colour)}"></i>' for colour in colours)
    labels = [f"<span>{escape(edge)}</span>" for edge in edges[: len(colours)]]
    if len(edges) > len(colours):
        labels[-1] = f'<span class="atlas-both">{labels[-1]}<span>{escape(edges[-1])}</span></span>'
    return f'<div class="atlas-classes" style="--n:{len(colours)}">{swatches}{"".join(labels)}</div>'


def map_legend(
    counts: Mapping[str, int], pilots: str | None = None, title: str | None = None, has_cells: bool = True
) -> Html:
    """The key of the gap map: the three states with counts, pilots, and the cells drawn when zoomed out.

    `counts` has connected, unconnected and unknown; `pilots` is a ready text such as "97 个" or "未显示".
    """
    total = sum(counts[state] for state in theme.STATES)
    rows = "".join(
        f'<tr><th scope="row">{state_mark(state)}</th><td>{count(counts[state])}</td>'
        f"<td>{escape(percent(100 * counts[state] / total if total else None))}</td></tr>"
        for state in theme.STATES
    )
    if pilots is not None:
        symbol = '<span class="atlas-mark atlas-mark-pilot" aria-hidden="true"></span>'
        words = t("Pilot areas")
        rows += (
            f'<tr><th scope="row"><span class="atlas-state">{symbol}{escape(words)}</span></th>'
            f'<td colspan="2">{escape(pilots)}</td></tr>'
        )
    cells = _cell_classes() if has_cells else ""
    name = escape(title or t("Map key"))
    return Html(
        f'<div class="atlas-legend atlas-map-legend" role="group" aria-label="{name}">'
        f"<table>{rows}</table>{cells}</div>"
    )


def _cell_classes() -> str:
    colours = [f"var(--atlas-cells-{i})" for i in range(len(theme.CELL_EDGES_PERCENT))]
    edges = [f"{'>' if i == 1 else ''}{edge}" for i, edge in enumerate(theme.CELL_EDGES_PERCENT)]
    words = t("Zoomed out: share unconnected per cell (%)")
    return f"<div>{escape(words)}</div>{_classes(colours, edges)}"


# --- around the figures -----------------------------------------------------------------------------


def breadcrumb(steps: Sequence[tuple[str, str | None]]) -> Html:
    """Where the reader is, from the nation down; the last step is the page itself."""
    here = ' aria-current="page"'
    items = "".join(
        f"<li{here if position == len(steps) else ''}>{link(label, href)}</li>"
        for position, (label, href) in enumerate(steps, start=1)
    )
    name = escape(t("You are here"))
    return Html(f'<nav class="atlas-breadcrumb" aria-label="{name}"><ol>{items}</ol></nav>')


def subtitle(parts: Sequence[str] = (), evidence: str | None = None, remark: str = "") -> Html:
    """One muted line: standard, date, scope, badge; empty where there is nothing to say."""
    words = "".join(f"<span>{escaped(part)}</span>" for part in parts if part)
    proof = f"<span>{badge(evidence)} {escape(remark)}</span>" if evidence else escape(remark)
    return Html(f'<div class="atlas-subtitle">{words}{proof}</div>' if words or proof else "")


def finding(
    h1: str, subtitle_parts: Sequence[str] = (), evidence: str | None = None, remark: str = ""
) -> Html:
    """A page's title, which says what was found, and beneath it standard, date, scope and badge."""
    beneath = subtitle(subtitle_parts, evidence, remark)
    return Html(f'<div class="atlas-finding"><h1>{escaped(h1)}</h1>{beneath}</div>')


def watermark(text: str) -> Html:
    """A faint text over the whole map, also when printed, that lets the mouse through.

    Put it inside the container whose key starts with `map_frame`: the style sheet spreads it there.
    """
    words = escape(text)
    return Html(
        f'<div class="atlas-watermark">{_hidden(text)}<div data-words="{words}" aria-hidden="true"></div></div>'
    )


_NOTICE_MARKS = {"info": "i", "warning": "!", "unknown": "?", "empty": "–"}


def notice(kind: str, text: str, links: Sequence[tuple[str, str]] = ()) -> Html:
    """A remark in the page's flow: info, warning, unknown (no data) or empty (nothing matches)."""
    actions = " ".join(link(label, href) for label, href in links)
    symbol = f'<span class="atlas-notice-mark" aria-hidden="true">{_NOTICE_MARKS[kind]}</span>'
    return Html(
        f'<div class="atlas-notice atlas-notice-{kind}" role="status">{symbol}'
        f"<span>{escaped(text)} {actions}</span></div>"
    )


def heading(text: str, evidence: str | None = None, remark: str = "") -> Html:
    """A section's title with the badge of what it shows, and a muted line beneath."""
    mark_html = f" {badge(evidence)}" if evidence else ""
    remark_html = f'<div class="atlas-subtitle">{escape(remark)}</div>' if remark else ""
    return Html(f'<div class="atlas-finding"><h2>{escaped(text)}{mark_html}</h2>{remark_html}</div>')


def credit(text: str) -> Html:
    """The muted line beneath a map or a page: approval number, placement, sources."""
    return Html(f'<div class="atlas-credit">{escaped(text)}</div>')


def edge(value: float, unit: str) -> str:
    """A class edge: short, without its unit, which stands in the legend's title."""
    return compact(value) if unit == "yuan" else decimal(value)


def unit_word(unit: str) -> str:
    """A unit's word on its own, for a legend's title: %, 个, 元."""
    return _parts(2.0, unit)[1]


def card_title(name: str, parts: Sequence[str]) -> Html:
    """A place's name and, beneath it, level, code and what else is given."""
    beneath = " · ".join(escape(part) for part in parts if part)
    return Html(
        f'<div class="atlas-finding"><h2>{escaped(name)}</h2><div class="atlas-subtitle">{beneath}</div></div>'
    )


def fact_list(rows: Sequence[tuple[str, str, str | None]]) -> Html:
    """Label, value and evidence of a few facts, one under the other."""
    body = "".join(
        f'<div class="atlas-fact"><dt>{escape(label)}</dt><dd>{escape(value)}'
        f"{' ' + badge(evidence) if evidence else ''}</dd></div>"
        for label, value, evidence in rows
    )
    return Html(f'<dl class="atlas-facts">{body}</dl>')


def share(numerator: float | None, denominator: float | None) -> float | None:
    """A fraction in percent; None where there is nothing to divide by."""
    if is_missing(numerator) or is_missing(denominator) or not denominator:
        return None
    assert numerator is not None
    return 100 * numerator / denominator


def area_key(words: str) -> Html:
    """The key of a map with one kind of outlined area."""
    symbol = '<span class="atlas-mark atlas-mark-pilot" aria-hidden="true"></span>'
    return Html(f'<div class="atlas-legend"><span class="atlas-state">{symbol}{escape(words)}</span></div>')
