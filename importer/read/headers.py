"""Names of columns: cleaned, made unique, found among the first rows of a table."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

ROWS_LOOKED_AT = 60
MOST_HEADER_ROWS = 5
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
Span = tuple[tuple[int, int], tuple[int, int]]  # (top, left), (bottom, right), from 0, both included


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

    It begins with an empty cell and holds no numbers but years; where the header is empty it says something, and the
    other way round; and what it says does not come again below, as answers would.
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
    numbers = [cell.strip() for cell in below if is_number(cell)]
    are_years = len(numbers) == len(below) and all(map(_is_year, numbers))
    return names_all and spreads and not repeats and (not numbers or are_years)


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
    different = [_names(row) for row in rows[: len(filled)]]
    first = next((n for n, count in enumerate(different) if count >= max(2 * usual / 3, 1)), 0)
    for n in range(first):  # groups have few names: the row below says the rest
        if filled[n] > 1 and _refines_groups(rows, n + 1) and len(set(filter(None, joined(rows[n : n + 2])))) >= usual:
            return n + 1, "the row below it names the columns of its groups"
    below = rows[min(first + 1, len(rows) - 1)]
    if looks_like_data(rows[first]) and looks_like_data(below) and not _names_classes(rows[first], below):
        return 0, "the first row holds numbers like the rows after it: there seems to be no header"
    if first:
        return first + 1, f"the rows above row {first + 1} have too few cells for a header"
    return 1, "the first row holds no numbers"


def _names(row: Row) -> int:
    """How many different names a row holds; those of tables side by side (村名, 户数, 村名, 户数) count each time."""
    cells = [cell for cell in row if cell is not None]
    several = len(set(cells))
    is_again = (
        1 < several < len(cells) and len(cells) % several == 0 and cells == cells[:several] * (len(cells) // several)
    )
    return len(cells) if is_again and not any(map(is_number, cells)) else several


def header_row_of(spans: Sequence[Span], rows: Sequence[Row]) -> tuple[int, str]:
    """Where the header of a sheet begins: a cell that is merged down into it belongs to it from its first row on."""
    found, why = find_header(rows)
    into = [top for (top, _), (bottom, _) in spans if top < found - 1 <= bottom]
    if into and not any(map(_is_data, rows[min(into) : found - 1])):
        return min(into) + 1, "its cells are merged downwards"
    return found, why


def header_rows_of(spans: Sequence[Span], rows: Sequence[Row], header_row: int) -> int:
    """How many lines the header takes: cells merged downwards say it; below a group of columns stand their own
    names.
    """
    if not header_row:
        return 1
    top = header_row - 1
    merged = [span for span in spans if span[0][0] == top]
    lines = max([bottom - top + 1 for (_, _), (bottom, _) in merged], default=1)
    if lines == 1 and any(right > left for (_, left), (_, right) in merged):
        lines = 2
    if lines == 1 and below_header(rows, header_row)[0]:
        return 2
    below = rows[top + 1 : top + lines]
    return lines if lines <= MOST_HEADER_ROWS and not any(map(_is_data, below)) else 1


def _is_data(row: Row) -> bool:
    """Whether a row under a header's first holds data; years are names of columns there."""
    numbers = [cell.strip() for cell in row if cell is not None and is_number(cell)]
    return looks_like_data(row) and not all(map(_is_year, numbers))


def _is_year(number: str) -> bool:
    return number.isdigit() and int(number[:9]) in YEARS


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
