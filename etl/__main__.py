"""The command line: `python -m etl build|check|sources|info`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from importer.errors import Problem

# What a command needs is imported inside it: `make run` asks `build --if-changed` at every start,
# and reading boundaries takes libraries that load for seconds.

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PROFILE = ROOT / "data" / "china"
DEFAULT_BUILD_DIR = ROOT / "data" / "build"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when done, 1 with a message when not."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Problem as error:
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m etl", description="Builds the atlas from declared sources."
    )
    commands = parser.add_subparsers(required=True)
    for name, run, about in (
        ("build", _build, "build, check and publish the atlas"),
        ("check", _check, "verify the declared sources and the published atlas"),
        ("sources", _sources, "list the declared sources"),
        ("info", _info, "show the published atlas: build, sources, rows in and out"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument(
            "--profile", type=Path, default=DEFAULT_PROFILE, help="profile folder (default: China)"
        )
        command.add_argument(
            "--build-dir",
            type=Path,
            default=Path(os.environ.get("ATLAS_BUILD_DIR", DEFAULT_BUILD_DIR)),
            help="where atlases are published (ATLAS_BUILD_DIR)",
        )
        command.add_argument("--quiet", action="store_true", help="no progress bar")
        command.set_defaults(run=run)
    commands.choices["build"].add_argument(
        "--if-changed", action="store_true", help="do nothing where the published atlas is of these files"
    )
    return parser


def _build(options: argparse.Namespace) -> int:
    from etl.fingerprint import is_current

    if options.if_changed and is_current(options.profile, options.build_dir):
        return 0
    from etl.build import build

    path = build(options.profile, options.build_dir, quiet=options.quiet)
    print(f"published {path.name} ({path.stat().st_size / 1e6:,.0f} MB)")
    return 0


def _check(options: argparse.Namespace) -> int:
    from etl.build import verify
    from etl.declaration import load_profile
    from etl.report import check_published

    profile = load_profile(options.profile)
    verify(profile)
    print(f"{len(profile.sources)} sources declared, every file as declared")
    print(check_published(options.build_dir))
    return 0


def _sources(options: argparse.Namespace) -> int:
    from etl.declaration import load_profile

    for source in load_profile(options.profile).sources:
        print(f"{source.source_id:<22} {source.kind:<18} {source.evidence:<10} {source.body['edition']}")
    return 0


def _info(options: argparse.Namespace) -> int:
    from etl.report import info

    print(info(options.build_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
