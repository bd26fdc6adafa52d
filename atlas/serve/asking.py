"""From a request to what it asks: its query checked, its atlas found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request

from atlas.look.addressed import BUILD, Addressed
from atlas.look.addresses import RELEASE, address, public
from atlas.look.parameters import Asked
from atlas.work.refused import Refused
from indicators import database, kept_builds
from indicators.database import Atlas

_BUILD_ID = re.compile(r"[0-9A-Za-z._-]{1,80}", re.ASCII)


def asked_of(request: Request, kind: type[Addressed]) -> Asked:
    """What a request says to a kind of question. Raises Refused for a parameter that it does not have."""
    query = _query(request, kind.plan().query)
    steps = {name: str(value) for name, value in request.path_params.items()}
    return Asked(query | steps, lambda: _atlas(query))


def _query(request: Request, known: frozenset[str]) -> dict[str, str]:
    """The query as a dict. An unknown or repeated name is refused: a typing error must not widen a filter."""
    pairs = request.query_params.multi_items()
    names = {name for name, _ in pairs}
    if not names <= known:
        raise Refused(400, "unknown parameter", sorted(known))
    if len(names) != len(pairs):
        raise Refused(400, "a parameter is given twice", sorted(known))
    return dict(pairs)


def _atlas(query: Mapping[str, str]) -> Atlas:
    build_id = query.get(BUILD)
    if (number := query.get(RELEASE)) is not None:
        return _of_release(number, build_id)
    if build_id is None:
        return database.current()
    if not _BUILD_ID.fullmatch(build_id):
        raise Refused(400, "malformed build", "a build id; /readyz says which one is current")
    atlas = database.of_build(build_id) or kept_builds.of_build(build_id)
    if atlas is None:
        raise Refused(410, "this build is not served any more", "reload the page; /readyz says which one is")
    return atlas


def _of_release(number: str, build_id: str | None) -> Atlas:
    """A release is one build for ever: an address that names another beside it is none."""
    atlas = kept_builds.of_number(number)
    if atlas is None or build_id not in (None, atlas.build_id):
        raise Refused(404, "no such release", "the number of a release, like 2026.11; the page Releases lists them")
    return atlas


def page_link(request: Request, page: str) -> str:
    """The page that shows what a file holds: it is asked for in the same words."""
    wanted = dict(request.query_params)
    wanted.pop(BUILD, None)  # a release stays: the page shows it, too
    wanted.pop("level", None)  # a page shows the level that its place has
    return public(request, address(page, {"place" if name == "within" else name: wanted[name] for name in wanted}))
