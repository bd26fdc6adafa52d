"""Rows of the table `place` that any register needs: the nation, and names in Latin letters."""

from __future__ import annotations

import pandas as pd

from etl.declaration import Profile, Source
from etl.places.romanise import METHODS
from etl.source_file import inside_profile, read_text_table
from etl.source_form import RegisterForm


def nation_row(profile: Profile) -> pd.DataFrame:
    """The country itself, as a row of `place`."""
    nation = profile.body["nation"]
    return pd.DataFrame(
        [
            {
                "place_id": profile.nation_id,
                "level": profile.levels[0],
                "parent_id": None,
                "name": nation["name"]["zh"],
                "name_en": nation["name"]["en"],
                "is_grouping": False,
                "has_boundary": False,
            }
        ]
    )


def english_names(source: Source, frame: pd.DataFrame) -> list[str | None]:
    """Declared English names first, the declared romanisation for the rest."""
    told = source.told(RegisterForm).names_en
    if told is None:
        return [None] * len(frame)
    declared = read_text_table(source, inside_profile(source, told.file), ["place_id", "name_en"])
    known = dict(zip(declared["place_id"], declared["name_en"], strict=True))
    romanise = METHODS[told.method](told.suffixes, told.peoples, told.readings)
    made = {name: romanise(name) for name in frame["name"].unique()}
    return [known.get(place, made[name]) for place, name in zip(frame["place_id"], frame["name"], strict=True)]
