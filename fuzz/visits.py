"""Pages opened by links that strangers wrote: each run of a page ends well, whatever its address holds."""

from __future__ import annotations

import time
from random import Random

from atlas.first import listed
from atlas.view import filter_query
from benchmarks.processes import Server
from benchmarks.session import PageFailed, session
from fuzz.traffic import Count
from fuzz.words import HOSTILE, Words

VISITS_PER_SESSION = 25
PAGES = listed.addresses()
#: What addresses of pages may hold besides: any of the values, or one with something wrong in it.
FREE = {
    "place": "within",
    "vs_place": "within",
    "vs_standard": "standard",
    "vs_as_of": "as_of",
    "about": "indicator",
}
TYPED = {
    "layers": ("outlines", "villages,pilots", "hot_spots", "distance", "none"),
    "at": ("105.0,35.0,4.5", "999,0,0", "110.1,27.2,99"),
    "q": ("village", "村", "110000", "%", "a" * 400),
    "priority.budget": ("1000000", "-5", "1e308", "abc"),
    "model.speed": ("30", "0", "1e9", "fast"),
    "cost.seed": ("1", "9" * 40),
    "nobody.knows": ("1", "<b>"),
    "in.plan_budget": ("1000000", "-5", "1e308", "abc"),  # as links from before have it
    "in.rate": ("0.3", "2", "nan"),
    "in.seed": ("1", "9" * 40),
    "in.page": ("1", "99999", "-1"),
    "in." + "x" * 60: ("1",),
    "demo": ("1", "0", "yes"),
}


def run(server: Server, words: Words, seed: int, visits: int, most_seconds: float) -> Count:
    """Open `visits` pages one after another, as several visitors. Failures carry the page and its address."""
    count, begun = Count(), time.perf_counter()
    for first in range(0, visits, VISITS_PER_SESSION):
        with session(server) as visitor:
            for number in range(first, min(first + VISITS_PER_SESSION, visits)):
                if time.perf_counter() - begun > most_seconds:
                    break
                page, view = link(seed, number, words)
                try:
                    count.seconds[page].append(visitor.rerun(page, view).ms / 1000)
                    count.statuses[200] += 1
                except PageFailed as failed:
                    count.statuses[500] += 1
                    count.failures.append(f"visit {number} of seed {seed}: {failed} {view}")
    count.wall_seconds = time.perf_counter() - begun
    return count


def link(seed: int, number: int, words: Words) -> tuple[str, dict[str, str]]:
    """The page and the query of the visit of this number."""
    random = Random(f"{seed}:visit:{number}")
    page = PAGES[number % len(PAGES)]
    view = {name: words.valid(FREE.get(name, name), random) for name in _names(random)}
    view |= {name: random.choice(TYPED[name]) for name in random.sample(sorted(TYPED), random.choice([0, 0, 1, 3]))}
    if view and random.random() < 0.4:
        view[random.choice(sorted(view))] = random.choice(HOSTILE)
    return ("" if page == "overview" else page), view


def _names(random: Random) -> list[str]:
    usual = [name for name in ("place", "standard", "as_of", "lang") if random.random() < 0.8]
    rare = [*FREE, *filter_query.KEYS, "states", "classes", "per"]
    return [*usual, *random.sample(rare, random.choice([0, 1, 2, 5]))]
