"""Which files make up one layer of a Shapefile."""

from __future__ import annotations

from pathlib import Path

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def parts(path: Path) -> list[Path]:
    """The files of one name beside a .shp, itself included; one that is a link to somewhere else does not belong to
    it.
    """
    folder = path.resolve().parent
    return [
        one
        for one in path.parent.iterdir()
        if one.stem == path.stem and one.suffix.lower() in PARTS and one.resolve().parent == folder
    ]
