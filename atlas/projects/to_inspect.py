"""Whom to inspect next: a sample that a published number draws again, and its files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.files import sample_file
from atlas.look import blocks, figures, html, tables
from atlas.look.language import current, nt, place_name, speaking, t
from atlas.projects.inspected import COUNTIES_PER_PAGE, REGISTER, percent_of
from atlas.projects.panel import page_of, village_link
from atlas.view import inputs, keeping, state
from atlas.view.state import View
from indicators.database import Atlas
from indicators.projects import inspections, stages
from indicators.projects.scoped import Scope
from planning.done.sampling import METHOD, Sample, draw

DRAWN_PER_PAGE = 50

MOST_SEED = 64


def sampling(atlas: Atlas, view: View, scope: Scope) -> None:
    """A draw that anybody can repeat: share, seed and list stand in the address and in the file."""
    st.html(
        blocks.heading(
            t("Whom to inspect: draw a sample"),
            None,
            t(
                "every ⟨county⟩ is drawn from, at least one village each; the same seed and list give the same "
                "villages to anybody"
            ),
        )
    )
    here = state.shown(atlas, view)
    pools = {
        "accepted": t("accepted villages"),
        "opened": t("opened villages"),
        "planned": t("listed villages"),
        REGISTER: t("all villages of the register"),
    }
    default = "accepted" if inspections.coverage(atlas, scope, "planned")["villages"] else REGISTER
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_sampling"):
        pool = inputs.choice(view, "pool", t("Draw from"), pools, default, as_box=True)
        share = inputs.number(view, "share", t("Share to inspect (%)"), 5.0, low=0.1, high=100.0, step=1.0)
        seed = inputs.text(view, "seed", t("Seed (any text, to be published)"), most=MOST_SEED)
    is_unseen_only = inputs.switch(view, "unseen", t("Leave out villages inspected already"))
    if pool == REGISTER and here.parent_id is None:
        st.html(
            blocks.notice("info", t("Choose a place first: a sample of the whole register is drawn place by place."))
        )
        return
    if not seed:
        st.html(
            blocks.notice(
                "info",
                t(
                    "Give a seed to draw: best a number that nobody can know beforehand, such as a lottery number of "
                    "a day to come."
                ),
            )
        )
        return
    sample = _drawn(atlas.build_id, scope, pool, is_unseen_only, share / 100, seed, atlas)
    if not sample.listed:
        st.html(blocks.notice("empty", t("There is no village to draw from. Choose another list or place.")))
        return
    _drawn_list(atlas, view, scope, sample, pools[pool], is_unseen_only)


@st.cache_data(max_entries=32, show_spinner=False)
def _drawn(
    build_id: str, scope: Scope, pool: str, is_unseen_only: bool, share: float, seed: str, _atlas: Atlas
) -> Sample:
    """Kept per build: the national list takes a second to draw from."""
    return draw(inspections.candidates(_atlas, scope, pool, is_unseen_only), share, seed)


def _drawn_list(atlas: Atlas, view: View, scope: Scope, sample: Sample, pool: str, is_unseen_only: bool) -> None:
    said = _about(atlas, view, scope, sample, pool, is_unseen_only)
    title = t(
        "{n} of {total} villages drawn ({share})",
        n=figures.count(sample.drawn),
        total=figures.count(sample.listed),
        share=percent_of(sample.share_drawn),
    )
    st.html(blocks.heading(title))
    st.html(
        tables.fact_list(
            [
                (name, text, None)
                for name, text in said
                if name in (t("Seed"), t("How to repeat it"), t("Check digits of the list"))
            ]
        )
    )
    if sample.without_county:
        st.html(
            blocks.notice(
                "warning",
                nt(
                    "{n} village belongs to no known ⟨county⟩ and could not be drawn.",
                    "{n} villages belong to no known ⟨county⟩ and could not be drawn.",
                    sample.without_county,
                    n=figures.count(sample.without_county),
                ),
            )
        )
    _files(view, sample, said)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        page = page_of(view, "drawn_page", sample.drawn, DRAWN_PER_PAGE)
        shown = sample.villages.iloc[(page - 1) * DRAWN_PER_PAGE : page * DRAWN_PER_PAGE]
        rows = [
            [
                html.link(_village(row), village_link(view, row["village_id"])),
                _county(row),
                row["village_id"],
                figures.count(row["draw_order"]),
            ]
            for row in shown.to_dict("records")
        ]
        headers = [t("Village"), t("Lies in"), t("Code"), t("Order of the draw")]
        st.html(tables.data_table(headers, rows, "wllr", t("Villages drawn")))
    with right:
        _counties(view, sample)


def _counties(view: View, sample: Sample) -> None:
    names = {row["county_id"]: _county(row) for row in sample.villages.to_dict("records")}
    page = page_of(view, "counties_page", len(sample.counties), COUNTIES_PER_PAGE)
    shown = sample.counties.iloc[(page - 1) * COUNTIES_PER_PAGE : page * COUNTIES_PER_PAGE]
    rows = [
        [names[row["county_id"]], figures.count(row["villages"]), figures.count(row["drawn"]), percent_of(row["share"])]
        for row in shown.to_dict("records")
    ]
    headers = [t("⟨County⟩"), t("Villages"), t("Drawn"), t("Share")]
    st.html(tables.data_table(headers, rows, "lrrr", t("Drawn by ⟨county⟩")))


def _village(row: dict[Any, Any]) -> str:
    return place_name(row["village_name"], row["village_name_en"])


def _county(row: dict[Any, Any]) -> str:
    return place_name(row["county_name"], row["county_name_en"])


def _about(
    atlas: Atlas, view: View, scope: Scope, sample: Sample, pool: str, is_unseen_only: bool
) -> list[tuple[str, str]]:
    """What a reader of the draw has to know to repeat it."""
    here = state.shown(atlas, view)
    asked = [str(one) for one in (scope.batch, scope.technology, scope.operator, scope.project) if one]
    left_out = t("villages inspected already are left out") if is_unseen_only else None
    return [
        (t("Title"), t("Villages drawn for inspection")),
        (t("Place"), figures.bracketed(place_name(here.name, here.name_en), here.place_id)),
        (t("Drawn from"), figures.sentence([pool, left_out])),
        (t("Filters"), figures.sentence(asked) or t("none")),
        (t("Seed"), sample.seed),
        (t("Share asked for"), percent_of(sample.share_asked)),
        (t("Share drawn"), percent_of(sample.share_drawn)),
        (t("Villages that could be drawn"), figures.count(sample.listed)),
        (t("Villages drawn"), figures.count(sample.drawn)),
        (t("Method"), METHOD),
        (
            t("How to repeat it"),
            t(
                "For each village take SHA-256 of the text seed:code; in each ⟨county⟩ take the lowest, as many as the "
                "share asks for, rounded up."
            ),
        ),
        (t("Check digits of the list"), sample.list_digest),
        (t("As of"), figures.day(stages.last_day(atlas))),
        (t("Build"), atlas.build_id),
        (t("Shown at"), keeping.permalink(view)),
    ]


def _files(view: View, sample: Sample, said: list[tuple[str, str]]) -> None:
    lang = current()
    headings = [
        t("Code"),
        t("Village"),
        t("⟨County⟩ code"),
        t("⟨County⟩"),
        t("Order of the draw"),
        t("Draw key (SHA-256)"),
    ]

    table = sample.villages.assign(
        county=[_county(row) for row in sample.villages.to_dict("records")],
        village_name=[_village(row) for row in sample.villages.to_dict("records")],
        draw_order=sample.villages["draw_order"].astype(object),
    )[["village_id", "village_name", "county_id", "county", "draw_order", "draw_key"]]

    def made(suffix: str) -> bytes:
        with speaking(lang):
            return sample_file.made(suffix, headings, table, said)

    with st.container(horizontal=True, key="noprint_sample_files"):
        for suffix, name in (("csv", "CSV"), ("xlsx", "Excel")):
            st.download_button(
                t("Download the sample ({format})", format=name),
                lambda suffix=suffix: made(suffix),  # type: ignore[misc]
                f"sample-{view.place_id}-{sample.drawn}.{suffix}",
                sample_file.CONTENT_TYPES[suffix],
                on_click="ignore",
                key=f"sample_{suffix}",
                icon=":material/download:",
            )
