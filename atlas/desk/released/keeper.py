"""Releases for the rooms that read builds: by number and by build, brought back from the desk's archive."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import select

from atlas.desk import at_hand
from desk.errors import Refused
from desk.projected.releases import RELEASE
from desk.releases import publish
from desk.releases.manifest import NUMBER
from importer.errors import Problem

LOG = logging.getLogger("atlas")


class Releases:
    """What the log says was released; what the archive holds beside that is none."""

    def by_number(self, number: str) -> Path | None:
        return self._file(RELEASE.c.number == number) if NUMBER.fullmatch(number) else None

    def by_build(self, build_id: str) -> Path | None:
        return self._file(RELEASE.c.build_id == build_id)

    def _file(self, wanted: object) -> Path | None:
        try:
            desk = at_hand.desk()
            with desk.reading() as connection:
                number = connection.execute(select(RELEASE.c.number).where(wanted)).scalar_one_or_none()  # type: ignore[arg-type]
            return publish.archive_of(desk).open(number) if number else None
        except (at_hand.Closed, Refused):
            return None
        except Problem:
            LOG.exception("a release cannot be brought back")
            return None
