"""What the desk hands over to a build: a folder of sources beside the profile's, declared as theirs are."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy import Connection, select

from desk.files import Files
from desk.projected.challenges import CHALLENGE
from desk.projected.states import UPHELD
from desk.submissions import inputs as submissions

DECISIONS = "desk-decisions"
#: What the declaration of the decisions says; everything in it is ours.
DECLARED = """\
source_id = "{source_id}"
kind = "decisions"
title = {{ zh = "纠错裁定", en = "Decisions on corrections" }}
publisher = {{ zh = "本图工作台", en = "The desk of this atlas" }}
edition = "{edition}"
licence = {{ zh = "公开", en = "public" }}
evidence = "declared"
file = {{ path = "{file}" }}
"""


def write(connection: Connection, files: Files, folder: Path, edition: str) -> None:
    """Write all that goes into a release into an empty folder, as the desk stands in this transaction."""
    (folder / "sources").mkdir(parents=True)
    submissions.write(connection, files, folder)
    _decisions(connection, folder, edition)


def _decisions(connection: Connection, folder: Path, edition: str) -> None:
    """Every upheld claim: the village, what it is, from when on, how that is known."""
    asked = (
        select(
            CHALLENGE.c.village_id,
            CHALLENGE.c.standard,
            CHALLENGE.c.claim,
            CHALLENGE.c.holds_from,
            CHALLENGE.c.grade,
            CHALLENGE.c.challenge_no,
        )
        .where(CHALLENGE.c.state == UPHELD, CHALLENGE.c.joined_no.is_(None))
        .order_by(CHALLENGE.c.challenge_no)
    )
    rows = connection.execute(asked).all()
    if not rows:
        return
    with (folder / f"{DECISIONS}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("place_id", "standard", "state", "as_of", "evidence", "challenge_no"))
        writer.writerows(rows)
    declared = DECLARED.format(source_id=DECISIONS, edition=edition, file=f"{DECISIONS}.csv")
    (folder / "sources" / f"{DECISIONS}.toml").write_text(declared, encoding="utf-8")
