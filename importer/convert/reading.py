"""From the cells of a file to typed rows, with every cell that says nothing understandable named."""

from __future__ import annotations

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ground.declared import as_text
from ground.phrases import phrase
from importer import days
from importer.convert import returned
from importer.convert import rows_meant as meant
from importer.convert.batch import Batch, Series
from importer.convert.choices import chosen
from importer.convert.corrections import Corrections
from importer.convert.declared import FILE_NAME, PLACEHOLDER, ROW_NUMBER, Column, Declaration, Wide
from importer.convert.fields import carefully, convert, settled
from importer.errors import DeclarationProblem
from importer.files import read
from importer.place import coordinates, quadkeys
from importer.read.chunk import Chunk, LeftOut, Texts, written
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
        carried: meant.Carried = {}
        left_out: tuple[LeftOut, ...] = ()
        for chunk in map(returned.restored, read(path, declaration.options, chunk_rows=chunk_rows)):
            if not len(chunk.texts) and not chunk.texts.columns:
                continue  # a valid file with nothing in it
            if understood is None:
                # What a column's first cells decide (a decimal comma) holds for the whole file.
                _refuse_nothing(declaration, chunk, path)
                understood = _settled(with_headers_of(declaration, chunk, path), chunk, path)
                left_out = (*chunk.left_out, *meant.unused_columns(understood, chunk))
            batch = _batch(understood, _corrected(chunk, corrections), path, carried)
            batch.left_out, left_out = left_out, ()
            read_rows, spoken_of = read_rows + len(chunk.texts), spoken_of + len(batch.rows)
            yield batch
    if read_rows and not spoken_of:
        raise DeclarationProblem(
            phrase("{where}, rows.only", where=declaration.where),
            "some rows of the file to be meant",
            phrase("none of {rows} has {words}", rows=f"{read_rows:,}", words=dict(declaration.only)),
            "see the words in the file and mend rows.only",
        )


def _refuse_nothing(declaration: Declaration, chunk: Chunk, path: Path) -> None:
    """A declaration without coordinates counts on geometries: here it shows whether there are any."""
    missing = declaration.content.missing(declaration.fields)
    if missing is not None and chunk.geometry is None:
        raise DeclarationProblem(
            phrase("{where}, columns", where=declaration.where),
            phrase("a column for {missing}", missing=" or ".join(missing)),
            phrase("{fields}; {file} has no geometries", fields=", ".join(declaration.fields), file=path.name),
            phrase("mend {where}", where=declaration.where),
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
        fill_down=tuple(spelling[name] for name in declaration.fill_down),
    )


