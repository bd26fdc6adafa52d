"""Answers of the desk that are no pages: to each the same check as on the pages, and none is kept by anybody."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from atlas.desk import at_hand, signed_in
from atlas.desk.asked import Photo
from atlas.work.refused import Refused
from desk.challenges import read
from desk.people.rights import role_for
from indicators.database import Atlas

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
