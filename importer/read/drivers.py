"""Leaves GDAL one way of reading: the driver that a file's form calls for, and no door to another file or an address.

GDAL opens a file with whichever of its seventy drivers feels addressed by the content, and some contents are programs,
addresses or names of other files. Here the form is known first, and every other driver is taken out of the process.
"""

from __future__ import annotations

from functools import lru_cache

import pyogrio
from pyogrio._ogr import _register_drivers

DRIVERS = {
    "geojson": "GeoJSON",
    "geojsonseq": "GeoJSONSeq",
    "esrijson": "ESRIJSON",
    "shapefile": "ESRI Shapefile",
    "geopackage": "GPKG",
}
CLOSED = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",  # no address is read as a file
    "CPL_VSIL_ZIP_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",  # where nobody answers: what asks for an address gets no further
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "SQLITE_USE_OGR_VFS": "NO",
}


def leave_only(file_format: str) -> None:
    """Take every driver out of this process but the one of a format. Raises RuntimeError where one stays."""
    keep = DRIVERS[file_format]
    others = sorted(_all_drivers() - {keep})
    pyogrio.set_gdal_config_options({**CLOSED, "GDAL_SKIP": ",".join(others)})
    _register_drivers()  # registers all anew, then drops what is to be skipped
    left = set(pyogrio.list_drivers())
    if left != {keep}:
        raise RuntimeError(f"drivers that should be gone: {', '.join(sorted(left - {keep}))}")


@lru_cache(maxsize=1)
def _all_drivers() -> frozenset[str]:
    return frozenset(pyogrio.list_drivers())
