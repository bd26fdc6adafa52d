"""What tests of releases are written with: a desk with a build on its way, and people who may publish or not."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

from desk_words import person, version

from desk.challenges import case
from desk.challenges.claim import Claim, Terms, Village
from desk.challenges.file import file
from desk.desk import Desk
from desk.people.rights import Grant
from desk.releases import candidate
from desk.releases.candidate import BUILDING, Candidate
from ground import builds

ROOT = "ZZ"
PUBLISHER, OTHER_PUBLISHER = person("publisher", Grant("publisher")), person("second", Grant("publisher"))
OFFICE, COUNTY = person("office", Grant("reviewer", ROOT)), person("county", Grant("contributor", ROOT))
VILLAGE = Village("010101100", "ZZ/01/0101/010101")
WAIT_S = 100


def upheld(desk: Desk, standard: str = "wire", village: Village = VILLAGE) -> int:
    """A correction that the office has upheld."""
    told = Claim(village, standard, "connected", "built", seen_state="unconnected", seen_as_of="2012-12-31")
    number = file(desk, told, Terms(), "").challenge_no
    case.answer(
        desk, person("county", Grant("contributor", ROOT)), number, version(desk, number), "conceded", "Yes.", Terms()
    )
    case.decide(desk, OFFICE, number, version(desk, number), "upheld", "Seen.", "measured")
    return number


def finished(desk: Desk) -> Candidate:
    """The candidate, once its build has ended."""
    until = time.monotonic() + WAIT_S
    while (found := candidate.look(desk)) is None or found.state == BUILDING:
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def laid(desk: Desk, number: str, build: Path, after_entry: int = 0, title: str = "Title") -> str:
    """A candidate that is built already: a file that is there. Returns its name."""
    folder = candidate.folder_of(desk)
    candidate.forget(folder)
    (folder / candidate.BUILD).mkdir(parents=True)
    copied = folder / candidate.BUILD / build.name
    copied.write_bytes(build.read_bytes())
    builds.offer(copied)
    about = candidate.About(number, title, "Notes", PUBLISHER.sub, after_entry)
    (folder / candidate.ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
    return build.name
