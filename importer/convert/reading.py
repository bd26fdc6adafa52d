"""From the cells of a file to typed rows, with every cell that says nothing understandable named."""

from __future__ import annotations

import dataclasses
import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from importer.convert.batch import Batch, Series
from importer.convert.choices import chosen
from importer.convert.corrections import Corrections
from importer.convert.declared import FILE_NAME, PLACEHOLDER, ROW_NUMBER, Column, Declaration, Wide
from importer.convert.fields import convert, settled
from importer.errors import DeclarationProblem
from importer.files import read
from importer.place import coordinates, quadkeys
from importer.read.chunk import Chunk
from importer.values import Converted

CHUNK_ROWS = 100_000


def batches(
    declaration: Declaration,
    files: Sequence[Path],
    corrections: Corrections | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[Batch]:
    """Read files in order, a chunk at a time; memory does not grow with their size.

    Raises DeclarationProblem where a column is missing or a frame cannot be, FileUnreadable and
    FileTooLarge as `importer.files`.
    """
    read_rows, spoken_of = 0, 0
    for path in files:
        understood: Declaration | None = None
        for chunk in read(path, declaration.options, chunk_rows=chunk_rows):
            if chunk.frame.empty and not len(chunk.frame.columns):
                continue  # a valid file with nothing in it
            if understood is None:
                # What a column's first cells decide (a decimal comma) holds for the whole file.
                _refuse_nothing(declaration, chunk, path)
                understood = _settled(with_headers_of(declaration, chunk, path), chunk, path)
            batch = _batch(understood, _corrected(chunk, corrections), path)
            read_rows, spoken_of = read_rows + len(chunk.frame), spoken_of + len(batch.rows)
            yield batch
    if read_rows and not spoken_of:
        raise DeclarationProblem(
            f"{declaration.where}, rows.only",
            "some rows of the file to be meant",
            f"none of {read_rows:,} has {dict(declaration.only)}",
            "see the words in the file and mend rows.only",
        )


def _refuse_nothing(declaration: Declaration, chunk: Chunk, path: Path) -> None:
    """A declaration without coordinates counts on geometries: here it shows whether there are any."""
    missing = declaration.content.missing(declaration.fields)
    if missing is not None and chunk.geometry is None:
        raise DeclarationProblem(
            f"{declaration.where}, columns",
            f"a column for {' or '.join(missing)}",
            f"{', '.join(declaration.fields)}; {path.name} has no geometries",
            f"mend {declaration.where}",
        )


def with_headers_of(declaration: Declaration, chunk: Chunk, path: Path) -> Declaration:
    """The declaration with its headers spelt as this file spells them. Raises where one is missing."""
    spelling = {name: _find_header(declaration, chunk, path, name) for name in declaration.needs}

    def spelt(column: Column) -> Column:
        template = column.template
        if template is not None:
            template = PLACEHOLDER.sub(lambda m: "{" + spelling.get(m[1], m[1]) + "}", template)
        return dataclasses.replace(
            column,
            columns=tuple(spelling[name] for name in column.columns),
            sum_of={spelling[name]: factor for name, factor in column.sum_of.items()},
            one_of={spelling[name]: meaning for name, meaning in column.one_of.items()},
            template=template,
        )

    return dataclasses.replace(
        declaration,
        columns={name: spelt(column) for name, column in declaration.columns.items()},
        only={spelling[name]: values for name, values in declaration.only.items()},
    )


def _find_header(declaration: Declaration, chunk: Chunk, path: Path, wanted: str) -> str:
    headers = [str(header) for header in chunk.frame.columns]
    if wanted in headers:
        return wanted
    alike = [header for header in headers if _loose(header) == _loose(wanted)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(wanted, headers, n=3, cutoff=0.5)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise DeclarationProblem(
        f"{path.name}, header",
        f"a column {wanted!r}",
        f"{', '.join(headers[:40])}{hint}",
        f"mend [columns] in {declaration.where}, or name the right header row: file.header_row",
    )


def _loose(header: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", header).casefold().split())


def _settled(declaration: Declaration, chunk: Chunk, path: Path) -> Declaration:
    columns = {name: settled(column, _cells(column, chunk, path)) for name, column in declaration.columns.items()}
    wide = tuple(_settled_wide(wide, chunk) for wide in declaration.wide)
    return dataclasses.replace(declaration, columns=columns, wide=wide)


def _settled_wide(wide: Wide, chunk: Chunk) -> Wide:
    cells = [_stripped(chunk.frame[header], wide.value.strip) for header, _ in _matching(wide, chunk.frame)]
    together = pd.concat(cells, ignore_index=True) if cells else pd.Series([], dtype=object)
    return dataclasses.replace(wide, value=settled(wide.value, together))


def _corrected(chunk: Chunk, corrections: Corrections | None) -> Chunk:
    return chunk if corrections is None else corrections.applied(chunk)


# --- one chunk ------------------------------------------------------------------------------------------


def _batch(declaration: Declaration, chunk: Chunk, path: Path) -> Batch:
    chunk = _only(declaration, chunk)
    batch = Batch(
        file=path.name,
        texts=chunk.frame,
        row_numbers=chunk.row_numbers,
        rows=pd.DataFrame(index=chunk.frame.index),
        unreadable=chunk.unreadable,
    )
    for name, column in declaration.columns.items():
        if name not in ("lon", "lat"):
            cells = _cells(column, chunk, path)
            batch.rows[name] = _keep(batch, column, convert(column, cells), cells)
    for wide in declaration.wide:
        batch.wide += _wide(declaration, batch, wide, chunk)
    _place(declaration, batch, chunk, path)
    return batch


def _only(declaration: Declaration, chunk: Chunk) -> Chunk:
    """Rows that the declaration speaks of; the others belong to another one."""
    keep = np.ones(len(chunk.frame), dtype=bool)
    for column, values in declaration.only.items():
        keep &= chunk.frame[column].isin(values).to_numpy()
    if keep.all():
        return chunk
    geometry = None if chunk.geometry is None else chunk.geometry[keep]
    return dataclasses.replace(
        chunk,
        frame=chunk.frame[keep].reset_index(drop=True),
        row_numbers=chunk.row_numbers[keep],
        geometry=geometry,
    )


def _cells(column: Column, chunk: Chunk, path: Path) -> pd.Series:
    """The text of a field for each row, before it is understood."""
    return _stripped(_given(column, chunk, path), column.strip)


def _given(column: Column, chunk: Chunk, path: Path) -> pd.Series:
    """What the file holds of a field, whichever way it is given."""
    frame = chunk.frame
    if column.one_of:
        return pd.Series(chosen(column, frame.__getitem__)[0], index=frame.index, dtype=object)
    if column.constant is not None:
        return _same(column.constant, frame)
    if column.file_name is not None:
        found = column.file_name.search(path.name)
        return _same(found[1] if found else None, frame)
    if column.template is not None:
        return _from_template(column.template, chunk, path)
    if column.sum_of:
        return frame[next(iter(column.sum_of))]
    cells = frame[column.columns[0]]
    for name in column.columns[1:]:
        cells = cells.where(cells.notna(), frame[name])
    return cells


def _same(text: str | None, frame: pd.DataFrame) -> pd.Series:
    return pd.Series([text] * len(frame), index=frame.index, dtype=object)


def _stripped(cells: pd.Series, pattern: str | None) -> pd.Series:
    if pattern is None:
        return cells
    short = cells.str.replace(pattern, "", regex=True).astype(object)
    return short.where(cells.notna(), None)


def _from_template(template: str, chunk: Chunk, path: Path) -> pd.Series:
    """ "{Block}/{Village}" filled in; empty where a cell that it names is."""
    parts: list[pd.Series] = []
    for n, piece in enumerate(PLACEHOLDER.split(template)):
        if n % 2 == 0:
            parts.append(_same(piece, chunk.frame))
        elif piece == ROW_NUMBER:
            numbers = [str(number) for number in chunk.row_numbers]
            parts.append(pd.Series(numbers, index=chunk.frame.index, dtype=object))
        elif piece == FILE_NAME:
            parts.append(_same(path.stem, chunk.frame))
        else:
            parts.append(chunk.frame[piece])
    whole = pd.concat(parts, axis=1)
    joined = whole.astype(object).fillna("").agg("".join, axis=1)
    return joined.astype(object).where(whole.notna().all(axis=1), None)


def _keep(batch: Batch, column: Column, converted: Converted, cells: pd.Series) -> pd.Series:
    """The values of a field; what is wrong with them becomes findings."""
    if column.sum_of:
        converted = _sum(column, batch)
    header = ", ".join(column.needs) or column.field.name
    if column.one_of:
        said = chosen(column, batch.texts.__getitem__)[1]
        batch.find(said.problem, field=column.field.name, column=header, values=pd.Series(said.values))
    batch.find(converted.problem, field=column.field.name, column=header, values=cells)
    return pd.Series(np.asarray(converted.values), index=batch.texts.index)


def _sum(column: Column, batch: Batch) -> Converted:
    """A weighted sum of columns; unknown, or wrong, where one of them is."""
    total = np.zeros(len(batch.texts))
    problem = np.full(len(batch.texts), None, dtype=object)
    for name, factor in column.sum_of.items():
        part = convert(column, _stripped(batch.texts[name], column.strip))
        total = total + factor * np.asarray(part.values, dtype=float)
        problem = np.where(pd.notna(problem), problem, part.problem)
    return Converted(total, problem)


def _matching(wide: Wide, frame: pd.DataFrame) -> list[tuple[str, dict[str, str]]]:
    """The headers that a wide declaration speaks of, and what each says."""
    found = []
    for header in frame.columns:
        if matched := wide.pattern.fullmatch(str(header)):
            said = {name: text for name, text in matched.groupdict().items() if text is not None}
            says = {name: wide.words.get(name, {}).get(text, text) for name, text in said.items()}
            found.append((str(header), {**wide.constant, **says}))
    return found


def _wide(declaration: Declaration, batch: Batch, wide: Wide, chunk: Chunk) -> list[Series]:
    matching = _matching(wide, chunk.frame)
    if not matching:
        raise DeclarationProblem(
            f"{batch.file}, header",
            f"columns such as {wide.pattern.pattern}",
            ", ".join(map(str, chunk.frame.columns[:40])),
            f"mend [[wide]] in {declaration.where}",
        )
    series = []
    for header, says in matching:
        cells = _stripped(chunk.frame[header], wide.value.strip)
        converted = convert(wide.value, cells)
        batch.find(converted.problem, field=wide.value.field.name, column=header, values=cells)
        values = pd.Series(np.asarray(converted.values), index=cells.index)
        series.append(Series(header, says, wide.value.field.name, values))
    return series


# --- where a row is -------------------------------------------------------------------------------------


def _place(declaration: Declaration, batch: Batch, chunk: Chunk, path: Path) -> None:
    """Longitude and latitude in WGS 84: from two columns, else from the geometry."""
    given = [declaration.columns.get(name) for name in ("lon", "lat")]
    if all(column is not None for column in given):
        _place_by_columns(declaration, batch, chunk, path)
    elif "lon" in declaration.content.fields and "quadkey" in batch.rows:
        # Before the geometry: some editions of such files have none, and the key says where the tile is.
        lon, lat, _ = quadkeys.centre(batch.rows["quadkey"])
        batch.rows["lon"], batch.rows["lat"] = lon, lat
    elif "lon" in declaration.content.fields and chunk.geometry is not None:
        _place_by_geometry(declaration, batch, chunk)


def _place_by_columns(declaration: Declaration, batch: Batch, chunk: Chunk, path: Path) -> None:
    cells, numbers = {}, {}
    for name in ("lon", "lat"):
        column = declaration.columns[name]
        cells[name] = _cells(column, chunk, path)
        converted = convert(column, cells[name])
        numbers[name] = _keep(batch, column, converted, cells[name]).to_numpy(dtype=float)
    said = cells["lon"].fillna("").str.cat(cells["lat"].fillna(""), sep=", ")
    _positions(declaration, batch, numbers["lon"], numbers["lat"], said)


def _place_by_geometry(declaration: Declaration, batch: Batch, chunk: Chunk) -> None:
    import shapely

    geometry = np.asarray(chunk.geometry, dtype=object)
    inside = shapely.point_on_surface(geometry)
    inside[shapely.is_empty(inside)] = None  # of a shape without points
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    said = pd.Series([None if np.isnan(a) else f"{a:.6f}, {b:.6f}" for a, b in zip(x, y, strict=True)])
    batch.geometry = coordinates.geometry_to_wgs84(geometry, declaration.frame)
    _positions(declaration, batch, x, y, said)


def _positions(declaration: Declaration, batch: Batch, x: np.ndarray, y: np.ndarray, said: pd.Series) -> None:
    placed = coordinates.positions(
        x,
        y,
        declaration.frame,
        extent_degrees=declaration.extent_degrees,
        exchange=declaration.swapped,
        where=batch.file,
    )
    batch.rows["lon"], batch.rows["lat"] = placed.lon, placed.lat
    batch.find(placed.problem, field="lon", column="lon, lat", values=said)
    batch.find(placed.remark, field="lon", column="lon, lat", values=said, is_rejected=False)
