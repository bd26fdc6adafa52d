"""What every file and every picture says of itself: title, definition, place, date, evidence, source, licence."""

from __future__ import annotations

from datetime import date

from atlas.files.sheets import Facts
from atlas.look import badges, figures
from atlas.look.language import pick, place_name, t
from indicators import facts, places
from indicators.catalogue import Indicator
from indicators.database import Atlas


def place_words(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return figures.bracketed(place_name(one.name, one.name_en), place_id) if one else place_id


def of_indicator(one: Indicator) -> Facts:
    """Title with unit, definition, formula and pitfall."""
    title = figures.bracketed(pick(one.title), figures.unit_word(one.unit)) if one.unit else pick(one.title)
    return [
        (t("Title"), title),
        (t("Definition"), pick(one.definition)),
        (t("Formula"), pick(one.formula)),
        (t("Note on use"), pick(one.pitfall)),
    ]


def of_standard(atlas: Atlas, standard_id: str, as_of: date) -> Facts:
    """Standard, what it means, and the date."""
    one = next(one for one in facts.standards(atlas) if one.standard_id == standard_id)
    return [
        (t("Standard"), pick(one.name)),
        (t("Standard means"), pick(one.definition)),
        (t("Date"), figures.day(as_of)),
    ]


def of_evidence(kinds: dict[str, int]) -> Facts:
    """How many values rest on what; simulated ones are explained."""
    words: list[str | None] = [f"{badges.evidence_word(kind)} {figures.count(n)}" for kind, n in kinds.items()]
    if "simulated" in kinds:
        words.append(t("Simulated states say nothing about the real village."))
    return [(t("Evidence"), figures.sentence(words) or t("none"))]


def of_sources(atlas: Atlas, source_ids: set[str] | None = None, tables: tuple[str, ...] = ()) -> Facts:
    """One line per source: title, publisher, edition, licence."""
    rows = facts.sources_of(atlas, tables) if source_ids is None else facts.sources(atlas).to_dict("records")
    said: Facts = []
    for row in rows:
        if source_ids is not None and row["source_id"] not in source_ids:
            continue
        title = pick({"zh": row["title_zh"], "en": row["title_en"]})
        publisher = pick({"zh": row["publisher_zh"], "en": row["publisher_en"]})
        said.append(
            (
                t("Source"),
                figures.sentence(
                    [
                        title,
                        publisher,
                        str(row["edition"]),
                        pick({"zh": row["licence_zh"], "en": row["licence_en"]}),
                    ]
                ),
            )
        )
    return said


def of_build(atlas: Atlas, link: str) -> Facts:
    return [(t("Build"), atlas.build_id), (t("Shown at"), link)]


def file_name(*parts: str, suffix: str, is_simulated: bool) -> str:
    """A name that sorts and says what is inside; simulated numbers say so in it."""
    safe = ["".join(letter for letter in part if letter.isalnum() or letter in "-_") for part in parts if part]
    return f"{'-'.join([*safe, *([t('simulated')] if is_simulated else [])])}.{suffix}"
