"""The commands for people who bring a file: draft a declaration, check a file or source, write a template."""

from __future__ import annotations

import json
from pathlib import Path

from etl.declaration import Profile, Source
from etl.importing import changes_of, codes_of, crosswalk_of, open_source
from etl.rehearsal import rehearsed, shows_when_loaded
from etl.source_form import FORMS
from ground import builds, handles
from ground.phrases import phrase
from importer.dry_run import Part, dry_run
from importer.errors import DeclarationProblem, FileMissing
from importer.guess.asked import Answers
from importer.guess.draft import NO_ANSWERS, drafts, nothing_fits, outlines_of
from importer.place.crosswalk import former_names
from importer.place.identity import Codes, Register
from importer.report.rejects import Rejects
from importer.report.template import TEMPLATES, declaration_text, write_template


def draft(path: Path, profile: Profile, kind: str | None, folder: Path | None, answers: Answers = NO_ANSWERS) -> str:
    """The drafts of a file as text; written to `folder` too where one is given, never over a file."""
    if kind is not None and kind not in FORMS:
        raise DeclarationProblem("kind", phrase("one of {kinds}", kinds=", ".join(FORMS)), kind, "name one of them")
    extent = profile.body["map"].get("extent_degrees")
    found = drafts(path, profile.upper_levels, kind, None, profile.folder, extent, answers)
    outlines = None if kind is not None else outlines_of(path, profile.upper_levels, profile.folder, extent, answers)
    texts = []
    for made in [*found, *([outlines] if outlines else [])]:
        texts.append(made.text)
        if folder is not None:
            _write_new(folder / f"{made.source_id}.toml", made.text)
    if not texts:
        raise nothing_fits(path, profile.upper_levels, extent)
    return "\n".join(texts)


def _write_new(path: Path, text: str) -> None:
    if path.exists():
        raise DeclarationProblem(str(path), "a new file", "it is there already", "move it, or name another --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def template(kind: str, profile: Profile, path: Path) -> str:
    """Write an empty workbook, and beside it the declaration that reads it."""
    if kind not in TEMPLATES:
        raise DeclarationProblem("template", f"one of {', '.join(TEMPLATES)}", kind, "name one of them")
    levels = {
        level["level_id"]: level["name"]
        for level in profile.body["level"]
        if level["level_id"] in profile.upper_levels[1:]
    }
    beside = path.with_suffix(".toml")
    _write_new(beside, declaration_text(kind, levels, path.name))
    if path.exists():
        raise DeclarationProblem(str(path), "a new file", "it is there already", "move it, or name another --out")
    write_template(kind, levels, path)
    return f"wrote {path} and {beside}"


def check(
    profile: Profile, what: str, build_dir: Path, rejects: Path | None, answers: Answers | None = None
) -> list[Part]:
    """What a build would make of a declared source, or of any file. Nothing is loaded."""
    declared = next((source for source in profile.sources if source.source_id == what), None)
    if declared is not None and shows_when_loaded(declared):
        return [Part(declared.kind, "", rehearsed(profile, declared, rejects))]
    register = _register(profile, build_dir)
    if declared is not None:
        return [_check_source(profile, declared, register, rejects)]
    path = Path(what)
    if not path.is_file():
        listed = ", ".join(source.source_id for source in profile.sources)
        raise FileMissing(what, f"a file, or one of the sources {listed}", "neither", "name one of them")
    extent = profile.body["map"].get("extent_degrees")
    done = dry_run(
        path,
        profile.upper_levels,
        register=register,
        codes=Codes(None, profile.codes_as_of, crosswalk_of(profile)),
        extent_degrees=extent,
        rejects=rejects,
        answers=answers,
    )
    return list(done.parts)


def _check_source(profile: Profile, source: Source, register: Register | None, rejects: Path | None) -> Part:
    intake = open_source(profile, source, register, codes_of(profile, source))
    writer = Rejects(rejects) if rejects is not None else None
    for batch in intake:
        if writer is not None:
            writer.add(batch)
    return Part(source.kind, "", intake.quality)


def _register(profile: Profile, build_dir: Path) -> Register | None:
    """The places of the published atlas, where it is this profile's; else rows are not looked up."""
    path = builds.good(build_dir)
    if path is None:
        return None
    with handles.read_only(path) as atlas:
        levels = [row[0] for row in atlas.execute("SELECT level_id FROM level ORDER BY position").fetchall()]
        served = atlas.execute("SELECT value FROM meta_profile WHERE key = 'profile_id'").fetchone()
        if levels != profile.levels or served != (json.dumps(profile.form.profile_id),):
            return None
        places = atlas.execute(
            f"""
            SELECT place_id, level, parent_id, name FROM place
            UNION ALL SELECT place_id, $1, "{levels[-2]}_id", name FROM village
            """,
            [levels[-1]],
        ).df()
    return Register(places, levels, former_names(changes_of(profile)), profile.body.get("name_endings"))
