"""What happens once, before the first page: files for the browser, the atlas, its tiles in memory."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import anyio

from atlas import charts, county_map, figures, tiles, vendor
from indicators import database, facts

WARMED = (charts, county_map)  # imported here, so that no visitor waits for their libraries
log = logging.getLogger("atlas")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starlette's start-up hook. A missing atlas is not the end: pages say which command makes one."""
    del app
    await anyio.to_thread.run_sync(prepare)
    yield


def prepare() -> None:
    """Warm what every visitor needs, and warn of what a public map of this profile lacks."""
    try:
        vendor.offline_folium()
        atlas = database.current()
    except (vendor.VendorError, database.AtlasMissing) as error:
        log.warning("%s", error)
        return
    settings = facts.settings(atlas)
    figures.use_currency(settings["currency"])
    if not settings["map"].get("approval_number"):
        log.warning("no map-approval number in the profile: maps are marked as a sketch")
    view = settings["default_view"]
    tiles.of_atlas(atlas).warm(view["standard"], date.fromisoformat(view["as_of"]))
    # Streamlit collects garbage after each rerun. What was loaded by now lives as long as the
    # process: left out of the search, a collection costs 17 ms instead of 215 (benchmarks/README.md).
    gc.collect()
    gc.freeze()
