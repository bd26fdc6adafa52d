"""A map is made without looking for a notebook, and travels in as few letters as it can."""

from __future__ import annotations

import json

import pydeck as pdk
import pytest
from pydeck.bindings import deck as pydeck_deck

from atlas.maps import base
from atlas.serve import lean_decks


def test_no_notebook_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(pydeck_deck, lean_decks.QUESTION, lambda: asked.append(1) and False)
    base.deck([], pdk.ViewState(), "")
    assert asked, "pydeck asks no more: lean_decks can go"
    asked.clear()
    lean_decks.apply()
    base.deck([], pdk.ViewState(), "")
    assert not asked


def test_a_map_says_the_same_in_fewer_letters() -> None:
    layer = pdk.Layer("TextLayer", "names/b.json", id="names", get_text="@@=properties.name", font_family="黑体")
    made = base.deck([layer], pdk.ViewState(latitude=1, longitude=2, zoom=3), "{name}村")
    assert json.loads(made.to_json()) == json.loads(pdk.Deck.to_json(made))
    assert len(made.to_json()) < 0.8 * len(pdk.Deck.to_json(made))
    assert "\n" not in made.to_json() and ": " not in made.to_json()
