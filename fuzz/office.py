"""A desk to be attacked: people with roles at places, cases with a text and a photo each, and who may see which.

Who may see what is said here once more, in the plainest words, so that a fault of the desk's own check is found.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backports import zstd
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from atlas.desk import at_hand
from atlas.intake.report import Content, Report, plain_report
from benchmarks.processes import DASHBOARD, Server, atlas_server
from desk.challenges import file as filing
from desk.challenges.claim import Claim, Terms
from desk.desk import Desk, opened
from desk.people.rights import Grant, Person
from desk.submissions import hand_in
from desk.submissions.hand_in import Draft
from fuzz import words
from fuzz.words import Words
from importer.convert.rows_said import COLUMNS
from indicators import facts
from indicators.database import Atlas

COOKIE, TOKENS = "_streamlit_user", "_streamlit_user_tokens"
SECRET, OTHER_SECRET = "the secret of the server that is attacked", "the secret of a server that is another"
HOURS, CASES = 1, 24
OPERATORS = ("op_a", "op_b")
MARK = "mark of case {number}."  # what a text and a photo hold; nobody else's answer may have it
ORIGIN = "http://localhost:8501"


@dataclass(frozen=True)
class Who:
    """What the sign-in tells of somebody."""

    sub: str
    role: str
    areas: tuple[str, ...] = ()
    operator: str = ""

    def claims(self) -> dict[str, Any]:
        return {"sub": self.sub, "roles": [self.role], "areas": list(self.areas), "operator": self.operator}

    def may_see(self, case: Case) -> bool:
        """As docs/desk.md has it: whose place it is; of a carrier, whose matter, too."""
        is_there = any(area in case.path.split("/") for area in self.areas)
        if self.role == "operator":
            return is_there and bool(self.operator) and self.operator == case.operator
        return is_there and self.role in ("contributor", "reviewer")

    def may_see_register(self, case: Case) -> bool:
        """What was handed in of its place, before it is part of a release."""
        is_there = any(area in case.path.split("/") for area in self.areas)
        return is_there and self.role in ("contributor", "reviewer")


@dataclass(frozen=True)
class Case:
    """One that was filed, with the key of who filed it; a register of its place was drafted under the same number."""

    number: int
    path: str
    operator: str
    key: str

    @property
    def mark(self) -> bytes:
        return MARK.format(number=self.number).encode()


@dataclass(frozen=True)
class Office:
    """The people, one whose access ended, the cases, and the words of the atlas that they are about."""

    people: tuple[Who, ...]
    gone: Who
    cases: tuple[Case, ...]
    words: Words

    @property
    def marks(self) -> frozenset[bytes]:
        """What all cases and registers hold."""
        return frozenset(case.mark for case in self.cases)


def cookie(who: Who, secret: str = SECRET, age_s: float = 0, name: str = COOKIE, **changed: Any) -> str:
    """What the server would have given to somebody `age_s` seconds ago."""
    told: Mapping[str, Any] = {"is_logged_in": True, "iat": int(time.time() - age_s), "origin": ORIGIN}
    return create_signed_value(secret, name, json.dumps({**told, **who.claims(), **changed})).decode()


@contextmanager
def office(build_dir: Path, atlas: Atlas) -> Iterator[tuple[Server, Office]]:
    """A server with a sign-in over a desk that was filled, in a folder that goes with it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        made = filled(atlas, folder / "desk")
        (folder / "sign-in.toml").write_text(_secrets(), encoding="utf-8")
        (folder / "roles.toml").write_text(_roles(made.gone), encoding="utf-8")
        settings = {"ATLAS_SIGN_IN": "sign-in.toml", "ATLAS_ROLES": "roles.toml", "ATLAS_DESK_DIR": "desk"}
        told = {key: str(folder / value) for key, value in settings.items()} | {"ATLAS_PUBLIC_URL": ORIGIN}
        with atlas_server(build_dir, DASHBOARD, told) as server:
            yield server, made


def filled(atlas: Atlas, folder: Path) -> Office:
    """Cases at villages from all over the atlas, for each carrier and for none."""
    desk, nation = opened(folder), str(facts.settings(atlas)["nation"]["place_id"])
    codes = [str(row[0]) for row in atlas.cursor().execute("SELECT place_id FROM village ORDER BY place_id").fetchall()]
    step = max(1, len(codes) // CASES)
    cases = []
    for number, code in enumerate(codes[::step][:CASES], 1):
        village, operator = at_hand.village(atlas, code), ("", *OPERATORS)[number % 3]
        assert village is not None
        mark = MARK.format(number=number)
        photo = desk.files.keep(io.BytesIO(b"\xff\xd8" + mark.encode()))
        claim = Claim(village, "radio", "unconnected", "no_signal", operator, mark, photo)
        filed = filing.file(desk, claim, Terms(), mark)
        _drafted(desk, village.path, code, mark)
        cases.append(Case(filed.challenge_no, village.path, operator, filed.key))
    places = sorted({place for case in cases for place in case.path.split("/")[1:]})
    return Office(_people(nation, places), Who("gone", "reviewer", (nation,)), tuple(cases), words.of_atlas(atlas))


def _drafted(desk: Desk, path: str, code: str, mark: str) -> None:
    """A register of one village, whose title nobody elsewhere is to read."""
    header = COLUMNS["coverage"]
    told = {"place_id": code, "technology": "radio", "as_of": "2015-06-30", "is_covered": "true"}
    rows = "\n".join([",".join(header), ",".join(told.get(name, "") for name in header)])
    report = Report(1, 0, (Content("coverage", "kind = 1", {}, (), (), (), (), ()),))
    made = Draft(
        path=path,
        kind="coverage",
        title=mark,
        file_name="a.csv",
        file_sha256=hashlib.sha256(mark.encode()).hexdigest(),
        shape_sha256="b" * 64,
        declaration_sha256="c" * 64,
        rows_sha256=desk.files.keep(io.BytesIO(zstd.compress(rows.encode()))),
        report_sha256=desk.files.keep(io.BytesIO(json.dumps(plain_report(report)).encode())),
        codes_as_of="",
        as_of="2015-06-30",
        rows_read=1,
        rows_rejected=0,
        rows_said=1,
        against="any",
    )
    hand_in.draft(desk, Person("office", "Office", (Grant("contributor", path.split("/")[0]),)), made)


def _people(nation: str, places: list[str]) -> tuple[Who, ...]:
    """Of each role one for each place of some, and those without a place."""
    some = [nation, *places[:: max(1, len(places) // 8)]]
    local = [Who(f"{role}-{place}", role, (place,)) for role in ("contributor", "reviewer") for place in some]
    carriers = [Who(f"{one}-{place}", "operator", (place,), one) for one in OPERATORS for place in some]
    others = [
        Who("publisher", "publisher", (nation,)),
        Who("auditor", "auditor", (nation,)),
        Who("none", "", (nation,)),
    ]
    strange = [Who("made-up", "administrator", (nation,)), Who("nobody's", "operator", (nation,)), Who("", "reviewer")]
    return (*local, *carriers, *others, *strange)


def _secrets() -> str:
    told = {
        "redirect_uri": f"{ORIGIN}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "atlas",
        "client_secret": "none",
        "server_metadata_url": "http://localhost:9/none",
    }
    return "[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())


def _roles(gone: Who) -> str:
    named = 'roles = "roles"\nareas = "areas"\noperator = "operator"\n'
    return f'session_hours = {HOURS}\nended = ["{gone.sub}"]\n[claims]\n{named}'
