"""Ending somebody's access and giving it back: by whom, of whom, and what they can do meanwhile, which is nothing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from desk_words import COUNTY, NOBODY, REVIEWER, TERMS, claim, person
from sqlalchemy import select

from desk import backup, tidy
from desk.access import access, seen
from desk.access.seen import Seen
from desk.apart import SEEN
from desk.challenges.file import file_in_bulk, lists_of, would_join
from desk.desk import Desk
from desk.errors import NotAllowed, Overtaken, Refused, Unfitting
from desk.people.rights import LOCAL, Grant, everything

PUBLISHER = person("publisher", Grant("publisher"))


def here(sub: str, day: str = "2026-11-02", **values: Any) -> Seen:
    return Seen(sub, f"Name of {sub}", values.get("roles", "reviewer,auditor"), values.get("address", ""), day)


def known(desk: Desk) -> dict[str, access.Known]:
    with desk.reading() as connection:
        return {one.sub: one for one in access.known(connection)}


def test_it_ends_and_is_given_back(desk: Desk) -> None:
    seen.note(desk, here("reviewer"))
    access.end(desk, PUBLISHER, "reviewer", "left <b>office</b>")
    one = known(desk)["reviewer"]
    assert (one.roles, one.last_on, one.ended_by) == (("reviewer", "auditor"), "2026-11-02", "publisher")
    assert one.ended_at and one.words == "left <b>office</b>" and one.name == "Name of reviewer"
    with pytest.raises(Overtaken):
        access.end(desk, PUBLISHER, "reviewer", "again")
    access.restore(desk, everything(), "reviewer", "came back")
    assert not known(desk)["reviewer"].ended_at and not known(desk)["reviewer"].words
    with pytest.raises(Overtaken):
        access.restore(desk, PUBLISHER, "reviewer", "again")
    assert backup.verify(desk) == []


def test_who_may_not_and_of_whom_not(desk: Desk) -> None:
    seen.note(desk, here("reviewer"))
    seen.note(desk, here("publisher"))
    for who in (REVIEWER, COUNTY, NOBODY):
        with pytest.raises(NotAllowed):
            access.end(desk, who, "publisher", "no")
    for sub in ("publisher", "nobody ever", "public", LOCAL, "", "\0"):
        with pytest.raises(Unfitting):
            access.end(desk, PUBLISHER, sub, "why")
    with pytest.raises(Refused):
        access.end(desk, PUBLISHER, "reviewer", " \u200b ")
    assert not [one for one in known(desk).values() if one.ended_at]


def test_whoever_has_ended_writes_nothing_on_a_page_that_is_still_open(desk: Desk) -> None:
    """Also a list that was read and shown before: between the file and the button the right was lost."""
    seen.note(desk, here("county"))
    access.end(desk, PUBLISHER, "county", "gone")
    with pytest.raises(NotAllowed):
        file_in_bulk(desk, COUNTY, [claim()], TERMS, "", claim().village.path)
    with desk.reading() as connection:
        assert would_join(connection, [claim(), claim()]) == 1  # nothing was filed: only itself twice
    access.restore(desk, PUBLISHER, "county", "back")
    assert file_in_bulk(desk, COUNTY, [claim()], TERMS, "", claim().village.path).challenges == 1


def test_who_was_seen_is_renewed_kept_by_a_backup_and_forgotten(desk: Desk) -> None:
    seen.note(desk, here("a", "2025-10-01"))
    seen.note(desk, here("b", "2025-11-01", address="old@example.org"))
    seen.note(desk, here("b", "2026-10-01", address="b@example.org"))
    with desk.writing() as writer:
        assert seen.forget(writer.connection, date(2026, 11, 2)) == 1
    with desk.reading() as connection:
        [row] = connection.execute(select(SEEN)).all()
    assert (row.sub, row.address, row.last_on) == ("b", "b@example.org", "2026-10-01")
    tidy.tidy(desk)
    assert list(known(desk)) == ["b"]


def test_a_file_that_was_filed_is_known_again(desk: Desk) -> None:
    sha256 = desk.files.keep(io.BytesIO(b"list"))
    rows = [claim(text="seen <script>"), claim(standard="光纤", text="seen <script>"), claim(standard="é-net")]
    made = file_in_bulk(desk, COUNTY, rows, TERMS, sha256, claim().village.path)
    with desk.reading() as connection:
        [before] = lists_of(connection, sha256)
        assert (before["first_no"], before["challenges"]) == (made.first_no, 3)
        assert lists_of(connection, "0" * 64) == lists_of(connection, "%") == []
        assert would_join(connection, rows) == 3
    again = file_in_bulk(desk, COUNTY, rows, TERMS, sha256, claim().village.path)
    assert (again.joined, again.first_no) == (3, 4)
    assert backup.verify(desk) == []
