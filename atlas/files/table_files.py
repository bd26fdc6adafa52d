"""Tables that pages show as files: values of a coloured map, projects with their costs, pilot places.

Numbers are those on the screen, in full and without units, which stand in the headings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from atlas.charts import distribution, spread
from atlas.files import file_facts, sheets
from atlas.files.sheets import Facts
from atlas.look import badges, figures
from atlas.look.language import mark, pick, place_names, speaking, t
from atlas.look.words import originals, qualifiers, seen
from atlas.look.words import pilots as pilot_text
from atlas.maps import choropleth
from atlas.maps.choropleth import Question
from atlas.view.class_control import METHODS
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.projects import costs

DECIMALS = 4
FORMATS = {"csv": "CSV", "xlsx": "Excel"}
#: What an indicator divides by what, in words; of the others the formula beside the table tells it.
PARTS_OF_FORMULA = (mark("Divided, see the formula"), mark("Divided by, see the formula"))
_KNOWN = mark("Number of villages of known state")
_ANNOUNCED = mark("Announced amount")
DIVIDED = {
    "connection_rate": (mark("Number of connected villages"), _KNOWN),
    "unconnected_share": (mark("Number of unconnected villages"), _KNOWN),
    "unconnected_villages": (mark("Number of unconnected villages"), _KNOWN),
    "pilot_village_share": (mark("Number of villages in pilot places"), mark("Number of villages")),
    "investment_per_village": (_ANNOUNCED, mark("Villages it was announced for")),
    "investment_per_household": (_ANNOUNCED, mark("Households it was announced for")),
    "investment_per_resident": (_ANNOUNCED, mark("Residents it was announced for")),
}


@dataclass(frozen=True)
class Table:
    """A table ready to be written: `rows` has one column per heading."""

    title: str
    headings: list[str]
    rows: pd.DataFrame
    said: Facts
    name_parts: tuple[str, ...]
    is_simulated: bool


def write(table: Table, suffix: str, path: Path) -> str:
    """Write a table and return the name under which it is offered."""
    if suffix == "csv":
        sheets.write_csv(table.headings, table.rows, table.said, path)
    else:
        sheets.write_xlsx(table.title, table.headings, table.rows, table.said, path, is_simulated=table.is_simulated)
    return file_facts.file_name(*table.name_parts, suffix=suffix, is_simulated=table.is_simulated)


def values(atlas: Atlas, asked: Question, link: str) -> Table:
    """One row per place of a coloured map, the highest value first. Raises UnknownValue."""
    with speaking(asked.lang):
        frame, classes = choropleth.answer(atlas, asked)
        one = catalogue()[asked.indicator_id]
        ranked = frame.sort_values(["value", "place_id"], ascending=[False, True], na_position="last")
        is_range = choropleth.is_range(ranked)
        value = ranked["value"].astype(float)
        above, below = map(t, DIVIDED.get(asked.indicator_id, PARTS_OF_FORMULA))
        if above == t(_ANNOUNCED):
            above = figures.bracketed(above, figures.unit_word("yuan"))
        rows = pd.DataFrame(
            {
                t("Code"): ranked["place_id"],
                t("Place"): place_names(ranked["name"], ranked["name_en"]),
                figures.bracketed(pick(one.title), figures.unit_word(one.unit)): value.where(~is_range),
                t("Lower end of a range"): ranked["low"].astype(float),
                t("Upper end of a range"): ranked["high"].astype(float),
                above: ranked["numerator"].astype(float),
                below: ranked["denominator"].astype(float),
                t("Number of villages of unknown state, left out"): ranked["unknown"].astype(float),
                t("Number of simulated states"): ranked["simulated"].astype(float),
                t("Evidence"): [
                    badges.evidence_word(str(kind)) if known else ""
                    for kind, known in zip(ranked["evidence"], value.notna(), strict=True)
                ],
            }
        )
        rows = plain(rows)
        kinds = {str(kind): int(n) for kind, n in ranked.loc[value.notna(), "evidence"].value_counts().items()}
        edges = " · ".join(figures.decimal(edge) for edge in classes.edges)
        said = file_facts.of_indicator(one)
        said += [(t("Place"), file_facts.place_words(atlas, asked.within))]
        if one.of_standard:
            said += file_facts.of_standard(atlas, asked.standard, asked.as_of)
        said += [
            (t("Filters"), t("level: {level}", level=pick(places.level_names(atlas)[asked.level]))),
            (t("Classes"), figures.sentence([t(METHODS[classes.method]), edges])),
        ]
        sources = {source for row in ranked["source_id"].dropna() for source in str(row).split(";")}
        said += file_facts.of_evidence(kinds) + file_facts.of_sources(atlas, sources)
        said += file_facts.of_build(atlas, link)
        when = (asked.standard, asked.as_of.isoformat()) if one.of_standard else ()
        parts = (asked.indicator_id, asked.level, asked.within, *when)
        return Table(pick(one.title), list(rows.columns), rows, said, parts, "simulated" in kinds)


def project_costs(atlas: Atlas, within: str, per: str, lang: str, link: str) -> Table:
    """Every project with an announced cost, and why it stands out where it does."""
    with speaking(lang):
        shown = spread.amounts(atlas, within, per)
        found = costs.costs(atlas, within)
        marked = distribution.outliers(shown.rows, "value").set_index("project_id")[["reason", "factor"]]
        pairs = found[["project_id"]].join(marked, on="project_id")
        reasons = [
            spread.reason_words(reason, factor) if isinstance(reason, str) else ""
            for reason, factor in zip(pairs["reason"], pairs["factor"], strict=True)
        ]
        money = figures.unit_word("yuan")
        rows = pd.DataFrame(
            {
                t("Project number"): found["project_id"],
                t("Name"): place_names(found["name"], found["name_en"]),
                t("Place"): place_names(found["place_name"], found["place_name_en"]),
                t("Code"): found["place_id"],
                t("Operator"): [originals.plain(atlas, one) or None for one in found["operator"]],
                t("Technology"): [technology(atlas, one) for one in found["technology"]],
                t("Scope"): [
                    t("one project") if scope == "project" else t("total of a programme") for scope in found["scope"]
                ],
                figures.bracketed(t("Investment announced"), money): found["capex_yuan"],
                t("Bound"): [qualifiers.meaning(one) or "" for one in found["capex_qualifier"]],
                t("Villages planned"): found["planned_villages"],
                figures.bracketed(t(spread.TITLES["village"]), money): found["yuan_per_village"],
                figures.bracketed(t(spread.TITLES["household"]), money): found["yuan_per_household"],
                figures.bracketed(t(spread.TITLES["resident"]), money): found["yuan_per_resident"],
                t("Stands out"): reasons,
                t("Evidence"): [badges.evidence_word(str(kind)) for kind in found["evidence"]],
            }
        )
        rows = plain(rows)
        kinds = {str(kind): int(n) for kind, n in found["evidence"].value_counts().items()}
        said: Facts = file_facts.of_indicator(catalogue()["investment_per_village"])
        said += [
            (t("Place"), file_facts.place_words(atlas, within)),
            (t("Filters"), shown.title),
            (t("Rule of what stands out"), spread.rule_words()),
        ]
        said += file_facts.of_evidence(kinds) + file_facts.of_sources(atlas, tables=("project",))
        said += file_facts.of_build(atlas, link)
        return Table(t("Projects"), list(rows.columns), rows, said, ("projects", within, per), "simulated" in kinds)


def pilot_list(atlas: Atlas, within: str, batch: int | None, lang: str, link: str) -> Table:
    """The list of pilot places as the page shows it."""
    with speaking(lang):
        found = facts.pilots(atlas, within, batch)
        levels = places.level_names(atlas)
        notes = zip(found["note_zh"], found["note_en"], strict=True)
        is_simulated = bool((found["project_evidence"] == "simulated").any())
        project_villages = t("Project villages")
        if is_simulated:
            project_villages = figures.bracketed(project_villages, badges.evidence_word("simulated"))
        rows = pd.DataFrame(
            {
                t("As published"): found["published_name"],
                t("Today's name"): place_names(found["name"], found["name_en"]),
                t("Code"): found["place_id"],
                t("Level"): [pick(levels[level]) for level in found["level"]],
                t("Batch"): found["batch"],
                t("Year"): found["year"],
                t("Technology"): [technology(atlas, one) for one in found["technology"]],
                t("Villages"): found["villages"],
                project_villages: found["project_villages"],
                t("Note"): [
                    pick({"zh": figures.text_or_none(zh), "en": figures.text_or_none(en)}) or "" for zh, en in notes
                ],
                t("Document"): [originals.in_file(atlas, one) for one in found["document"]],
                t("Publisher"): [originals.in_file(atlas, one) for one in found["publisher"]],
                t("Published on"): found["published_on"],
                t("Address"): found["url"],
                t("What was seen"): found["seen"].map(seen.seen, na_action="ignore"),
                t("Confidence"): found["confidence"].map(seen.confidence, na_action="ignore"),
            }
        )
        rows = plain(rows)
        chosen = t("none") if batch is None else t("batch {n}", n=batch)
        lists = facts.pilot_lists(atlas, within)
        said = file_facts.of_indicator(catalogue()["pilots"])
        said += [(t("Place"), file_facts.place_words(atlas, within)), (t("Filters"), chosen)]
        said += [(t("Lists by batch"), figures.sentence(map(pilot_text.list_words, lists.to_dict("records"))))]
        said += file_facts.of_evidence({"declared": len(found)})
        if is_simulated:
            said += [
                (
                    t("Project villages"),
                    t("project villages are simulated; which villages they are is unpublished"),
                )
            ]
        said += file_facts.of_sources(atlas, tables=("pilot", "pilot_village")) + file_facts.of_build(atlas, link)
        return Table(t("Pilot places"), list(rows.columns), rows, said, ("pilots", within), is_simulated)


def technology(atlas: Atlas, code: object) -> str:
    """A technology by the name of the standard it serves, else as it is written; `4g+5g` is two of them."""
    written = figures.text_or_none(code)
    if written is None:
        return ""
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    return figures.listed(dict.fromkeys(names.get(one, one) for one in written.split("+")))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Without columns in which nothing is known; unknown cells are empty, whole numbers without a point."""
    kept = rows.dropna(axis=1, how="all")
    for column in kept.select_dtypes("number").columns:
        kept[column] = kept[column].round(DECIMALS)
        if (kept[column].dropna() % 1 == 0).all():
            kept[column] = kept[column].astype("Int64")
    return kept.astype(object).where(kept.notna(), None)
