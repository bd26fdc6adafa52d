"""A process that has loaded what reads files, and forks one that reads for each file: `python -m
importer.sandbox.template FD`.

Loading the libraries takes a second, a fork milliseconds. This process has one thread, opens no file of anybody, and
ends when the one that started it does. Its control is a socket on which each message brings two descriptors: the
reader's own socket, for the request and the answer, and a pipe that is told how the reader ended. Where the other end
of that pipe is closed nobody waits any more, and the reader is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

STATUS = struct.Struct("=i")  # exit code, or the number of the signal below zero
DIE_WITH_PARENT = 1  # of prctl
ROOT_PREFIX = "atlas-reading-"


@dataclass(frozen=True)
class Reader:
    """A process that reads a file at this moment."""

    pid: int
    told: int  # the pipe that hears how it ended
    scratch: Path


def main(control: socket.socket) -> None:
    """Fork readers until the other end of the control is closed."""
    from importer.sandbox import tasks  # noqa: F401  the libraries, loaded once

    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    readers: dict[int, Reader] = {}  # by the descriptor of their pipe
    with tempfile.TemporaryDirectory(prefix=ROOT_PREFIX) as root:
        try:
            _serve(control, wake, readers, Path(root))
        finally:
            for reader in readers.values():
                os.kill(reader.pid, signal.SIGKILL)
                os.waitpid(reader.pid, 0)


def _serve(control: socket.socket, wake: int, readers: dict[int, Reader], root: Path) -> None:
    waits = select.poll()
    waits.register(control, select.POLLIN)
    waits.register(wake, select.POLLIN)
    while True:
        for descriptor, _ in waits.poll():
            if descriptor == control.fileno():
                message, given, _, _ = socket.recv_fds(control, 16, 2)
                if not message:
                    return
                reader = _forked(given[0], given[1], root)
                readers[reader.told] = reader
                waits.register(reader.told, 0)  # nothing but that its other end is closed
            elif descriptor == wake:
                os.read(wake, 4096)
                for reader in _ended(readers):
                    with contextlib.suppress(KeyError):  # where nobody waited any more
                        waits.unregister(reader.told)
                    os.close(reader.told)
            elif descriptor in readers:
                os.kill(readers[descriptor].pid, signal.SIGKILL)
                waits.unregister(descriptor)


def _forked(talk: int, told: int, root: Path) -> Reader:
    scratch = Path(tempfile.mkdtemp(dir=root))
    pid = os.fork()
    if pid:
        os.close(talk)
        return Reader(pid, told, scratch)
    code = 1
    try:
        _be_reader(talk, scratch)
        code = 0
    finally:
        os._exit(code)


def _be_reader(talk: int, scratch: Path) -> None:
    """The whole life of a reader: of the template it keeps what is loaded, and no descriptor."""
    from importer.sandbox import tasks

    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    _own_descriptors(talk)
    request = b""
    while block := os.read(talk, 1 << 16):
        request += block
    tasks.work(request, partial(write_all, talk), scratch)


def _own_descriptors(talk: int) -> None:
    """Close what is the template's. Files that a library holds open are opened anew under their number.

    After a fork both sides share one position in such a file, and several readers at once would read each other's
    places of it: a projection's database holds nonsense then, and in silence.
    """
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor in (0, 1, 2, talk):
            continue
        with contextlib.suppress(OSError):  # the list's own is closed by now
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                anew = os.open(os.readlink(f"/proc/self/fd/{descriptor}"), os.O_RDONLY | os.O_CLOEXEC)
                os.dup2(anew, descriptor)
                os.close(anew)
            else:
                os.close(descriptor)


def write_all(descriptor: int, part: bytes) -> None:
    left = memoryview(part)
    while left:
        left = left[os.write(descriptor, left) :]


def _ended(readers: dict[int, Reader]) -> list[Reader]:
    """Readers that are no more; each one's pipe is told how it ended, and its folder goes."""
    gone = []
    for reader in list(readers.values()):
        pid, status = os.waitpid(reader.pid, os.WNOHANG)
        if pid:
            with contextlib.suppress(OSError):  # nobody waits any more
                os.write(reader.told, STATUS.pack(os.waitstatus_to_exitcode(status)))
            shutil.rmtree(reader.scratch, ignore_errors=True)
            gone.append(readers.pop(reader.told))
    return gone


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    main(socket.socket(fileno=int(sys.argv[1])))
