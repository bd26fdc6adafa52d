"""Names of places made comparable, from strict to loose."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ground import spelling

normal, _without = spelling.normal, spelling.without
REMARK = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")


def keys(names: pd.Series, suffixes: Sequence[str] = ()) -> list[pd.Series]:
    """Three keys per name, each looser than the one before; None where there is no name.

    The first ignores case, accents, blanks and hyphens; the second also the suffixes of kinds of place ("county"); the
    third also remarks in brackets. A suffix is never the whole name.
    """
    where, different = pd.factorize(names.to_numpy(dtype=object), use_na_sentinel=True)
    endings = tuple(sorted({normal(suffix) for suffix in suffixes if suffix}, key=len, reverse=True))
    found = [_keys_of(str(name), endings) for name in different]
    columns = [np.array([*(key[n] for key in found), None], dtype=object)[where] for n in range(3)]
    return [pd.Series(column, index=names.index, dtype=object) for column in columns]


def _keys_of(name: str, endings: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    strict = normal(name)
    bare = normal(REMARK.sub(" ", name)) or strict if REMARK.search(name) else strict
    short = _without(strict, endings)
    return strict or None, short or None, (short if bare == strict else _without(bare, endings)) or None
