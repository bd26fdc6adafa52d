"""What happens once: the atlas and its tiles before the first page, slow libraries right after.

The server answers within seconds; what only some pages need is loaded behind its back.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio

from atlas.desk import at_hand
from atlas.desk.released import keeper
from atlas.first import head, listed
from atlas.kept import vendor
from atlas.look import country_words
from atlas.serve import collecting, lean_decks, lean_messages, mailing, warm, watch
from atlas.work import stopping, workshop
from desk.releases import publish
from importer.errors import Problem
from indicators import country, database, facts, kept_builds

log = logging.getLogger("atlas")
#: Seconds of imports that no visitor should wait for, the most wanted first.
FIRST_PAGE_S = 15  # importing meanwhile would make the first page wait for its turn
LOADED_LATER = ("atlas.charts.published_history", "atlas.maps.close_up", "mapclassify")
_has_all = threading.Event()


def has_all() -> bool:
    """Whether everything that is loaded behind the visitors' backs is there."""
    return _has_all.is_set()


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starlette's start-up hook. A missing atlas is not the end: pages say which command makes one."""
    del app
    await anyio.to_thread.run_sync(prepare)
    threading.Thread(target=load_the_rest, daemon=True, name="load-the-rest").start()
    with (
        stopping.in_time(workshop.WORKSHOP.close),
        watch.following(),
        collecting.beside_the_runs(),
        mailing.beside_the_runs(),
    ):
        yield


def prepare() -> None:
    """Read what every visitor needs, and warn of what a public map of this profile lacks."""
    lean_decks.apply()
    lean_messages.apply()
    head.is_wanted()  # raises where the setting is another word
    listed.page_modules()  # the first page's first HTML names them all
    if not vendor.assets():
        log.warning("the browser files are missing, maps stay empty; run: %s", vendor.COMMAND)
    kept_builds.use(keeper.Releases())
    _serve_released()
    shelf = database.shelf_of()
    watch.look(shelf)
    atlas = shelf.served
    if atlas is None:  # the shelf has said why
        return
    settings = facts.settings(atlas)
    country_words.use(country.words(atlas))
    if not settings["map"].get("approval_number"):
        log.warning("no map-approval number in the profile: maps are marked as a sketch")
    collecting.set_aside()


def _serve_released() -> None:
    """Where a crash or a restored backup left another build named than the log says is served, put it right."""
    try:
        publish.serve(at_hand.desk(), database.build_dir())
    except at_hand.Closed:
        return  # the log has the reason
    except Problem:
        log.exception("the release that is to be served cannot be brought back")


def load_the_rest() -> None:
    """Import what is slow and ask what visitors ask first, once the first of them has the first page."""
    time.sleep(FIRST_PAGE_S)
    for name in LOADED_LATER:
        importlib.import_module(name)
    _warm_what_is_served()
    collecting.set_aside()
    _has_all.set()


def _warm_what_is_served() -> None:
    atlas = database.shelf_of().served
    if atlas is None:
        return
    try:
        with atlas.reading():
            warm.whole(atlas)
    except Exception:  # its pages will say so, too; the others need not wait for it
        log.exception("build %s could not be warmed", atlas.build_id)
