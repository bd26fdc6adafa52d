"""Browser files that the atlas serves itself: `python -m atlas.kept.vendor` fetches them once.

Maps must open in an office without the internet, and a page must not tell a foreign host who reads it.
`vendor.toml` names the files, `package.json` and `package-lock.json` pin their versions, and only what the
manifest lists is ever served.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from atlas.kept import fonts, npm
from atlas.look.addressed import VERSION, Addressed
from atlas.look.addresses import from_document
from atlas.look.parameters import Steps
from ground.declared import Text, Unfit, read

ROOT = Path(__file__).resolve().parents[2]
DECLARATION = Path(__file__).resolve().parent / "vendor.toml"
STATIC_DIR = ROOT / "atlas" / "vendor_static"
MANIFEST = "manifest.json"
FOLDER = "vendor"
COMMAND = "python -m atlas.kept.vendor"
NPM_TIMEOUT_SECONDS = 600

CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
}

#: A picture written out in a style sheet may hold quotes of the other kind and addresses of its own parts.
_CSS_REFERENCE = re.compile(rb"""url\(\s*(?:'([^']+)'|"([^"]+)"|([^'")\s]+))\s*\)|@import\s+(?:'([^']+)'|"([^"]+)")""")
_SOURCE_MAP = re.compile(rb"(?m)^\s*(?://|/\*)[#@] sourceMappingURL=\S*(?:\s*\*/)?\s*$")


@dataclass(frozen=True)
class BrowserFile(Addressed):
    """One of the files, by the name under which the manifest lists it: it is looked up, never opened."""

    PATH = "vendor/{path:path}"
    PIN = VERSION
    path: Annotated[str, Steps()]


@dataclass(frozen=True)
class VendorForm:
    """`vendor.toml`."""

    files: Mapping[str, Text]  # served name → file in node_modules
    #: Class → its name for a file → served name ("": left out).
    folium: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class VendorError(RuntimeError):
    """The browser files cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Asset:
    """One served file."""

    path: Path
    sha256: str
    content_type: str


def fetch(root: Path = ROOT, declaration: Path = DECLARATION, target: Path = STATIC_DIR) -> bool:
    """Install and copy the declared files; False if they were there already. Raises VendorError."""
    stamp = _stamp(root, declaration)
    if _is_current(target, stamp):
        return False
    _npm_ci(root)
    copy(root / "node_modules", declaration, target, stamp)
    return True


def copy(node_modules: Path, declaration: Path, target: Path, stamp: str) -> None:
    """Copy the declared files and what their style sheets load; the old folder stays until all is well."""
    files = collect(node_modules, _declared(declaration).files)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    manifest = {"stamp": stamp, "files": {n: hashlib.sha256(c).hexdigest() for n, c in sorted(files.items())}}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    os.replace(fresh, target)


def collect(node_modules: Path, declared: Mapping[str, str]) -> dict[str, bytes]:
    """Served name -> content, style sheets followed. Raises VendorError: a missing file, a remote host."""
    files: dict[str, bytes] = {}
    waiting = list(declared.items())
    while waiting:
        name, source = waiting.pop()
        if name in files:
            continue
        files[name] = content = _read(node_modules, source)
        if source.endswith(".css"):
            loaded = _references(name, content)
            waiting += [(_beside(name, file), _beside(source, file)) for file in loaded]
    return files


def _read(node_modules: Path, source: str) -> bytes:
    path = node_modules / source
    if path.suffix not in CONTENT_TYPES:
        raise VendorError(f"{source}: files of this kind are not served; allowed: {', '.join(CONTENT_TYPES)}")
    if not path.is_file():
        raise VendorError(f"{source} is not in {node_modules}; correct {DECLARATION.name} or package.json")
    content = path.read_bytes()
    # A source map is not served, and asking for it would only fill the log with 404.
    return _SOURCE_MAP.sub(b"", content) if path.suffix in (".js", ".css") else content


def _references(name: str, css: bytes) -> list[str]:
    """Files that a style sheet loads, without fragments. Raises VendorError if one is on another host."""
    found = []
    for match in _CSS_REFERENCE.finditer(css):
        reference = match[match.lastindex or 0].decode().strip()
        if reference.startswith(("data:", "#")):
            continue
        if "//" in reference:
            raise VendorError(f"{name} loads {reference} from another host; leave it out of {DECLARATION.name}")
        found.append(re.split(r"[?#]", reference)[0])
    return found


def _beside(name: str, reference: str) -> str:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), reference))
    if path.startswith(("..", "/")):
        raise VendorError(f"{name} refers to {reference}, which would be served from outside {FOLDER}/")
    return path


