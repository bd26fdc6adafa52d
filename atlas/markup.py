"""What is put on the page: cards, bars, tables, legends, badges, as HTML for `st.html`.

Every text is escaped (names of places and sources come from imported files and may be hostile), and what
is already safe carries the type `Html`. atlas/figures.py writes the numbers.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape as _escape

from atlas import theme
from atlas.figures import (
    DASH,
    bracketed,
    count,
    day,
    figure_parts,
    is_missing,
    joined,
    percent,
    range_text,
    sentence,
    unknown,
)
from atlas.language import current, mark, nt, pick, t
from atlas.serve.addresses import address
from ground.visible import visible
from indicators.catalogue import catalogue
from indicators.figure import Figure

# --- safe HTML --------------------------------------------------------------------------------------

#: A path without a scheme, without a slash in front and without a step up, then query or fragment, or these alone.
_LOCAL = re.compile(r"(?=.)(?:(?!\.)[A-Za-z0-9_.%~-]+(?:/(?!\.)[A-Za-z0-9_.%~-]+)*)?(?:[?#].*)?", re.DOTALL)


def escape(text: str) -> str:
    """A text as markup that shows it: visitors bring texts too, and nothing unseen in one may turn what stands beside it."""
    return _escape(visible(text))


class Html(str):
    """Markup that this module made. Adding text to it gives a plain `str`, which is escaped again."""


class UnsafeValue(ValueError):
    """A link or a colour that must not reach the page."""


def escaped(value: object) -> Html:
    """Any value as safe markup; None is a dash."""
    if isinstance(value, Html):
        return value
    return Html(DASH if is_missing(value) else escape(str(value)))


def json_block(value: object) -> Html:
    """JSON that may stand inside a page's script element: nothing in it ends the element or begins another."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":  # in JSON they occur inside texts only
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Html(text)


def safe_href(href: str) -> str:
    """Only links within the atlas, as atlas/serve/addresses.py writes them: `place?…`, `?…`, `#…`.

    Browsers read a backslash as `/` and skip control characters, so neither may occur.
    """
    if not _LOCAL.fullmatch(href) or "\\" in href or any(ord(letter) <= 0x20 for letter in href):
        raise UnsafeValue(f"a link must be relative and stay within the atlas, not {href[:80]!r}")
    return escape(href)


def safe_colour(colour: str) -> str:
    """A colour that may stand in a style attribute: #RRGGBB or a variable of ours."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}|var\(--atlas-[a-z0-9_-]+\)", colour):
        raise UnsafeValue(f"a colour is #RRGGBB or var(--atlas-…), not {colour[:80]!r}")
    return colour


def plain(text: str) -> str:
    """A text for labels that Streamlit reads as Markdown: what it would take for marks stays as written.

    No more than that is escaped: programs that read a page aloud get the label with its backslashes.
    """
    shown = visible(text)
    begins = "\\" if shown[:1] in _MARKDOWN_AT_START else ""
    return begins + "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in shown)


def link(label: object, href: str | None) -> Html:
    """A link within the atlas; plain text where there is nowhere to go."""
    if href is None:
        return escaped(label)
    return Html(f'<a href="{safe_href(href)}" target="_self">{escaped(label)}</a>')


def _hidden(words: str) -> str:
    """Text for screen readers only."""
    return f'<span class="atlas-hidden">{escape(words)}</span>'


# --- states and evidence ----------------------------------------------------------------------------

_MARKDOWN = frozenset("\\`*_{}[]<>|$:~")
_MARKDOWN_AT_START = frozenset("#+-")
_EVIDENCE_MARKS = {
    "measured": "●",
    "declared": "◆",
    "counted": "■",
    "modelled": "◐",
    "assumed": "△",
    "simulated": "○",
}
_EVIDENCE_WORDS = {
    "measured": mark("Measured"),
    "declared": mark("Published"),
    "counted": mark("Counted by this atlas"),
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


def rests_on(figure: Figure) -> str:
    """A figure's evidence; what this atlas counts in published lists was not published itself."""
    indicator = catalogue().get(figure.indicator)
    is_own = figure.evidence == "declared" and indicator is not None and indicator.is_counted
    return "counted" if is_own else figure.evidence


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


