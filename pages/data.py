"""Data: every source with what became of its rows, and a check of any file that a visitor drops here."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files.asked import RejectsFile
from atlas.intake import allowed
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import current, pick, t
from atlas.pieces import dropped_file, findings, quality_tables, site_counts
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, provenance
from indicators.database import Atlas

PAGE = Page(
    url_path="data",
    order=90,
    icon=":material/database:",
    title=lambda: t("Data"),
    section=lambda: t("Data and methods"),
    headline=lambda atlas, view: _headline(atlas),
)
EXAMPLES = 20


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline(atlas))
    if allowed.is_open():
        dropped_file.show(atlas)
    else:
        dropped_file.show_closed(atlas)
    if facts.has_projects(atlas):
        findings.show(atlas)
    _sources(atlas)
    site_counts.show(atlas)


def _headline(atlas: Atlas) -> html.Html:
    built = facts.build_facts(atlas)
    return blocks.finding(t("Data: where every number comes from"), [t("Build {build_id}", build_id=built["build_id"])])


# --- sources ----------------------------------------------------------------------------------------------


def _sources(atlas: Atlas) -> None:
    listed = facts.sources(atlas).to_dict("records")
    st.html(blocks.heading(t("Sources"), None, t("rows read = rows loaded + rows rejected")))
    rows = [
        [
            pick({"zh": row["title_zh"], "en": row["title_en"]}),
            pick({"zh": row["publisher_zh"], "en": row["publisher_en"]}),
            str(row["edition"]),
            badges.badge(str(row["evidence"])),
            figures.count(row["rows_read"]),
            figures.count(row["rows_loaded"]),
            figures.count(row["rows_rejected"]),
            pick({"zh": row["licence_zh"], "en": row["licence_en"]}),
        ]
        for row in listed
    ]
    header = [
        t("Source"),
        t("Publisher"),
        t("Edition"),
        t("Evidence"),
        t("Rows read"),
        t("Loaded"),
        t("Rejected"),
        t("Licence"),
    ]
    st.html(tables.data_table(header, rows, "lwwlrrrw", t("Sources")))
    st.html(blocks.heading(t("Quality reports")))
    for row in listed:
        _report(atlas, {str(key): value for key, value in row.items()})


def _report(atlas: Atlas, row: dict[str, object]) -> None:
    """One source: its file, what rests on it, the rules its rows broke, what its columns hold."""
    source_id = str(row["source_id"])
    title = pick({"zh": str(row["title_zh"]), "en": str(row["title_en"])})
    rejected = figures.count(row["rows_rejected"])  # type: ignore[arg-type]
    with st.expander(t("{title}: {n} rows rejected", title=html.plain(title), n=rejected)):
        st.html(
            tables.fact_list(
                [
                    (t("File"), figures.text_or_none(row["file"]) or figures.DASH, None),
                    ("SHA-256", figures.text_or_none(row["sha256"]) or figures.DASH, None),
                    (t("Address"), figures.text_or_none(row["url"]) or figures.DASH, None),
                    (t("Tables that rest on it"), ", ".join(provenance.tables_of(atlas, source_id)), None),
                ]
            )
        )
        _rules(atlas, source_id)
        quality_tables.show_warnings(provenance.warnings(atlas, source_id))
        quality_tables.show_left_out(provenance.left_out(atlas, source_id))
        quality_tables.show_columns(provenance.columns(atlas, source_id))


def _rules(atlas: Atlas, source_id: str) -> None:
    broken = provenance.rules_broken(atlas, source_id)
    if len(broken) and allowed.shows_rejects(st.context.headers):
        href = RejectsFile(source_id, current()).url(atlas.build_id)
        st.html(blocks.file_links(t("All of these rows"), [("CSV", href)]))
    for row in broken.to_dict("records"):
        wrong, mend = quality_tables.words_of_rule(str(row["rule"]))
        fate = t("rejected") if row["is_rejected"] else t("loaded, with a remark")
        st.html(blocks.heading(f"{wrong} {figures.count(row['count'])} ({fate})", None, mend))
        found = provenance.examples(atlas, source_id, str(row["rule"]), EXAMPLES)
        st.html(
            tables.data_table(
                [t("File"), t("Row"), t("Field"), t("Value"), t("Could be")],
                [_texts(one) for one in found.itertuples(index=False)],
                "lrlll",
                wrong,
            )
        )


def _texts(row: tuple[object, ...]) -> list[object]:
    """Cells of an example; a row number without decimals, nothing for what is not there."""
    shown: list[object] = []
    for cell in row:
        if cell is None or pd.isna(cell):
            shown.append("")
        else:
            shown.append(figures.count(cell) if isinstance(cell, int | float) else html.as_written(cell))
    return shown
