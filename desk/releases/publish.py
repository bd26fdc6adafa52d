"""A built candidate becomes a release: kept for good, written into the log, served. And one of before, served again.

What the log says is what is served: whoever finds another build named (after a crash between the two, or a restored
backup) puts it right.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, RowMapping, func, select

from desk.desk import Desk, Writer
from desk.errors import Overtaken, Unfitting
from desk.people.rights import Person, demand
from desk.projected.releases import RELEASE
from desk.releases import candidate as candidates
from desk.releases import disk
from desk.releases.archive import Archive
from desk.releases.candidate import Candidate
from desk.releases.manifest import Kept
from ground import builds
from ground.phrases import phrase

BUILD_LOCK, BUILD_LOCK_WAIT_S = ".build.lock", 600.0


def archive_of(desk: Desk) -> Archive:
    """The kept releases of a desk, in folders beside its files."""
    home = desk.files.folder.parent
    return Archive(home / "releases", home / "opened")


def publish(desk: Desk, person: Person, root: str, build_dir: Path, seen: str) -> str:
    """Publish the candidate, if it is still the one whose build the person `seen`; returns its number.

    Raises NotAllowed, Overtaken, and what the archive raises. The entry in the log is what makes it a release: before
    it nothing is, after it all follows.
    """
    demand(person, "release", root)
    folder = candidates.folder_of(desk)
    with candidates.alone(folder):
        made = _built(desk, seen)
        number = made.about.number
        if _is_published(desk, number):
            candidates.forget(folder)  # by somebody who died before this
            serve(desk, build_dir)
            raise Overtaken(phrase("Somebody else has published this release."))
        _write(desk, person, root, made, _kept(desk, made))
        serve(desk, build_dir)
        candidates.forget(folder)
    return number


def _is_published(desk: Desk, number: str) -> bool:
    with desk.reading() as connection:
        return number in numbers(connection)


def _kept(desk: Desk, made: Candidate) -> Kept:
    """In the archive, in place of what was kept by somebody who died before it was published."""
    archive, number = archive_of(desk), made.about.number
    assert made.file is not None
    if number in archive.numbers():
        archive.discard(number)
    return archive.keep(number, made.file)


def _built(desk: Desk, seen: str) -> Candidate:
    made = candidates.look(desk)
    if made is None or made.file is None or made.file.name != seen:
        raise Overtaken(phrase("This is not the build that you looked at. Look at what there is now."))
    return made


def _write(desk: Desk, person: Person, root: str, made: Candidate, kept: Kept) -> None:
    with desk.writing(person) as writer:
        if kept.number in numbers(writer.connection):
            raise Overtaken(phrase("Somebody else has published this release."))
        _append(writer, root, made, kept)


def _append(writer: Writer, root: str, made: Candidate, kept: Kept) -> None:
    served = current(writer.connection)
    position = writer.connection.execute(select(func.count()).select_from(RELEASE)).scalar_one() + 1
    matched = builds.BUILD_FILE.fullmatch(kept.file_name)
    assert matched is not None
    told = {
        "number": kept.number,
        "position": position,
        "build_id": matched[1],
        "sha256": kept.sha256,
        "size_bytes": kept.size_bytes,
        "title": made.about.title,
        "notes": made.about.notes,
        "follows": served["number"] if served else "",
        "after_entry": made.about.after_entry,
    }
    writer.append("release.published", f"release/{kept.number}", told, demand(writer.person, "release", root))


def serve_again(desk: Desk, person: Person, root: str, build_dir: Path, number: str, seen: str) -> None:
    """One of before is served in place of `seen`, the one that the person saw served. Raises NotAllowed, Overtaken."""
    role = demand(person, "release", root)
    with desk.writing(person) as writer:
        served = current(writer.connection)
        if served is None or served["number"] != seen:
            raise Overtaken(phrase("Somebody has changed meanwhile which release is served."))
        if number == seen or number not in numbers(writer.connection):
            raise Unfitting(phrase("Choose another release than the one that is served."))
        writer.append("release.served", f"release/{number}", {"number": number, "in_place_of": seen}, role)
    serve(desk, build_dir)


def serve(desk: Desk, build_dir: Path) -> None:
    """Have the folder of builds name the release that the log says. Nothing to do where there is none yet."""
    with desk.reading() as connection:
        served = current(connection)
    if served is None:
        return
    target = build_dir / f"atlas-{served['build_id']}.duckdb"
    with disk.locked(build_dir, BUILD_LOCK, BUILD_LOCK_WAIT_S):  # as a build would be
        if _is_named(build_dir, target):
            return
        last = _named(build_dir)
        if builds.why_not(target) is not None:
            _bring(archive_of(desk).open(served["number"]), target)
        pointer = build_dir / builds.POINTER
        with disk.trouble_named("the folder of builds"):
            disk.write_new(pointer, [f"{target.name}\n".encode()], lasting=True)
        _let_go(desk, build_dir, {target, last})


def _is_named(build_dir: Path, target: Path) -> bool:
    return _named(build_dir) == target and builds.why_not(target) is None


def _named(build_dir: Path) -> Path | None:
    try:
        return builds.named(build_dir)
    except builds.NotGood:
        return None


def _let_go(desk: Desk, build_dir: Path, staying: set[Path | None]) -> None:
    """Released builds but the last two: the archive has them, and whoever reads one reads on."""
    with desk.reading() as connection:
        released = {f"atlas-{row['build_id']}.duckdb" for row in listed(connection)}
    for build in builds.newest_first(build_dir):
        if build not in staying and build.name in released:
            with suppress(OSError):
                build.unlink()
                builds.checksum_path(build).unlink()


def _bring(kept: Path, target: Path) -> None:
    """A copy, its checksum first: a file is never there without one."""
    with disk.trouble_named("the folder of builds"):
        checksum = builds.checksum_line(kept, target.name)
        disk.write_new(builds.checksum_path(target), [checksum.encode()], lasting=True)
        with kept.open("rb") as stream:
            disk.write_new(target, iter(lambda: stream.read(1 << 20), b""), lasting=True)


def current(connection: Connection) -> RowMapping | None:
    """The release that is served; None before the first."""
    return connection.execute(select(RELEASE).where(RELEASE.c.is_served)).mappings().one_or_none()


def numbers(connection: Connection) -> list[str]:
    """Of all releases, in the order in which they came."""
    return list(connection.execute(select(RELEASE.c.number).order_by(RELEASE.c.position)).scalars())


def listed(connection: Connection) -> list[RowMapping]:
    """All releases, the newest first."""
    return list(connection.execute(select(RELEASE).order_by(RELEASE.c.position.desc())).mappings())
