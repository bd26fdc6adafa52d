"""Ways to the comparison of a place with the one that it lies in."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from atlas.look import blocks, html
from atlas.look.addresses import address
from atlas.look.language import place_name, t
from atlas.view.compared.sides_query import Others
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

PAGE = "compare"


def sign(view: View, place_id: str, name: str, parent_id: str) -> html.Html:
    """A small sign at the end of a row, with its words for those who cannot see it."""
    words = t("Compare {name}", name=name)
    return blocks.small_links([("⇄", words, _address(view, place_id, parent_id))])


def show(atlas: Atlas, view: View) -> None:
    """`Compare with Hunan`; nothing for the nation, which lies in no other place."""
    path = places.path(atlas, view.place_id)
    if len(path) > 1:
        parent = path[-2]
        words = t("Compare with {place} and others", place=place_name(parent.name, parent.name_en))
        st.html(html.link(words, _address(view, view.place_id, parent.place_id)))


def _address(view: View, place_id: str, parent_id: str) -> str:
    there = replace(view, place_id=place_id, village_id=None, others=Others(places=(parent_id,)))
    return address(PAGE) + there.link()
