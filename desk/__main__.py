"""The command line: `python -m desk verify|replay|export|restore|tidy`, for the person who runs the desk."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desk import backup, projection, tidy
from desk.desk import Desk, opened
from desk.errors import Damaged


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 with a message when not."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(opened(options.folder, options.url), options))
    except (Damaged, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m desk", description="Looks after what people wrote.")
    parser.add_argument("--folder", type=Path, help="the desk's folder (default: ATLAS_DESK_DIR, else data/desk)")
    parser.add_argument("--url", help="the database (default: ATLAS_DESK_URL, else SQLite in the folder)")
    commands = parser.add_subparsers(required=True)
    for name, run, about in (
        ("verify", _verify, "check the log's chain, the tables made of it, and the files"),
        ("replay", _replay, "make the tables anew from the log"),
        ("export", _export, "back up the log, the files and what stands apart into a zip"),
        ("restore", _restore, "bring a backup into an empty desk"),
        ("tidy", _tidy, "remove files that nobody names any more"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        if run in (_export, _restore):
            command.add_argument("backup", type=Path)
    return parser


def _verify(desk: Desk, options: argparse.Namespace) -> int:
    del options
    found = backup.verify(desk)
    print("\n".join(found) or "the log is whole; tables and files are what it says")
    return 1 if found else 0


def _replay(desk: Desk, options: argparse.Namespace) -> int:
    del options
    with desk.writing() as writer:
        projection.replay(writer.connection, writer.connection, desk.files)
    print("the tables are made anew")
    return 0


def _export(desk: Desk, options: argparse.Namespace) -> int:
    print(f"{backup.export(desk, options.backup):,} entries in {options.backup}")
    return 0


def _restore(desk: Desk, options: argparse.Namespace) -> int:
    print(f"{backup.restore(desk, options.backup):,} entries are back")
    return 0


def _tidy(desk: Desk, options: argparse.Namespace) -> int:
    del options
    print(f"{tidy.tidy(desk):,} files removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
