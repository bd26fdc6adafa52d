"""What is asked of the published figures, and what rests on each."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.figures import ANY, NOT_TOLD, Asked

ALL = Asked("ZZ")


def found(atlas: Atlas, asked: Asked) -> list[str]:
    return list(published_figures.listed(atlas, asked)["figure_id"])


def test_all_of_them_the_newest_first_and_those_without_a_date_last(mini_atlas: Atlas) -> None:
    assert found(mini_atlas, ALL) == ["Z2", "Z5", "Z6", "Z4", "Z1", "Z3"]
    assert list(published_figures.listed(mini_atlas, ALL, 2, 2)["figure_id"]) == ["Z6", "Z4"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (Asked("ZZ", text="PROCENT 60"), ["Z1"]),  # both words, whatever case
        (Asked("ZZ", text="atlantida"), ["Z4"]),
        (Asked("ZZ", text="100%' OR 1=1 --"), []),
        (Asked("ZZ", topic="target"), ["Z2"]),
        (Asked("ZZ", topic="none"), []),
        (Asked("ZZ", seen=NOT_TOLD, topic="history"), ["Z3"]),
        (Asked("ZZ", seen="original"), []),
        (Asked("ZZ", contradiction=ANY), []),
        (Asked("ZZ", first=date(2014, 6, 1)), ["Z2", "Z5", "Z6"]),
        (Asked("ZZ", last=date(2010, 12, 31)), ["Z1"]),
        (Asked("ZZ", first=date(2012, 1, 1), last=date(2012, 12, 31)), ["Z2", "Z4"]),
        (Asked("0203"), []),  # of the place itself and those inside it
    ],
)
def test_what_is_asked(mini_atlas: Atlas, asked: Asked, ids: list[str]) -> None:
    assert found(mini_atlas, asked) == ids
    assert published_figures.summary(mini_atlas, asked).figures == len(ids)


def test_the_summary_counts_documents_and_what_was_seen(mini_atlas: Atlas) -> None:
    held = published_figures.summary(mini_atlas, ALL)
    assert (held.figures, held.documents, held.contradicted, dict(held.seen)) == (6, 1, 0, {NOT_TOLD: 6})


def test_one_figure_by_its_number(mini_atlas: Atlas) -> None:
    held = published_figures.one(mini_atlas, "Z5")
    assert held is not None and held["value_text"] == ">90" and held["document"] == "Ročenka 2015"
    assert published_figures.one(mini_atlas, "Z99") is None
    assert list(published_figures.several(mini_atlas, ["Z6", "Z1", "none"])["figure_id"]) == ["Z6", "Z1"]


def test_what_rests_on_a_figure(mini_atlas: Atlas) -> None:
    uses = published_figures.uses(mini_atlas, "Z5")
    rates = uses[uses["kind"] == "status"]
    assert list(zip(rates["standard"], rates["rate_kind"], strict=True))[-1] == ("wire", "published")
    assert set(uses["kind"]) == {"status", "history"}
    assert published_figures.uses(mini_atlas, "Z3").empty
    assert {"Z1", "Z5", "Z6"} <= published_figures.used_ids(mini_atlas)


@pytest.mark.national
def test_where_the_profile_names_a_figure(national_atlas: Atlas) -> None:
    assert published_figures.named_by_profile(national_atlas, "F200") == ["case.later"]
    assert published_figures.named_by_profile(national_atlas, "F001") == []


@pytest.mark.national
def test_every_word_of_the_figures_has_a_name_in_both_languages(national_atlas: Atlas) -> None:
    words = published_figures.words(national_atlas)
    rows = national_atlas.cursor().execute(
        "SELECT DISTINCT unnest([indicator, topic]) FROM published_figure ORDER BY 1"
    )
    assert [row[0] for row in rows.fetchall() if row[0] not in words] == []
    assert [word for word, names in words.items() if not names.get("zh") or not names.get("en")] == []


@pytest.mark.national
def test_contradictions_hold_their_figures(national_atlas: Atlas) -> None:
    held = published_figures.contradictions(national_atlas).set_index("contradiction_id")
    assert {"M01", "P016", "P019"} <= set(held.loc["G1", "figure_ids"])


@pytest.mark.national
def test_published_counts_stand_beside_the_register(national_atlas: Atlas) -> None:
    held = published_figures.counts_beside(national_atlas)
    assert set(held["figure_ids"]) == {"M01 M02 P007"}
    share = 1 - held["unconnected"] / held["register_villages"]
    assert share.round(3).eq(0.658).all() and held["rate_percent"].round(1).eq(65.8).all()


@pytest.mark.national
def test_places_keep_to_what_they_published(national_atlas: Atlas) -> None:
    rates = published_figures.place_rates(national_atlas)
    hunan = rates[(rates["place_id"] == "430000") & (rates["standard"] == "fibre")]
    assert list(hunan["low_percent"]) == [100.0] and list(hunan["figure_ids"]) == ["P117"]
