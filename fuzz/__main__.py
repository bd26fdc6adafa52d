"""The command line: `python -m fuzz [--only requests,visits,desk,kills,writers,bombs] [--seed N] [--requests N]
[--repeat N] [--quick] [--write] [--atlas DIR]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import machine, tables
from benchmarks.parts import choice
from benchmarks.processes import Server, atlas_server
from benchmarks.tables import Table, number, quantile
from fuzz import bombs, intruders, kills, office, traffic, visits, words, writers
from fuzz.addresses import request
from indicators import database

PARTS = ("requests", "visits", "desk", "kills", "writers", "bombs")
REQUESTS, VISITS, DESK, KILLS = 50_000, 400, 100_000, 200
MOST_SECONDS = 900.0  # of requests, and of visits
MOST_DESK_SECONDS = 3_600.0
QUICK = {"requests": 2_000, "visits": 50, "desk": 2_000, "kills": 10, "writers": 10}
SHOWN = 20


def main() -> int:
    """0 where nothing went wrong, 1 with a line for each thing that did."""
    options = _parser().parse_args()
    if options.repeat is not None:
        return _repeat(options)
    failures: list[str] = []
    for part in options.only:
        facts = machine.facts()
        table, found = _RUN[part](options)
        failures += found
        print(f"\n{table.markdown()}", flush=True)
        print("\n".join(found[:SHOWN]), flush=True)
        if options.write:
            tables.write(f"fuzz-{part}", tables.section(facts, [table]))
    print(f"{len(failures)} failures" if failures else "nothing went wrong")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Hostile requests and links, killed builds and writers, bomb files."
    )
    parser.add_argument("--only", **choice(PARTS))
    parser.add_argument("--seed", type=int, default=20161231, help="another one draws other requests")
    parser.add_argument("--requests", type=int, default=DESK, metavar="N", help="how many at the desk's addresses")
    parser.add_argument("--repeat", type=int, metavar="N", help="send the request of this number alone")
    parser.add_argument("--quick", action="store_true", help="fewer: to see that it works")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--atlas", type=Path, metavar="DIR", help="serve the atlas published there")
    return parser


def _repeat(options: argparse.Namespace) -> int:
    folder = options.atlas or database.build_dir()
    sent = request(options.seed, options.repeat, words.of_atlas(database.current(folder)))
    with atlas_server(folder.resolve()) as server:
        answer = traffic.Connection(server.port).ask(sent)
    print(f"{sent}\n{answer}")
    return 1 if traffic.wrong(sent, answer) else 0


def _requests(options: argparse.Namespace) -> tuple[Table, list[str]]:
    folder = (options.atlas or database.build_dir()).resolve()
    known = words.of_atlas(database.current(folder))
    wanted = QUICK["requests"] if options.quick else REQUESTS
    with atlas_server(folder) as server:
        server.wait_until_loaded()
        count = traffic.run(server, known, options.seed, wanted, MOST_SECONDS)
        rows = _traffic_rows(count, server)
    if count.requests < wanted:
        count.failures.append(f"only {count.requests:,} of {wanted:,} requests in {MOST_SECONDS:.0f} s")
    statuses = ", ".join(f"{status or 'none'}: {n:,}" for status, n in sorted(count.statuses.items()))
    note = f"Seed {options.seed}. Answers by status: {statuses}."
    return Table("Requests", ("what", "number"), rows, note), count.failures


def _visits(options: argparse.Namespace) -> tuple[Table, list[str]]:
    folder = (options.atlas or database.build_dir()).resolve()
    known = words.of_atlas(database.current(folder))
    wanted = QUICK["visits"] if options.quick else VISITS
    with atlas_server(folder) as server:
        server.wait_until_loaded()
        count = visits.run(server, known, options.seed, wanted, MOST_SECONDS)
        rows = [
            ["pages opened", f"{count.requests:,}"],
            ["that showed an error of the program", f"{len(count.failures):,}"],
            ["whole run, s", number(count.wall_seconds)],
            ["memory of the server at most, MB", number(server.peak_memory_mb)],
        ]
    return Table("Pages opened by strangers' links", ("what", "number"), rows, f"Seed {options.seed}."), count.failures


def _desk(options: argparse.Namespace) -> tuple[Table, list[str]]:
    folder = (options.atlas or database.build_dir()).resolve()
    wanted = QUICK["desk"] if options.quick else options.requests
    with office.office(folder, database.current(folder)) as (server, attacked):
        count = intruders.run(server, attacked, options.seed, wanted, MOST_DESK_SECONDS)
    if count.requests < wanted:
        count.failures.append(f"only {count.requests:,} of {wanted:,} requests in {MOST_DESK_SECONDS:.0f} s")
    rows = [
        ["requests at the desk's addresses", f"{count.requests:,}"],
        ["pages opened", f"{wanted // intruders.REQUESTS_PER_VISIT:,}"],
        ["answered with what was asked for (2xx, 3xx)", f"{count.reached:,}"],
        ["that showed too much or too little, or 5xx", f"{len(count.failures):,}"],
        ["whole run, s", number(count.wall_seconds)],
    ]
    return Table("Intruders at the desk", ("what", "number"), rows, f"Seed {options.seed}."), count.failures


def _traffic_rows(count: traffic.Count, server: Server) -> list[list[str]]:
    seconds = [one for found in count.seconds.values() for one in found]
    worst = max(count.seconds, key=lambda route: max(count.seconds[route]))
    return [
        ["requests", f"{count.requests:,}"],
        ["answered with what was asked for (2xx, 3xx)", f"{count.reached:,}"],
        ["refused because the server was full (429, 503 with Retry-After)", f"{count.refused_for_load:,}"],
        ["answers 5xx, none at all, or telling of the server", f"{len(count.failures):,}"],
        ["p50, p99, s", f"{number(quantile(seconds, 0.5))}, {number(quantile(seconds, 0.99))}"],
        [f"slowest, s: {worst}", number(max(count.seconds[worst]))],
        ["whole run, s", number(count.wall_seconds)],
        ["memory of the server at most, MB", number(server.peak_memory_mb)],
    ]


def _kills(options: argparse.Namespace) -> tuple[Table, list[str]]:
    count = kills.run(options.seed, QUICK["kills"] if options.quick else KILLS)
    rows = [
        ["builds killed", f"{count.kills:,}"],
        ["before a step in the file system", f"{count.at_steps:,}"],
        ["of these before a rename", f"{count.at_renames:,}"],
        ["at a random moment", f"{count.at_moments:,}"],
        ["without an atlas to read afterwards", f"{len(count.failures):,}"],
        ["files in the folder at most", f"{count.most_files:,}"],
        ["whole run, s", number(count.wall_seconds)],
    ]
    return Table("Killed builds", ("what", "number"), rows, f"Seed {options.seed}."), count.failures


def _bombs(options: argparse.Namespace) -> tuple[Table, list[str]]:
    del options
    fates = bombs.run(bombs.known())
    rows = [
        [fate.name, f"{fate.file_bytes:,}", number(fate.seconds), number(fate.peak_mb), _ending(fate)] for fate in fates
    ]
    failures = [f"{fate.name}: {fate.wrong}" for fate in fates if fate.wrong]
    return Table("Bomb files", ("file", "bytes", "s", "MB", "end"), rows), failures


def _writers(options: argparse.Namespace) -> tuple[Table, list[str]]:
    count = writers.run(options.seed, QUICK["writers"] if options.quick else KILLS)
    rows = [
        ["writers of the desk killed", f"{count.kills:,}"],
        ["corrections acknowledged before", f"{count.acknowledged:,}"],
        ["of these missing, or logs not whole", f"{len(count.failures):,}"],
        ["whole run, s", number(count.wall_seconds)],
    ]
    return Table("Killed writers", ("what", "number"), rows, f"Seed {options.seed}."), count.failures


_RUN: dict[str, Callable[[argparse.Namespace], tuple[Table, list[str]]]] = {
    "requests": _requests,
    "visits": _visits,
    "desk": _desk,
    "kills": _kills,
    "writers": _writers,
    "bombs": _bombs,
}


def _ending(fate: bombs.Fate) -> str:
    return fate.wrong or ("read" if fate.code == 0 else "refused")


if __name__ == "__main__":
    sys.exit(main())
