"""What requests are made of: values that an atlas knows, so that handlers are reached, and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from atlas.first import listed
from atlas.kept import vendor
from atlas.look.colours import THEMES
from atlas.look.language import LANGUAGES
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import names as name_tiles
from atlas.maps.tiles import villages as tiles
from ground.visible import visible
from importer.report.template import TEMPLATES
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.names.search import LONGEST
from indicators.projects import costs

PLACES_PER_LEVEL = 25  # few enough that caches matter, as they do for visitors
DEEPEST_ZOOM = 14
WESTMOST, SOUTHMOST, DEGREES = (
    73.0,
    18.0,
    60.0,
)  # a window that holds most of a large country, and much around

#: Each of these has brought down a server of some kind once.
HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "nan",
    "1e999",
    "9" * 5_000,
    "٣",
    "１２",
    "\x00",
    "a\r\nX-Injected: 1",
    "\x1b[2J",
    "\u202e\u2066\ufeff",
    "\ud7ff\U0010ffff",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/vsicurl/http://127.0.0.1:9/x",
    "file:///etc/passwd",
    "' OR 1=1 --",
    "'; DROP TABLE place; --",
    "x' UNION SELECT * FROM read_text('/etc/passwd') --",
    "$1",
    "%s%n",
    "{{7*7}}",
    "{% raw %}",
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "(" * 400,
    "a" * 64,
    "a" * 65,
    "a," * 300,
    "None",
    "True",
    "[]",
    "9999-12-31",
    "0000-00-00",
    "2024-02-30",
)


@dataclass(frozen=True)
class Words:
    """Valid values by parameter, and all levels' places together. `valid(name, random)` draws one."""

    by_name: dict[str, Sequence[str]]
    dates: dict[str, Sequence[str]]  # standard → its dates

    def valid(self, name: str, random: Random) -> str:
        """A value of a parameter or path part that a handler understands."""
        drawn = _DRAWN.get(name)
        return drawn(random) if drawn else random.choice(self.by_name[name])


def of_atlas(atlas: Atlas) -> Words:
    """The words of one atlas; places are sampled, the same ones each time."""
    standards = [one for one in facts.standards(atlas) if one.dates]
    levels = places.levels(atlas)
    held = _places(atlas, levels)
    dated = sorted({day.isoformat() for one in standards for day in one.dates})
    chosen = {
        "build": [atlas.build_id],
        "standard": [one.standard_id for one in standards],
        "as_of": dated,
        "level": levels,
        "levels": [*levels, ",".join(levels[:3])],
        "within": held,
        "q": _asked(atlas, levels),
        "place_id": held,
        "small": _smallest(atlas, levels),
        "indicator": sorted(catalogue()),
        "lang": list(LANGUAGES),
        "theme": list(THEMES),
        "states": [*tiles.STATES, ",".join(tiles.STATES)],
        "resolution": list(boundary_tiles.DEGREE_DECIMALS),
        "classes": ["", "quantile", "natural", "equal", "5,10,20", "1万,2万"],
        "kind": ["village", "residential", "committee"],
        "terrain": ["plain", "hill", "mountain"],
        "category": ["ordinary", "remote", "border", "island"],
        "per": list(costs.COLUMNS),
        "source_id": [str(one) for one in facts.sources(atlas)["source_id"]],
        "path": list(vendor.assets()) or ["none"],
        "key": ["0" * 32],
        "v": ["0123456789abcdef"],
        "words": ["4G", "光纤 2018", "%"],
        "topic": ["coverage", "none"],
        "seen": ["original", "none"],
        "contradiction": ["any", "G1"],
        "step": list(map(str, range(name_tiles.STEPS))),
        "place": held,
        "template": list(TEMPLATES),
        "about": sorted(catalogue()),
        "figure": ["M12", "none"],
        "page": list(listed.addresses()),
        "view": ["", f"place={held[0]}&lang=zh", f"place={held[-1]}&standard={standards[0].standard_id}&q=%"],
        "by": ["", "永州市通信发展办公室"],
        "note": ["", "1. 复核\n2. 上会 <b>"],
        "release": ["2026.11", "2026.11.1"],
        "challenge_no": ["1", "45", "999999999"],
        "older": ["2026.11", atlas.build_id],
        "newer": ["2026.12", atlas.build_id],
        "from": ["2015", "2016-08"],
        "to": ["2018-09-30"],
    }
    chosen |= {f"vs_{name}": chosen[name] for name in ("standard", "as_of")}
    chosen |= {"beside": [f"{one}:{standards[-1].standard_id}" for one in held]}
    chosen |= {"demo": ["0", "1"], "maritime": ["0", "1"], "pilots": ["0", "1"]}
    return Words(chosen, {one.standard_id: [day.isoformat() for day in one.dates] for one in standards})


def _places(atlas: Atlas, levels: Sequence[str]) -> list[str]:
    """Some places of every level, and some villages."""
    query = "SELECT place_id FROM place WHERE level = $1 ORDER BY hash(place_id) LIMIT $2"
    rows = [atlas.cursor().execute(query, [level, PLACES_PER_LEVEL]).fetchall() for level in levels]
    villages = "SELECT place_id FROM village ORDER BY hash(place_id) LIMIT $1"
    rows.append(atlas.cursor().execute(villages, [PLACES_PER_LEVEL]).fetchall())
    return [str(place_id) for found in rows for (place_id,) in found]


def _smallest(atlas: Atlas, levels: Sequence[str]) -> list[str]:
    """Places of the two finest levels: what visitors take away is mostly a county's or a township's."""
    query = "SELECT place_id FROM place WHERE level IN ($1, $2) ORDER BY hash(place_id) LIMIT $3"
    rows = atlas.cursor().execute(query, [levels[-1], levels[-2], PLACES_PER_LEVEL]).fetchall()
    return [str(place_id) for (place_id,) in rows]


def _batch(random: Random) -> str:
    return str(random.randrange(0, 12))


def _people(random: Random) -> str:
    return f"{random.choice(['', random.randrange(500)])}-{random.randrange(500, 9_000)}"


def _area(random: Random) -> str:
    lon, lat = WESTMOST + random.random() * DEGREES, SOUTHMOST + random.random() * DEGREES / 2
    if random.random() < 0.5:
        return f"circle:{lon:.4f},{lat:.4f},{random.randrange(1, 400)}"
    side = 0.1 + 4 * random.random()
    return f"{lon:.4f},{lat:.4f};{lon + side:.4f},{lat:.4f};{lon:.4f},{lat + side:.4f}"


def _asked(atlas: Atlas, levels: Sequence[str]) -> list[str]:
    """Names as people type them: whole, begun, with a slip, with their place, by sound; and codes."""
    query = (
        f'SELECT v.name, v.place_id, p.name FROM village AS v JOIN place AS p ON p.place_id = v."{levels[-2]}_id" '
        "WHERE length(v.name) BETWEEN 3 AND 40 ORDER BY hash(v.place_id) LIMIT $1"
    )
    rows = atlas.cursor().execute(query, [PLACES_PER_LEVEL])
    named = [(visible(name), code, visible(above)) for name, code, above in rows.fetchall()]
    typed = [form for name, code, above in named for form in (name, name[:2], name[1:], f"{above} {name}", str(code))]
    return [*(text[:LONGEST] for text in typed if text.strip()), "xian", "shou fo", "s"]


_DRAWN: dict[str, Callable[[Random], str]] = {"batch": _batch, "people": _people, "area": _area}
