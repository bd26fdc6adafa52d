"""How many small faults the tests find: a random sample of changed operators, numbers and conditions.

    python3 -m venv /tmp/mutants && /tmp/mutants/bin/pip install cosmic-ray
    /tmp/mutants/bin/python fuzz/mutants.py SAMPLE SEED

in a clone of its own, since cosmic-ray changes the files that it tries. Every mutant is tried against the tests of its
module only. Left out is what changes no answer: annotations, which nothing runs; how much a cache holds; the bare
`*` of a signature, which the type checker guards. With ATLAS_TEST_BUILD_DIR the tests that need the nation are run too.
docs/methods/mutation-sample.md has the last result.
"""

from __future__ import annotations

import ast
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("indicators", "planning", "importer")
PYTEST = ".venv/bin/python -m pytest -x -q -p no:cacheprovider -p no:randomly"
LIMIT_S = 240.0
#: The nation is not built once a mutant: its tests are run only where a build is given.
MARKS = "not browser" if "ATLAS_TEST_BUILD_DIR" in os.environ else "not national and not browser"
CACHES = ("per_build", "cache", "dataclass")
#: Modules whose tests do not lie under their own folder's name.
TESTS = {
    "importer/sandbox": "tests/attacks/test_foreign_files.py",
    "importer/report": "tests/importer tests/etl/test_templates.py",
    "indicators/demand": "tests/indicators tests/pages/test_planner_pages.py",
    "indicators/published": "tests/indicators tests/pages/test_published_pages.py",
    "planning/solver": "tests/planning",
    "importer/values.py": "tests/importer",
}


def tests_of(path: Path) -> str:
    """What is run for a module: its folder's tests, or those of its room."""
    relative = path.relative_to(ROOT)
    folder = relative.parent.as_posix()
    told = TESTS.get(relative.as_posix(), TESTS.get(folder, f"tests/{folder}"))
    return told if all((ROOT / one).exists() for one in told.split()) else f"tests/{relative.parts[0]}"


def unrun(path: Path) -> set[int]:
    """Lines of annotations and caches, where a change means nothing."""
    text = path.read_text(encoding="utf-8")
    lines = {number for number, line in enumerate(text.splitlines(), 1) if line.strip() in ("*,", "*")}
    for node in ast.walk(ast.parse(text)):
        for cache in getattr(node, "decorator_list", []):
            if any(word in ast.unparse(cache) for word in CACHES):
                lines.update(range(cache.lineno, (cache.end_lineno or cache.lineno) + 1))
        notes = [getattr(node, name, None) for name in ("annotation", "returns")]
        for note in notes:
            if isinstance(note, ast.expr):
                lines.update(range(note.lineno, (note.end_lineno or note.lineno) + 1))
    return lines


def specs() -> Iterator[Any]:
    """Every mutation there is of the three rooms."""
    from cosmic_ray.commands.init import init
    from cosmic_ray.work_db import WorkDB, use_db

    for path in sorted(one for room in ROOMS for one in (ROOT / room).rglob("*.py")):
        left_out = unrun(path)
        with use_db(":memory:", WorkDB.Mode.create) as held:
            init([path], held, {})
            for item in held.work_items:
                if item.mutations[0].start_pos[0] not in left_out:
                    yield item.mutations[0]


def main(sample: int, seed: int) -> None:
    """Try `sample` mutants of each room."""
    from cosmic_ray.mutating import mutate_and_test

    drawn = random.Random(seed)
    found = list(specs())
    for room in ROOMS:
        mine = [one for one in found if Path(one.module_path).relative_to(ROOT).parts[0] == room]
        ends: Counter[str] = Counter()
        for one in drawn.sample(mine, sample):
            path = Path(one.module_path)
            result = mutate_and_test([one], f"{PYTEST} -m '{MARKS}' {tests_of(path)}", LIMIT_S)
            ends[str(result.test_outcome)] += 1
            if not result.is_killed:
                print(f"survived {path.relative_to(ROOT)}:{one.start_pos[0]} {one.operator_name}\n{result.diff}")
        print(f"{room}: {len(mine)} mutants, {dict(ends)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