def state_with_badge(state: int, evidence: str | None) -> Html:
    """A state and what it rests on: for tables in which not all rest on the same."""
    mark_html = state_mark(state)
    return Html(f"{mark_html} {badge(evidence)}") if evidence else mark_html


def show(figure: Figure, sources: Sequence[str] = ()) -> Html:
    """A figure in a line: value, unit, badge, date and source. `sources` are titles for its source_ids."""
    number, unit = figure_parts(figure)
    origin = [day(figure.as_of)] if figure.as_of else []
    origin += list(sources or figure.source_ids)
    value = f"<strong>{escape(joined(number, unit))}</strong> {badge(rests_on(figure))}"
    source = f'<span class="atlas-muted">{escape(" · ".join(origin))}</span>'
    return Html(f'<span class="atlas-figure">{value} {source}</span>')


# --- cards, bars, tables ----------------------------------------------------------------------------


def card(title: str, figure: Figure, note: str | None = None) -> Html:
    """One key figure with its badge. Its range, its unknowns and a share above 100 % are said beneath."""
    number, unit = figure_parts(figure)
    evidence = None if number == unknown() else rests_on(figure)  # nothing is known: nothing to vouch for
    asked = Html(f"{escape(title)}{what_is_this(figure)}")
    shown = Html(f"<span{number_of(figure)}>{escape(number)}</span>")
    return card_text(asked, shown, unit, evidence, sentence([_what_must_be_said(figure), note]))


def what_is_this(figure: Figure) -> Html:
    """A link from a figure to what it means and what it rests on."""
    asked = {"about": figure.indicator, "place": figure.place_id, "lang": current()}
    if figure.standard and figure.as_of:
        asked |= {"standard": figure.standard, "as_of": figure.as_of.isoformat()}
    asked |= {f"in.{name}": str(one) for name, one in figure.projects.bound.items() if one is not None}
    words = escape(t("What is this number?"))
    return Html(
        f'<a class="atlas-what" href="{safe_href(address("methods", asked))}" target="_self" '
        f'title="{words}" aria-label="{words}">ⓘ</a>'
    )


def number_of(figure: Figure) -> Html:
    """Attributes that say which number stands in an element: tests ask `measure` for the same one, and compare."""
    said: dict[str, object] = {
        "indicator": figure.indicator,
        "place": figure.place_id,
        "standard": figure.standard,
        "as-of": figure.as_of,
        "projects": figure.projects or None,
        "value": figure.value,
    }
    return Html(
        "".join(f' data-{name}="{escape(str(one))}"' for name, one in said.items() if one is not None)
    )


def number(figure: Figure) -> Html:
    """A figure's value and unit for a cell of a table."""
    return Html(f"<span{number_of(figure)}>{escape(joined(*figure_parts(figure)))}</span>")


def titled(text: str, figure: Figure) -> Html:
    """The title of a table or chart with the way to what its numbers mean."""
    return Html(f"{escape(text)}{what_is_this(figure)}")


def _what_must_be_said(figure: Figure) -> str:
    """The remarks that a figure brings along whatever the page adds."""
    remarks: list[str | None] = []
    if not is_missing(figure.value) and (interval := range_text(figure)):
        is_open = is_missing(figure.high)
        remarks.append(interval if is_open else t("range {range}", range=interval))
    if figure.unknown:
        remarks.append(
            nt(
                "{n} village of unknown state is left out",
                "{n} villages of unknown state are left out",
                figure.unknown,
                n=count(figure.unknown),
            )
        )
    remarks += [simulated_words(figure), left_out_words(figure)]
    if figure.as_of and not figure.standard:
        remarks.append(t("as of {date}", date=day(figure.as_of)))
    if figure.unit == "percent" and (figure.value or 0) > 100 and figure.denominator:
        remarks.append(f"{count(figure.numerator)}/{count(figure.denominator)}")
    return sentence(remarks)


