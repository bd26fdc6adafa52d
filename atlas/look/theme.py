"""The visitor's theme, and the style sheet on each page."""

from __future__ import annotations

import streamlit as st

from atlas.look import colours
from atlas.look.colours import style_url
from atlas.look.html import Html, escape
from atlas.look.language import t


def current() -> str:
    """The visitor's theme, "light" or "dark". Part of every cache key of something coloured."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens() -> dict[str, str]:
    """Every single colour of the visitor's theme by name, and the font."""
    return colours.tokens(current())


def inject() -> None:
    """Put the style sheet on the page; once per rerun, before anything that uses it.

    Dialogs, popovers and tooltips are drawn outside `.stApp` and do not inherit its colour scheme, so they
    are told the visitor's theme. Charts are pictures and keep their own ground when a page is printed, turned to light.
    """
    theme = current()
    outside = f"body > :not(#root) {{ color-scheme: {theme}; }}"
    ground = f"background: {colours.tokens(theme)['page']}; print-color-adjust: exact;"
    printed = f'@media print {{ [data-testid="stVegaLiteChart"] {{ {ground} }} {_turned(theme)} }}'
    # By address: sixteen kilobytes of style need not travel with every rerun.
    st.html(f'<style>@import url("{style_url()}");\n{outside}\n{printed}</style>')


def _turned(theme: str) -> str:
    """What was coloured for a dark ground keeps its hues on paper and turns its lightness."""
    if theme != "dark":
        return ""
    coloured = '[data-testid="stVegaLiteChart"], .atlas-bar[style*="#"]'
    return f"{coloured} {{ filter: invert(1) hue-rotate(180deg) brightness(1.09); }}"


def switch() -> Html:
    """A button that turns to the other theme; the browser remembers which (atlas/look/theme_switch.js)."""
    words = t("Light theme") if current() == "dark" else t("Dark theme")
    return Html(
        f'<button type="button" class="atlas-icon-button" data-atlas-turn="{other()}" '
        f'title="{escape(words)}" aria-label="{escape(words)}">{"☀" if current() == "dark" else "☾"}</button>'
    )


def other() -> str:
    """The theme that the visitor does not see."""
    return "light" if current() == "dark" else "dark"
