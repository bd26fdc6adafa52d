"""What the colours and symbols of a map mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from atlas.look.badges import badge, state_mark
from atlas.look.colours import CELL_EDGES_PERCENT, STATES
from atlas.look.figures import (
    bracketed,
    count,
    percent,
)
from atlas.look.html import Html, escape, safe_colour
from atlas.look.language import t


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
    return f'<div class="atlas-key"><span class="atlas-swatch" style="background:{stripes}"></span>{words}</div>'


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


class Line(NamedTuple):
    """What a key says of something else than villages: its mark, its name, and a ready text such as "97 个"."""

    mark: str
    name: str
    said: str


def map_legend(
    counts: Mapping[str, int], lines: Sequence[Line] = (), title: str | None = None, has_cells: bool = True
) -> Html:
    """The key of the gap map: the three states with counts, lines beneath them, and the cells drawn when zoomed out.

    `counts` has connected, unconnected and unknown.
    """
    total = sum(counts[state] for state in STATES)
    rows = "".join(
        f'<tr><th scope="row">{state_mark(state)}</th><td>{count(counts[state])}</td>'
        f"<td>{escape(percent(100 * counts[state] / total if total else None))}</td></tr>"
        for state in STATES
    )
    for line in lines:
        symbol = f'<span class="atlas-mark atlas-mark-{escape(line.mark)}" aria-hidden="true"></span>'
        rows += (
            f'<tr><th scope="row"><span class="atlas-state">{symbol}{escape(line.name)}</span></th>'
            f'<td colspan="2">{escape(line.said)}</td></tr>'
        )
    cells = _cell_classes() if has_cells else ""
    name = escape(title or t("Map key"))
    return Html(
        f'<div class="atlas-legend atlas-map-legend" role="group" aria-label="{name}">'
        f"<table>{rows}</table>{cells}</div>"
    )


def _cell_classes() -> str:
    colours = [f"var(--atlas-cells-{i})" for i in range(len(CELL_EDGES_PERCENT))]
    edges = [f"{'>' if i == 1 else ''}{edge}" for i, edge in enumerate(CELL_EDGES_PERCENT)]
    words = t("Zoomed out: share unconnected per cell (%)")
    return f"<div>{escape(words)}</div>{_classes(colours, edges)}"


def area_key(words: str) -> Html:
    """The key of a map with one kind of outlined area."""
    symbol = '<span class="atlas-mark atlas-mark-pilot" aria-hidden="true"></span>'
    return Html(f'<div class="atlas-legend"><span class="atlas-state">{symbol}{escape(words)}</span></div>')


def swatches(title: str, keys: Sequence[tuple[str, str]], evidence: str) -> Html:
    """A key of areas: a colour and what it means, one under the other."""
    rows = "".join(
        f'<div class="atlas-key"><span class="atlas-swatch" style="background:{safe_colour(colour)}"></span>'
        f"{escape(words)}</div>"
        for colour, words in keys
    )
    head = f"<strong>{escape(title)}</strong> {badge(evidence)}"
    return Html(f'<div class="atlas-legend" role="group" aria-label="{escape(title)}">{head}{rows}</div>')
