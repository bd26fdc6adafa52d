"""What a number means and what it rests on: read beside it, by its own address, and on the page Methods."""

from __future__ import annotations

from atlas.look import badges, blocks, cards, figures, language, tables
from atlas.look.cards import AboutNumber
from atlas.look.html import Html
from atlas.look.language import pick, place_name, t
from atlas.work.refused import UnknownValue
from indicators import facts, measure, places
from indicators.catalogue import Indicator, catalogue
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.measure import DemonstrationOnly, UnknownQuestion


def beside(atlas: Atlas, asked: AboutNumber) -> bytes:
    """The explanation as a piece of a page. Raises UnknownValue for what the atlas does not hold."""
    one = catalogue().get(asked.indicator)
    if one is None:
        raise UnknownValue("indicator", list(catalogue()))
    here = places.place(atlas, asked.place)
    if here is None:
        raise UnknownValue("place", "the code of a place")
    with language.speaking(asked.lang):
        parts = [blocks.heading(pick(one.title))]
        if (shown := _figure(atlas, asked, one)) is not None:
            parts.append(of_figure(shown, place_name(here.name, here.name_en)))
        parts += definition(atlas, one)
    return "".join(parts).encode()


def _figure(atlas: Atlas, asked: AboutNumber, one: Indicator) -> Figure | None:
    """The number itself; None of what only demonstrates, which the page Methods shows to those who ask for it."""
    standard, as_of = (asked.standard, asked.as_of) if one.of_standard else (None, None)
    try:
        return measure.figure(
            atlas,
            one.indicator_id,
            asked.place,
            standard=standard,
            as_of=as_of,
        )
    except DemonstrationOnly:
        return None
    except UnknownQuestion:
        raise UnknownValue("standard", "a standard and a day of this atlas") from None


def of_figure(shown: Figure, name: str, more: tuple[tuple[str, str, str | None], ...] = ()) -> Html:
    """Value, fraction, what is left out and the day of a number, called `name`."""
    lines: list[tuple[str, str, str | None]] = [(name, figures.text(shown), badges.rests_on(shown)), *more]
    if shown.numerator is not None and shown.denominator is not None:
        fraction = f"{figures.count(shown.numerator)} / {figures.count(shown.denominator)}"
        lines.append((t("Numerator / denominator"), fraction, None))
    if shown.unknown is not None:
        lines.append((t("Unknown, left out of the denominator"), figures.count(shown.unknown), None))
    if shown.simulated:
        lines.append((t("Of these simulated"), figures.count(shown.simulated), None))
    if left_out := cards.left_out_words(shown):
        lines.append((t("Left out"), left_out, None))
    if shown.as_of is not None:
        lines.append((t("Date"), figures.day(shown.as_of), None))
    return tables.fact_list(lines)


def definition(atlas: Atlas, one: Indicator) -> list[Html]:
    """Definition, formula, unit, pitfall, and the sources with their rows."""
    levels = [pick(places.level_names(atlas)[level]) for level in places.levels(atlas)[:-1]]
    terms = [
        (t("Definition"), pick(one.definition)),
        (t("Formula"), pick(one.formula)),
        (t("Unit"), figures.unit_word(one.unit)),
        (t("Level"), " · ".join(levels)),
        (t("Note on use"), pick(one.pitfall)),
    ]
    found = [tables.definitions(terms)]
    wanted = set(measure.lineage(atlas, one.indicator_id))
    rows = [
        [
            pick({"zh": row["title_zh"], "en": row["title_en"]}),
            str(row["edition"]),
            figures.text_or_none(row["file"]) or "",
            figures.count(row["rows_loaded"]),
            badges.badge(str(row["evidence"])),
            pick({"zh": row["licence_zh"], "en": row["licence_en"]}),
        ]
        for row in facts.sources(atlas).to_dict("records")
        if row["source_id"] in wanted
    ]
    if rows:
        headers = [t("Source"), t("Edition"), t("File"), t("Loaded"), t("Evidence"), t("Licence")]
        found.append(tables.data_table(headers, rows, "lllrll", t("Sources")))
    return found
