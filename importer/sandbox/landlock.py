"""Landlock: what of the file system a process may still see. The kernel's own calls, for no library wraps them.

https://docs.kernel.org/userspace-api/landlock.html; kernels from 5.13 have it, newer ones close more.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
ASK_VERSION, BENEATH_PATH = 1, 1
NO_NEW_PRIVILEGES = 38  # of prctl

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEVICE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REGULAR, MAKE_LINK = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 12
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REGULAR | MAKE_LINK
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE  # a rule about a file may name no others
#: How many file rights each version of the interface knows: they are handled, and so denied, from the lowest bit up.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
NETWORK_FROM, SCOPES_FROM, NEWEST_FILE_RIGHTS = 4, 6, 16
TCP = 0b11  # bind and connect
SCOPES = 0b11  # abstract sockets, and signals to others


def restrict(readable: Iterable[Path], writable: Sequence[Path], listed: Sequence[Path] = ()) -> tuple[str, ...]:
    """Deny this thread, and what it starts, every file but these; of folders that are `listed`, names can be read.

    Names what is in force, nothing where it cannot be.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(ASK_VERSION))
    if version < 1:
        return ()
    handled = (1 << FILE_RIGHTS.get(version, NEWEST_FILE_RIGHTS)) - 1
    rules = library.syscall(CREATE_RULESET, *_attributes(version, handled), ctypes.c_uint32(0))
    if rules < 0:
        return ()
    try:
        for paths, rights in ((readable, READ), (writable, WRITE), (listed, READ_DIR)):
            for path in paths:
                _allow(library, rules, path, rights & handled)
        library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if library.syscall(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0)):
            return ()
    finally:
        os.close(rules)
    return (f"files: Landlock {version}", *(("no TCP: Landlock",) if version >= NETWORK_FROM else ()))


def _attributes(version: int, handled: int) -> tuple[ctypes.Array[ctypes.c_char], ctypes.c_size_t]:
    """struct landlock_ruleset_attr, as long as the kernel knows it."""
    members = [handled]
    if version >= NETWORK_FROM:
        members.append(TCP)
    if version >= SCOPES_FROM:
        members.append(SCOPES)
    body = struct.pack(f"={len(members)}Q", *members)
    return ctypes.create_string_buffer(body, len(body)), ctypes.c_size_t(len(body))


def _allow(library: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # nothing there: nothing to allow
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= OF_FILES
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, handle))
        library.syscall(ADD_RULE, ctypes.c_int(rules), ctypes.c_int(BENEATH_PATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(handle)
