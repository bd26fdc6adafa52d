"""A process of a crowd, run by test_archive: `python crowd.py keep|open KEPT OPENED NUMBER [FILE]`, when told to.

Waits for a line on standard input, so that all begin at once; prints the release's stored name, or the path and inode
of the file brought back.
"""

from __future__ import annotations

import sys
from pathlib import Path

from desk.releases.archive import Archive


def main(task: str, kept: str, opened: str, number: str, file: str = "") -> None:
    archive = Archive(Path(kept), Path(opened))
    print("ready", flush=True)
    sys.stdin.readline()
    if task == "keep":
        print(archive.keep(number, Path(file)).stored_name)
    else:
        path = archive.open(number)
        print(path, path.stat().st_ino)


if __name__ == "__main__":
    main(*sys.argv[1:])
