"""Tables, files and the map of a plan: places, chosen villages, and what a file has to say of itself."""

from __future__ import annotations

import pandas as pd

from atlas.files.sheets import Facts
from atlas.look import badges, figures, html
from atlas.look.addresses import address
from atlas.look.language import mark, place_name, place_names, t
from atlas.pieces import answer_map
from atlas.planner.cost import text as cost_text
from atlas.planner.priority import inputs
from atlas.planner.priority.answers import Answer, Asked, chosen_rows
from atlas.planner.priority.rules_text import rule
from atlas.planner.priority.text import amount, gap_words
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

COLUMN_WORDS = {
    "place_id": mark("Code"),
    "name": mark("Village"),
    "cost_yuan": mark("Construction cost (⟨currency⟩)"),
    "population_persons": mark("Population"),
    "households": mark("Households"),
    "distance_km": mark("Distance (km)"),
    "terrain": mark("Terrain"),
    "policy_category": mark("Category"),
    "is_started": mark("Project started"),
    "evidence": mark("Evidence"),
}


def group_headers(level_name: str, has_people: bool) -> list[str]:
    people = [t("People newly connected")] if has_people else []
    return [level_name, t("Unconnected"), t("Chosen"), t("Construction cost"), *people]


def group_rows(atlas: Atlas, table: pd.DataFrame, view: View, has_people: bool) -> list[list[object]]:
    return [
        [
            html.link(cost_text.name_of(atlas, row["group"]), view.link(place_id=row["group"])),
            figures.count(row["unconnected"]),
            figures.count(row["chosen"]),
            figures.money(row["cost_yuan"]),
            *([figures.count(row["population_persons"])] if has_people else []),
        ]
        for row in table.to_dict("records")
    ]


def village_headers(has_people: bool) -> list[str]:
    people = [t("Population")] if has_people else []
    return [t("No."), t("Village"), t("Lies in"), t("Construction cost"), *people, t("Distance"), t("Remark")]


def village_rows(atlas: Atlas, rows: pd.DataFrame, first: int, view: View, has_people: bool) -> list[list[object]]:
    """One page of the chosen villages, numbered from `first`."""
    homes = places.homes(atlas, rows.index.tolist())
    found = []
    for number, (place_id, row) in enumerate(rows.iterrows(), start=first):
        home = places.path(atlas, homes[str(place_id)])[1:] if str(place_id) in homes else ()
        remarks = [
            t("project started") if row.get("is_started") is True else None,
            figures.text_or_none(row["policy_category"]),
        ]
        found.append(
            [
                number,
                html.link(
                    place_name(row["name"], row["name_en"]),
                    address("place") + view.link(village_id=place_id, place_id=place_id),
                ),
                " ".join(place_name(one.name, one.name_en) for one in home),
                figures.money(row["cost_yuan"]),
                *([figures.count(row["population_persons"])] if has_people else []),
                figures.distance(row["distance_km"]),
                figures.sentence(remarks) or figures.DASH,
            ]
        )
    return found


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """All chosen villages for a file."""
    listed = rows.rename_axis("place_id").reset_index()
    kept = [column for column in COLUMN_WORDS if column in listed]
    listed = listed.assign(name=place_names(listed["name"], listed["name_en"]))
    listed = listed[kept].assign(evidence=[badges.evidence_word(kind) for kind in listed["evidence"]])
    return listed.rename(columns={column: t(COLUMN_WORDS[column]) for column in kept})


def said(atlas: Atlas, asked: Asked, answer: Answer, evidence: str) -> Facts:
    """What a file has to say of the plan."""
    plan = answer.plan
    return [
        (t("Budget"), figures.money(asked.budget_yuan)),
        (t("Aim"), t(inputs.AIMS[asked.aim])),
        (t("Reached"), amount(plan.chosen.objective, asked.aim)),
        (t("Gap"), gap_words(plan)),
        (t("Rules"), figures.listed(rule(atlas, label) for label in answer.programme.labels()) or t("none")),
        (t("Evidence"), badges.evidence_word(evidence)),
    ]


def mapped_villages(answer: Answer) -> pd.DataFrame:
    """The chosen villages, to be mapped."""
    columns = ["name", "lon", "lat", "cost_yuan", "population_persons", "is_placed", "evidence"]
    rows = chosen_rows(answer)
    return rows.assign(name=place_names(rows["name"], rows["name_en"]))[columns].reset_index()


def map_points(
    atlas: Atlas, answer: Answer, level: str, chosen_colour: str, rest_colour: str
) -> list[answer_map.Feature]:
    """Every village as a point, the chosen ones on top; where they are too many, the chosen ones counted by place."""
    villages = answer.programme.villages
    is_chosen = villages.index.isin(answer.plan.chosen.villages)
    if len(villages) > answer_map.MOST_POINTS:
        counts = {str(k): int(n) for k, n in villages[is_chosen][f"{level}_id"].value_counts().items()}
        words = {code: figures.value_text(n, "village") for code, n in counts.items()}
        return answer_map.counted(atlas, counts, chosen_colour, words)
    found = []
    for kind, rows in ((False, villages[~is_chosen]), (True, villages[is_chosen])):
        colour, size, word = (chosen_colour, 5.0, t("chosen")) if kind else (rest_colour, 3.0, t("not chosen"))
        found += [
            answer_map.point(
                row["lon"],
                row["lat"],
                colour,
                size,
                place_name(row["name"], row["name_en"]),
                f"{word} · {figures.money(row['cost_yuan'])}",
            )
            for row in rows[rows["lon"].notna()].to_dict("records")
        ]
    return found
