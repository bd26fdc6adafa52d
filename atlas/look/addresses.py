"""Every address that the atlas writes, in one place.

Addresses are relative: the browser resolves them against the page it shows, so that they hold at the root of a
host, under any path, behind any front, and the same answer may be kept for all of them. Pages lie side by side
(`gap-map`, `place`, the first one at the folder itself), so what a page names begins in that folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from starlette.requests import HTTPConnection

PUBLIC_URL = "ATLAS_PUBLIC_URL"
RELEASE = "release"  # of a page's address and of a file's: the number of a release
#: The release that the page shows which is being made; "" where it is the one that is served.
release: ContextVar[str] = ContextVar("atlas_release_shown", default="")
BASE_PATH = "atlas.base_path"  # in the scope of a request: the path in front of all of ours, "" at a host's root


def address(path: str, query: Mapping[str, str] | None = None) -> str:
    """`path` from the folder of the pages, as a page names it; braces stay, they are a tile's `{z}`.

    What comes from the data goes in as a `step`. A colon is written `%3A`: no path can be read as a scheme.
    """
    return quote(path, safe="/{}%") + (f"?{urlencode(query)}" if query else "")


def in_release(query: Mapping[str, str]) -> dict[str, str]:
    """The query of a link from the page that is being made to another: it shows the same release."""
    return dict(query) | ({RELEASE: shown} if (shown := release.get()) else {})


def step(code: str) -> str:
    """A code from the data as one step of a path, whatever is in it: it leads neither up nor elsewhere."""
    return quote(code, safe="")


def from_document(found: str) -> str:
    """The same address as a document one folder down names it: those under `maps/`."""
    return f"../{found}"


def for_frame(found: str, page_url: str | None) -> str:
    """The same address as `st.iframe` takes it: with a leading slash, else it is read as HTML.

    page_url: where the visitor's browser is, on a page with a name of its own (Streamlit leaves out the slash
    at the end of the first page's address, and with it the folder). None, as in tests: the root of the host.
    """
    here = urlsplit(page_url or "").path.lstrip("/")
    return urljoin(f"/{here}", found)


def public(request: HTTPConnection, found: str) -> str:
    """The whole address, for readers of a file who are not on any page.

    Its host is what the operator says (ATLAS_PUBLIC_URL), else the request's, which the list of hosts has let in.
    """
    told = os.environ.get(PUBLIC_URL)
    home = told or str(request.base_url).rstrip("/") + request.scope.get(BASE_PATH, "")
    return f"{home.rstrip('/')}/{found}"
