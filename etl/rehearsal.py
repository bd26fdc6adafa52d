"""A source loaded into a database of its own that nobody keeps: what a build would say of it, before any build.

Rows of a table are checked one by one by the importer. What shows only once all rows are there is found by loading:
parents that contradict each other, outlines of no place, figures that stand twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from etl.build import STEPS, write_atlas
from etl.declaration import Profile, Source
from etl.places.boundaries import Shapes, load_boundaries
from etl.places.register import load_extra_places, load_places, write_hierarchy
from etl.progress import Progress
from etl.records.records import LOADERS
from etl.store import Store, write_profile
from ground import handles
from importer.contents import kinds
from importer.report.quality import EXAMPLES_KEPT, Quality, RuleCount

#: For a check every row is shown, however many are wrong.
SHOW_ALL = {"accept_rejected_percent": 100, "strict": False}


def shows_when_loaded(source: Source) -> bool:
    """The importer alone does not tell what a build makes of it."""
    return source.kind == "places" or source.kind not in kinds()


def rehearsed(profile: Profile, source: Source, rejects: Path | None = None) -> Quality:
    """The report of a source, loaded after what it rests on. Raises what stops a build."""
    with TemporaryDirectory(prefix="atlas-check-") as folder:
        path = Path(folder) / "check.duckdb"
        if source.kind == "status_model":  # rests on all others
            write_atlas(profile, path, "check", Progress(STEPS, quiet=True))
            with handles.read_only(path) as atlas:
                return _told(atlas, source)
        store = Store(path, profile)
        try:
            write_profile(store)
            quality = _loaded(store, source, Path(folder))
        finally:
            store.close()
        made = Path(folder) / f"{source.source_id}.csv"
        if rejects is not None and made.exists():
            shutil.move(made, rejects)
        return quality


def _loaded(store: Store, source: Source, rejects: Path) -> Quality:
    profile = store.profile
    places = profile.the("places")
    if source is places:
        return load_places(store, _lenient(source), rejects) or _told(store.connection, source)
    load_places(store, places)
    for one in _until(source, profile.of_kind("extra_places")):
        load_extra_places(store, one)
    if source.kind == "boundaries":
        write_hierarchy(store, places)
        drawn: dict[str, Shapes] = {}
        for one in _until(source, profile.of_kind("boundaries")):
            drawn = load_boundaries(store, one, drawn)
    if source.kind in LOADERS:  # records name each other: all of them
        for kind, load in LOADERS.items():
            for one in profile.of_kind(kind):
                load(store, one)
    return _told(store.connection, source)


def _until(source: Source, several: list[Source]) -> Iterable[Source]:
    """All of its kind up to it; all, where it is of another."""
    for one in several:
        yield one
        if one is source:
            return


def _lenient(source: Source) -> Source:
    if source.body.get("codes"):
        return source
    return replace(source, body={**source.body, "rows": {**source.body.get("rows", {}), **SHOW_ALL}})


def _told(atlas: duckdb.DuckDBPyConnection, source: Source) -> Quality:
    """What an atlas holds of a source's rows."""
    [(read, rejected)] = atlas.execute(
        "SELECT rows_read, rows_rejected FROM meta_source WHERE source_id = $1", [source.source_id]
    ).fetchall()
    quality = Quality(source.source_id, read=read, rejected=rejected)
    found = atlas.execute(
        "SELECT rule, is_rejected, file, row_number, field, value, candidates FROM meta_reject WHERE source_id = $1 "
        "ORDER BY ALL",
        [source.source_id],
    ).df()
    for (rule, is_rejected), rows in found.groupby(["rule", "is_rejected"], sort=True):
        kept = rows.rename(columns={"row_number": "row", "field": "column"}).head(EXAMPLES_KEPT)
        examples = kept.astype(object).where(kept.notna(), None).to_dict("records")
        quality.rules[f"{rule}/{is_rejected}"] = RuleCount(str(rule), bool(is_rejected), len(rows), examples)
    return quality
