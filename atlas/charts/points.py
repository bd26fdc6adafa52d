"""What charts show, prepared once: the screen and the picture to take away draw the same."""

from __future__ import annotations

import pandas as pd

from atlas.charts import distribution, spread
from atlas.look import colours, figures
from atlas.look.language import pick, place_names, t
from atlas.look.words import originals
from atlas.maps import choropleth
from atlas.maps.choropleth import Question
from indicators import facts, measure
from indicators.database import Atlas

RANKED = 10
MOST_GROUPS = 20


def history_points(atlas: Atlas, place_id: str, lang: str) -> pd.DataFrame:
    """Published points as charts take them."""
    points = facts.published_history(atlas, place_id)
    labelled = points.assign(
        label=points["label_zh" if lang == "zh" else "label_en"],
        qualifier=points["qualifier"].where(~points["is_target"], "target"),
    )
    return worded(atlas, labelled)


def worded(atlas: Atlas, points: pd.DataFrame) -> pd.DataFrame:
    """With `source` and `quotation` in the reader's language, `source_written` and `quotation_written` as published."""
    written = {
        "source": points["document"].fillna(points["source_id"]),
        "quotation": points["quotation"].fillna(points["note"]),
    }
    plain = {name: [originals.plain(atlas, one) for one in said] for name, said in written.items()}
    return points.assign(**plain, **{f"{name}_written": said for name, said in written.items()})


def rate_points(atlas: Atlas, place_id: str, standard_id: str) -> pd.DataFrame:
    """The known connection rates of a place by date, as charts take them, in the current language."""
    frame = measure.measure(atlas, "connection_rate", within=place_id, standard=standard_id)
    frame = frame.dropna(subset=["value"])
    names = next(one.name for one in facts.standards(atlas) if one.standard_id == standard_id)
    return pd.DataFrame(
        {
            "date": frame["as_of"],
            "value_percent": frame["value"].astype(float),
            "evidence": frame["evidence"],
            "standard": standard_id,
            "label": pick(names),
        }
    )


def ranking(atlas: Atlas, asked: Question) -> pd.DataFrame:
    """Unconnected villages by place, `ordered`: place_id, label, value, percent, colour, evidence."""
    counts, _ = choropleth.answer(atlas, asked_of(asked, "unconnected_villages"))
    shares, classes = choropleth.answer(atlas, asked_of(asked, "unconnected_share"))
    known = ordered(counts[counts["value"].notna()], "value")
    percent = shares.set_index("place_id")["value"].astype(float).reindex(known["place_id"]).to_numpy()
    return known.assign(
        label=place_names(known["name"], known["name_en"]),
        percent=percent,
        colour=[classes.colours[k] if k >= 0 else None for k in classes.of(percent)],
    )


def asked_of(asked: Question, indicator_id: str) -> Question:
    return Question(
        indicator_id,
        asked.level,
        asked.within,
        asked.standard,
        asked.as_of,
        asked.lang,
        asked.theme,
        classes=asked.classes if indicator_id == "unconnected_share" else "",
    )


def changes(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Two answers of a count, place by place where both are known: before, after, change, reduction_percent.

    In the order of `ordered`; a reduction has no percentage where there was nothing to reduce.
    """
    later = end.set_index("place_id")[["value", "evidence"]].add_prefix("later_")
    both = start.set_index("place_id").join(later).rename(columns={"later_value": "after"})
    both = both.dropna(subset=["value", "after"]).astype({"after": float})
    before = both["value"].astype(float)
    both = both.assign(
        label=place_names(both["name"], both["name_en"]),
        before=before,
        evidence=both["evidence"].where(both["later_evidence"] != "simulated", "simulated"),
        change=both["after"] - before,
        reduction_percent=(100 * (before - both["after"]) / before).where(before > 0),
    )
    return ordered(both.reset_index(), "before")


def standing(frame: pd.DataFrame) -> pd.DataFrame:
    """Places by share, `ordered`, those without a known share last; with `label`."""
    found = frame[frame["value"].notna() | frame["unknown"].notna()]
    return ordered(found.assign(label=place_names(found["name"], found["name_en"])), "value")


def ordered(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Places by a column, the largest first; simulated ones by code, lest their order be read as a ranking."""
    if is_simulated(frame):
        return frame.sort_values("place_id")
    return frame.sort_values([by, "place_id"], ascending=[False, True])


def first(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first of ordered places; all of simulated ones: who is among the first would be a ranking."""
    return frame if is_simulated(frame) else frame.head(most)


def is_simulated(frame: pd.DataFrame) -> bool:
    return bool((frame["evidence"] == "simulated").any())


def rank_of(ranked: pd.DataFrame, place_id: str) -> int:
    """1 for the first; equal shares have the better rank."""
    own = ranked.loc[ranked["place_id"] == place_id, "value"].iloc[0]
    return int((ranked["value"] > own).sum()) + 1


def around(ranked: pd.DataFrame, place_id: str, most: int) -> pd.DataFrame:
    """The place's row with as many above and below it, `most` at each side."""
    at = ranked["place_id"].tolist().index(place_id)
    first = max(0, min(at - most, len(ranked) - 2 * most - 1))
    return ranked.iloc[first : first + 2 * most + 1]


def bar_text(row: dict[str, object]) -> str:
    """What stands at the end of a ranking's bar: 1,655 (7.3%)."""
    return figures.bracketed(figures.count(row["value"]), figures.percent(row["percent"]))  # type: ignore[arg-type]


def counted(shown: spread.Spread) -> str:
    """How many values a chart shows."""
    return figures.value_text(len(shown.known), shown.noun)


def box_words() -> str:
    """How to read a row of boxes."""
    return t(
        "box: the middle half; line: median; whiskers: the last value within {n} interquartile ranges; circles: "
        "beyond; fewer than {least} values: each one",
        least=figures.count(distribution.LEAST_IN_BOX),
        n=figures.decimal(distribution.FENCE),
    )


def colour_of(name: str, theme_name: str) -> str:
    """Pilots are violet, money is green."""
    return (
        colours.tokens(theme_name)["pilot"] if name.startswith("pilots") else colours.colours("money", 6, theme_name)[3]
    )
