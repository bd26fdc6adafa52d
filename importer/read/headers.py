"""Names of columns: cleaned, made unique, found among the first rows of a table."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

ROWS_LOOKED_AT = 60
HEADER_TAKES = "the header takes {} rows"
LINE_CHARACTERS = 200  # of a line above a header that are kept
YEARS = range(1949, 2100)
#: What columns of speeds, sizes or bands are called: Mbit/s, people, metres.
TIERS = frozenset(
    (
        *range(1, 11),
        *(12, 15, 16, 20, 24, 25, 30, 40, 50, 60, 75, 80, 90, 100, 120, 150, 200, 250, 300, 400, 500, 600, 700, 800),
        *(900, 1_000, 1_500, 2_000, 2_500, 3_000, 5_000, 10_000, 50_000, 100_000),
    )
)
Row = Sequence[str | None]


def clean(names: Sequence[str | None]) -> tuple[str, ...]:
    """Stripped, line breaks as blanks, empty ones as "column 3", repeated ones as "name (2)"."""
    seen: Counter[str] = Counter()
    cleaned = []
    for n, name in enumerate(names, start=1):
        shown = (name or "").encode("utf-8", errors="replace").decode("utf-8")  # bytes that are no text: ?
        text = " ".join(shown.replace("\ufeff", "").split()) or f"column {n}"
        seen[text] += 1
        cleaned.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return tuple(cleaned)


def joined(rows: Sequence[Row]) -> list[str | None]:
    """Several header rows as one: what stands above first, a text that repeats only once."""
    width = max((len(row) for row in rows), default=0)
    rows = [*_groups_filled(rows[:-1], rows[-1]), rows[-1]] if len(rows) > 1 else rows
    names: list[str | None] = []
    for n in range(width):
        parts = [row[n] for row in rows if n < len(row) and row[n]]
        names.append(" / ".join(dict.fromkeys(str(part).strip() for part in parts)) or None)
    return names


def _groups_filled(above: Sequence[Row], last: Row) -> list[Row]:
    """The name of a group over each of its columns: it stands over the first alone where cells are not merged."""
    filled: list[Row] = []
    for row in above:
        names: list[str | None] = []
        group: str | None = None
        for n in range(max(len(row), len(last))):
            cell, own = (line[n] if n < len(line) else None for line in (row, last))
            names.append(cell or (group if own else None))
            group = names[-1] if own and own != cell else None  # what has no name below it is no group
        filled.append(names)
    return filled


def below_header(rows: Sequence[Row], header_row: int) -> tuple[bool, tuple[str, ...]]:
    """(whether the row below a header belongs to it, notes about it): where that is not sure, the note says so."""
    if not header_row or header_row >= len(rows):
        return False, ()
    if _refines_groups(rows, header_row):
        return True, (HEADER_TAKES.format(2),)
    top, second = rows[header_row - 1], rows[header_row]
    unnamed = sum(cell is None for cell in top[: max((n + 1 for n, cell in enumerate(second) if cell), default=0)])
    is_like_names = any(second) and not any(is_number(cell) for cell in second if cell) and second[0] is None
    if unnamed and is_like_names:
        return False, (f"row {header_row + 1} may belong to the header: declare file.header_rows = 2 if it does",)
    return False, ()


def _refines_groups(rows: Sequence[Row], header_row: int) -> bool:
    """Whether the row below a header names the columns of its groups: 光纤, (empty) over 是否通, 年份.

    It begins with an empty cell and holds no number; where the header is empty it says something, where it is empty the
    header does; and what it says does not come again below, as answers would.
    """
    if header_row + 1 >= len(rows):
        return False
    top, second, after = rows[header_row - 1], rows[header_row], rows[header_row + 1 :]
    pairs = [(top[n] if n < len(top) else None, cell) for n, cell in enumerate(second)]
    if not pairs or pairs[0][1] is not None or after[0][:1] in ([], [None]):
        return False
    below = [cell for _, cell in pairs if cell is not None]
    names_all = all(group or own for group, own in pairs)
    spreads = any(group is None and own is not None for group, own in pairs)
    answers = {(n, row[n]) for row in after for n in range(len(row))}
    repeats = any((n, own) in answers for n, (_, own) in enumerate(pairs) if own is not None)
    return names_all and spreads and not repeats and not any(map(is_number, below))


def lines_above(rows: Sequence[Row], header_row: int) -> tuple[tuple[int, str], ...]:
    """(row from 1, text) of the lines over a header that hold any."""
    lines = []
    for number, row in enumerate(rows[: max(header_row - 1, 0)], start=1):
        text = " ".join(dict.fromkeys(cell.strip() for cell in row if cell is not None and cell.strip()))
        if text:
            lines.append((number, " ".join(text.split())[:LINE_CHARACTERS]))
    return tuple(lines)


def find_header(rows: Sequence[Row]) -> tuple[int, str]:
    """(row of the header from 1, or 0 where the file has none; why), from the first rows of a table."""
    filled = [sum(cell is not None for cell in row) for row in rows[:ROWS_LOOKED_AT]]
    if not any(filled):
        return 1, "the table is empty"
    widths = Counter(filled)
    usual = max(widths, key=lambda cells: cells * widths[cells])  # of few rows several may be lines of a title
    # A title that is merged over all columns fills them all and says one thing.
    different = [len({cell for cell in row if cell is not None}) for row in rows[: len(filled)]]
    first = next((n for n, count in enumerate(different) if count >= max(2 * usual / 3, 1)), 0)
    below = rows[min(first + 1, len(rows) - 1)]
    if looks_like_data(rows[first]) and looks_like_data(below) and not _names_classes(rows[first], below):
        return 0, "the first row holds numbers like the rows after it: there seems to be no header"
    if first:
        return first + 1, f"the rows above row {first + 1} have too few cells for a header"
    return 1, "the first row holds no numbers"


def looks_like_data(row: Row) -> bool:
    """A third of its cells are numbers, or two are longer than a year is: headers hold neither."""
    cells = [cell.strip() for cell in row if cell is not None]
    numbers = [cell for cell in cells if is_number(cell)]
    return len(numbers) * 3 >= len(cells) > 0 or sum(len(cell) > 4 for cell in numbers) > 1


def _names_classes(row: Row, below: Row) -> bool:
    """Whether the numbers of a row are years or tiers in their order, beside names: columns are called so."""
    numbers = {n: cell.strip() for n, cell in enumerate(row) if cell is not None and is_number(cell)}
    if len(numbers) == sum(cell is not None for cell in row) or not all(cell.isdigit() for cell in numbers.values()):
        return False
    values = [int(cell[:9]) for cell in numbers.values()]
    beneath = [below[n] if n < len(below) else None for n in numbers]
    under = [int(cell.strip()[:9]) for cell in beneath if cell is not None and cell.strip().isdigit()]
    for known in (YEARS, TIERS):
        if all(value in known for value in values) and _in_order(values):
            is_again = len(under) == len(values) and all(value in known for value in under) and _in_order(under)
            return not is_again and (known is YEARS or len(values) > 1)
    return False


def _in_order(values: Sequence[int]) -> bool:
    steps = [after - before for before, after in itertools.pairwise(values)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def is_number(text: str) -> bool:
    """Whether a cell is nothing but a number, with a point or comma."""
    short = text.strip().replace(",", "").replace(".", "").lstrip("+-")
    return short.isascii() and short.isdigit()
