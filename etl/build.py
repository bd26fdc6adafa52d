"""Builds an atlas from a profile: read, place, simulate, check, publish. Reads from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl import derived, kept_ground, record_rules
from etl.declaration import Profile, Source, load_profile
from etl.errors import StorageError
from etl.importing import codes_of, crosswalk_of, declared, load_code_changes, register_of, source_files
from etl.places.boundaries import Shapes, check_layers, load_boundaries
from etl.places.register import load_extra_places, load_places, write_hierarchy
from etl.places.search_letters import load_search_letters
from etl.places.seats import load_place_positions
from etl.places.villages import write_villages
from etl.progress import Progress, peak_memory_mb
from etl.publish.checks import CONTAINMENT, check_containment, run_checks
from etl.publish.fall import refuse_fall, refuse_other_country, refuse_over_release
from etl.publish.fingerprint import fingerprint
from etl.publish.switch import build_lock, new_build_id, partial_path, publish, refuse_full_disk
from etl.records.records import LOADERS
from etl.records.stages import write_programme
from etl.records.writers import WRITERS, load_records
from etl.source_file import file_path
from etl.source_form import RegisterForm
from etl.status.build import load_status
from etl.status.coverage import load_cell_sites, load_coverage, load_speed_tests, load_village_register
from etl.status.decisions import load_decisions
from etl.status.ground import Ground, simulation_of
from etl.store import Store, write_dictionary, write_profile
from ground import builds, handles
from importer.place.identity import Register

STEPS, STEPS_ON_GROUND = 13, 6  # of a whole build, and of one that takes what the last has laid
# What DuckDB raises where a write fails: at once, at the commit, and at every call after that.
DISK_ERRORS = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)
FILE_KINDS = (
    "extra_places",
    "published_figures",
    "contradictions",
    "programme_rules",
    "translations",
    "cost_parameters",
    "model_parameters",
    "decisions",
)
IMPORTED_KINDS = ("place_positions", "villages", "coverage", "cell_sites", "speed_tests", *WRITERS)


def build(
    profile_folder: Path,
    build_dir: Path,
    *,
    quiet: bool = False,
    confirmed: Sequence[str] = (),
    more: Sequence[Path] = (),
    release: Mapping[str, Any] | None = None,
    told: Path | None = None,
    kept: Path | None = None,
) -> Path:
    """Build and publish; returns the new file. Any Problem leaves the last atlas as it is.

    `confirmed` names sources that may hold far fewer rows than the last time. `more` are folders of sources beside the
    profile's own, `release` what the desk says of the release that this becomes; `told` is a file that says how far it
    is, `kept` a folder of this build's and the next's alone, for what does not change from one to the other.
    """
    progress = Progress(STEPS, quiet, told)
    with build_lock(build_dir):
        refuse_full_disk(build_dir)
        with progress.step("verify sources"):
            profile = load_profile(profile_folder, more=more)
            last = builds.good(build_dir)  # the lock is ours: no other is published meanwhile
            refuse_other_country(profile, build_dir, last)
            if release is None:
                refuse_over_release(build_dir, last, confirmed)
            verify(profile)
        build_id = new_build_id()
        partial = partial_path(build_dir, build_id)
        try:
            write_atlas(profile, partial, build_id, progress, release, more, kept)
            refuse_fall(profile, partial, last, confirmed)
            with progress.step("publish"):
                return publish(build_dir, build_id)
        except (*DISK_ERRORS, OSError) as error:
            raise StorageError(
                str(build_dir), "room to write the atlas", str(error), "free space, then: python -m etl build"
            ) from error
        finally:
            for leftover in build_dir.glob(f"{partial.name}*"):
                leftover.unlink(missing_ok=True)


def verify(profile: Profile) -> None:
    """Every declared file is there and is the declared one, before any work is done."""
    for source in profile.sources:
        if source.kind in IMPORTED_KINDS or is_imported_register(source):
            declared(profile, source)
            source_files(source)
        elif source.kind in (*FILE_KINDS, "places"):
            file_path(source)
        if source.kind == "boundaries":
            check_layers(source)


def write_atlas(
    profile: Profile,
    partial: Path,
    build_id: str,
    progress: Progress,
    release: Mapping[str, Any] | None = None,
    more: Sequence[Path] = (),
    kept: Path | None = None,
) -> None:
    """All of an atlas, checked, in one file that nobody is told of yet."""
    rejects = partial.with_name(f"rejects-{build_id}")
    ground = _ground(profile, partial, progress, rejects, more, kept)
    store = Store(partial, profile, progress.rows, is_begun=True)
    try:
        _note_time(store)
        with progress.step("what was handed in"):
            _load_coverage(store, kept_ground.beside(profile, more), rejects)
        with progress.step("status"):
            load_status(store, ground)
        with progress.step("check"):
            checks = run_checks(store)
        store.note("build_id", build_id)
        if release is not None:
            store.note("release", release)
        store.note("fingerprint", fingerprint(profile.folder))
        store.note("checks", [*checks, CONTAINMENT])
        store.note("seconds", {name: round(seconds, 2) for name, seconds in progress.seconds.items()})
        store.note("peak_memory_mb", peak_memory_mb())
        store.finish()
    finally:
        store.close()
    _check_written(partial, build_id)


def _ground(
    profile: Profile, partial: Path, progress: Progress, rejects: Path, more: Sequence[Path], kept: Path | None
) -> Ground:
    """Lay all that comes before coverage, or take what the last build laid."""
    key = kept_ground.key_of(profile, more) if kept is not None else ""
    if laid := kept_ground.found(kept, key, datetime.now(UTC).date()):
        progress.total = STEPS_ON_GROUND
        with progress.step("what stays as it is"):
            return laid.put(partial, rejects)
    store = Store(partial, profile, progress.rows)
    try:
        write_profile(store)
        write_dictionary(store)
        _note_time(store)
        villages = _load(store, profile, progress, rejects)
        with progress.step("coverage"):
            handed_over = kept_ground.beside(profile, more)
            _load_coverage(store, [source for source in profile.sources if source not in handed_over], rejects)
        with progress.step("simulation"):
            ground = Ground(villages, simulation_of(store, villages))
        until = derived.next_day(store.connection)
        store.finish()
    finally:
        store.close()
    if kept is None or not kept_ground.keep(kept, key, until, partial, ground, rejects):
        return ground
    return replace(ground, distances=kept / kept_ground.DISTANCES)


def _note_time(store: Store) -> None:
    store.note("built_at", datetime.now(UTC).isoformat(timespec="seconds"))


def _check_written(partial: Path, build_id: str) -> None:
    """The file alone, as readers will open it, holds the build."""
    with handles.read_only(partial) as atlas:
        found = atlas.execute("SELECT value FROM meta_build WHERE key = 'build_id'").fetchall()
    if found != [(build_id,)] or Path(f"{partial}.wal").exists():
        raise StorageError(str(partial), f"the whole build {build_id}", f"{found}", "python -m etl build")


def _load(store: Store, profile: Profile, progress: Progress, rejects: Path) -> pd.DataFrame:
    places = profile.the("places")
    # Of the villages as they are once all are written; made once, and only if a file names places.
    register = cache(lambda: register_of(store))
    with progress.step("places"):
        load_places(store, places, rejects)
        for source in profile.of_kind("extra_places"):
            load_extra_places(store, source)
        write_hierarchy(store, places)
        for source in profile.of_kind("crosswalk"):
            load_code_changes(store, source)
    with progress.step("boundaries"):
        shapes: dict[str, Shapes] = {}
        for source in profile.of_kind("boundaries"):
            shapes = load_boundaries(store, source, shapes)
    with progress.step("village registers"):
        _load_registers(store, profile, rejects)
    with progress.step("positions"):
        villages = write_villages(store, places, shapes)
        check_containment(store, shapes)
    with progress.step("letters to search by"):
        load_search_letters(store)
    with progress.step("pilots, projects, figures"):
        write_programme(store)
        _load_records(store, profile, register, rejects)
        record_rules.find(store)
        derived.write(store.connection)
    return villages


def _load_records(store: Store, profile: Profile, register: Callable[[], Register], rejects: Path) -> None:
    for kind, load in LOADERS.items():
        for source in profile.of_kind(kind):
            load(store, source)
    for kind in WRITERS:
        for source in profile.of_kind(kind):
            load_records(store, source, register(), codes_of(profile, source), rejects)


def is_imported_register(source: Source) -> bool:
    """A register of places in a form that the importer reads; codes of fixed lengths have a way of their own."""
    return source.kind == "places" and not source.told(RegisterForm).codes


def _load_registers(store: Store, profile: Profile, rejects: Path) -> None:
    """Tables of mere positions first: a register of villages knows its own better."""
    load_of = {"place_positions": load_place_positions, "villages": load_village_register}
    sources = [source for kind in load_of for source in profile.of_kind(kind)]
    register = register_of(store) if sources else None
    for source in sources:
        assert register is not None
        load_of[source.kind](store, source, register, codes_of(profile, source), rejects)


def _load_coverage(store: Store, sources: Sequence[Source], rejects: Path) -> None:
    """What sources say of states; those of the profile first, and what the desk hands over on top of them."""
    profile = store.profile
    register = cache(lambda: register_of(store, "village"))
    of_kind = {kind: [source for source in sources if source.kind == kind] for kind in kept_ground.LATER}
    for source in of_kind["coverage"]:
        load_coverage(store, source, register(), codes_of(profile, source), rejects)
    for source in of_kind["decisions"]:
        load_decisions(store, source, crosswalk_of(profile))
    for source in of_kind["cell_sites"]:
        load_cell_sites(store, source, rejects)
    for source in of_kind["speed_tests"]:
        load_speed_tests(store, source, rejects)
