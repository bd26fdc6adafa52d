"""What stands between the figures: titles, remarks, notices, links to files, the steps of a way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from atlas.look.badges import badge
from atlas.look.html import Html, escape, escaped, hidden, link, safe_href
from atlas.look.language import t


def breadcrumb(steps: Sequence[tuple[str, str | None]]) -> Html:
    """Where the reader is, from the nation down; the last step is the page itself."""
    here = ' aria-current="page"'
    items = "".join(
        f"<li{here if position == len(steps) else ''}>{link(label, href)}</li>"
        for position, (label, href) in enumerate(steps, start=1)
    )
    name = escape(t("You are here"))
    return Html(f'<nav class="atlas-breadcrumb" aria-label="{name}"><ol>{items}</ol></nav>')


def fold() -> Html:
    """Stands first in a row of filters: on a phone it folds the rest of the row away."""
    title = escape(t("Filters"))
    return Html(f'<details class="atlas-fold"><summary class="atlas-fold-title">{title}</summary></details>')


def folded(words: str) -> Html:
    """What the filters are set to, written upon the fold: a fold whose own words change would close at each change."""
    return Html(f'<div class="atlas-folded">{escape(words)}</div>')


def subtitle(parts: Sequence[str] = (), evidence: str | None = None, remark: str = "") -> Html:
    """One muted line: standard, date, scope, badge; empty where there is nothing to say."""
    words = "".join(f"<span>{escaped(part)}</span>" for part in parts if part)
    proof = f"<span>{badge(evidence)} {escape(remark)}</span>" if evidence else escape(remark)
    return Html(f'<div class="atlas-subtitle">{words}{proof}</div>' if words or proof else "")


_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")  # a browser would break the line at its hyphens


def finding(h1: str, subtitle_parts: Sequence[str] = (), evidence: str | None = None, remark: str = "") -> Html:
    """A page's title, which says what was found, and beneath it standard, date, scope and badge."""
    beneath = subtitle(subtitle_parts, evidence, remark)
    title = _DAY.sub(r'<span class="atlas-day">\g<0></span>', escaped(h1))
    return Html(f'<div class="atlas-finding"><h1>{title}</h1>{beneath}</div>')


def watermark(text: str) -> Html:
    """A stamp in a corner of a map and, sparsely, a faint text across it, also on paper; both let the mouse through.

    Put it inside the container whose key starts with `map_frame`: the style sheet spreads it there.
    """
    words = escape(text).replace(" ", "\u202f")  # which does not break: the words stay in one line
    stamp = f'<span class="atlas-stamp">{escape(text)}</span>'
    return Html(f'<div class="atlas-watermark"><div data-words="{words}" aria-hidden="true"></div>{stamp}</div>')


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


def sources(text: str) -> Html:
    """The muted line at the end of a page: what it rests on."""
    return Html(f'<div class="atlas-credit atlas-sources">{escaped(text)}</div>')


def card_title(name: str, parts: Sequence[str]) -> Html:
    """A place's name and, beneath it, level, code and what else is given."""
    beneath = " · ".join(escape(part) for part in parts if part)
    return Html(f'<div class="atlas-finding"><h2>{escaped(name)}</h2><div class="atlas-subtitle">{beneath}</div></div>')


def formula(words: str) -> Html:
    """A formula with its numbers in it, on a line of its own."""
    return Html(f'<div class="atlas-formula">{escaped(words)}</div>')


def plain_list(lines: Sequence[str]) -> Html:
    """Sentences one below the other."""
    return Html(f'<ul class="atlas-list">{"".join(f"<li>{escaped(line)}</li>" for line in lines)}</ul>')


def file_links(words: str, links: Sequence[tuple[str, str]]) -> Html:
    """Files to take away, in one line: the browser saves them, the page stays."""
    files = " ".join(
        f'<a href="{safe_href(href)}" target="_self" download aria-label="{escape(f"{words}: {name}")}">'
        f"{escape(name)}</a>"
        for name, href in links
    )
    return Html(f'<div class="atlas-files"><span>{escape(words)}</span> {files}</div>')


def small_links(links: Sequence[tuple[str, str, str]]) -> Html:
    """Signs with what each does in words, and where it leads; not printed."""
    signs = "".join(
        f'<a href="{safe_href(href)}" target="_self" title="{escape(words)}" aria-label="{escape(words)}">'
        f"{escape(sign)}</a>"
        for sign, words, href in links
    )
    return Html(f'<span class="atlas-signs">{signs}</span>' if signs else "")


def picture(address: str, words: str, href: str = "") -> Html:
    """A picture of this server, with what it shows in words; href: where a click on it leads."""
    image = f'<img src="{safe_href(address)}" alt="{escape(words)}">'
    if href:
        image = f'<a href="{safe_href(href)}" target="_self">{image}</a>'
    return Html(f'<div class="atlas-picture">{image}</div>')


def paper_picture(address: str, words: str) -> Html:
    """A map's drawing, which paper shows in the place of the map; a screen does not load it."""
    image = f'<img src="{safe_href(address)}" alt="{escape(words)}" loading="lazy">'
    return Html(f'<div class="atlas-on-paper">{image}</div>')


def print_button(words: str) -> Html:
    """A button that opens the browser's own print dialogue, by the script at the end of each page."""
    return Html(f'<button type="button" class="atlas-print" data-atlas-print>{escape(words)}</button>')


def copy_button(words: str, done: str, label: str) -> Html:
    """A button that copies the page's address and says `done`; where the browser does not let it, the address stands
    selected in a field, called `label`. By the script at the end of each page."""
    return Html(
        f'<div class="atlas-view"><button type="button" class="atlas-print" data-atlas-copy="{escape(done)}">'
        f'{escape(words)}</button><output role="status"></output>'
        f'<input type="text" readonly hidden aria-label="{escape(label)}"></div>'
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
        f'{hidden(words[row.fate])}<span class="atlas-muted">{escape(row.day)}</span>'
        + (f'<span class="atlas-muted">{escape(row.note)}</span>' if row.note else "")
        + "</li>"
        for row in rows
    )
    return Html(f'<ol class="atlas-steps" aria-label="{escape(caption)}">{items}</ol>')
