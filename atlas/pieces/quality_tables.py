"""What became of rows, as tables: what looks odd, what of a file was not read, what its columns hold."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import current, t
from importer.report import left_out
from importer.report.rules import rule, rules


def words_of_rule(rule_id: str) -> tuple[str, str]:
    """What is wrong, and how to mend it."""
    return rule(rule_id, current()) if rule_id in rules() else (rule_id, "")


def show_warnings(found: pd.DataFrame) -> None:
    """Rule, field and what was seen of each."""
    if found.empty:
        return
    rows = [
        [html.as_written(row["field"] or ""), " ".join(words_of_rule(str(row["rule"]))), html.as_written(row["seen"])]
        for row in found.to_dict("records")
    ]
    st.html(blocks.heading(t("What looks odd")))
    st.html(tables.data_table([t("Column"), t("Why"), t("Seen")], rows, "lll", t("What looks odd")))


def show_left_out(found: pd.DataFrame) -> None:
    """What of the files was not read, and why."""
    if found.empty:
        return
    rows = [
        [
            left_out.part_words(row["part"], current()),
            html.as_written(row["name"]),
            _reason(row["reason"]),
            html.as_written(row["seen"]),
        ]
        for row in found.astype(str).to_dict("records")
    ]
    st.html(blocks.heading(t("Not used of the file")))
    header = [t("What"), t("Name"), t("Why"), t("Seen")]
    st.html(tables.data_table(header, rows, "llwl", t("Not used of the file")))


def _reason(reason: str) -> str:
    return left_out.reason_words(reason, current()) if reason in left_out.words() else reason


def show_columns(found: pd.DataFrame) -> None:
    """Rows, unknown cells and different values of each field."""
    if found.empty:
        return
    rows = [
        [
            html.as_written(row["field"]),
            figures.count(row["rows"]),
            figures.count(row["unknown"]),
            figures.count(row["distinct_values"]) if not pd.isna(row["distinct_values"]) else t("many"),
        ]
        for row in found.to_dict("records")
    ]
    header = [t("Column"), t("Rows"), t("Unknown"), t("Different values")]
    st.html(tables.data_table(header, rows, "lrrr", t("Columns of the file")))
