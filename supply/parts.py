"""The parts of other people that are delivered: packages of requirements.txt and browser packages of the npm lock."""

from __future__ import annotations

import base64
import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LICENCE_NAME = 60  # beyond that the field `License` holds the text of a licence, not its name
_CLASSIFIER = "License :: "


@dataclass(frozen=True)
class Part:
    """One package as installed. `said` is what it says of its licence, the most binding form first."""

    ecosystem: str  # pypi or npm, as package URLs call them
    name: str
    version: str
    said: tuple[str, ...]
    needs: tuple[str, ...] = ()  # names of other parts of the same ecosystem
    sha512: str = ""  # of the archive, in hexadecimal digits; empty where the lock holds several archives

    @property
    def key(self) -> str:
        """Its package URL without qualifiers."""
        return f"pkg:{self.ecosystem}/{self.name.replace('@', '%40')}@{self.version}"


class NotInstalled(RuntimeError):
    """The environment is not the one that the lists of requirements describe."""


def python_parts(*lists: str) -> list[Part]:
    """The packages that lists of requirements name for this machine, as installed. Raises NotInstalled."""
    wanted = {one.name: one for name in lists for one in _pinned(ROOT / name)}
    return [_python_part(requirement) for requirement in sorted(wanted.values(), key=str)]


def npm_parts(lock: Path = ROOT / "package-lock.json", *, with_tools: bool = False) -> list[Part]:
    """The packages of an npm lock that end up in a browser; with the tools of tests if asked."""
    entries = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        _npm_part(path, entry)
        for path, entry in sorted(entries.items())
        if path and (with_tools or not entry.get("dev"))
    ]


def _pinned(path: Path) -> Iterator[Requirement]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def _python_part(requirement: Requirement) -> Part:
    try:
        held = importlib.metadata.distribution(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        raise NotInstalled(f"{requirement} is not installed; run: make .venv/installed-dev") from None
    if held.version not in requirement.specifier:
        raise NotInstalled(f"{requirement} is wanted, {held.version} is installed; run: make .venv/installed-dev")
    return Part("pypi", canonicalize_name(held.name), held.version, _python_licence(held), _needs(held))


def _needs(held: importlib.metadata.Distribution) -> tuple[str, ...]:
    requirements = map(Requirement, held.requires or ())
    return tuple(
        canonicalize_name(one.name) for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})
    )


def _python_licence(held: importlib.metadata.Distribution) -> tuple[str, ...]:
    """The SPDX expression where there is one, else the free words, else the classifiers."""
    fields = held.metadata
    if "License-Expression" in fields:
        return (fields["License-Expression"],)
    words = "\n".join(fields.get_all("License") or [])
    if words and len(words) <= LONGEST_LICENCE_NAME and "\n" not in words:
        return (words,)
    classifiers = [text for text in fields.get_all("Classifier") or [] if text.startswith(_CLASSIFIER)]
    return tuple(text.rpartition(" :: ")[2] for text in classifiers)


def _npm_part(path: str, entry: dict[str, object]) -> Part:
    algorithm, _, digest = str(entry["integrity"]).partition("-")
    if algorithm != "sha512":
        raise ValueError(f"{path}: the lock holds {algorithm}, sha512 is expected")
    licence, needs = entry.get("license"), entry.get("dependencies")
    return Part(
        "npm",
        path.rpartition("node_modules/")[2],
        str(entry["version"]),
        (str(licence),) if licence else (),
        tuple(needs) if isinstance(needs, dict) else (),
        base64.b64decode(digest).hex(),
    )
