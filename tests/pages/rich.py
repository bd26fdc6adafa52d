"""The invented country with money in it, and with people who are counted and what a planner's costs are made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
from mini_profile import CHINA, MINI, Profile

UNUSUAL_YUAN = 245_000_000
COST_MODEL = CHINA / "money" / "cost-model.csv"
PEOPLE = """
source_id = "people"
kind = "villages"
title = { zh = "People", en = "People" }
publisher = { zh = "Office", en = "Office" }
edition = "2015"
licence = "Invented"
evidence = "declared"

[file]
path = "registers/people.csv"
sha256 = ""

[columns]
code = "code"
name = "name"
population_persons = "people"
policy_category = "group"
"""


def copied(folder: Path) -> Profile:
    shutil.copytree(MINI, folder / "profile")
    return Profile(folder / "profile", folder / "build")


def rich_profile(folder: Path) -> Profile:
    """Thirty projects in three regions, one of them in a mistaken unit."""
    profile = copied(folder)
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


def counted_profile(folder: Path) -> Profile:
    """People of each village, and the default country's cost model in the invented country's currency."""
    profile = copied(folder)
    table = pd.read_csv(COST_MODEL, dtype=str).replace({"currency": {"CNY": "ZZD"}})
    table.to_csv(profile.file("money/parameters.csv"), index=False)
    listed = pd.read_csv(profile.file("places/register.csv"), dtype=str)
    villages = listed[listed["code"].str.fullmatch(r"[0-9]{6}[1-8][0-9]{2}")].copy()
    villages["people"] = [str(100 + 37 * n % 900) for n in range(len(villages))]
    villages["group"] = ["border" if n % 5 == 0 else "" for n in range(len(villages))]
    profile.file("registers").mkdir()
    villages.to_csv(profile.file("registers/people.csv"), index=False)
    profile.file("sources/people.toml").write_text(PEOPLE, encoding="utf-8")
    return profile