def simulated_words(figure: Figure) -> str | None:
    """How many of the states behind a figure are simulated, where it is some and not all of them."""
    known = int(figure.denominator or 0)
    if not figure.simulated or figure.simulated >= known:
        return None
    return t("{n} of these {total} states are simulated", n=count(figure.simulated), total=count(known))


def left_out_words(figure: Figure) -> str | None:
    """How many records a sum leaves out and why, in the indicator's own words."""
    words = catalogue()[figure.indicator].left_out if figure.left_out else None
    return pick(words).format(n=count(figure.left_out)) if words else None


def card_text(title: str, number: str, unit: str, evidence: str | None, note: str | None = None) -> Html:
    """A card for text that is not one figure. Prefer `card`."""
    mark_html = badge(evidence) if evidence else ""
    unit_html = f'<span class="atlas-card-unit"> {escape(unit)}</span>' if unit else ""
    note_html = f'<div class="atlas-card-note">{escaped(note)}</div>' if note else ""
    return Html(
        f'<div class="atlas-card"><div class="atlas-card-head"><span>{escaped(title)}</span>{mark_html}</div>'
        f'<div class="atlas-card-value">{escaped(number)}{unit_html}</div>{note_html}</div>'
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


def share_bar(share_percent: float | None, text: str) -> Html:
    """A share as a short bar with its text, for a table's cell; without the bar where it is not known."""
    if share_percent is None or is_missing(share_percent):
        return escaped(text)
    share = min(max(share_percent / 100, 0.0), 1.0)
    bar = f'<span aria-hidden="true"><i style="--share:{share:.4f}"></i></span>'
    return Html(f'<div class="atlas-share">{bar}{escape(text)}</div>')


_ALIGNMENTS = {"l": "left", "r": "right", "c": "center", "w": "left atlas-wraps"}


def data_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], align: str = "", caption: str = ""
) -> Html:
    """A table that a screen reader can read; the first column names the row.

    `align` has one letter per column, l, r, c, or w for sentences that may wrap (default l). Cells are text or `Html` from this module.
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
    words = escape(text).replace(" ", "\u202f")  # which does not break: the words stay in one line
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


def card_title(name: str, parts: Sequence[str]) -> Html:
    """A place's name and, beneath it, level, code and what else is given."""
    beneath = " · ".join(escape(part) for part in parts if part)
    return Html(
        f'<div class="atlas-finding"><h2>{escaped(name)}</h2><div class="atlas-subtitle">{beneath}</div></div>'
    )


def fact_list(rows: Sequence[tuple[str, str, str | None]]) -> Html:
    """Label, value and evidence of a few facts, one under the other."""
    body = "".join(
        f'<div class="atlas-fact"><dt>{escape(label)}</dt><dd>{escaped(value)}'
        f"{' ' + badge(evidence) if evidence else ''}</dd></div>"
        for label, value, evidence in rows
    )
    return Html(f'<dl class="atlas-facts">{body}</dl>')


def definitions(rows: Sequence[tuple[str, str]]) -> Html:
    """Terms with a sentence each."""
    body = "".join(f"<dt>{escape(term)}</dt><dd>{escape(words)}</dd>" for term, words in rows)
    return Html(f'<dl class="atlas-definitions">{body}</dl>')


def formula(words: str) -> Html:
    """A formula with its numbers in it, on a line of its own."""
    return Html(f'<div class="atlas-formula">{escaped(words)}</div>')


def plain_list(lines: Sequence[str]) -> Html:
    """Sentences one below the other."""
    return Html(f'<ul class="atlas-list">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>')


def file_links(words: str, links: Sequence[tuple[str, str]]) -> Html:
    """Files to take away, in one line: the browser saves them, the page stays."""
    files = " ".join(
        f'<a href="{safe_href(href)}" target="_self" download>{escape(name)}</a>' for name, href in links
    )
    return Html(f'<div class="atlas-files"><span>{escape(words)}</span> {files}</div>')