def _npm_ci(root: Path) -> None:
    try:
        with npm.present(root) as program:
            _run_npm_ci(program, root)
    except npm.NpmMissing as missing:
        raise VendorError(f"npm is missing, {missing}; install Node.js 20, then run: {COMMAND}") from None


def _run_npm_ci(program: Path, root: Path) -> None:
    beside_npm = os.pathsep.join([os.environ.get("PATH", os.defpath), str(program.parent)])
    try:
        done = subprocess.run(
            [program, "ci", "--no-audit", "--no-fund"],
            check=False,  # the message below says more than an exception would
            cwd=root,
            env=os.environ | {"PATH": beside_npm},
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        message = f"npm ci took longer than {NPM_TIMEOUT_SECONDS} s; check the network, then run: {COMMAND}"
        raise VendorError(message) from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise VendorError(f"npm ci failed in {root} with code {done.returncode}:\n{last}")


def _declared(declaration: Path) -> VendorForm:
    """Raises VendorError for what is not as it has to be."""
    try:
        return read(tomllib.loads(declaration.read_text(encoding="utf-8")), VendorForm)
    except (tomllib.TOMLDecodeError, Unfit) as error:
        raise VendorError(f"{declaration.name}: {error}; mend it, then run: {COMMAND}") from error


def _stamp(root: Path, declaration: Path) -> str:
    inputs = (root / "package-lock.json", root / "package.json", declaration, Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def _is_current(target: Path, stamp: str) -> bool:
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(manifest["stamp"] == stamp) and all((target / name).is_file() for name in manifest["files"])


# --- serving ----------------------------------------------------------------------------------------


def assets(target: Path = STATIC_DIR) -> dict[str, Asset]:
    """Served name -> file, as the manifest lists them; empty until `python -m atlas.kept.vendor` was run."""
    manifest = target / MANIFEST
    try:
        changed = manifest.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _assets(target, changed)


@lru_cache(maxsize=4)
def _assets(target: Path, changed: int) -> dict[str, Asset]:
    """`changed` makes a fresh fetch visible to a running server."""
    listed = json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"]
    return {name: Asset(target / name, h, CONTENT_TYPES[Path(name).suffix]) for name, h in listed.items()}


def url(name: str) -> str:
    """Where a file is served. The content's hash is in it, so that browsers may keep it for ever.

    Raises VendorError if the file was not fetched.
    """
    asset = assets().get(name)
    if asset is None:
        raise VendorError(f"the browser file {name} is not there; run: {COMMAND}")
    return BrowserFile(name).url(asset.sha256[:12])


def offline_folium() -> None:
    """Point folium and its plugins at this server. Once per process, before a map is made.

    Raises VendorError if a file was not fetched, or if folium names one that `vendor.toml` does not know:
    it would be loaded from another host.
    """
    for class_path, served in _declared(DECLARATION).folium.items():
        module, _, name = class_path.rpartition(".")
        owner = getattr(importlib.import_module(module), name)
        for attribute in ("default_js", "default_css"):
            setattr(owner, attribute, _served(class_path, getattr(owner, attribute, []), served))


def _served(class_path: str, wanted: list[tuple[str, str]], served: Mapping[str, str]) -> list[tuple[str, str]]:
    unknown = [name for name, _ in wanted if name not in served]
    if unknown:
        raise VendorError(f"{class_path} needs {', '.join(unknown)}; add it to {DECLARATION.name}")
    return [(name, from_document(url(served[name]))) for name, _ in wanted if served[name]]


def main() -> None:
    """Command line: fetch, say what happened, and end with 1 if it did not work."""
    try:
        fetched = fetch()
        fonts.prepare()
    except VendorError as error:
        sys.exit(f"atlas.kept.vendor: {error}")
    done = "fetched into" if fetched else "are up to date in"
    print(f"{len(assets())} browser files {done} {STATIC_DIR.name}/")


if __name__ == "__main__":
    main()
