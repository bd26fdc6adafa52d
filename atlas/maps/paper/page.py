"""Puts a map's drawing on a page, where only paper shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pydeck as pdk
import streamlit as st

from atlas.kept import answers
from atlas.look import blocks
from atlas.look.addressed import Addressed
from atlas.look.language import current
from atlas.maps.paper.asked import AnswerDrawing
from indicators.database import Atlas


def show(atlas: Atlas, asked: Addressed, words: str) -> None:
    """The drawing that stands for the map above it. words: what the map shows."""
    st.html(blocks.paper_picture(asked.url(atlas.build_id), words))


def show_answer(
    atlas: Atlas,
    place_id: str,
    layers: Sequence[pdk.Layer],
    title: str,
    legend: Sequence[tuple[str, str]],
    evidence: str,
    notes: Sequence[str],
) -> None:
    """The same of a worked-out answer: of those layers of its map that hold one."""
    held = [(str(one.data), str(getattr(one, "point_radius_units", "pixels"))) for one in layers]
    told = {
        "layers": [(key, unit) for address, unit in held if (key := answers.key_in(address))],
        "title": title,
        "legend": list(legend),
        "evidence": evidence,
        "notes": list(notes),
    }
    key = answers.key_of(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())
    show(atlas, AnswerDrawing(place_id, key, current()), title)
