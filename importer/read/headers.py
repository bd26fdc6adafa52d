"""Names of columns: cleaned, made unique, found among the first rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

ROWS_LOOKED_AT = 60
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
    names: list[str | None] = []
    for n in range(width):
        parts = [row[n] for row in rows if n < len(row) and row[n]]
        names.append(" / ".join(dict.fromkeys(str(part).strip() for part in parts)) or None)
    return names


def find_header(rows: Sequence[Row]) -> tuple[int, str]:
    """(row of the header from 1, or 0 where the file has none; why), from the first rows of a table."""
    filled = [sum(cell is not None for cell in row) for row in rows[:ROWS_LOOKED_AT]]
    if not any(filled):
        return 1, "the table is empty"
    usual = Counter(n for n in filled if n).most_common(1)[0][0]
    # A title that is merged over all columns fills them all and says one thing.
    different = [len({cell for cell in row if cell is not None}) for row in rows[: len(filled)]]
    first = next((n for n, count in enumerate(different) if count >= max(2 * usual / 3, 1)), 0)
    if looks_like_data(rows[first]) and looks_like_data(rows[min(first + 1, len(rows) - 1)]):
        return 0, "the first row holds numbers like the rows after it: there seems to be no header"
    if first:
        return first + 1, f"the rows above row {first + 1} have too few cells for a header"
    return 1, "the first row holds no numbers"


def looks_like_data(row: Row) -> bool:
    """A third of its cells are numbers, or two are longer than a year is: headers hold neither."""
    cells = [cell.strip() for cell in row if cell is not None]
    numbers = [cell for cell in cells if is_number(cell)]
    return len(numbers) * 3 >= len(cells) > 0 or sum(len(cell) > 4 for cell in numbers) > 1


def is_number(text: str) -> bool:
    """Whether a cell is nothing but a number, with a point or comma."""
    short = text.strip().replace(",", "").replace(".", "").lstrip("+-")
    return short.isascii() and short.isdigit()
