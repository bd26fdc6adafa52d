"""Sites in words: the finding, states of villages, the list, the map's points, and files."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from atlas.files import geojson as geojson_files
from atlas.files.sheets import Facts
from atlas.look import badges, figures, html
from atlas.look.addresses import address
from atlas.look.language import mark, nt, place_name, place_names, t
from atlas.pieces import answer_map
from atlas.pieces.answer_map import Feature
from atlas.planner.priority.text import amount
from atlas.planner.sites import inputs
from atlas.planner.sites.answers import Answer, Asked
from atlas.view.state import View
from indicators.database import Atlas
from planning.sites.cover import Siting

STATE_WORDS = {
    "covered": mark("covered by a chosen site"),
    "left_out": mark("within reach of a candidate, not covered"),
    "out_of_reach": mark("out of reach of every candidate"),
    "without_position": mark("without a known position"),
    "already_covered": mark("covered already"),
}
SITE_COLUMNS = {
    "site_id": mark("Code"),
    "name": mark("Site"),
    "lon": mark("Longitude"),
    "lat": mark("Latitude"),
    "radius_km": mark("Radius (km)"),
    "villages": mark("Villages covered"),
    "people_persons": mark("People covered"),
    "cost_yuan": mark("Construction cost (⟨currency⟩)"),
}
MOST_OWN = 200


def title(found: Siting, technology: str) -> str:
    """The finding."""
    return t(
        "{sites} sites ({technology}) cover {n} of {total}",
        technology=t(inputs.GENERATIONS[technology]),
        sites=figures.count(len(found.sites)),
        n=figures.count(found.covered_villages),
        total=figures.count(len(found.villages)),
    )


def budget_words(asked: Asked, found: Siting) -> list[str]:
    """What is used of a budget and what is left, where one was given and the sites have prices."""
    if asked.aim != "budget" or found.spent_yuan is None:
        return []
    words = t(
        "{used} of {budget} used at central values; {left} is left",
        used=figures.money(found.spent_yuan),
        budget=figures.money(asked.budget_yuan),
        left=figures.money(asked.budget_yuan - found.spent_yuan),
    )
    return [words]


def gap_words(found: Siting) -> str:
    run = found.run
    if run.gap_share is None:
        return t("how far from the best is not known")
    if run.gap_share == 0:
        return t("proven best")
    return t("at most {share} from the best", share=figures.percent_at_most(100 * run.gap_share))


def weighed(value: float, weigh: str) -> str:
    return amount(value, "persons" if weigh == "people" else "villages")


def state_rows(found: Siting) -> list[list[object]]:
    """How many villages are in each state; the sum is all of them."""
    counts = found.villages["state"].value_counts()
    total = len(found.villages)
    return [
        [t(word), figures.count(counts.get(state, 0)), figures.percent(100 * counts.get(state, 0) / total)]
        for state, word in STATE_WORDS.items()
        if counts.get(state, 0)
    ]


def named_sites(answer: Answer) -> pd.DataFrame:
    """The chosen sites with their names, those that cover most first."""
    listed = answer.candidates
    names = dict(zip(listed["site_id"], place_names(listed["name"], listed["name_en"]), strict=True))
    sites = answer.siting.sites.assign(name=answer.siting.sites["site_id"].map(names))
    weight = "people_persons" if answer.siting.weigh == "people" else "villages"
    return sites.sort_values([weight, "site_id"], ascending=[False, True], ignore_index=True)


def site_headers(has_people: bool) -> list[str]:
    people = [t("People covered")] if has_people else []
    return [t("No."), t("Site"), t("Radius"), t("Villages covered"), *people, t("Construction cost")]


def site_rows(atlas: Atlas, sites: pd.DataFrame, first: int, view: View, has_people: bool) -> list[list[object]]:
    return [
        [
            number,
            _site_link(row, view),
            figures.distance(row["radius_km"]),
            figures.count(row["villages"]),
            *([figures.count(row["people_persons"])] if has_people else []),
            figures.money(row["cost_yuan"]),
        ]
        for number, row in enumerate(sites.to_dict("records"), start=first)
    ]


def _site_link(row: dict[object, object], view: View) -> html.Html | str:
    place_id = str(row["site_id"])
    if place_id.startswith("own-"):
        return str(row["name"])
    return html.link(row["name"], address("place") + replace(view, place_id=place_id, village_id=place_id).link())


def readable_sites(sites: pd.DataFrame, has_people: bool) -> pd.DataFrame:
    kept = [column for column in SITE_COLUMNS if has_people or column != "people_persons"]
    return sites[kept].rename(columns={column: t(SITE_COLUMNS[column]) for column in kept})


def readable_villages(answer: Answer) -> pd.DataFrame:
    """Every unconnected village with its state in the answer."""
    rows = answer.siting.villages.assign(name=place_names(answer.villages["name"], answer.villages["name_en"]))
    return pd.DataFrame(
        {
            t("Code"): rows["place_id"],
            t("Village"): rows["name"],
            t("State"): [t(STATE_WORDS[state]) for state in rows["state"]],
            t("Site"): rows["site_id"],
            t("Distance (km)"): rows["distance_km"].round(3),
        }
    )


def points(answer: Answer, covered: str, open_colour: str, site: str) -> list[Feature]:
    """Villages by state, and the chosen sites on top."""
    villages = answer.villages.assign(state=answer.siting.villages["state"].to_numpy())
    found = []
    for row in villages[villages["lon"].notna()].to_dict("records"):
        state = str(row["state"])
        colour = covered if state in ("covered", "already_covered") else open_colour
        said = t(STATE_WORDS[state])
        name = place_name(row["name"], row["name_en"])
        found.append(answer_map.point(row["lon"], row["lat"], colour, 3.0, name, said))
    for row in named_sites(answer).to_dict("records"):
        words = t(
            "Site: {n} villages within {km}",
            n=figures.count(row["villages"]),
            km=figures.distance(row["radius_km"]),
        )
        found.append(answer_map.point(row["lon"], row["lat"], site, 6.0, str(row["name"]), words))
    return found


def circles(answer: Answer, colour: str) -> list[Feature]:
    return [
        answer_map.circle(row["lon"], row["lat"], colour, row["radius_km"], "", "")
        for row in answer.siting.sites.to_dict("records")
    ]


def geojson(answer: Answer, evidence: str) -> bytes:
    """The chosen sites for a geographical information system; simulated ones say so."""
    columns = ["site_id", "name", "lon", "lat", "radius_km", "villages", "cost_yuan"]
    sites = named_sites(answer)[columns].astype({"villages": int})
    about = {"evidence": evidence, "branch": answer.siting.branch}
    return geojson_files.points(sites.assign(**about), about)


def said(asked: Asked, found: Siting, evidence: str) -> Facts:
    """What a file has to say of the answer."""
    return [
        (t("Covered means"), t("within the radius of a site; nothing is said of a signal")),
        (t("Aim"), t(inputs.AIMS[asked.aim])),
        (t("Covered"), weighed(found.weight, found.weigh)),
        (t("Gap"), gap_words(found)),
        (t("Evidence"), badges.evidence_word(evidence)),
    ]


def remarks(found: Siting, evidence: str) -> list[tuple[str, str]]:
    """What has to be said of an answer."""
    said_of = []
    if evidence == "simulated":
        words = t(
            "A demonstration: states are simulated and points are placed inside their ⟨placed⟩. A register with "
            "positions would make this a plan."
        )
        said_of.append(("warning", words))
    if found.run.status != "optimal":
        words = t(
            "The time limit was reached: this is the best found until then. A longer limit may find a better one."
        )
        said_of.append(("warning", words))
    if found.weigh == "people" and found.without_population:
        words = nt(
            "{n} village has no known population and weighs nothing.",
            "{n} villages have no known population and weigh nothing.",
            found.without_population,
            n=figures.count(found.without_population),
        )
        said_of.append(("unknown", words))
    return said_of


def read_own(text: str) -> tuple[tuple[tuple[str, float, float], ...], list[str]]:
    """Lines of name, longitude, latitude; and those that could not be read."""
    found, refused = [], []
    lines = [one for one in text.splitlines() if one.strip()]
    refused += lines[MOST_OWN:]
    for line in lines[:MOST_OWN]:
        cells = [cell.strip() for cell in line.translate(str.maketrans("，；;\t、", ",,,,,")).split(",")]
        try:
            name, lon, lat = cells[0][:80], float(cells[1]), float(cells[2])
        except (IndexError, ValueError):
            refused.append(line)
            continue
        if name and abs(lon) <= 180 and abs(lat) <= 90:
            found.append((name, lon, lat))
        else:
            refused.append(line)
    return tuple(found), refused


def county_counts(answer: Answer, level: str) -> dict[str, float]:
    """Covered villages by place."""
    is_covered = answer.siting.villages["state"].to_numpy() == "covered"
    counts = answer.villages[is_covered][f"{level}_id"].value_counts()
    return {str(code): float(n) for code, n in counts.items()}


def mapped_villages(answer: Answer) -> pd.DataFrame:
    """Every village and whether a site covers it, to be mapped."""
    held = answer.siting.villages
    villages = answer.villages[["place_id", "name", "lon", "lat", "is_placed", "evidence"]]
    names = place_names(villages["name"], answer.villages["name_en"])
    return villages.assign(name=names, state=held["state"].to_numpy())
