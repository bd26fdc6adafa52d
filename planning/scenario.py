"""A scenario: a question with its inputs and what came out, as a file or a link that one can come back to.

A file or link may come from anywhere, so reading is strict: bounded in size and depth, only known fields, only
plain values, nothing that names a file. What is wrong is named by field.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

import pandas as pd

SCHEMA = 1

MOST_BYTES = 1_000_000

MOST_LINK_CHARACTERS = 1500  # with the rest of an address below the 2,000 that every browser and mail takes

MOST_LINK_BYTES = 65_536  # unpacked

MOST_DEPTH = 8

MOST_TEXT = 400

MOST_INTEGER = 2**53  # beyond, a reader in JavaScript sees another number

Scalar = str | int | float | bool | None

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

KEY = re.compile(r"[\w][\w.:\-]{0,63}")  # names of inputs, and ids of places and operators

WORD = re.compile(r"[\w][\w.\-]{0,63}")

DIGEST = re.compile(r"[0-9a-f]{8,128}")

#: What names a file or an address: no input needs one.
PATH = re.compile(r"^[/~]|^[A-Za-z]:[\\/]|\\|\.\.|://|^\./|^file:", re.IGNORECASE)

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # writing turned round too


class ScenarioError(ValueError):
    """A file or link that is no scenario. `field` says where, as in `inputs.budget_yuan`."""

    def __init__(self, field_name: str, expected: str, found: object) -> None:
        shown = str(found)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        super().__init__(f"{field_name}: expected {expected}, found {shown}")
        self.field, self.expected, self.found = field_name, expected, shown


@dataclass(frozen=True)
class Scenario:
    """All that is needed to ask again, and what was answered.

    inputs: plain values, lists and tables of them by name. results: numbers and short texts by name.
    digests: of each input table, to say on a newer build what has changed. gap_share: None where nothing
    is proven or no solver ran. created: ISO 8601, with its offset from UTC.
    """

    question: str
    inputs: dict[str, Any]
    profile: str
    build_id: str
    created: str
    seed: int | None = None
    solver: str | None = None
    solver_version: str | None = None
    gap_share: float | None = None
    is_demonstration: bool = False
    digests: dict[str, str] = field(default_factory=dict)
    results: dict[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _checked(asdict(self))

    @property
    def identity(self) -> str:
        """Of what is asked: two scenarios with this in common must have the same answer on the same build."""
        asked = {"question": self.question, "inputs": self.inputs, "profile": self.profile, "seed": self.seed}
        return hashlib.sha256(text_of(asked).encode()).hexdigest()[:16]


def to_json(scenario: Scenario) -> str:
    """The file: readable, and the same for the same scenario. Raises ScenarioError on one too large to read."""
    text = json.dumps(
        {"schema": SCHEMA, **asdict(scenario)}, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False
    )
    _bounded(text)
    return text


def from_json(text: str | bytes) -> Scenario:
    """Read a file. Raises ScenarioError naming the field."""
    _bounded(text)
    return _scenario(_parsed(text, "file"))


def _bounded(text: str | bytes) -> None:
    size = len(text.encode(errors="surrogatepass")) if isinstance(text, str) else len(text)
    if size > MOST_BYTES:
        raise ScenarioError("file", f"at most {MOST_BYTES} bytes", size)


def pack(scenario: Scenario) -> str | None:
    """The question and its inputs for an address, or None where they are too long for one: then save the file."""
    asked = {
        "schema": SCHEMA,
        "question": scenario.question,
        "inputs": scenario.inputs,
        "seed": scenario.seed,
    }
    plain = text_of(asked).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(plain, 9)).rstrip(b"=").decode()
    return packed if len(packed) <= MOST_LINK_CHARACTERS and len(plain) <= MOST_LINK_BYTES else None


def unpack(packed: str) -> tuple[str, dict[str, Any], int | None]:
    """Question, inputs and seed of a link. Raises ScenarioError, and never makes more than MOST_LINK_BYTES of it."""
    if len(packed) > MOST_LINK_CHARACTERS:
        raise ScenarioError("link", f"at most {MOST_LINK_CHARACTERS} characters", len(packed))
    if not re.fullmatch(r"[A-Za-z0-9_-]+", packed):
        raise ScenarioError("link", "letters, digits, - and _", packed)
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MOST_LINK_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise ScenarioError("link", "a packed scenario", error) from error
    if not unpacking.eof or unpacking.unused_data:
        raise ScenarioError("link", f"a whole scenario of at most {MOST_LINK_BYTES} bytes", "more, or a part")
    content = _parsed(plain, "link")
    _only(content, ("schema", "question", "inputs", "seed"), "link")
    _schema(content)
    _checked(content)
    return content["question"], content["inputs"], content["seed"]


def digest(frame: pd.DataFrame) -> str:
    """Of a table's names and values, whatever the order of its columns; rows in their order."""
    ordered = frame[sorted(frame.columns, key=str)]
    rows = pd.util.hash_pandas_object(ordered, index=False).to_numpy()
    names = "\x1f".join(map(str, ordered.columns)).encode()
    return hashlib.sha256(names + rows.tobytes()).hexdigest()[:32]


