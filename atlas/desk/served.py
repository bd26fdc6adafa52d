"""Answers of the desk that are no pages: to each the same check as on the pages, and none is kept by anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from atlas.desk import at_hand, signed_in, words
from atlas.desk.asked import ChangesFile, CorrectionsFeed, LogFile, NoticesFeed, Photo, ReleasesFeed
from atlas.desk.notices import said
from atlas.desk.released import feeds
from atlas.desk.released.feeds import Item
from atlas.look import figures
from atlas.look.addresses import address, public
from atlas.look.language import pick, speaking
from atlas.work.refused import Refused, UnknownValue
from desk import log
from desk.challenges import read
from desk.challenges.read import Asked
from desk.notices import read as notices
from desk.people.rights import role_for
from desk.releases import publish
from indicators import database, facts, kept_builds, places
from indicators.database import Atlas

ATOM = "application/atom+xml; charset=utf-8"
FEED_MOST = 50
NOWHERE = Refused(404, "no such photo", "an address that a page of the desk names")


async def photo(request: Request, atlas: Atlas, asked: Photo) -> Response:
    """The picture, for those who may see the case, or by its key. Raises Refused: not there, as for whoever may not."""
    content = await run_in_threadpool(_photo, request, atlas, asked)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _photo(request: Request, atlas: Atlas, asked: Photo) -> bytes:
    number = asked.challenge_no
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise NOWHERE
    try:
        desk = at_hand.desk()
        with desk.reading() as connection:
            case = read.whole(connection, int(number))
            own = read.followed(connection, asked.key)
        if case is None or not case["photo_sha256"]:
            raise NOWHERE
        is_own = own is not None and own["challenge_no"] == case["challenge_no"]
        person = signed_in.person(atlas, request)
        if not is_own and role_for(person, "see_case", case["path"], case["operator"]) is None:
            raise NOWHERE
        return desk.files.read(case["photo_sha256"])
    except (at_hand.Closed, FileNotFoundError):
        raise NOWHERE from None


def build_of(name: str) -> Atlas:
    """A release by its number, or a build that is still open by its id. Raises Refused."""
    found = kept_builds.of_number(name) or database.of_build(name)
    if found is None:
        raise Refused(404, "no such release", "the number of a release, like 2026.11; the page Releases lists them")
    return found


def check_place(atlas: Atlas, place_id: str) -> None:
    """Raises UnknownValue: what there is not has no changes, least of all those of the whole country."""
    if places.place(atlas, place_id) is None:
        raise UnknownValue("place", "the code of a place")


def changes_page(request: Request, asked: ChangesFile) -> str:
    """The page that shows what the file holds."""
    wanted = {"place": asked.within, "lang": asked.lang, "release.from": asked.older, "release.to": asked.newer}
    return public(request, address("releases", wanted))


async def releases_feed(request: Request, atlas: Atlas, asked: ReleasesFeed) -> Response:
    """All releases that the log knows."""
    rows = await run_in_threadpool(_releases)
    home = public(request, address("releases", {"lang": asked.lang}))
    items = [
        Item(
            f"{row['number']} {row['title']}",
            public(request, address("releases", {"release.to": row["number"], "lang": asked.lang})),
            row["published_at"],
            row["notes"] or row["title"],
        )
        for row in rows
    ]
    return _feed(atlas, home, public(request, asked.url()), items)


async def corrections_feed(request: Request, atlas: Atlas, asked: CorrectionsFeed) -> Response:
    """The newest corrections at a place, as everybody may see them. Raises Refused for a place that there is not."""
    items = await run_in_threadpool(_corrections, request, atlas, asked)
    home = public(request, address("corrections", {"place": asked.place_id, "lang": asked.lang}))
    return _feed(atlas, home, public(request, asked.url()), items)


def _corrections(request: Request, atlas: Atlas, asked: CorrectionsFeed) -> list[Item]:
    if places.place(atlas, asked.place_id) is None:
        raise Refused(404, "no such place", "the code of a place above the village")
    with speaking(asked.lang), at_hand.desk().reading() as connection:
        wanted = Asked(at_hand.path(atlas, asked.place_id), words.today())
        return [_item(request, atlas, asked, row) for row in read.listed(connection, wanted, FEED_MOST)]


def _item(request: Request, atlas: Atlas, asked: CorrectionsFeed, row: Mapping[str, Any]) -> Item:
    number = str(row["challenge_no"])
    claim = words.claim(row, words.standard(atlas, row["standard"]))
    title = figures.sentence([words.number(row["challenge_no"]), words.village(atlas, row["village_id"]), claim])
    said = [words.where(atlas, row["path"]), words.reason(row["reason"]), words.state(row["state"]), row["due_on"]]
    link = public(request, address("correction", {"correction.no": number, "lang": asked.lang}))
    return Item(title, link, row["decided_at"] or row["answered_at"] or row["filed_at"], figures.sentence(said))


async def notices_feed(request: Request, atlas: Atlas, asked: NoticesFeed) -> Response:
    """The newest notices at a place, as everybody may see them. Raises Refused for a place that there is not."""
    items = await run_in_threadpool(_notices, request, atlas, asked)
    home = public(request, address("register-notices", {"place": asked.place_id, "lang": asked.lang}))
    return _feed(atlas, home, public(request, asked.url()), items)


def _notices(request: Request, atlas: Atlas, asked: NoticesFeed) -> list[Item]:
    if places.place(atlas, asked.place_id) is None:
        raise Refused(404, "no such place", "the code of a place above the village")
    try:
        with speaking(asked.lang), at_hand.desk().reading() as connection:
            path = at_hand.path(atlas, asked.place_id)
            found = notices.newest(connection, path, said.now(connection), FEED_MOST)
            return [_notice(request, atlas, asked, row) for row in found]
    except at_hand.Closed:
        return []


def _notice(request: Request, atlas: Atlas, asked: NoticesFeed, row: Mapping[str, Any]) -> Item:
    title = figures.sentence([words.number(row["submission_no"]), row["title"]])
    told = [said.where(atlas, row["path"]), said.state(row), f"{row['from_on']} – {row['until_on']}", row["words"]]
    link = public(request, address("register-notice", {said.NUMBER: str(row["submission_no"]), "lang": asked.lang}))
    return Item(title, link, row["ended_at"] or row["opened_at"], figures.sentence(told))


def _feed(atlas: Atlas, home: str, own: str, items: list[Item]) -> Response:
    content = feeds.feed(pick(facts.settings(atlas)["title"]), home, own, items)
    return Response(content, media_type=ATOM, headers={"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"})


def _releases() -> list[dict[str, Any]]:
    try:
        with at_hand.desk().reading() as connection:
            return [dict(row) for row in publish.listed(connection)[:FEED_MOST]]
    except at_hand.Closed:
        return []


async def log_file(request: Request, atlas: Atlas, asked: LogFile) -> Response:
    """Every entry in its order, checked on the way. Raises Refused: not there, as for whoever may not."""
    del asked
    person = await run_in_threadpool(signed_in.person, atlas, request)
    if not person.has("audit"):
        raise Refused(404, "no such file", "an address that a page of the desk names")
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="log.jsonl"'}
    return StreamingResponse(_lines(), media_type="application/jsonl", headers=headers)


def _lines() -> Iterator[bytes]:
    with at_hand.desk().reading() as connection:
        for entry in log.entries(connection):
            yield json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
