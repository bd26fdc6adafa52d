"""Maps of worked-out answers, by address: rows never travel inside a page, and an answer has no address of its own.

The address is the content's hash, so nobody can ask for what was not made, and the same answer is held once. What the
server forgot (a restart, many answers) is made again by the page's next run.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from atlas.kept.single_flight import SingleFlight
from atlas.look.addressed import Addressed
from atlas.look.parameters import Step

HELD_BYTES = 64 << 20
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_held: SingleFlight[str, bytes] = SingleFlight(HELD_BYTES, len)


@dataclass(frozen=True)
class Answer(Addressed):
    """What a page worked out, as areas and points; the key is the content's hash."""

    PATH = "answers/{key}.geojson"
    PIN = ""
    key: Step


def keep(features: list[dict[str, Any]]) -> str:
    """Hold GeoJSON features; the address that serves them."""
    whole = {"type": "FeatureCollection", "features": features}
    return hold(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode())


def hold(text: bytes) -> str:
    """The same for GeoJSON that is text already."""
    return Answer(key_of(text)).url()


def key_of(text: bytes) -> str:
    """Hold a text; the key under which it is."""
    key = hashlib.blake2b(text, digest_size=16).hexdigest()
    _held.get(key, lambda: text)
    return key


def key_in(address: str) -> str | None:
    """The key in the address of an answer; None in any other."""
    found = re.search(r"answers/([0-9a-f]{32})\.geojson$", address)
    return found[1] if found else None


def held(key: str) -> bytes | None:
    """What `keep` held, if it still is."""
    return _held.peek(key) if KEY.fullmatch(key) else None
