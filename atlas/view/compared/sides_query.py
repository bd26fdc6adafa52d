"""What a view is compared with, in its address: `vs_place=430500,430000`, `vs_standard=4g`, `vs_as_of=2015-12-31`.

Each is a list in its order; a link of one place, standard or date is a list of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from indicators import facts, places
from indicators.database import Atlas

SEPARATOR = ","
MOST_READ = 12  # of one kind: more than a page shows, so that it can say which it leaves out
MOST_REMARKED = 3
LONGEST_REMARK = 40


@dataclass(frozen=True)
class Others:
    """Places, standards and dates beside those of the view; none means that the view's own stands alone."""

    places: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.standards or self.dates)


NO_OTHERS = Others()


def written(others: Others) -> dict[str, str]:
    """The parameters of an address; nothing for what is not compared."""
    said = {
        "vs_place": others.places,
        "vs_standard": others.standards,
        "vs_as_of": [day.isoformat() for day in others.dates],
    }
    return {key: SEPARATOR.join(values) for key, values in said.items() if values}


def read(atlas: Atlas, asked: Mapping[str, str], known: Mapping[str, facts.Standard], remarks: list[str]) -> Others:
    """What is not known is left out, with a remark; what is said twice counts once."""
    return Others(
        _those(asked, "vs_place", lambda text: text if places.place(atlas, text) else None, remarks),
        _those(asked, "vs_standard", lambda text: text if text in known else None, remarks),
        tuple(date.fromisoformat(day) for day in _those(asked, "vs_as_of", _day, remarks)),
    )


def _those(
    asked: Mapping[str, str], key: str, known: Callable[[str], str | None], remarks: list[str]
) -> tuple[str, ...]:
    said = _parts(asked.get(key, ""))
    found = [known(text) for text in said]
    unknown = [text for text, one in zip(said, found, strict=True) if one is None]
    remarks += [text[:LONGEST_REMARK] for text in unknown[:MOST_REMARKED]]
    return tuple(one for one in dict.fromkeys(found) if one is not None)


def _parts(text: str) -> Sequence[str]:
    parts = (part.strip() for part in text.split(SEPARATOR))
    return list(dict.fromkeys(part for part in parts if part))[:MOST_READ]


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
