"""A PostgreSQL of the tests' own: in a temporary folder, by a socket there, for one process of a run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from desk import engine, migrate

OWNER = "postgres"  # its programs refuse to run as root
TEMPLATE = "desk_template"
#: Not code points: what sorts by them only by chance is found. Nothing here has to outlive the machine.
INITDB = ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8", "--encoding=UTF8", "-A", "trust")
SETTINGS = "-c listen_addresses='' -c fsync=off -c shared_buffers=32MB -c max_connections=60 -c jit=off"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that Debian's packages put here; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """Makes databases, each a copy of one with the desk's tables."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._made = folder, 0
        self._run("CREATE DATABASE " + TEMPLATE)
        made = engine.opened(self.address(TEMPLATE))
        migrate.upgrade(made, folder / "scripts")
        made.dispose()

    def address(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def database(self, template: str = TEMPLATE) -> str:
        """The address of a new one."""
        self._made += 1
        self._run(f"CREATE DATABASE desk_{self._made} TEMPLATE {template} STRATEGY file_copy")
        return self.address(f"desk_{self._made}")

    def drop(self, address: str) -> None:
        self._run(f"DROP DATABASE {make_url(address).database} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        made = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with made.connect() as connection:
            connection.execute(text(statement))
        made.dispose()


@contextmanager
def cluster(binaries: Path) -> Iterator[Cluster]:
    """Started, and stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, pwd.getpwnam(OWNER).pw_uid, -1)
    as_owner = ("runuser", "-u", OWNER, "--") if is_root else ()

    def run(program: str, *arguments: str) -> None:
        told = (*as_owner, str(binaries / program), "-D", str(folder / "data"), *arguments)
        subprocess.run(told, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    try:
        run("initdb", "-U", OWNER, "--no-sync", *INITDB)
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"{SETTINGS} -c unix_socket_directories={folder}")
        try:
            yield Cluster(folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
