"""Published rates in words, and what the states of a standard and date rest on."""

from __future__ import annotations

from atlas.look import figures
from atlas.look.language import mark, pick, place_name, t
from atlas.look.words import originals, qualifiers
from indicators import places
from indicators.database import Atlas
from indicators.published.rates import OF_A_PLACE, Basis, PublishedRate

#: Kinds of rates (`status_column.rate_kind`, and OF_A_PLACE) in a word or two.
KINDS = {
    "published": mark("published"),
    "derived": mark("derived from published counts"),
    "interpolated": mark("interpolated between two rates"),
    "assumed": mark("assumed"),
    "counted": mark("counted from registers"),
    "not_applicable": mark("before the service began"),
    OF_A_PLACE: mark("held to a rate published of a part of the country"),
}


def value(rate: PublishedRate) -> str:
    """A rate with its bound as published: 95%, >99%, <70%, about 96%."""
    return qualifiers.bounded(f"{figures.decimal(rate.value_percent)}%", rate.qualifier)


def kind(rate_kind: object) -> str:
    """What a rate is: published, derived, interpolated, assumed."""
    return t(KINDS[rate_kind]) if isinstance(rate_kind, str) and rate_kind in KINDS else str(rate_kind)


def name(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def origin(atlas: Atlas, rate: PublishedRate) -> str:
    """Who published a rate where, and in which words: `Publisher, “Document”: “quotation”`."""
    said = rate.quotation and t("“{words}”", words=originals.plain(atlas, rate.quotation))
    where = figures.listed(originals.plain(atlas, one) for one in (rate.publisher, rate.document) if one)
    return figures.sentence([where, said])


def simulated_from(atlas: Atlas, place_id: str, basis: Basis) -> str:
    """Which rate simulated states were made to meet, and of which kind it is."""
    if basis.place_id == place_id:
        if basis.kind == OF_A_PLACE:
            return t("simulated to meet the rate published of this place")
        return t("simulated to meet the national rate, which is {kind}", kind=kind(basis.kind))
    above = name(atlas, basis.place_id)
    if basis.kind == OF_A_PLACE:
        return t("no rate of this place is used: simulated to meet the one published of {above}", above=above)
    return t("no rate of this place is used: simulated to meet the national rate ({kind})", kind=kind(basis.kind))


def note(basis: Basis) -> str:
    """How the rate was come by, where the build says so."""
    return pick(basis.note) if any(basis.note.values()) else ""
