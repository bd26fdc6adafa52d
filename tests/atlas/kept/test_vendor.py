"""Browser files: only declared ones, nothing from another host, a clear word when npm fails."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import folium
import folium.plugins
import pytest

from atlas.kept import vendor


@pytest.fixture()
def project(tmp_path: Path) -> Path:
    """A repository with one package whose style sheet loads a font and an image."""
    package = tmp_path / "node_modules" / "maps"
    (package / "css").mkdir(parents=True)
    (package / "fonts").mkdir()
    (package / "css" / "maps.css").write_text(
        "@font-face{src:url('../fonts/m.woff2?v=2#x')}\n.a{background:url( img.png )}\n"
        ".b{background:url(data:image/png;base64,AA==);behavior:url(#default#VML)}\n"
        """.c{background:url('data:image/svg+xml,<svg width="9"><use mask="url(%23own)"/></svg>')}\n"""
        "/*# sourceMappingURL=m.css.map */\n"
    )
    (package / "fonts" / "m.woff2").write_bytes(b"font")
    (package / "css" / "img.png").write_bytes(b"image")
    (tmp_path / "vendor.toml").write_text('[files]\n"maps/css/maps.css" = "maps/css/maps.css"\n')
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


def fetch(project: Path) -> bool:
    return vendor.fetch(project, project / "vendor.toml", project / "static")


def npm(project: Path, script: str) -> Path:
    """A stand-in for npm."""
    path = project / "bin" / "npm"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path.parent


def test_style_sheets_bring_what_they_load(project: Path) -> None:
    vendor.copy(project / "node_modules", project / "vendor.toml", project / "static", "s")
    served = vendor.assets(project / "static")
    assert set(served) == {"maps/css/maps.css", "maps/css/img.png", "maps/fonts/m.woff2"}
    assert "sourceMappingURL" not in served["maps/css/maps.css"].path.read_text()
    assert served["maps/fonts/m.woff2"].content_type == "font/woff2"


@pytest.mark.parametrize(
    ("css", "message"),
    [
        ("@import 'https://fonts.example/x.css';", "another host"),
        ("a{background:url(//cdn.example/x.png)}", "another host"),
        ("a{background:url(missing.png)}", "is not in"),
        ("a{background:url(../../../../etc/x.png)}", "outside"),
        ("a{background:url(x.exe)}", "not served"),
    ],
)
def test_bad_style_sheets(project: Path, css: str, message: str) -> None:
    (project / "node_modules/maps/css/maps.css").write_text(css)
    with pytest.raises(vendor.VendorError, match=message):
        vendor.copy(project / "node_modules", project / "vendor.toml", project / "static", "s")
    assert not (project / "static").exists()


def test_a_second_fetch_does_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(npm(project, "echo called >> calls")), prepend=":")
    assert fetch(project) is True
    assert fetch(project) is False
    assert (project / "calls").read_text() == "called\n"
    (project / "static" / "maps" / "css" / "img.png").unlink()
    assert fetch(project) is True


def test_npm_fails_or_is_missing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(npm(project, "echo no network >&2; exit 3")), prepend=":")
    with pytest.raises(vendor.VendorError, match=r"(?s)code 3:.*no network"):
        fetch(project)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(vendor.VendorError, match=r"npm is missing.*python -m atlas\.kept\.vendor"):
        fetch(project)


def test_nothing_fetched_yet(tmp_path: Path) -> None:
    assert vendor.assets(tmp_path) == {}


def test_folium_uses_this_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "url", lambda name: f"vendor/{name}")
    for owner in (folium.Map, folium.plugins.Fullscreen, folium.plugins.GeoMan):
        for attribute in ("default_js", "default_css"):
            monkeypatch.setattr(owner, attribute, list(getattr(owner, attribute)))
    vendor.offline_folium()
    vendor.offline_folium()  # a second call changes nothing
    chart = folium.Map(location=[35, 100], tiles=None)
    folium.plugins.Fullscreen().add_to(chart)
    folium.plugins.GeoMan().add_to(chart)
    loaded = re.findall(r'(?:src|href)="([^"]*)"', chart.get_root().render())
    assert len(loaded) == 6 and all(address.startswith("../vendor/") for address in loaded)


def test_a_file_that_folium_adds_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "url", lambda name: f"vendor/{name}")
    extra = [*folium.Map.default_js, ("new_thing", "https://cdn.example/x.js")]
    monkeypatch.setattr(folium.Map, "default_js", extra)
    with pytest.raises(vendor.VendorError, match="needs new_thing"):
        vendor.offline_folium()


def test_declaration_and_pins_agree() -> None:
    declared = tomllib.loads(vendor.DECLARATION.read_text(encoding="utf-8"))
    pins = json.loads((vendor.ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    sources = declared["files"].values()
    packages = {"/".join(s.split("/")[: 2 if s.startswith("@") else 1]) for s in sources}
    assert packages == set(pins)
    wanted = {name for files in declared["folium"].values() for name in files.values() if name}
    assert wanted <= set(declared["files"])
    assert "resolved" not in (vendor.ROOT / "package-lock.json").read_text(encoding="utf-8")
