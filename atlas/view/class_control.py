"""The reader's choice of classes for coloured maps; what is chosen stands in the address."""

from __future__ import annotations

import streamlit as st

from atlas.look import figures
from atlas.look.language import mark, t
from atlas.view import classes, state
from atlas.view.classes import Classes
from atlas.view.state import View

METHODS = {
    "fixed": mark("fixed edges"),
    "manual": mark("edges as typed"),
    "quantile": mark("quantiles"),
    "natural": mark("natural breaks (Fisher–Jenks)"),
    "equal": mark("equal intervals"),
    "single": mark("one class"),
    classes.ONE_DATE: mark("suited to this date alone"),
}
AS_IT_IS, TYPED = "", "manual"


def choice(view: View, shown: Classes, unit: str) -> None:
    """A box of methods, and one for the edges where they are typed. `shown` is what the map has now."""

    def write() -> None:
        method = st.session_state["class_method"]
        wanted = _edges_of(shown) if method == TYPED else method
        state.change(view, classes=wanted)

    chosen = TYPED if classes.is_typed(view.classes) else view.classes
    st.session_state["class_method"] = chosen
    of_dates = [classes.ONE_DATE] if shown.is_across or chosen == classes.ONE_DATE else []
    options = [AS_IT_IS, *of_dates, *classes.METHODS, TYPED]
    st.selectbox(t("Classes"), options, format_func=_name, key="class_method", on_change=write, width=230)
    if chosen == TYPED:
        _typed(view, unit)


def _name(method: str) -> str:
    return t(METHODS[method]) if method else t("as this map has them")


def _typed(view: View, unit: str) -> None:
    def write() -> None:
        try:
            wanted = classes.read(st.session_state["class_edges"])
        except classes.UnreadableClasses:
            st.session_state["class_edges_wrong"] = True
            return
        state.change(view, classes=wanted)

    is_wrong = st.session_state.pop("class_edges_wrong", False)
    if not is_wrong:
        st.session_state["class_edges"] = view.classes.replace(",", ", ")
    label = figures.bracketed(t("Edges between the classes"), figures.unit_word(unit))
    st.text_input(label, key="class_edges", on_change=write, width=230)
    if is_wrong:
        st.caption(t("One to five rising numbers, such as 5, 10, 20"))


def _edges_of(shown: Classes) -> str:
    """The edges of the map as it is, to start typing from; one edge where it has a single class."""
    inner = shown.edges[1:] or shown.edges
    return classes.read(",".join(f"{edge:.6f}" for edge in inner))
