"""Buttons and panels around maps, which scripts of ours serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atlas.look.badges import badge
from atlas.look.html import Html, escape, link, safe_href
from atlas.look.language import t


def hints() -> dict[str, str]:
    """What a map says to who turns the plain wheel over it or moves one finger: both scroll the page."""
    return {
        "wheel": t("Use Ctrl + scroll to zoom the map"),
        "mac": t("Use ⌘ + scroll to zoom the map"),
        "touch": t("Use two fingers to move the map"),
    }


def hand(name: str, extent: str, fills: str) -> Html:
    """Buttons on the map `name` and its hint, which the script map_hand.js serves; `extent` is lon,lat,zoom of all,
    `fills` what map_fit.js makes of it in a frame of another size."""
    acts = (("closer", "+", t("Zoom in")), ("farther", "−", t("Zoom out")), ("whole", "↺", t("Whole area")))
    buttons = "".join(
        f'<button type="button" data-atlas-do="{act}" title="{escape(words)}" '
        f'aria-label="{escape(labelled(words, name))}">{sign}</button>'
        for act, sign, words in acts
    )
    said = "".join(f' data-{kind}="{escape(words)}"' for kind, words in hints().items())
    keys = labelled(t("Move with the arrow keys, zoom with + and −, whole area with 0"), name)
    return Html(
        f'<div class="atlas-hand" data-whole="{escape(extent)}" data-fills="{escape(fills)}" '
        f'data-keys="{escape(keys)}">'
        f'<div class="atlas-zoom">{buttons}</div><div class="atlas-hint" aria-hidden="true"{said}></div></div>'
    )


def labelled(words: str, name: str) -> str:
    """The name of a control that several maps of a page may have."""
    return t("{control}: {map}", control=words, map=name)


def view_controls(key: str, copy: str, done: str, link_words: str) -> Html:
    """The button for a link, which the script map_view.js serves."""
    return Html(
        f'<div class="atlas-view" data-atlas-view="{escape(key)}">'
        f'<button type="button" class="atlas-print" data-atlas-do="copy" data-done="{escape(done)}">'
        f"{escape(copy)}</button>"
        f'<output role="status"></output><input type="text" readonly hidden aria-label="{escape(link_words)}">'
        "</div>"
    )


def as_picture(parts: Sequence[tuple[str, str]], *, did_fail: bool) -> Html:
    """Why a map does not move, and the ways that a click on it would go; the style sheet shows the drawing beneath."""
    words, again, places = t("This browser does not support WebGL; the map is shown as a picture."), "", ""
    if did_fail:
        words, retry = t("The interactive map did not load; the map is shown as a picture."), escape(t("Try again"))
        again = f' <button type="button" class="atlas-print" data-atlas-maps-again>{retry}</button>'
    if parts:
        title = escape(t("Places on the map"))
        places = f"<details><summary>{title}</summary>{' '.join(link(*one) for one in parts)}</details>"
    return Html(f'<div class="atlas-as-picture"><p role="status">{escape(words)}{again}</p>{places}</div>')


def drawing_tools(key: str, href: str, area: str) -> Html:
    """The tools that map_drawing.js serves: shapes, what one does while drawing, and the way to the villages inside."""
    shapes = (
        ("polygon", t("Polygon"), t("Click the corners; the first one or Enter finishes")),
        ("rectangle", t("Rectangle"), t("Click two opposite corners, or drag")),
        ("circle", t("Circle"), t("Click the centre, then the edge, or drag")),
    )
    begin = "".join(
        f'<button type="button" class="atlas-print" data-atlas-do="draw" data-shape="{shape}" aria-pressed="false" '
        f'data-hint="{escape(hint)}" title="{escape(hint)}">{escape(words)}</button>'
        for shape, words, hint in shapes
    )
    acts = (
        ("drawUndo", t("Undo")),
        ("drawDone", t("Finish")),
        ("drawCancel", t("Cancel")),
    )
    during = "".join(
        f'<button type="button" class="atlas-print" data-while="drawing" data-atlas-do="{act}" hidden>'
        f"{escape(words)}</button>"
        for act, words in acts
    )
    name, listed = escape(t("Draw an area to list its villages")), escape(t("List the villages in this area"))
    seen = escape(t("The view shown"))
    return Html(
        f'<div class="atlas-draw" role="group" aria-label="{name}" data-atlas-draw="{escape(key)}" '
        f'data-href="{safe_href(href)}" data-area="{escape(area)}">'
        f'<span class="atlas-muted" data-while="idle">{name}</span>{begin}'
        f'<button type="button" class="atlas-print" data-while="idle" data-atlas-do="drawView">{seen}</button>'
        f'{during}<output role="status"></output>'
        f'<a href="{safe_href(href)}" hidden>{listed}</a></div>'
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
