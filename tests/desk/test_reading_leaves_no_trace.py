"""What is read some rows at a time leaves the connection as it was: on PostgreSQL nothing could be written after it."""

from __future__ import annotations

import io
from pathlib import Path

from desk import log, projection
from desk.challenges import file as filing
from desk.challenges.claim import Claim, Terms, Village
from desk.desk import opened


def test_a_connection_is_as_before(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    photo = desk.files.keep(io.BytesIO(b"picture"))
    claim = Claim(Village("01", "ZZ/01"), "radio", "unconnected", "no_signal", text="t", photo_sha256=photo)
    filing.file(desk, claim, Terms())
    with desk.writing() as writer:
        assert len(list(log.entries(writer.connection))) == 1 and projection.digests(writer.connection)
        assert "yield_per" not in writer.connection.get_execution_options()
