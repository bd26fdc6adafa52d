"""Data: every source with what became of its rows, and a check of any file that a visitor drops here."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.files.asked import RejectsFile
from atlas.intake import allowed
from atlas.intake.report import Content
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import current, mark, nt, pick, t
from atlas.pieces import findings, site_counts
from atlas.view import controls, uploads
from atlas.view.page import Page
from atlas.view.state import View
from importer.contents import content, kinds
from importer.report.rules import rule, rules
from indicators import facts, provenance
from indicators.database import Atlas

PAGE = Page(
    url_path="data",
    order=90,
    icon=":material/database:",
    title=lambda: t("Data"),
    section=lambda: t("Data and methods"),
)
EXAMPLES = 20
COUNT, ANSWER = "dropped_count", "dropped_answer"  # in the session: files handed in, what became of the last
UNDETERMINED = "?"
WAYS = {
    "code": mark("by code"),
    "crosswalk": mark("by a code of another year"),
    "name": mark("by name"),
    "name_without_suffix": mark("by name without its ending"),
    "name_without_remark": mark("by name without its remark"),
}


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(blocks.finding(t("Data: where every number comes from"), [_build_words(atlas)]))
    if allowed.is_open():
        _drop(atlas)
    else:
        _closed()
    if facts.has_projects(atlas):
        findings.show(atlas)
    _sources(atlas)
    site_counts.show(atlas)


def _build_words(atlas: Atlas) -> str:
    built = facts.build_facts(atlas)
    return t("Build {build_id}", build_id=built["build_id"])


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
        _warnings(provenance.warnings(atlas, source_id))
        _columns(provenance.columns(atlas, source_id))


def _rules(atlas: Atlas, source_id: str) -> None:
    broken = provenance.rules_broken(atlas, source_id)
    if len(broken) and allowed.shows_rejects(st.context.headers):
        href = RejectsFile(source_id, current()).url(atlas.build_id)
        st.html(blocks.file_links(t("All of these rows"), [("CSV", href)]))
    for row in broken.to_dict("records"):
        wrong, mend = _words(str(row["rule"]))
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


def _texts(row: tuple[object, ...]) -> list[str]:
    """Cells of an example; a row number without decimals, nothing for what is not there."""
    shown = []
    for cell in row:
        if cell is None or pd.isna(cell):
            shown.append("")
        else:
            shown.append(figures.count(cell) if isinstance(cell, int | float) else str(cell))
    return shown


def _words(rule_id: str) -> tuple[str, str]:
    return rule(rule_id, current()) if rule_id in rules() else (rule_id, "")


def _warnings(found: pd.DataFrame) -> None:
    if found.empty:
        return
    rows = [
        [str(row["field"] or ""), " ".join(_words(str(row["rule"]))), str(row["seen"])]
        for row in found.to_dict("records")
    ]
    st.html(blocks.heading(t("What looks odd")))
    st.html(tables.data_table([t("Column"), t("Why"), t("Seen")], rows, "lll", t("What looks odd")))


def _columns(found: pd.DataFrame) -> None:
    if found.empty:
        return
    rows = [
        [
            str(row["field"]),
            figures.count(row["rows"]),
            figures.count(row["unknown"]),
            figures.count(row["distinct_values"]) if not pd.isna(row["distinct_values"]) else t("many"),
        ]
        for row in found.to_dict("records")
    ]
    header = [t("Column"), t("Rows"), t("Unknown"), t("Different values")]
    st.html(tables.data_table(header, rows, "lrrr", t("Columns of the file")))


# --- a file that is dropped -------------------------------------------------------------------------------


Found = allowed.Checked | allowed.Problem | allowed.Full | allowed.Stopped


@dataclass(frozen=True)
class Answer:
    """What became of the last file, as it is kept for this window: its name, and a result or what to mend."""

    name: str
    found: Found


def _closed() -> None:
    st.html(blocks.heading(t("Check a file")))
    words = t(
        "Files are checked only for people who are signed in, or on a server that nobody else reaches. "
        "On your own machine, run: {command}",
        command="python -m etl check FILE",
    )
    st.html(blocks.notice("info", words))


def _drop(atlas: Atlas) -> None:
    allowed.offer()
    allowed.prepare(atlas)
    st.html(
        blocks.heading(
            t("Check a file"),
            None,
            t("It is checked as a build would load it and then removed; nothing of it is kept."),
        )
    )
    count = st.session_state.setdefault(COUNT, 0)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        dropped = st.file_uploader(
            t("A register, coverage or project file: CSV, Excel, ODS, GeoJSON, Shapefile (zip), GeoPackage, Parquet"),
            type=list(allowed.SUFFIXES),
            max_upload_size=allowed.MOST_MB,
            key=f"dropped_file_{count}",  # the next run offers an empty one: this file is gone by then
        )
    with right:
        kind = st.selectbox(t("What it holds"), [UNDETERMINED, *kinds()], format_func=_kind_name, key="dropped_kind")
        with st.popover(t("Use a declaration of your own")):
            declaration = st.text_area(
                t("Declaration (TOML)"),
                key="dropped_declaration",
                height=240,
                max_chars=allowed.DECLARATION_CHARACTERS,
            )
    if dropped is not None:
        st.session_state[COUNT] = count + 1
        _check(atlas, dropped, None if kind == UNDETERMINED else kind, declaration)
    if ANSWER in st.session_state:
        _show(st.session_state[ANSWER])


def _kind_name(kind: str) -> str:
    return t("as its headers tell") if kind == UNDETERMINED else pick(dict(content(kind, []).label))


def _check(atlas: Atlas, file: UploadedFile, kind: str | None, declaration: str) -> None:
    """Check the file in its turn, and keep the answer. A run that is ended meanwhile leaves behind that it was."""
    name = file.name[: allowed.NAME_CHARACTERS]
    st.session_state[ANSWER] = Answer(name, allowed.Stopped())
    waiting = st.empty()
    stop = st.empty()
    stop.button(t("Stop the check"), key="dropped_stop", icon=":material/stop_circle:")
    try:
        with st.spinner(t("Checking the file…"), show_time=True), uploads.taken(file) as data:
            found: Found = allowed.check(
                atlas,
                file.name,
                data,
                kind,
                declaration,
                on_wait=lambda before: _say_place(waiting, before),
                on_rows=lambda rows: _say_rows(waiting, rows),
            )
    except (allowed.Problem, allowed.Full, allowed.Stopped) as failure:
        found = failure
    st.session_state[ANSWER] = Answer(name, found)
    waiting.empty()
    stop.empty()


def _say_place(waiting: DeltaGenerator, before: int) -> None:
    words = nt(
        "{n} file is before yours. The check begins by itself.",
        "{n} files are before yours. The check begins by itself.",
        before,
        n=figures.count(before),
    )
    waiting.html(blocks.notice("info", words))


def _say_rows(waiting: DeltaGenerator, rows: int) -> None:
    waiting.caption(nt("{n} row read", "{n} rows read", rows, n=figures.count(rows)))


def _show(answer: Answer) -> None:
    found = answer.found
    if isinstance(found, allowed.Checked):
        _result(answer.name, found)
    elif isinstance(found, allowed.Problem):
        _problem(found)
    elif isinstance(found, allowed.Full):
        words = t("Many files are being checked. Hand in {file} again in a few minutes.", file=answer.name)
        st.html(blocks.notice("warning", words))
    else:
        words = t("The check of {file} was stopped. Hand it in again to have it checked.", file=answer.name)
        st.html(blocks.notice("info", words))


def _problem(problem: allowed.Problem) -> None:
    st.html(blocks.notice("warning", t("The file cannot be loaded as it is.")))
    st.html(
        tables.fact_list(
            [
                (t("Where"), problem.where, None),
                (t("Expected"), problem.expected, None),
                (t("Found"), problem.found, None),
                (t("What to do"), problem.next_step, None),
            ]
        )
    )


def _result(name: str, done: allowed.Checked) -> None:
    report = done.report
    kinds_read = t("and").join(f" {_kind_name(part.kind)} " for part in report.contents).strip()
    st.html(
        blocks.finding(
            t(
                "{read} rows: {loaded} would be loaded, {rejected} would be rejected",
                read=figures.count(report.read),
                loaded=figures.count(report.read - report.rejected),
                rejected=figures.count(report.rejected),
            ),
            [name, t("read as: {kind}", kind=kinds_read)],
        )
    )
    _files(done)
    for part in report.contents:
        _part(part)


def _files(done: allowed.Checked) -> None:
    """The rejected rows and the drafts, to take away."""
    with st.container(horizontal=True):
        if done.rejects:
            st.download_button(
                t("Rejected rows with reasons (CSV)"),
                done.rejects,
                "rejects.csv",
                "text/csv",
                on_click="ignore",
            )
        for part in done.report.contents:
            if part.draft:
                st.download_button(
                    t("Draft of a declaration: {kind}", kind=_kind_name(part.kind)),
                    part.draft,
                    f"{part.kind}.toml",
                    "text/plain",
                    on_click="ignore",
                )
    if done.are_rejects_cut:
        st.html(blocks.credit(t("The file of rejected rows holds the first of them; mend these and check again.")))


def _part(part: Content) -> None:
    """One kind of content: the rules broken with their rows, what looks odd, what the columns hold."""
    st.html(blocks.heading(_kind_name(part.kind), None, _matched(part)))
    _broken(part)
    _warnings(pd.DataFrame([asdict(one) for one in part.odd]))
    with st.expander(t("Columns of the file")):
        _columns(pd.DataFrame([asdict(one) for one in part.columns]))


def _matched(part: Content) -> str:
    """How the rows' places were found, in words."""
    said = [
        t("{way}: {n}", way=t(WAYS.get(how, how)), n=figures.count(count))
        for how, count in sorted(part.matched.items())
    ]
    return figures.sentence(said)


def _broken(part: Content) -> None:
    """Every rule with its rows: which, what they say, what it could be, and how to mend it."""
    for entry in part.broken:
        wrong, mend = _words(entry.rule)
        fate = t("would be rejected") if entry.is_rejected else t("would be loaded, with a remark")
        st.html(blocks.heading(f"{wrong} {figures.count(entry.count)} ({fate})", None, mend))
        rows = [[figures.count(one.row), one.column, one.value, one.candidates] for one in entry.examples]
        header = [t("Row"), t("Column"), t("Value"), t("Could be")]
        st.html(tables.data_table(header, rows, "rlll", wrong))