def text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _parsed(text: str | bytes, what: str) -> dict[str, Any]:
    def refused(constant: str) -> None:
        raise ScenarioError(what, "finite numbers", constant)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            raise ScenarioError(what, "each field once", twice)
        return found

    try:
        plain = text if isinstance(text, str) else text.decode("utf-8-sig")
        content = json.loads(plain, parse_constant=refused, object_pairs_hook=once)
    except ScenarioError:
        raise
    except (
        ValueError,
        RecursionError,
    ) as error:  # not UTF-8, not JSON, a number of 5,000 digits, nested too deep
        raise ScenarioError(what, "JSON", error) from error
    if not isinstance(content, dict):
        raise ScenarioError(what, "an object", type(content).__name__)
    return content


def _scenario(content: dict[str, Any]) -> Scenario:
    _schema(content)
    _only(content, ("schema", *(one.name for one in fields(Scenario))), "file")
    del content["schema"]
    return Scenario(**content)


def _schema(content: dict[str, Any]) -> None:
    found = content.get("schema", "none")
    if type(found) is not int or found != SCHEMA:
        raise ScenarioError("schema", f"{SCHEMA}; this atlas reads no other", found)


def _only(content: dict[str, Any], names: Sequence[str], what: str) -> None:
    """These fields, all of them and no other."""
    if unknown := sorted(set(content) - set(names)):
        raise ScenarioError(what, f"only the fields {', '.join(names)}", unknown[0])
    if missing := [name for name in names if name not in content]:
        raise ScenarioError(missing[0], "a value", "none")


def _checked(content: Mapping[str, Any]) -> None:
    """Types and bounds of each field that is there. Raises ScenarioError."""
    for name, value in content.items():
        _CHECKS.get(name, _nothing)(name, value)


def _nothing(name: str, value: object) -> None:
    """`schema` has been looked at already."""


def _matches(pattern: re.Pattern[str], expected: str, *, may_be_none: bool = False) -> Any:
    def check(name: str, value: object) -> None:
        if value is None and may_be_none:
            return
        if not isinstance(value, str) or not pattern.fullmatch(value) or PATH.search(value):
            raise ScenarioError(name, expected, value)

    return check


def _seed(name: str, value: object) -> None:
    if value is not None and (type(value) is not int or not 0 <= value <= MOST_INTEGER):
        raise ScenarioError(name, f"none, or a whole number from 0 to {MOST_INTEGER}", value)


def _gap(name: str, value: object) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (is_number and math.isfinite(value) and value >= 0):  # type: ignore[arg-type, operator]
        raise ScenarioError(name, "none, or a number of 0 or more", value)


def _flag(name: str, value: object) -> None:
    if type(value) is not bool:
        raise ScenarioError(name, "true or false", value)


def _moment(name: str, value: object) -> None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ScenarioError(name, "a date and time with its offset, as 2026-01-31T09:00:00+08:00", value)


def _table(name: str, value: object) -> None:
    if not isinstance(value, dict):
        raise ScenarioError(name, "an object", type(value).__name__)
    _plain(name, value, 1)


def _digests(name: str, value: object) -> None:
    _table(name, value)
    for key, one in value.items():  # type: ignore[attr-defined]
        _matches(DIGEST, "hexadecimal digits")(f"{name}.{key}", one)


def _results(name: str, value: object) -> None:
    _table(name, value)
    for key, one in value.items():  # type: ignore[attr-defined]
        if isinstance(one, dict | list):
            raise ScenarioError(f"{name}.{key}", "a number, a text, true, false or none", type(one).__name__)


def _plain(name: str, value: object, depth: int) -> None:
    """Only what JSON knows, bounded, and no file names."""
    if depth > MOST_DEPTH:
        raise ScenarioError(name, f"at most {MOST_DEPTH} levels", "more")
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str) or not KEY.fullmatch(key) or PATH.search(key):
                raise ScenarioError(name, "keys of letters, digits, _ . : -", key)
            _plain(f"{name}.{key}", part, depth + 1)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _plain(f"{name}[{number}]", part, depth + 1)
    else:
        _scalar(name, value)


def _scalar(name: str, value: object) -> None:
    if isinstance(value, str):
        if len(value) > MOST_TEXT or CONTROL.search(value) or _is_broken(value):
            raise ScenarioError(name, f"a text of at most {MOST_TEXT} characters, none of control", repr(value))
        if PATH.search(value):
            raise ScenarioError(name, "no file and no address", value)
    elif isinstance(value, int) and abs(value) > MOST_INTEGER:
        raise ScenarioError(name, f"at most {MOST_INTEGER}", "a larger number")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ScenarioError(name, "a finite number", value)
    elif value is not None and not isinstance(value, bool | int | float):
        raise ScenarioError(name, "a number, a text, true, false or none", type(value).__name__)


def _is_broken(text: str) -> bool:
    """Half a character, as "\\ud800": it cannot be written again."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


_CHECKS = {
    "question": _matches(NAME, "a name of small letters, digits and _"),
    "inputs": _table,
    "profile": _matches(WORD, "a name"),
    "build_id": _matches(WORD, "the id of a build"),
    "created": _moment,
    "seed": _seed,
    "solver": _matches(WORD, "none, or the name of a solver", may_be_none=True),
    "solver_version": _matches(WORD, "none, or a version", may_be_none=True),
    "gap_share": _gap,
    "is_demonstration": _flag,
    "digests": _digests,
    "results": _results,
}
