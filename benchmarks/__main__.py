"""The command line: `python -m benchmarks [--only build,tiles,pages,first_view,names,naive,importing,dropped,siting,
priority,programme,desk,registers,visitors,memory,releases] [--quick] [--write] [--atlas DIR]`.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from benchmarks import machine, tables
from benchmarks.parts import choice
from benchmarks.settings import Settings
from benchmarks.tables import Table
from indicators import database

_was_stopped = threading.Event()
PARTS = (
    "build",
    "tiles",
    "pages",
    "first_view",
    "names",
    "naive",
    "importing",
    "dropped",
    "siting",
    "priority",
    "programme",
    "desk",
    "registers",
    "visitors",
    "memory",
    "releases",
)


def main() -> int:
    """Measure and print; 0 when done, 1 with a message when not, 130 when stopped by hand."""
    options = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopped)  # so that servers end when we are told to
    try:
        with tempfile.TemporaryDirectory(prefix="atlas-benchmarks-") as scratch:
            _run(options, Path(scratch))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (RuntimeError, OSError) as error:
        if _was_stopped.is_set():  # DuckDB turns the interruption of a query into an error of its own
            return 130
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Times build, tiles, pages, importing and planning."
    )
    parser.add_argument("--only", **choice(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer repeats: to see that it works")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--atlas", type=Path, metavar="DIR", help="measure the atlas published there")
    return parser


def _run(options: argparse.Namespace, scratch: Path) -> None:
    """A built atlas is the one measured, unless another one is named."""
    built = scratch / "build"
    is_own = "build" in options.only and options.atlas is None
    build_dir = built if is_own else (options.atlas or database.build_dir())
    settings = Settings(build_dir.resolve(), scratch, options.quick)
    logging.disable(logging.WARNING)  # Streamlit's test runner warns of the server that it does without
    os.environ["ATLAS_BUILD_DIR"] = str(settings.build_dir)
    print(machine.facts(), flush=True)
    for part in options.only:
        facts = machine.facts()
        measured = _measurer(part, built)(settings)
        for table in measured:
            print(f"\n{table.markdown()}", flush=True)
        if options.write:
            tables.write(part, tables.section(facts, measured))


def _measurer(part: str, built: Path) -> Callable[[Settings], list[Table]]:
    """A part is imported when its turn comes: the build is measured beside a small process."""
    module = importlib.import_module(f"benchmarks.{part}")
    if part == "build":
        return lambda settings: module.run(settings, built)
    measure: Callable[[Settings], list[Table]] = module.run
    return measure


def _stopped(number: int, frame: FrameType | None) -> None:
    del number, frame
    _was_stopped.set()
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