def picture(address: str, words: str) -> Html:
    """A picture of this server, with what it shows in words."""
    return Html(f'<div class="atlas-picture"><img src="{safe_href(address)}" alt="{escape(words)}"></div>')


def print_button(words: str) -> Html:
    """A button that opens the browser's own print dialogue, by the script at the end of each page."""
    return Html(f'<button type="button" class="atlas-print" data-atlas-print>{escape(words)}</button>')


def area_key(words: str) -> Html:
    """The key of a map with one kind of outlined area."""
    symbol = '<span class="atlas-mark atlas-mark-pilot" aria-hidden="true"></span>'
    return Html(f'<div class="atlas-legend"><span class="atlas-state">{symbol}{escape(words)}</span></div>')


def view_controls(key: str, whole: str, copy: str, done: str, link_words: str, all_words: str) -> Html:
    """Buttons that the script map_view.js serves; `whole` is lon,lat,zoom of the whole place."""
    return Html(
        f'<div class="atlas-view" data-atlas-view="{escape(key)}">'
        f'<button type="button" class="atlas-print" data-atlas-do="copy" data-done="{escape(done)}">'
        f"{escape(copy)}</button>"
        f'<button type="button" class="atlas-print" data-atlas-do="whole" data-whole="{escape(whole)}">'
        f"{escape(all_words)}</button>"
        f'<output role="status"></output><input type="text" readonly hidden aria-label="{escape(link_words)}">'
        "</div>"
    )


def data_missing(words: str, again: str) -> Html:
    """What the script shows over a map when its data did not arrive."""
    return Html(
        f'<div class="atlas-notice atlas-notice-warning atlas-missing" role="status" data-atlas-missing hidden>'
        f'<span class="atlas-notice-mark" aria-hidden="true">!</span><span>{escape(words)} '
        f'<button type="button" class="atlas-print" data-atlas-do="reload">{escape(again)}</button></span></div>'
    )


def in_step(keys: Sequence[str]) -> Html:
    """Names the maps that move together, for the script map_view.js."""
    return Html(f'<div data-atlas-in-step="{escape(" ".join(keys))}" hidden></div>')


def swatches(title: str, keys: Sequence[tuple[str, str]], evidence: str) -> Html:
    """A key of areas: a colour and what it means, one under the other."""
    rows = "".join(
        f'<div class="atlas-key"><span class="atlas-swatch" style="background:{safe_colour(colour)}"></span>'
        f"{escape(words)}</div>"
        for colour, words in keys
    )
    head = f"<strong>{escape(title)}</strong> {badge(evidence)}"
    return Html(f'<div class="atlas-legend" role="group" aria-label="{escape(title)}">{head}{rows}</div>')


def close_up_head(title: Html) -> Html:
    """The close-up's title, which full screen and paper show."""
    return Html(f'<div class="atlas-close-up-head">{title}</div>')


def close_up_panel(
    head: Sequence[str],
    evidence: str | None,
    legend_html: Html,
    villages: Sequence[tuple[str, str]],
    words: Mapping[str, str],
) -> Html:
    """What lies in the corner of the close-up map, on a phone folded beneath it.

    close_up.js serves its controls, and enables them: what is pressed before would be lost.
    """
    title = f"<strong>{escape(' · '.join(head))}</strong> {badge(evidence) if evidence else ''}"
    options = "".join(f'<option value="{escape(code)}">{escape(name)}</option>' for code, name in villages)
    choose = escape(words["choose"])
    return Html(
        f'<details class="atlas-close-up leaflet-control" open><summary>{escape(words["key"])}</summary>'
        f"{title}{legend_html}"
        f'<select aria-label="{choose}" disabled><option value="">{choose}</option>{options}</select>'
        f'<div class="atlas-view"><button type="button" class="atlas-print" data-atlas-do="print" disabled>'
        f'{escape(words["print"])}</button><button type="button" class="atlas-print" data-atlas-do="copy" '
        f'data-done="{escape(words["done"])}" hidden>{escape(words["copy"])}</button>'
        f'<output role="status"></output><input type="text" readonly hidden aria-label="{escape(words["link"])}">'
        "</div></details>"
    )


