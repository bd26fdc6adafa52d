"""The colours: readable in both themes, the same in the theme, the style sheet and Streamlit's settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit import config

from atlas.look import badges, colours, theme
from atlas.look.language import ROOT
from ground.evidence import EVIDENCE

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
READABLE = 4.5  # WCAG 2.2, 1.4.3
DISCERNIBLE = 3.0  # WCAG 2.2, 1.4.11, for symbols
TEXT_ON_FILL = [
    ("text", "page"),
    ("text", "secondary"),
    ("text", "land"),
    ("muted", "page"),
    ("muted", "secondary"),
    ("link", "page"),
    ("link", "secondary"),
    ("on_primary", "primary"),
    *((f"{evidence}_text", f"{evidence}_fill") for evidence in EVIDENCE),
]


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert colours.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert colours.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert colours.contrast("#FFFFFF", "#777777") == colours.contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize("name", colours.THEMES)
@pytest.mark.parametrize(("text", "fill"), TEXT_ON_FILL)
def test_text_is_readable_on_its_fill(name: str, text: str, fill: str) -> None:
    tokens = colours.tokens(name)
    assert colours.contrast(tokens[text], tokens[fill]) >= READABLE


@pytest.mark.parametrize("name", colours.THEMES)
def test_coloured_words_of_streamlit_are_readable(name: str) -> None:
    settings = SETTINGS["theme"][name]
    for key, colour in settings.items():
        if key.endswith("TextColor") or key in ("textColor", "linkColor"):
            assert colours.contrast(colour, settings["backgroundColor"]) >= READABLE, key


@pytest.mark.parametrize("name", colours.THEMES)
def test_symbols_and_outlines_stand_out_from_land_and_page(name: str) -> None:
    tokens = colours.tokens(name)
    for symbol in (*colours.STATES, "pilot", "outline"):
        for ground in ("land", "page"):
            assert colours.contrast(tokens[symbol], tokens[ground]) >= DISCERNIBLE, (symbol, ground)


@pytest.mark.parametrize("name", colours.THEMES)
@pytest.mark.parametrize("palette", ["rate", "gap", "money"])
def test_more_is_always_further_from_the_page(name: str, palette: str) -> None:
    page = colours.tokens(name)["page"]
    distances = [colours.contrast(colour, page) for colour in colours.palette(palette, name)]
    assert distances == sorted(distances)


def test_class_colours_keep_both_ends() -> None:
    whole = colours.palette("gap", "light")
    assert colours.colours("gap", 6, "light") == whole
    for n in range(2, 7):
        chosen = colours.colours("gap", n, "light")
        assert (chosen[0], chosen[-1], len(set(chosen))) == (whole[0], whole[-1], n)
    for n in (0, 7):
        with pytest.raises(ValueError, match="1 to 6 classes"):
            colours.colours("gap", n, "light")


def test_colours_as_numbers() -> None:
    assert colours.hex_to_rgb("#A6330A") == [166, 51, 10]
    assert colours.hex_to_rgb("#A6330A", 128) == [166, 51, 10, 128]
    for wrong in ("#fff", "A6330A", "#A6330A;x", "red"):
        with pytest.raises(ValueError, match="#RRGGBB"):
            colours.hex_to_rgb(wrong)


def test_without_a_browser_the_theme_is_light() -> None:
    assert theme.current() == "light"


# --- the style sheet --------------------------------------------------------------------------------


def test_the_style_sheet_uses_only_variables_that_exist() -> None:
    style = colours.style()
    defined = set(re.findall(r"^(--atlas-[\w-]+):", style, re.MULTILINE))
    assert set(re.findall(r"var\((--atlas-[\w-]+)\)", style)) <= defined


def test_the_style_sheet_loads_nothing_and_cannot_end_its_element() -> None:
    style = colours.style()
    assert "url(" not in style and "@import" not in style and "</" not in style
    assert style.count("{") == style.count("}")


def test_every_class_that_figures_write_has_a_style() -> None:
    style = colours.style()
    written = set(re.findall(r"atlas-[a-z]+(?:-[a-z_]+)*", (ROOT / "atlas/look/figures.py").read_text("utf-8")))
    built = {f"atlas-badge-{evidence}" for evidence in EVIDENCE} | {f"atlas-fill-{s}" for s in colours.STATES}
    plain = {"atlas-figure", "atlas-notice-info", "atlas-cells"}
    for name in (written | built) - plain:
        if not name.endswith("-"):
            assert f".{name}" in style or f"--{name}" in style, name
    assert "atlas-badge-simulated" in badges.badge("simulated")


# --- Streamlit's settings ---------------------------------------------------------------------------


def _keys(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_streamlit_knows_every_setting() -> None:
    known = set(config._config_options_template)
    assert set(_keys(SETTINGS)) <= known


def test_the_settings_that_must_hold() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["toolbarMode"] == "minimal"
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["server"]["headless"] is True
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", colours.THEMES)
def test_streamlit_has_the_colours_of_the_theme(name: str) -> None:
    tokens, settings = colours.tokens(name), SETTINGS["theme"][name]
    expected = {
        "primaryColor": "primary",
        "linkColor": "link",
        "backgroundColor": "page",
        "secondaryBackgroundColor": "secondary",
        "textColor": "text",
        "borderColor": "border",
        "dataframeBorderColor": "border",
        "blueColor": "connected",
        "orangeColor": "unconnected",
        "grayColor": "unknown",
        "blueTextColor": "declared_text",
        "orangeTextColor": "simulated_text",
        "grayTextColor": "assumed_text",
    }
    assert {key: settings[key] for key in expected} == {key: tokens[token] for key, token in expected.items()}
    series = [colour for token, colour in tokens.items() if token.startswith("standard_")]
    assert settings["chartCategoricalColors"] == series
    assert SETTINGS["theme"]["font"] == tokens["font"]
