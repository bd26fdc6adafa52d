"""Many short texts in one array, found by the places at which their letters stand.

A question is a row of signs, each of which may stand for several letters. The rarest sign says where to look, the
others are compared beside it: no text is read that cannot be the one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.names.alphabet import Alphabet, Ids, Points, Sign, points

LONGEST = 40  # signs of a question
EXACT, BEGINS, WORD, INSIDE = 0, 1, 2, 3  # how a text was found: all of it, its beginning, from a word on, in a word
BLANK = 32
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Matches:
    """Texts by number, how each was found, and whether only a rare reading of some letter made it so."""

    texts: NDArray[np.int32]
    how: NDArray[np.uint8]
    is_rare: NDArray[np.bool_]


def joined(texts: Sequence[str]) -> Points:
    """All texts one after the other, with a zero before and behind each."""
    return points("\0".join(["", *(text.replace("\0", "") for text in texts), ""]))


class Texts:
    """Texts in their order, each as `spelling.worded` writes them."""

    def __init__(self, texts: Points, alphabet: Alphabet) -> None:
        """texts: as `joined` gives them."""
        is_blank = texts == BLANK
        follows_blank = np.concatenate([[False], is_blank[:-1]])[~is_blank]
        edge = np.zeros(LONGEST + 1, dtype=np.uint16)
        letters = alphabet.numbers(texts[~is_blank])
        between = np.flatnonzero(letters == 0) + len(edge)
        self.letters: Ids = np.concatenate([edge, letters, edge])
        self.begin, self.end = (between[:-1] + 1).astype(np.int32), between[1:].astype(np.int32)
        self.length = self.end - self.begin
        self._begins_word = np.concatenate([edge > 0, follows_blank, edge > 0])
        is_first = np.zeros(len(self.letters), dtype=np.int32)
        is_first[self.begin] = 1
        self._owner = np.cumsum(is_first, dtype=np.int32) - 1
        self._order = np.argsort(self.letters, kind="stable").astype(np.int32)
        counts = np.bincount(self.letters, minlength=len(alphabet))
        self._from = np.concatenate([[0], np.cumsum(counts)])
        self._letters = len(alphabet)

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def nbytes(self) -> int:
        """Memory that the arrays take."""
        return sum(one.nbytes for one in vars(self).values() if isinstance(one, np.ndarray))

    def found(self, signs: Sequence[Sign], *, only_whole: bool = False) -> Matches:
        """Every text in which the signs follow each other; a text in which they do twice comes twice.

        only_whole: those that consist of nothing else.
        """
        at = self._rows(signs)
        last = at + len(signs)
        is_end = self.letters[last] == 0
        if signs and signs[-1].whole is not None:
            is_end &= self._table(signs[-1].whole)[self.letters[last - 1]]
        is_begin = self.letters[at - 1] == 0
        if only_whole:
            kept = is_begin & is_end
            at, is_end, is_begin = at[kept], is_end[kept], is_begin[kept]
        word = np.where(self._begins_word[at], WORD, INSIDE)
        how = np.where(is_begin, np.where(is_end, EXACT, BEGINS), word).astype(np.uint8)
        return Matches(self._owner[at], how, self._is_rare(at, signs))

    def _rows(self, signs: Sequence[Sign]) -> Positions:
        """Where the first sign stands, wherever all follow each other."""
        if not signs or len(signs) > LONGEST or any(not len(sign.ids) for sign in signs):
            return np.empty(0, dtype=np.int64)
        many = [self._count(sign.ids) for sign in signs]
        rarest = int(np.argmin(many))
        at = self._places(signs[rarest].ids) - rarest
        for offset in sorted(range(len(signs)), key=lambda n: many[n]):
            if offset != rarest and len(at):
                at = at[self._table(signs[offset].ids)[self.letters[at + offset]]]
        return at

    def _is_rare(self, at: Positions, signs: Sequence[Sign]) -> NDArray[np.bool_]:
        is_rare = np.zeros(len(at), dtype=bool)
        for offset, sign in enumerate(signs):
            if sign.usual is not None and len(at):
                is_rare |= ~self._table(sign.usual)[self.letters[at + offset]]
        return is_rare

    def _count(self, ids: Ids) -> int:
        return int((self._from[ids.astype(np.int64) + 1] - self._from[ids]).sum())

    def _places(self, ids: Ids) -> Positions:
        slices = [self._order[self._from[one] : self._from[one + 1]] for one in ids.tolist()]
        return np.concatenate(slices).astype(np.int64) if slices else np.empty(0, dtype=np.int64)

    def _table(self, ids: Ids) -> NDArray[np.bool_]:
        table = np.zeros(self._letters, dtype=bool)
        table[ids] = True
        return table

    # --- one slip away ---------------------------------------------------------------------------------

    def near(self, signs: Sequence[Sign]) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Texts that one slip makes of the signs: a letter mistaken, left out, added, or exchanged with the next.

        The second array ranks them: 0 where a letter that sounds alike was taken, or two were exchanged; else 1.
        """
        count = len(signs)
        if count < 2 or count > LONGEST:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8)
        half = count // 2
        heads = self._edges(signs[:half], at_the_end=False)
        tails = self._edges(signs[half:], at_the_end=True)
        texts = np.unique(np.concatenate([heads, tails])).astype(np.int32)
        length = self.length[texts]
        texts = texts[(np.abs(length - count) <= 1) & (length > 1)]
        found, ranks = self._slips(texts, signs)
        # An exchange across the middle leaves neither half as it was.
        across = [*signs[: half - 1], signs[half], signs[half - 1], *signs[half + 1 :]]
        swapped = np.setdiff1d(self.found(across, only_whole=True).texts, self.found(signs, only_whole=True).texts)
        return np.concatenate([found, swapped]), np.concatenate([ranks, np.zeros(len(swapped), dtype=np.uint8)])

    def _edges(self, signs: Sequence[Sign], *, at_the_end: bool) -> NDArray[np.int32]:
        at = self._rows(signs)
        beyond = at + len(signs) if at_the_end else at - 1
        return self._owner[at[self.letters[beyond] == 0]]

    def _slips(self, texts: NDArray[np.int32], signs: Sequence[Sign]) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Those of the texts whose beginning and end, as far as they agree with the signs, leave out one letter."""
        count, length = len(signs), self.length[texts]
        tables = [self._table(sign.ids) for sign in signs]
        begin, end = self.begin[texts], self.end[texts]
        ahead, behind = (np.zeros(len(texts), dtype=np.int64) for _ in range(2))
        goes_on = np.ones(len(texts), dtype=bool)
        for n, table in enumerate(tables):
            goes_on &= (n < length) & table[self.letters[begin + np.minimum(n, length)]]
            ahead += goes_on
        goes_on[:] = True
        for n, table in enumerate(reversed(tables)):
            goes_on &= (n < length) & table[self.letters[end - 1 - np.minimum(n, length)]]
            behind += goes_on
        is_same = length == count
        needed = np.where(is_same, count - 1, np.minimum(length, count))
        is_swap = is_same & (ahead + behind == count - 2)
        for n in range(count - 1):
            here = np.flatnonzero(is_swap & (ahead == n))
            first, second = (self.letters[begin[here] + offset] for offset in (n, n + 1))
            is_swap[here] = tables[n][second] & tables[n + 1][first]
        is_swap &= ahead < count - 1
        kept = is_swap | ((ahead + behind >= needed) & ~(is_same & (ahead == count)))
        texts, ahead, is_swap, is_same = texts[kept], ahead[kept], is_swap[kept], is_same[kept]
        ranks = np.where(is_swap, 0, 1).astype(np.uint8)
        for n, sign in enumerate(signs):
            here = np.flatnonzero(is_same & ~is_swap & (ahead == n))
            if len(here):
                sounds = self._table(sign.alike)[self.letters[self.begin[texts[here]] + n]]
                ranks[here] = np.where(sounds, 0, 1)
        return texts, ranks
