"""A file as a zstd frame: alone, or as its difference from another one, its base.

Any zstd brings both back: `zstd -d --long=30 whole.zst`, `zstd -d --long=30 --patch-from=BASE patch.zst`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 9  # beyond it a national file shrinks by 2 % for twice the time
MOST_BYTES = 2**30 - 1  # of a file; memory is up to four times that
_WINDOW_LOG_MAX = MOST_BYTES.bit_length()
_PIECE_BYTES = 2**22

Base = zstd.ZstdDict
Broken = zstd.ZstdError


def base(content: bytes) -> Base:
    """What differences are taken from. Holds a copy of `content`."""
    return zstd.ZstdDict(content, is_raw=True)


def packed(content: bytes, against: Base | None) -> bytes:
    """The window spans both files whole, so that what moved is found wherever it went."""
    spanned_bytes = max(len(content), len(against.dict_content) if against else 0)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: LEVEL,
        zstd.CompressionParameter.window_log: max(spanned_bytes.bit_length(), 10),
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    return zstd.compress(content, options=options, zstd_dict=against.as_prefix if against else None)


def unpacked(stored: bytes, against: Base | None) -> Iterator[bytes]:
    """The file in pieces of a few MB. Raises Broken where `stored` is no whole frame."""
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX}
    frame = zstd.ZstdDecompressor(zstd_dict=against.as_prefix if against else None, options=options)
    given_bytes = 0
    while not frame.eof:
        taken = b""
        if frame.needs_input:
            taken = stored[given_bytes : given_bytes + _PIECE_BYTES]
            given_bytes += len(taken)
            if not taken:
                raise Broken("the frame ends too early")
        yield frame.decompress(taken, _PIECE_BYTES)
