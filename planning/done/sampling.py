"""Which villages to inspect: every county covered, the share asked for reached, at random and repeatable.

The draw needs no program of ours. For each village take SHA-256 of the text "<seed>:<village_id>" (UTF-8) as
64 hexadecimal digits; inside each county sort by these digits and take the first ceil(share × villages of the
county). So the same seed and list give the same villages whatever the order of the rows, a village added to
the list moves no other county's draw, and a larger share keeps all villages of a smaller one. Publish the
seed together with `list_digest` of the list drawn from; settle on both before anybody can know the outcome (a
lottery number of a day to come is a good seed).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

METHOD = "sha256(seed:village_id), lowest first, ceil(share × villages) in each county"


@dataclass(frozen=True)
class Sample:
    """A draw and all that is needed to repeat it."""

    villages: pd.DataFrame  # the rows drawn, with draw_key and draw_order (1 … in its county), by county and order
    counties: pd.DataFrame  # county_id, villages, drawn, share (0–1)
    seed: str
    share_asked: float
    share_drawn: float  # of the villages with a county; at least the share asked, as each county rounds up
    listed: int  # villages that could be drawn
    drawn: int
    without_county: int  # villages that belong to no known county: not drawn from
    list_digest: str  # of the villages that could be drawn, see `list_digest`
    method: str = METHOD


def draw(villages: pd.DataFrame, share: float, seed: str) -> Sample:
    """Draw a share (above 0, at most 1) of the villages in each county; columns village_id, county_id and any
    others.

    Raises ValueError for a share outside, an empty seed, and a village that is missing its id or listed
    twice.
    """
    _check(villages, share, seed)
    listed = villages[villages["county_id"].notna()]
    keys = [draw_key(seed, village_id) for village_id in listed["village_id"].tolist()]
    counties_of = pd.factorize(listed["county_id"], sort=True)[0]
    order = np.lexsort((np.array(keys, dtype="S64"), counties_of))  # by county, then by key
    ordered = listed.assign(draw_key=pd.Series(keys, index=listed.index, dtype=object)).iloc[order]
    ordered = ordered.reset_index(drop=True)
    by_county = ordered.groupby("county_id", sort=True)
    ordered["draw_order"] = by_county.cumcount() + 1
    sizes = by_county.size()
    wanted = sizes.map(lambda count: drawn_of(count, share)).astype(int)
    drawn = ordered[ordered["draw_order"] <= ordered["county_id"].map(wanted)].reset_index(drop=True)
    counties = pd.DataFrame(
        {"county_id": sizes.index, "villages": sizes.to_numpy(), "drawn": wanted.to_numpy()}
    ).assign(share=lambda table: table["drawn"] / table["villages"])
    return Sample(
        villages=drawn,
        counties=counties,
        seed=seed,
        share_asked=share,
        share_drawn=len(drawn) / len(listed) if len(listed) else float("nan"),
        listed=len(listed),
        drawn=len(drawn),
        without_county=len(villages) - len(listed),
        list_digest=list_digest(listed["village_id"].tolist()),
    )


def draw_key(seed: str, village_id: str) -> str:
    """64 hexadecimal digits; the same as `printf '%s' seed:village_id | sha256sum`."""
    return hashlib.sha256(f"{seed}:{village_id}".encode()).hexdigest()


def drawn_of(villages: int, share: float) -> int:
    """ceil(share × villages), at least one; rounded first, as 0.07 × 100 is 7.000000000000001 otherwise."""
    return max(1, math.ceil(round(share * villages, 9)))


def list_digest(village_ids: Iterable[str]) -> str:
    """SHA-256 of the ids in sorted order, one a line: whoever has the same list gets the same digits."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(map(str, village_ids))).encode()).hexdigest()


def _check(villages: pd.DataFrame, share: float, seed: str) -> None:
    if not 0 < share <= 1:
        raise ValueError(f"share is above 0 and at most 1 (0.05 for 5 %), not {share}")
    if not seed.strip():
        raise ValueError("a draw needs a seed that can be published, any text")
    if villages["village_id"].isna().any():
        raise ValueError(f"{int(villages['village_id'].isna().sum())} villages have no village_id")
    twice = villages.loc[villages["village_id"].duplicated(), "village_id"]
    if len(twice):
        raise ValueError(f"{len(twice)} villages are listed twice, the first is {twice.iloc[0]}")
