"""A layer is one file: put into the folder it is in the popover, the address, the key and the map."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from one_page import WAIT_S, one_page, run
from streamlit.testing.v1 import AppTest

from atlas.maps import layers
from atlas.view import state
from indicators.database import Atlas

MEASURED = '''
"""Villages whose state was measured."""

import pydeck as pdk

from atlas.look.language import t
from atlas.look.legends import Line
from atlas.maps.layer import Layer

LAYER = Layer(
    id="measured",
    kind="point",
    label=lambda atlas: t("Measured villages"),
    draw=lambda scene: [pdk.Layer("ScatterplotLayer", [{"name": scene.view.place_id}], id="measured")],
    order=9,
    height=60,
    line=lambda scene, is_shown: Line("measured", t("Measured villages"), "12" if is_shown else "-"),
    method=lambda: t("Measured in the field."),
    picks=("measured",),
)
'''


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The layer's file, in a folder that is looked through as well."""
    (tmp_path / "measured.py").write_text(MEASURED)
    with monkeypatch.context() as patched:
        patched.setattr(layers, "__path__", [*layers.__path__, str(tmp_path)])
        forget()
        yield
    sys.modules.pop("atlas.maps.layers.measured", None)
    forget()


def forget() -> None:
    importlib.invalidate_caches()
    layers.known.cache_clear()
    layers.offer.cache_clear()


def deck(page: AppTest) -> list[str]:
    """Ids of what the map draws, from the ground up."""
    [one] = page.get("deck_gl_json_chart")
    return [layer["id"] for layer in json.loads(one.proto.json)["layers"]]


def shown(page: AppTest) -> str:
    return " ".join(str(one.proto.body) for one in page.get("html"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_layer_is_one_file(added: None, monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, lang: str) -> None:
    without = run(monkeypatch, mini_atlas, "gap_map", {}, lang)
    assert "measured" not in deck(without) and ">-<" in shown(without)
    assert "Measured in the field." in shown(without)
    [pills] = [one for one in without.get("button_group") if one.key == "layer_lines"]
    assert "Measured villages" in [option.content for option in pills.proto.options]
    page = run(monkeypatch, mini_atlas, "gap_map", {"layers": "villages,measured"}, lang)
    drawn = deck(page)
    assert drawn.index("villages") < drawn.index("measured") < drawn.index("names")
    assert "atlas-mark-measured" in shown(page) and ">12<" in shown(page)


def test_the_address_knows_it(added: None, mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"layers": "measured,villages"}, "en", layers.offer())
    assert view.layers == ("villages", "measured") and view.remark is None
    assert "layers=villages%2Cmeasured" in view.link()


def test_it_is_switched_on_in_the_popover(added: None, monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    page = AppTest.from_function(one_page, kwargs={"name": "gap_map", "query": {}, "lang": "en"})
    page.run(timeout=WAIT_S)
    [pills] = [one for one in page.get("button_group") if one.key == "layer_lines"]
    pills.set_value(["villages", "measured"]).run(timeout=WAIT_S)
    assert page.query_params["layers"] == "villages,measured"


@pytest.mark.parametrize("text", ["measured", "villages,roads", "distance,hot_spots"])
def test_what_is_no_layer_is_told(mini_atlas: Atlas, text: str) -> None:
    """Also what is one only while its file is there."""
    view = state.read(mini_atlas, {"layers": text}, "en", layers.offer())
    assert view.layers is None and view.remark == text


def test_no_layer_at_all_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    drawn = deck(run(monkeypatch, mini_atlas, "gap_map", {"layers": "none"}, "en"))
    assert "land" in drawn and "names" in drawn and "villages" not in drawn


def test_every_layer_says_what_it_is(mini_atlas: Atlas) -> None:
    names = [one.id for one in layers.known()]
    assert len(set(names)) == len(names) and all(name.replace("_", "").isalpha() for name in names)
    assert all(one.label(mini_atlas) for one in layers.known())
    fills = [one.kind == "fill" for one in layers.known()]
    assert fills == sorted(fills) and {one.kind for one in layers.known()} == {"point", "line", "fill"}
    assert {"villages", "outlines", "pilots", "distance", "hot_spots"} <= set(names)
