"""The whole way of a source: read, understood, matched to places, checked for repetitions, counted.

The build and the dry run take the same way, so that what a check says is what a build does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ground.phrases import phrase
from importer.convert.batch import Batch
from importer.convert.corrections import Corrections
from importer.convert.declared import Declaration
from importer.convert.hashes import of_rows
from importer.convert.reading import batches
from importer.convert.repeats import Repeats
from importer.errors import DeclarationProblem, FileUnreadable
from importer.place.identity import Codes, Register
from importer.place.whereabouts import Whereabouts
from importer.read.chunk import SHEET_COLUMN, FileOptions
from importer.report.quality import Quality
from importer.report.rejects import Rejects
from importer.values import NOTHING

FEW_ROWS = 20  # a share of fewer rows than this says nothing about a declaration


@dataclass
class Intake:
    """One source on its way in. Iterate over it once; afterwards `quality` tells what became of the rows."""

    declaration: Declaration
    files: Sequence[Path]
    quality: Quality
    register: Register | None = None  # None: places are not looked up (a first look at a file)
    codes: Codes | None = None  # how the file's codes relate to the register's
    corrections: Corrections | None = None
    resubmitted: Sequence[Path] = ()  # corrected rejects of these files: CSV with a header, whatever the files are
    on_batch: Callable[[int], None] | None = None  # told the rows read so far, for a progress bar
    whereabouts: Whereabouts = field(init=False)  # where the rows lie, and what names no place was found for
    rejects: Rejects | None = None  # where rejected rows are written to be handed in again
    late: list[pd.DataFrame] = field(default_factory=list)  # rows rejected after all were read: file, row_number, rule
    _repeats: Repeats = field(default_factory=Repeats)
    _whole_rows: Repeats = field(default_factory=Repeats)

    def __post_init__(self) -> None:
        self._refuse_unknown_place()
        self.whereabouts = Whereabouts(self.register)

    def _refuse_unknown_place(self) -> None:
        about = self.declaration.about
        if about is not None and self.register is not None and about not in self.register.tree.level:
            where = f"{self.declaration.where}, about"
            raise DeclarationProblem(where, "the code of a place of the register", about, "name the place by its code")

    def __iter__(self) -> Iterator[Batch]:
        self.quality.same_by_declaration |= self._same_by_declaration()
        as_written = replace(self.declaration, options=FileOptions())
        for batch in itertools.chain(
            batches(self.declaration, self.files, self.corrections), batches(as_written, self.resubmitted)
        ):
            self._match(batch)
            self._find_small(batch)
            self._find_repeats(batch)
            self.quality.add(batch)
            if self.on_batch is not None:
                self.on_batch(self.quality.read)
            yield batch
        if self.corrections is not None:
            self.quality.corrections = self.corrections.counts()
        for name, (filled, empty) in self.whereabouts.filled_once().items():
            if self.header_of(name) not in self.declaration.fill_down:
                self.quality.odd.append(("filled_in_first_row", self.header_of(name), f"{filled:,} / {empty:,}"))
        self.quality.remark("lies_elsewhere", self.whereabouts.elsewhere())

    def _same_by_declaration(self) -> set[str]:
        """Constants, and what names or places: a file about one county names one county."""
        fields = self.declaration.content.fields
        told = {name for name, column in self.declaration.columns.items() if column.constant is not None}
        return told | {name for name, field in fields.items() if field.type in ("text", "code", "date")}

    def refuse_misfit(self) -> None:
        """Raise FileUnreadable where so many rows are rejected that the declaration cannot be meant for the file."""
        allowed = self.declaration.accept_rejected_percent
        if self.quality.read >= FEW_ROWS and self.quality.rejected_percent > allowed:
            worst = self.quality.sentences("en")[0]
            raise FileUnreadable(
                ", ".join(path.name for path in self.files[:3]),
                phrase("at most {percent}% of the rows rejected", percent=f"{allowed:g}"),
                phrase(
                    "{rejected} of {read}; most often: {rule} ({times} times)",
                    rejected=f"{self.quality.rejected:,}",
                    read=f"{self.quality.read:,}",
                    rule=worst[3],
                    times=f"{worst[1]:,}",
                ),
                phrase(
                    "mend {file}, or set rows.accept_rejected_percent in it; a check of the source shows every rule",
                    file=self.declaration.where,
                ),
            )

    def _match(self, batch: Batch) -> None:
        if self.register is None or self.declaration.content.place == "none":
            return
        if batch.rows.empty:
            batch.rows["place_id"] = pd.Series([], dtype=object)
            return
        named = _names_of(batch.rows, self.declaration)
        matches = self.register.match(
            named,
            only_settlements=self.declaration.content.place == "settlement",
            suffixes=self.declaration.suffixes,
            codes=self.codes,
            about=self.declaration.about,
        )
        matches.rule[batch.is_rejected & ~named.notna().any(axis=1).to_numpy()] = None  # a row that is no place
        self.whereabouts.add(batch.file, batch.row_numbers, named, matches)
        batch.rows["place_id"] = matches.place_id
        self.quality.matched.update(matches.how_counts())
        said = _said(named, pd.notna(matches.rule))
        is_remark = np.asarray(matches.rule == "code_and_name_disagree") & (not self.declaration.names_strict)
        for rejects, mask in ((True, ~is_remark), (False, is_remark)):
            batch.find(
                np.where(mask, matches.rule, NOTHING),
                field="place_id",
                column=", ".join(map(self.header_of, named.columns)),
                values=said,
                is_rejected=rejects,
                candidates=matches.candidates,
            )

    def _find_small(self, batch: Batch) -> None:
        """Numbers below the least that a field can be, such as a negative population."""
        for name, wanted in self.declaration.content.fields.items():
            if wanted.least is not None and name in batch.rows and wanted.type in ("number", "count"):
                values = batch.rows[name].to_numpy(dtype=float)
                below = np.where(values < wanted.least, "below_least", NOTHING)
                batch.find(below, field=name, column=self.header_of(name), values=batch.rows[name])

    def _find_repeats(self, batch: Batch) -> None:
        """The second row about the same thing: said apart whether it says the same or something else."""
        wanted = self.declaration.content.key
        key = [name for name in wanted if name in batch.rows]
        if "place_id" in wanted and "place_id" not in key:  # places were not looked up: by what names them
            key = [*_names_of(batch.rows, self.declaration).columns, *key]
        if not key:
            return
        usable = ~batch.is_rejected
        again = self._repeats.mark(of_rows((batch.rows[name] for name in key), len(batch.rows))[usable])
        written = [name for name in batch.cells.columns if name != SHEET_COLUMN]  # the same on two sheets is the same
        whole = of_rows(map(batch.cells.column, written), len(batch.rows))
        the_same = self._whole_rows.mark(whole[usable])
        if again.any():
            rules = np.full(len(batch.rows), None, dtype=object)
            rules[np.flatnonzero(usable)[again]] = np.where(the_same[again], "repeated_row", "repeated_key")
            named = _names_of(batch.rows, self.declaration).columns  # what the file calls the place, not our code
            shown = list(dict.fromkeys([*named, *(name for name in key if name != "place_id")])) or key
            said = _said(batch.rows[shown], pd.notna(rules))
            headers = [self.header_of(name) for name in shown]
            batch.find(rules, field=key[0], column=", ".join(headers), values=said)

    def write_late_rejects(self) -> None:
        """Read the files once more for the rows that were accepted one by one and then found to fit nowhere."""
        if self.rejects is None or not self.late:
            return
        wanted = pd.concat(self.late).drop_duplicates(["file", "row_number"])
        as_written = replace(self.declaration, options=FileOptions())
        for meant, files in ((self.declaration, self.files), (as_written, self.resubmitted)):
            for path in files:
                rules = wanted[wanted["file"] == path.name].set_index("row_number")["rule"]
                for batch in batches(meant, [path], self.corrections) if len(rules) else ():
                    self.rejects.add(self._only_late(batch, rules))
        self.late.clear()

    def _only_late(self, batch: Batch, rules: pd.Series) -> Batch:
        """The batch with nothing wrong in it but the rules that some of its rows broke at last."""
        broken = pd.Series(batch.row_numbers).map(rules)
        batch.findings, batch.unreadable = batch.findings.iloc[:0], batch.unreadable.iloc[:0]
        named = _names_of(batch.rows, self.declaration)
        headers = ", ".join(map(self.header_of, named.columns))
        found = broken.where(broken.notna(), None).to_numpy(dtype=object)
        batch.find(found, field="place_id", column=headers, values=pa.nulls(len(found), pa.string()))
        return batch

    def header_of(self, name: str) -> str:
        """A field as the file's own header says it, where the declaration names one."""
        column = self.declaration.columns.get(name)
        return column.columns[0] if column is not None and column.columns else name


def _said(columns: pd.DataFrame, wanted: NDArray[np.bool_]) -> pd.Series:
    """What the columns hold, row by row, as one text; in rows that are not wanted, nothing."""
    some = columns[wanted]
    texts = [some[name].astype(object).fillna("").astype(str).tolist() for name in some]
    joined = [" ".join(row).strip() for row in zip(*texts, strict=True)]
    return pd.Series(joined, index=some.index, dtype=object).reindex(columns.index)


def _names_of(rows: pd.DataFrame, declaration: Declaration) -> pd.DataFrame:
    """The columns that say which place a row is about."""
    said = [
        name
        for name in rows.columns
        if name in ("code", "name") or (name.endswith(("_code", "_name")) and name in declaration.content.fields)
    ]
    return rows[[name for name in said if name not in ("parent_code", "project_name", "published_name")]]
