"""Maps of the desk: the villages that a register would turn, and where corrections wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from atlas.desk import words
from atlas.look import badges, figures, theme
from atlas.look.language import pick, place_name, t
from atlas.pieces import answer_map, panels
from atlas.view.state import View
from desk.projected.states import OPEN
from ground.states import CONNECTED, UNCONNECTED
from indicators import facts
from indicators.database import Atlas

POINT_PX = 5.0
TURNS = {CONNECTED: "connected", UNCONNECTED: "unconnected"}


def turned(atlas: Atlas, view: View, rows: pd.DataFrame) -> None:
    """Villages that a register says otherwise, coloured by what it says."""
    found = _placed(atlas, rows)
    if found.empty:
        return
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    tokens = theme.tokens()
    points = [
        answer_map.point(
            row["lon"],
            row["lat"],
            tokens[TURNS[int(row["after"])]],
            POINT_PX,
            place_name(row["name"], row["name_en"]),
            f"{names.get(row['standard'], '')}: {badges.state_word(int(row['before']))} → "
            f"{badges.state_word(int(row['after']))}",
        )
        for row in found.to_dict("records")
        if int(row["after"]) in TURNS
    ]
    title = t("Villages that it says otherwise")
    legend = [(tokens[name], badges.state_word(name)) for name in TURNS.values()]
    _show(atlas, view, points, "register_map", legend, title)


def moved(atlas: Atlas, view: View, rows: pd.DataFrame) -> None:
    """Villages where a register of them puts them."""
    colour = theme.tokens()["primary"]
    points = [
        answer_map.point(
            row["lon"],
            row["lat"],
            colour,
            POINT_PX,
            place_name(row["name"], row["name_en"]),
            t("had no position") if pd.isna(row["distance_km"]) else figures.distance(row["distance_km"]),
        )
        for row in rows.head(answer_map.MOST_POINTS).to_dict("records")
    ]
    title = t("Villages that it puts elsewhere")
    _show(atlas, view, points, "register_map", [(colour, title)], title, are_ours=False)


def _placed(atlas: Atlas, rows: pd.DataFrame) -> pd.DataFrame:
    """With their positions, at most as many as a map holds."""
    numbers = rows["place_no"].head(answer_map.MOST_POINTS).astype(int).tolist()
    query = """
        SELECT place_no, lon, lat FROM village
        JOIN (SELECT DISTINCT unnest($1::INTEGER[]) AS place_no) USING (place_no) WHERE lon IS NOT NULL
    """
    return rows.merge(atlas.cursor().execute(query, [numbers]).df(), on="place_no")


def waiting(atlas: Atlas, view: View, counts: Mapping[str, Mapping[str, int]]) -> None:
    """A circle per place with what waits there."""
    open_of = {place: sum(held.get(one, 0) for one in OPEN) for place, held in counts.items()}
    shown = {place: n for place, n in open_of.items() if n}
    if not shown:
        return
    colour = theme.tokens()["primary"]
    said = {place: t("{n} waiting", n=figures.count(n)) for place, n in shown.items()}
    title = t("Corrections that wait")
    answer_map.show(
        atlas,
        view,
        answer_map.counted(atlas, shown, colour, said),
        [],
        evidence="declared",
        key="corrections_map",
        alt=title,
        legend=[(colour, title)],
        title=title,
    )


def villages(atlas: Atlas, view: View, found: list[Mapping[str, Any]]) -> None:
    """The villages of some corrections, as points."""
    ids = [row["village_id"] for row in found]
    query = "SELECT place_id, lon, lat FROM village WHERE list_contains($1::TEXT[], place_id) AND lon IS NOT NULL"
    where = {place_id: (lon, lat) for place_id, lon, lat in atlas.cursor().execute(query, [ids]).fetchall()}
    tokens = theme.tokens()
    points = [
        answer_map.point(
            where[row["village_id"]][0],
            where[row["village_id"]][1],
            tokens[row["claim"]],
            POINT_PX,
            words.village(atlas, row["village_id"]),
            words.claim(row, words.standard(atlas, row["standard"])),
        )
        for row in found
        if row["village_id"] in where
    ]
    if not points:
        return
    title = t("Corrections on the map")
    legend = [(tokens[name], t(words.CLAIMS[name])) for name in words.CLAIMS]
    _show(atlas, view, points, "corrections_map", legend, title)


def _show(
    atlas: Atlas,
    view: View,
    points: list[answer_map.Feature],
    key: str,
    legend: list[tuple[str, str]],
    title: str,
    *,
    are_ours: bool = True,
) -> None:
    """Villages as points, with how their positions are known; `are_ours`: they are those of the atlas."""
    remark = panels.position_remark(atlas, view.place_id) if are_ours else ""
    notes = [remark] if remark else []
    answer_map.show(
        atlas, view, points, [], evidence="declared", key=key, alt=title, legend=legend, title=title, notes=notes
    )
