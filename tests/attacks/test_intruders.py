"""2,000 requests at the desk's addresses with cookies and keys of every kind (`make fuzz`: 100,000)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import Server
from fuzz import intruders
from fuzz.intruders import Attempt
from fuzz.office import Case, Office, office
from indicators.database import Atlas

SEED = 20_151_231
CASE, OTHER = [Case(number, "ZZ/01", "", "key").mark for number in (1, 2)]


@pytest.fixture(scope="module")
def attacked(mini_build_dir: Path, mini_atlas: Atlas) -> Iterator[tuple[Server, Office]]:
    with office(mini_build_dir, mini_atlas) as found:
        yield found


def test_a_photo_comes_to_those_alone_who_may_see_it(attacked: tuple[Server, Office]) -> None:
    server, known = attacked
    count = intruders.run(server, known, SEED, requests=2_000, most_seconds=90)
    assert count.failures == [] and count.requests == 2_000
    allowed = [one for one in (intruders.attempt(SEED, n, known) for n in range(2_000)) if one.must]
    assert 0.05 < len(allowed) / 2_000 < 0.5, "both have to be tried: what is allowed and what is not"


@pytest.mark.parametrize(
    ("may", "must", "status", "body", "found"),
    [
        (set(), False, 404, b"{}", ""),
        (set(), False, 200, CASE, "mark of case 1."),
        ({OTHER}, False, 200, CASE, "mark of case 1."),
        ({CASE}, True, 200, CASE, ""),
        ({CASE}, True, 404, b"{}", "404 to somebody who may"),
        (set(), False, 500, b"", "500"),
    ],
)
def test_a_desk_that_shows_too_much_or_too_little_is_seen(
    may: set[bytes], must: bool, status: int, body: bytes, found: str
) -> None:
    wrong = intruders.wrong(Attempt("GET", "/evidence/1.jpg", (), frozenset(may), must), status, body)
    assert found in wrong and bool(wrong) == bool(found)