# --- the programme's way ----------------------------------------------------------------------------


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
        f'<table class="atlas-bars atlas-funnel"><caption>{_hidden(caption)}</caption>'
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


@dataclass(frozen=True)
class Step:
    """One step of a way: its name, its day, and whether it is behind (done), where one is (now), or ahead (open)."""

    label: str
    day: str
    fate: str  # done, now, open
    note: str = ""


def steps(rows: Sequence[Step], caption: str) -> Html:
    """A way from left to right: a firm line as far as it has been gone, dashes from there on."""
    words = {"done": t("done"), "now": t("here now"), "open": t("not yet, or not on record")}
    marks = {"done": "✓", "now": "●", "open": "○"}
    here = ' aria-current="step"'
    items = "".join(
        f'<li class="atlas-step-{row.fate}"{here if row.fate == "now" else ""}>'
        f'<strong><span aria-hidden="true">{marks[row.fate]}</span> {escape(row.label)}</strong>'
        f'{_hidden(words[row.fate])}<span class="atlas-muted">{escape(row.day)}</span>'
        + (f'<span class="atlas-muted">{escape(row.note)}</span>' if row.note else "")
        + "</li>"
        for row in rows
    )
    return Html(f'<ol class="atlas-steps" aria-label="{escape(caption)}">{items}</ol>')


# --- a report to print ------------------------------------------------------------------------------

_REPORT_STYLE = """
@page { size: A4; margin: 14mm }
body { font: 10.5pt/1.45 -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #1B2127; max-width: 182mm; margin: 0 auto }
section { height: 266mm; overflow: hidden; break-inside: avoid } section + section { break-before: page }
h1 { font-size: 17pt; margin: 0 0 2mm } h2 { font-size: 12pt; margin: 5mm 0 1.5mm }
table { border-collapse: collapse; width: 100%; font-size: 9pt; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #D5DADD; padding: 1mm 1.5mm; text-align: left; vertical-align: top; font-weight: 400 }
thead th { font-weight: 600 } .atlas-right { text-align: right } .atlas-hidden { display: none }
.atlas-badge { border: 1px dashed #B45309; color: #8A3300; padding: 0 1mm; white-space: nowrap }
.atlas-credit, .atlas-subtitle { color: #5A636D; font-size: 8.5pt } img { max-width: 100%; max-height: 120mm }
.atlas-notice { border-left: 3px solid #B45309; padding: 1mm 2mm; margin: 2mm 0 } .atlas-notice-mark { display: none }
.atlas-swatch { display: inline-block; width: 3mm; height: 3mm; margin-right: 1mm; print-color-adjust: exact }
.atlas-key { display: inline-block; margin-right: 4mm } td, th { overflow-wrap: anywhere }
"""


#: A page that would overflow is set smaller; without scripts its end is cut off rather than a third page begun.
_REPORT_SCRIPT = """
for (const page of document.querySelectorAll("section"))
  for (let zoom = 1; page.scrollHeight > page.clientHeight + 1 && zoom > 0.4; zoom -= 0.04) {
    page.style.zoom = zoom; page.style.height = 266 / zoom + "mm";
  }
"""


def report(title: str, tag: str, pages: Sequence[Sequence[Html]]) -> str:
    """A document of its own, one section per printed page, each kept to one sheet; it asks nothing of any server."""
    sections = "".join(f"<section>{''.join(escaped(part) for part in page)}</section>" for page in pages)
    return (
        f'<!doctype html><html lang="{escape(tag)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_REPORT_STYLE}</style></head><body>{sections}<script>{_REPORT_SCRIPT}</script></body></html>"
    )


def inline_picture(svg: str, words: str) -> Html:
    """A drawing that travels inside the document."""
    data = b64encode(svg.encode()).decode()
    return Html(f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">')
