"""The command line: `python -m etl build|check|sources|info|draft|template`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import Problem

if TYPE_CHECKING:
    from etl.declaration import Profile

# What a command needs is imported inside it: `make run` asks `build --if-changed` at every start,
# and reading boundaries takes libraries that load for seconds.

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PROFILE = ROOT / "data" / "china"
DEFAULT_BUILD_DIR = ROOT / "data" / "build"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when done, 1 with a message when not."""
    options = _parser().parse_args(arguments)
    options.build_dir = options.build_dir or _build_dir(options.profile)
    try:
        return int(options.run(options))
    except Problem as error:
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _build_dir(profile: Path) -> Path:
    """Each country's atlases have a folder: the default one's is data/build, as the Makefile has it too."""
    if given := os.environ.get("ATLAS_BUILD_DIR"):
        return Path(given)
    is_default = profile.resolve() == DEFAULT_PROFILE
    return DEFAULT_BUILD_DIR if is_default else DEFAULT_BUILD_DIR / profile.resolve().name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description="Builds the atlas from declared sources.")
    commands = parser.add_subparsers(required=True)
    for name, run, about in (
        ("build", _build, "build, check and publish the atlas"),
        ("check", _check, "verify the declared sources and the published atlas"),
        ("sources", _sources, "list the declared sources"),
        ("info", _info, "show the published atlas: build, sources, rows in and out"),
        ("draft", _draft, "look at a file and propose a declaration for it"),
        ("template", _template, "write an empty workbook to be filled in"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--profile", type=Path, default=DEFAULT_PROFILE, help="profile folder (default: China)")
        command.add_argument(
            "--build-dir",
            type=Path,
            help="where atlases are published (default: ATLAS_BUILD_DIR, else data/build; data/build/NAME of others)",
        )
        command.add_argument("--quiet", action="store_true", help="no progress bar")
        command.set_defaults(run=run)
    choices = commands.choices
    choices["build"].add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="SOURCE",
        help="accept that this source holds far fewer rows than the last time",
    )
    choices["check"].add_argument("what", nargs="?", help="a source, or any file: its quality report")
    choices["check"].add_argument("--html", type=Path, help="write the report as a page, too")
    choices["check"].add_argument("--rejects", type=Path, help="write the rejected rows, with reasons, as CSV")
    for name in ("check", "draft"):
        choices[name].add_argument(
            "--answer",
            action="append",
            default=[],
            type=_pair,
            metavar="KEY=ANSWER",
            help="the answer to a question about the file, as the last check listed it: about=431122",
        )
    choices["draft"].add_argument("file", type=Path)
    choices["draft"].add_argument("--kind", help="what the file holds, where the headers do not tell")
    choices["draft"].add_argument("--out", type=Path, help="write the draft into this folder, too")
    choices["template"].add_argument("kind")
    choices["template"].add_argument("--out", type=Path, help="the workbook (default: KIND.xlsx here)")
    choices["build"].add_argument(
        "--more", action="append", default=[], type=Path, metavar="DIR", help="a folder with further sources/"
    )
    choices["build"].add_argument("--release", type=Path, help="what the desk says of the release, as JSON")
    choices["build"].add_argument("--told", type=Path, help="a file that is to say how far the build is, as JSON")
    choices["build"].add_argument(
        "--kept",
        type=Path,
        metavar="DIR",
        help="a folder for what the next build of these places may take over",
    )
    choices["build"].add_argument(
        "--if-changed", action="store_true", help="do nothing where the published atlas is of these files"
    )
    return parser


def _pair(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"KEY=ANSWER was expected, not {text!r}")
    return text


def _build(options: argparse.Namespace) -> int:
    from etl.publish.fingerprint import is_current

    if options.if_changed and is_current(options.profile, options.build_dir):
        return 0
    from etl.build import build
    from etl.publish.remarks import after_build

    path = build(
        options.profile,
        options.build_dir,
        quiet=options.quiet,
        confirmed=options.confirm,
        more=options.more,
        release=json.loads(options.release.read_text(encoding="utf-8")) if options.release else None,
        told=options.told,
        kept=options.kept,
    )
    if (told := after_build(path)) and not options.quiet:
        print(f"\nTo be looked at:\n{told}\n")
    print(f"published {path.name} ({path.stat().st_size / 1e6:,.0f} MB)")
    return 0


def _check(options: argparse.Namespace) -> int:
    from etl.build import verify
    from etl.declaration import load_profile
    from etl.publish.report import check_published

    profile = load_profile(options.profile)
    if options.what is not None:
        return _check_one(profile, options)
    verify(profile)
    print(f"{len(profile.sources)} sources declared, every file as declared")
    print(check_published(options.build_dir))
    return 0


def _check_one(profile: Profile, options: argparse.Namespace) -> int:
    """0 where every row would be loaded, 2 where some would be rejected."""
    from etl.handwork import check
    from importer.report.page import html, text

    answers = dict(pair.rpartition("=")[::2] for pair in options.answer)
    found = check(profile, options.what, options.build_dir, options.rejects, answers)
    print("\n\n".join(text(part.quality, questions=part.questions) for part in found))
    if options.html is not None:
        options.html.write_text(html([part.quality for part in found]), encoding="utf-8")
    is_waiting = any(part.questions and not part.quality.read for part in found)
    return 2 if is_waiting or any(part.quality.rejected for part in found) else 0


def _draft(options: argparse.Namespace) -> int:
    from etl.declaration import load_profile
    from etl.handwork import draft

    answers = dict(pair.rpartition("=")[::2] for pair in options.answer)
    print(draft(options.file, load_profile(options.profile, with_sources=False), options.kind, options.out, answers))
    return 0


def _template(options: argparse.Namespace) -> int:
    from etl.declaration import load_profile
    from etl.handwork import template

    path = options.out or Path(f"{options.kind}.xlsx")
    print(template(options.kind, load_profile(options.profile, with_sources=False), path))
    return 0


def _sources(options: argparse.Namespace) -> int:
    from etl.declaration import load_profile

    for source in load_profile(options.profile).sources:
        print(f"{source.source_id:<22} {source.kind:<18} {source.evidence:<10} {source.form.edition}")
    return 0


def _info(options: argparse.Namespace) -> int:
    from etl.publish.report import info

    print(info(options.build_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
