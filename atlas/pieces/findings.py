"""Findings in the records: what each rule found, with examples and how to mend it, and all of them as a file."""

from __future__ import annotations

import csv
import io

import pandas as pd
import streamlit as st

from atlas.files.asked import FindingsFile
from atlas.look import blocks, figures, html, tables
from atlas.look.addresses import address, in_release
from atlas.look.language import current, mark, nt, pick, place_name, speaking, t
from atlas.look.words import originals
from atlas.pieces import panels
from importer.convert.returned import safe_cell
from indicators import facts
from indicators.database import Atlas
from indicators.projects import findings, stages

EXAMPLES = 20
BOM = "\ufeff"  # Excel takes a CSV without it for the system's own encoding
SEVERITIES = {
    "wrong": mark("Wrong"),
    "doubtful": mark("Doubtful"),
    "remarkable": mark("Remarkable"),
}


def show(atlas: Atlas) -> None:
    """The section of the page Data. The records stay as they are: whoever keeps them mends them."""
    rules = findings.by_rule(atlas)
    found = rules[rules["found"] > 0]
    st.html(blocks.heading(t("Findings in the records"), None, _summary(len(rules), rules["found"].sum())))
    if found.empty:
        return
    href = FindingsFile(current()).url(atlas.build_id)
    st.html(blocks.file_links(t("All findings"), [("CSV", href)]))
    for row in found.to_dict("records"):
        title = pick({"zh": row["title_zh"], "en": row["title_en"]})
        counted = figures.bracketed(title, figures.count(row["found"]))
        with st.expander(f"**{_severity(row['severity'])}** {html.plain(counted)}"):
            mend = pick({"zh": row["mend_zh"], "en": row["mend_en"]})
            st.html(tables.definitions([(t("What to do"), mend)]))
            _examples(atlas, str(row["rule"]), title)
            st.html(blocks.credit(panels.first_of(EXAMPLES, int(row["found"]))))


def _summary(rules: int, found: float) -> str:
    return figures.sentence(
        [
            nt(
                "{found} finding of {rules} rules",
                "{found} findings of {rules} rules",
                found,
                found=figures.count(found),
                rules=figures.count(rules),
            ),
            t("records stay as they are until whoever keeps them mends them") if found else None,
        ]
    )


def _examples(atlas: Atlas, rule: str, title: str) -> None:
    titles = {
        row["source_id"]: pick({"zh": row["title_zh"], "en": row["title_en"]})
        for row in facts.sources(atlas).to_dict("records")
    }
    rows = [
        [
            place_name(row["project"], row["project_en"])
            if row["project"]
            else figures.text_or_none(row["project_id"]),
            html.link(place_name(row["village"], row["village_en"]), _page_of(row["village_id"]))
            if row["village_id"]
            else None,
            originals.as_written(seen(atlas, row["seen"])),
            titles.get(row["source_id"], ""),
        ]
        for row in _blank(findings.examples(atlas, rule, EXAMPLES)).to_dict("records")
    ]
    headers = [t("Project name"), t("Village"), t("Seen"), t("Source")]
    st.html(tables.data_table(headers, rows, "llll", title))


def seen(atlas: Atlas, text: object) -> str:
    """What a rule saw, as it stands in the records; a move by the names of its states ("a → b 2017-05-01")."""
    before, arrow, rest = str(text).partition(" → ")
    after, _, day = rest.rpartition(" ")
    names = stages.state_names(atlas)
    if not arrow or before not in names or after not in names:
        return str(text)
    return t("{before} → {after}, {date}", before=pick(names[before]), after=pick(names[after]), date=day)


def _severity(severity: str) -> str:
    return t(SEVERITIES[severity])


def _blank(frame: pd.DataFrame) -> pd.DataFrame:
    """None for what is not there, which pandas calls NaN."""
    return frame.astype(object).where(frame.notna(), None)


def _page_of(village_id: str) -> str:
    return address("place", in_release({"place": village_id, "lang": current()}))


def file(atlas: Atlas, lang: str) -> bytes:
    """Every finding as CSV: rule, severity, project, village, what was seen and what to do."""
    written = io.StringIO()
    with speaking(lang):
        writer = csv.writer(written)
        writer.writerow(
            [
                t("What was found"),
                t("Severity"),
                t("Project number"),
                t("Project name"),
                t("Village code"),
                t("Village"),
                t("Seen"),
                t("What to do"),
                t("Source"),
            ]
        )
        for row in _blank(findings.rows(atlas)).to_dict("records"):
            said = [row["project_id"] or "", place_name(row["project"] or "", row["project_en"])]
            said += [row["village_id"] or "", place_name(row["village"] or "", row["village_en"])]
            said.append(seen(atlas, row["seen"]))
            writer.writerow(
                [
                    pick({"zh": row["title_zh"], "en": row["title_en"]}),
                    _severity(row["severity"]),
                    *(safe_cell(cell) for cell in said),
                    pick({"zh": row["mend_zh"], "en": row["mend_en"]}),
                    row["source_id"] or "",
                ]
            )
    return (BOM + written.getvalue()).encode()
