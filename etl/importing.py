"""Brings a declared source in through the importer, and writes down what became of its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.declaration import Profile, Source
from etl.errors import RowError
from etl.incoming import incoming_folder
from etl.source_file import all_verified, profile_folder, sha256_of
from etl.source_head import ImportedForm, PlacedForm
from etl.store import Store
from importer.convert.batch import Batch
from importer.convert.corrections import Corrections, load_corrections
from importer.convert.declared import Declaration, declaration
from importer.errors import DeclarationProblem, FileMissing
from importer.files import files_of
from importer.intake import Intake
from importer.place.crosswalk import Crosswalk, former_names
from importer.place.identity import Codes, Register
from importer.read.remote import fetch
from importer.report.quality import Quality
from importer.report.rejects import Rejects
from importer.report.rules import rule


def declared(profile: Profile, source: Source) -> Declaration:
    """The source's declaration, checked against the profile's levels."""
    return declaration(
        source.body,
        source.declared_in.name,
        profile.upper_levels,
        profile.body.get("map", {}).get("extent_degrees"),
    )


def source_files(source: Source) -> list[Path]:
    """The files of a source, verified: in the profile's folder, else in the incoming folder, else fetched.

    Raises FileMissing saying where to put the file, FileAltered where a sha256 differs.
    """
    told = source.told(ImportedForm).file
    if not told.path:
        raise DeclarationProblem(f"{source.declared_in.name}, file.path", "the name of a file", "no such key", "add it")
    paths = [path for name in told.path for path in found_files(source, name, told.url, told.sha256)]
    return all_verified(source, paths, told.sha256)


def resubmitted_files(source: Source) -> list[Path]:
    """Corrected rejects that the declaration names under file.also."""
    return [path for name in source.told(ImportedForm).file.also for path in found_files(source, name)]


def found_files(source: Source, name: str, url: str | None = None, sha256: str | None = None) -> list[Path]:
    """The files that a name stands for: in the profile, among the incoming files, or fetched."""
    for folder in (profile_folder(source), incoming_folder()):
        if folder.is_dir():
            try:
                return files_of(folder, name, str(source.declared_in))
            except FileMissing:
                continue
    if url:
        return [fetch(url, sha256, incoming_folder(), name).path]
    raise FileMissing(
        f"{source.declared_in.name}, file.path",
        f"a file {name}",
        f"none in {profile_folder(source)} and none in {incoming_folder()}",
        f"put it at {incoming_folder() / name}",
    )


def open_source(
    profile: Profile,
    source: Source,
    register: Register | None = None,
    codes: Codes | None = None,
    on_batch: Callable[[int], None] | None = None,
) -> Intake:
    """A source ready to be iterated over, batch by batch."""
    return Intake(
        declaration=declared(profile, source),
        files=source_files(source),
        quality=Quality(source.source_id),
        register=register,
        codes=codes,
        corrections=corrections_of(source),
        resubmitted=resubmitted_files(source),
        on_batch=on_batch,
    )


def corrections_of(source: Source) -> Corrections | None:
    """The corrections that the declaration names under [file]: a path, or { path, key }."""
    told = source.told(ImportedForm).file.corrections
    if told is None:
        return None
    [path] = files_of(profile_folder(source), told.path)
    return load_corrections(path, told.key)


def register_of(store: Store, villages: str = "register_village") -> Register:
    """All places of the build, the villages included, to look names and codes up in; `villages` is the table that has
    them: `village` once it is written.
    """
    levels = store.profile.levels
    found = store.sql(
        f"""
        SELECT place_id, level, parent_id, name FROM place
        UNION ALL
        SELECT place_id, $1, "{levels[-2]}_id", name FROM {villages} ORDER BY place_id
        """,
        [levels[-1]],
    ).fetchnumpy()
    # Objects, as the register wants them: as a frame's texts they would be converted twice.
    places = pd.DataFrame({name: pd.Series(np.ma.filled(of, None), dtype=object) for name, of in found.items()})
    changes = store.sql("SELECT old_name, new_code FROM code_change").df()
    return Register(places, levels, former_names(changes), store.profile.body.get("name_endings"))


def load_code_changes(store: Store, source: Source) -> None:
    """Fill `code_change` from a source of kind crosswalk."""
    intake = open_source(store.profile, source)
    for batch in loaded(store, source, intake):
        store.insert("code_change", batch.accepted, source)
    record_quality(store, source, intake)


def codes_of(profile: Profile, source: Source) -> Codes | None:
    """How the file's codes relate to the register's: its day, the register's, and the profile's crosswalks."""
    as_of = source.form.codes_as_of if isinstance(source.form, PlacedForm) else None
    register_as_of = profile.codes_as_of
    if as_of is None or register_as_of is None:
        return None
    return Codes(as_of, register_as_of, crosswalk_of(profile))


def crosswalk_of(profile: Profile) -> Crosswalk | None:
    """All changes of codes that the profile knows, as one."""
    changes = changes_of(profile)
    return None if changes is None else Crosswalk(changes)


def changes_of(profile: Profile) -> pd.DataFrame | None:
    """The changes that sources of kind crosswalk list: old_code, new_code, from_date, perhaps old_name."""
    intakes = [open_source(profile, source) for source in profile.of_kind("crosswalk")]
    accepted = [batch.accepted for intake in intakes for batch in intake]
    return pd.concat(accepted, ignore_index=True) if accepted else None


def loaded(store: Store, source: Source, intake: Intake, rejects_folder: Path | None = None) -> Iterator[Batch]:
    """Iterate over a source's batches, and write down what is rejected on the way.

    The caller then records the source (`record_quality`). Raises FileUnreadable where more rows are rejected
    than the declaration accepts.
    """
    rejects = None
    if rejects_folder is not None and not intake.declaration.strict:  # a strict list rejects nothing: it stops
        rejects_folder.mkdir(parents=True, exist_ok=True)
        rejects = intake.rejects = Rejects(rejects_folder / f"{source.source_id}.csv")
    for batch in intake:
        if intake.declaration.strict:
            _refuse_wrong_rows(batch)
        _remark(store, source, batch)
        if rejects is not None:
            rejects.add(batch)
        yield batch
        store.on_rows(source.source_id, intake.quality.read)
    elsewhere = intake.whereabouts.elsewhere()
    if len(elsewhere):
        store.remark(source, elsewhere.assign(field="place_id"), rule="lies_elsewhere", is_rejected=False)
    intake.refuse_misfit()


def reject_late(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, rule_id: str, field: str) -> None:
    """Reject rows that were read well and fit nowhere: columns file, row_number, value."""
    if len(rows):
        if intake.declaration.strict:
            first = rows.iloc[0]
            raise _wrong_row(
                first["file"], first["row_number"], intake.header_of(field), rule_id, _text(first["value"])
            )
        store.remark(source, rows.assign(field=field), rule=rule_id, is_rejected=True)
        intake.quality.reject(rule_id, rows)
        intake.late.append(rows[["file", "row_number"]].assign(rule=rule_id))


def _refuse_wrong_rows(batch: Batch) -> None:
    """Of a list that we keep ourselves not one row may be wrong."""
    for lost in batch.unreadable.itertuples():
        raise _wrong_row(batch.file, lost.row_number, "", lost.rule, lost.value)
    wrong = batch.findings[batch.findings["is_rejected"].astype(bool)].sort_values("position", kind="stable")
    for one in wrong.itertuples():
        raise _wrong_row(batch.file, batch.row_numbers[int(one.position)], one.column, one.rule, one.value)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _wrong_row(file: Any, number: Any, column: Any, rule_id: Any, value: Any) -> RowError:
    wrong, mend = rule(str(rule_id), "en")
    where = f"{file}, row {number}" + (f", {column}" if column else "")
    said = repr(value) if isinstance(value, str) and value else "nothing"
    return RowError(where, mend, f"{said}. {wrong}", f"mend the row in {file}")


def _remark(store: Store, source: Source, batch: Batch) -> None:
    for (name, out), found in batch.findings.groupby(["rule", "is_rejected"], sort=True):
        rows = pd.DataFrame(
            {
                "file": batch.file,
                "row_number": batch.row_numbers[found["position"].to_numpy(dtype=np.int64)],
                "field": found["field"].to_numpy(),
                "value": found["value"].to_numpy(),
                "candidates": found["candidates"].to_numpy(),
            }
        )
        store.remark(source, rows, rule=str(name), is_rejected=bool(out))
    for name, found in batch.unreadable.groupby("rule") if len(batch.unreadable) else ():
        rows = found[["row_number", "value"]].assign(file=batch.file)
        store.remark(source, rows, rule=str(name), is_rejected=True)


def record_quality(store: Store, source: Source, intake: Intake) -> None:
    """Fill meta_source, meta_quality and meta_warning for a source that was read to its end."""
    intake.write_late_rejects()
    quality = intake.quality
    store.record(
        source,
        file=", ".join(path.name for path in intake.files[:5]) + (" …" if len(intake.files) > 5 else ""),
        sha256=_digest(intake.files),
        read=quality.read,
        loaded=quality.loaded,
    )
    if intake.declaration.strict:
        return  # each of its rows was looked at by hand: there is nothing odd to be told
    columns = [
        {
            "source_id": source.source_id,
            "field": column.field,
            "rows": column.rows,
            "unknown": column.unknown,
            "distinct_values": None if column.has_many_values else len(column.values),
            "least": column.least,
            "most": column.most,
        }
        for column in quality.columns.values()
    ]
    store.insert("meta_quality", pd.DataFrame(columns))
    odd: list[tuple[str, str, str | None, str]] = [
        (source.source_id, name, where, seen) for name, where, seen in quality.warnings()
    ]
    odd += [(source.source_id, f"correction_{state}", None, f"{n:,}") for state, n in quality.corrections.items() if n]
    store.insert("meta_warning", pd.DataFrame(odd, columns=["source_id", "rule", "field", "seen"]))
    left = [(source.source_id, one.part, one.name, one.reason, one.saw) for one in quality.left_out]
    if quality.passed_over:
        left.append((source.source_id, "row", f"{quality.passed_over:,}", "rows_only", ""))
    store.insert("meta_left_out", pd.DataFrame(left, columns=["source_id", "part", "name", "reason", "seen"]))


def _digest(files: Sequence[Path]) -> str:
    """The sha256 of one file, or of the list of names and sums where there are several."""
    sums = [sha256_of(path) for path in files]
    if len(sums) == 1:
        return sums[0]
    listed = "\n".join(f"{one} {path.name}" for one, path in zip(sums, files, strict=True))
    return hashlib.sha256(listed.encode()).hexdigest()
