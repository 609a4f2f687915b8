"""A private PostgreSQL server: started in a moment, on a Unix socket only, gone with the process that started it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from sandbox.postgres.account import find_account, find_memory, find_temporary, give_away, run_unprivileged
from sandbox.postgres.binaries import copy_binaries, find_binaries, is_reachable

SUPERUSER = "supabase_admin"
STOP_SECONDS = 30
# Handed over as text: the account that runs it may be unable to read the checkout.
LIFE = (Path(__file__).parent / "life.sh").read_text()

# Nothing here has to survive a power cut, hence no fsync. Dynamic shared memory goes into the data directory, and so is
# removed with it even if the server is killed.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "wal_level": "logical",
    "timezone": "UTC",
    "jit": "off",
}


class Cluster:
    """A running server. Its data is kept in `directory`, or is temporary and goes with it. Close it, or use `with`.

    Root runs it as an account without rights, since PostgreSQL refuses root: then `directory` has to be within that
    account's reach and is given to it. Raises RuntimeError, with the server's own words, if it does not start.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.sockets = Path(tempfile.mkdtemp(prefix="pg-", dir=find_temporary(find_account())))
        temporary = self.sockets
        if directory is None:
            temporary = directory = Path(tempfile.mkdtemp(prefix="pg-", dir=find_memory() or self.sockets))
        data = directory.absolute() / "data"
        try:
            self.keeper = self._start(data, temporary, stop="immediate" if directory is temporary else "fast")
        except BaseException:
            for folder in (self.sockets, temporary):
                shutil.rmtree(folder, ignore_errors=True)
            raise
        self._admin = psycopg.connect(self.conninfo("postgres", SUPERUSER), autocommit=True)

    def conninfo(self, database: str, user: str) -> str:
        """How to reach a database: the socket trusts everybody who can see it."""
        return f"host={self.sockets} dbname={database} user={user}"

    def databases(self) -> set[str]:
        """The names of all databases."""
        return {name for (name,) in self._admin.execute("SELECT datname FROM pg_database").fetchall()}

    def execute(self, statements: str) -> None:
        """Runs SQL as the superuser in the maintenance database."""
        self._admin.execute(statements.encode())

    def create_database(self, name: str, template: str = "template1", owner: str = SUPERUSER) -> None:
        """A copy of the template, by the way that is faster for small ones without fsync."""
        names = [sql.Identifier(part) for part in (name, template, owner)]
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(*names))

    def drop_database(self, name: str) -> None:
        """Removes it, even if clients are connected."""
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """Stops the server and removes what was temporary. Safe to repeat."""
        self._admin.close()
        self.keeper.communicate(timeout=STOP_SECONDS)

    def _start(self, data: Path, temporary: Path, stop: str) -> subprocess.Popen[str]:
        account = find_account()
        programs = find_binaries()
        if account is not None:
            programs = programs if is_reachable(programs) else copy_binaries(programs, self.sockets)
            give_away(data.parent, self.sockets, account)
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        arguments = [str(data), str(self.sockets), str(temporary), str(programs), SUPERUSER, options, stop]
        process = run_unprivileged(["sh", "-c", LIFE, "life.sh", *arguments], account)
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError(f"PostgreSQL did not start in {data}: {process.communicate()[1].strip()}")
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
