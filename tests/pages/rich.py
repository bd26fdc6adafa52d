"""The invented country with money in it: thirty projects in three regions, one of them in a mistaken unit."""

from __future__ import annotations

import shutil
from pathlib import Path

from mini_profile import MINI, Profile

UNUSUAL_YUAN = 245_000_000


def rich_profile(folder: Path) -> Profile:
    shutil.copytree(MINI, folder / "profile")
    profile = Profile(folder / "profile", folder / "build")
    places = ["0100", "0102", "0200-district"]
    for i in range(30):
        amount = UNUSUAL_YUAN if i == 17 else 4 * (20_000 + 900 * i)
        place = places[i % len(places)]
        profile.add_line(
            "money/projects.csv",
            f"p-{i:02},project,{place},,Projekt "
            f"{i},=Telegraf,wire,2011-02-01,4,4,2012-06-30,2012-09-01,,{amount},6,20,",
        )
    return profile
