"""The visitor's theme, and the style sheet on each page."""

from __future__ import annotations

import streamlit as st

from atlas.look import colours
from atlas.look.colours import style_url


def current() -> str:
    """The visitor's theme, "light" or "dark". Part of every cache key of something coloured."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens() -> dict[str, str]:
    """Every single colour of the visitor's theme by name, and the font."""
    return colours.tokens(current())


def inject() -> None:
    """Put the style sheet on the page; once per rerun, before anything that uses it.

    Dialogs, popovers and tooltips are drawn outside `.stApp` and do not inherit its colour scheme, so they
    are told the visitor's theme. Charts are pictures and keep their own ground when a page is printed.
    """
    theme = current()
    outside = f"body > :not(#root) {{ color-scheme: {theme}; }}"
    ground = f"background: {colours.tokens(theme)['page']}; print-color-adjust: exact;"
    printed = f'@media print {{ [data-testid="stVegaLiteChart"] {{ {ground} }} }}'
    # By address: sixteen kilobytes of style need not travel with every rerun.
    st.html(f'<style>@import url("{style_url()}");\n{outside}\n{printed}</style>')