def _find_header(declaration: Declaration, chunk: Chunk, path: Path, wanted: str) -> str:
    headers = chunk.texts.columns
    if wanted in headers:
        return wanted
    alike = [header for header in headers if _loose(header) == _loose(wanted)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(wanted, headers, n=3, cutoff=0.5)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise DeclarationProblem(
        phrase("{name}, header", name=path.name),
        phrase("a column {wanted}", wanted=f"{wanted!r}"),
        f"{', '.join(headers[:40])}{hint}",
        phrase("mend [columns] in {where}, or name the right header row: file.header_row", where=declaration.where),
    )


def _loose(header: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", header).casefold().split())


def _settled(declaration: Declaration, chunk: Chunk, path: Path) -> Declaration:
    columns = {name: settled(column, _cells(column, chunk, path)) for name, column in declaration.columns.items()}
    wide = tuple(_settled_wide(wide, chunk) for wide in declaration.wide)
    return dataclasses.replace(declaration, columns=columns, wide=wide)


def _settled_wide(wide: Wide, chunk: Chunk) -> Wide:
    headers = [header for header, _ in wide.matching(chunk.texts.columns)]
    cells = [written(_stripped(chunk.texts.column(header), wide.value.strip)) for header in headers]
    together = pa.concat_arrays([pa.array([], pa.string()), *cells])
    return dataclasses.replace(wide, value=settled(wide.value, together))


def _corrected(chunk: Chunk, corrections: Corrections | None) -> Chunk:
    return chunk if corrections is None else corrections.applied(chunk)


# --- one chunk ------------------------------------------------------------------------------------------


def _batch(declaration: Declaration, chunk: Chunk, path: Path, carried: meant.Carried) -> Batch:
    whole = len(chunk.texts)
    chunk = meant.only(declaration, chunk)
    batch = Batch(
        file=path.name,
        cells=chunk.texts,
        row_numbers=chunk.row_numbers,
        rows=pd.DataFrame(index=range(len(chunk.texts))),
        unreadable=chunk.unreadable,
        passed_over=whole - len(chunk.texts),
    )
    no_place = meant.find_no_places(declaration, batch)
    chunk = meant.filled_down(declaration, meant.emptied(chunk, no_place), carried)
    batch.cells = meant.as_meant(declaration, batch.cells, chunk.texts, no_place)
    for name, column in declaration.columns.items():
        if name not in ("lon", "lat"):
            cells = _cells(column, chunk, path)
            is_beside = name in declaration.content.beside and not declaration.strict
            batch.rows[name] = _keep(batch, column, convert(column, cells), cells, is_rejected=not is_beside)
    for wide in declaration.wide:
        batch.wide += _wide(declaration, batch, wide, chunk)
    _place(declaration, batch, chunk, path)
    return batch


def _cells(column: Column, chunk: Chunk, path: Path) -> pa.Array:
    """The text of a field for each row, before it is understood."""
    return _stripped(_given(column, chunk, path), column.strip)


def _given(column: Column, chunk: Chunk, path: Path) -> pa.Array:
    """What the file holds of a field, whichever way it is given."""
    texts = chunk.texts
    if column.one_of:
        return pa.array(chosen(column, chunk.frame.__getitem__)[0], pa.string())
    if column.constant is not None:
        return _same(column.constant, texts)
    if column.file_name is not None:
        found = column.file_name.search(path.name)
        return _same(found[1] if found else None, texts)
    if column.template is not None:
        return _from_template(column.template, chunk, path)
    if column.sum_of:
        return texts.column(next(iter(column.sum_of)))
    if len(column.columns) > 1:
        return pc.coalesce(*(written(texts.column(name)) for name in column.columns))
    return texts.column(column.columns[0])


def _same(text: str | None, texts: Texts) -> pa.DictionaryArray:
    """One text in every row."""
    said = pa.array([] if text is None else [text], pa.string())
    where = pa.nulls(len(texts), pa.int32()) if text is None else pa.array(np.zeros(len(texts), dtype=np.int32))
    return pa.DictionaryArray.from_arrays(where, said)


def _stripped(cells: pa.Array, pattern: str | None) -> pa.Array:
    """Without what is no part of the text. Each different text once; two may be the same afterwards."""
    if pattern is None:
        return cells
    coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    short = pa.array([re.sub(pattern, "", text) for text in coded.dictionary.to_pylist()], pa.string())
    return short.take(coded.indices)


def _from_template(template: str, chunk: Chunk, path: Path) -> pa.Array:
    """ "{Block}/{Village}" filled in; empty where a cell that it names is."""
    parts: list[pa.Array | str] = []
    for n, piece in enumerate(PLACEHOLDER.split(template)):
        if n % 2 == 0:
            parts.append(piece)
        elif piece == ROW_NUMBER:
            parts.append(pa.array(chunk.row_numbers).cast(pa.string()))
        elif piece == FILE_NAME:
            parts.append(path.stem)
        else:
            parts.append(written(chunk.texts.column(piece)))
    if all(isinstance(part, str) for part in parts):
        return _same("".join(map(str, parts)), chunk.texts)
    return pc.binary_join_element_wise(*parts, "")


def _keep(
    batch: Batch, column: Column, converted: Converted, cells: pa.Array, *, is_rejected: bool = True
) -> pd.Series:
    """The values of a field; what is wrong with them becomes findings."""
    if column.sum_of:
        converted = _sum(column, batch)
    header = ", ".join(column.needs) or column.field.name
    if column.one_of:
        said = chosen(column, batch.texts.__getitem__)[1]
        batch.find(said.problem, field=column.field.name, column=header, values=pd.Series(said.values))
    batch.find(converted.problem, field=column.field.name, column=header, values=cells, is_rejected=is_rejected)
    if column.field.type == "date":
        batch.find(days.serials(cells), field=column.field.name, column=header, values=cells, is_rejected=False)
    return _series(converted)


def _series(converted: Converted) -> pd.Series:
    """Values as a column of rows; texts stay as Arrow holds them, unless there are none."""
    found = converted.values
    if isinstance(found, pa.Array):
        return (
            pd.Series(found, dtype="str")
            if found.null_count < len(found)
            else pd.Series([None] * len(found), dtype=object)
        )
    return pd.Series(np.asarray(found))


def _sum(column: Column, batch: Batch) -> Converted:
    """A weighted sum of columns; unknown, or wrong, where one of them is."""
    total = np.zeros(len(batch.cells))
    problem = np.full(len(batch.cells), None, dtype=object)
    for name, factor in column.sum_of.items():
        one, after = column, factor
        if column.field.type == "number":  # which cells may say themselves of what size it is
            one, after = dataclasses.replace(column, factor=factor * column.factor), 1.0
        part = convert(one, _stripped(batch.cells.column(name), column.strip))
        total = total + after * np.asarray(part.values, dtype=float)
        problem = np.where(pd.notna(problem), problem, part.problem)
    return Converted(total, problem)


def _wide(declaration: Declaration, batch: Batch, wide: Wide, chunk: Chunk) -> list[Series]:
    matching = wide.matching(chunk.texts.columns)
    if not matching:
        raise DeclarationProblem(
            phrase("{file}, header", file=batch.file),
            phrase("columns such as {pattern}", pattern=wide.pattern.pattern),
            ", ".join(chunk.texts.columns[:40]),
            phrase("mend [[wide]] in {where}", where=declaration.where),
        )
    series = []
    for header, says in matching:
        cells = _stripped(chunk.texts.column(header), wide.value.strip)
        converted = convert(wide.value, cells)
        batch.find(converted.problem, field=wide.value.field.name, column=header, values=cells)
        understood = {name: _of_header(declaration, name, text, header) for name, text in says.items()}
        series.append(Series(header, understood, wide.value.field.name, _series(converted)))
    return series


def _of_header(declaration: Declaration, name: str, text: str, header: str) -> str:
    """What a header says of a field, understood as a cell of it would be: "T1 2023" is the 31st of March."""
    field = declaration.content.fields[name]
    read = carefully(Column(field), pd.Series([text], dtype=object))
    if read.problem[0] is not None or pd.isna(read.values[0]):
        raise DeclarationProblem(
            phrase("{file}, [[wide]]", file=declaration.where),
            phrase("headers that say {field}, a {type}", field=name, type=field.type),
            phrase("{text} in the header {header}", text=repr(text), header=repr(header)),
            phrase("say in [[wide]] what it means: words.{field}.{text} = …", field=name, text=f'"{text}"'),
        )
    return as_text(read.values[0])


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
        if column.order is not None and name == "lat":  # one cell, one finding
            converted = Converted(converted.values, np.full(len(converted.problem), None, dtype=object))
        numbers[name] = _keep(batch, column, converted, cells[name]).to_numpy(dtype=float)
    if declaration.columns["lon"].order is not None:
        said = cells["lon"]
    else:
        said = pc.binary_join_element_wise(*(written(cells[name]).fill_null("") for name in ("lon", "lat")), ", ")
    _positions(declaration, batch, numbers["lon"], numbers["lat"], said)


def _place_by_geometry(declaration: Declaration, batch: Batch, chunk: Chunk) -> None:
    import shapely

    geometry = np.asarray(chunk.geometry, dtype=object)
    inside = shapely.point_on_surface(geometry)
    inside[shapely.is_empty(inside)] = None  # of a shape without points
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    said = pa.array([None if np.isnan(a) else f"{a:.6f}, {b:.6f}" for a, b in zip(x, y, strict=True)], pa.string())
    batch.geometry = coordinates.geometry_to_wgs84(geometry, declaration.frame)
    batch.xy = np.column_stack([x, y])
    _positions(declaration, batch, x, y, said)


def _positions(declaration: Declaration, batch: Batch, x: np.ndarray, y: np.ndarray, said: pa.Array) -> None:
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
