"""The PostgreSQL servers: private, and gone when they should be."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from sandbox.postgres import Cluster
from sandbox.postgres.account import MEMORY_BYTES, find_account, find_memory, find_temporary
from sandbox.postgres.binaries import copy_binaries, find_binaries, is_reachable

ROOT = Path(__file__).parents[2]
SECONDS = 30
HOLD = """
from sandbox.postgres import Cluster
from sandbox.postgres.account import find_account, find_temporary
cluster = Cluster()
print(cluster.keeper.pid, cluster.sockets, flush=True)
input()
"""


def test_a_server_is_private_and_leaves_nothing_behind() -> None:
    """It listens on no network, and closing it, even twice, removes all that it wrote."""
    with Cluster() as cluster:
        with psycopg.connect(cluster.conninfo("postgres", "supabase_admin")) as connection:
            assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]
            ((data,),) = connection.execute("SHOW data_directory").fetchall()
        assert [folder.stat().st_mode & 0o077 for folder in (cluster.sockets, Path(data))] == [0, 0]
    cluster.close()
    assert (cluster.sockets.exists(), Path(data).parent.exists(), cluster.keeper.returncode) == (False, False, 0)


def test_a_database_is_a_copy_of_its_template() -> None:
    """The copy has what the template has, separately; it can be dropped while in use."""
    with Cluster() as cluster:
        cluster.create_database("pattern")
        with psycopg.connect(cluster.conninfo("pattern", "supabase_admin")) as connection:
            connection.execute("CREATE TABLE t (i int)")
        cluster.create_database("copy", "pattern")
        user = psycopg.connect(cluster.conninfo("copy", "supabase_admin"))
        assert user.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
        cluster.drop_database("copy")
        assert cluster.databases() == {"template0", "template1", "postgres", "pattern"}
        user.close()


def test_a_server_ends_with_a_process_that_is_killed() -> None:
    """SIGKILL gives nobody a chance to tidy up: the server notices, stops, and removes its files."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        keeper, sockets = process.stdout.readline().split()
        watched = os.pidfd_open(int(keeper))
        process.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([watched], [], [], SECONDS)
        os.close(watched)
    assert (ended, Path(sockets).exists()) == ([watched], False)


def test_the_sockets_lie_where_the_servers_account_may_remove_them(tmp_path: Path) -> None:
    """Not every machine lets anybody write to /tmp: then the folder would stay behind."""
    closed, public = tmp_path / "closed", tmp_path / "public"
    closed.mkdir()
    public.mkdir()
    closed.chmod(0o555)
    public.chmod(0o1777)
    assert find_temporary(find_account(), (tmp_path / "missing", closed, public)) == public
    with pytest.raises(RuntimeError, match=f"none of these is one: {closed}"):
        find_temporary(find_account(), (closed,))


def test_data_lie_in_memory_only_if_there_is_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Containers often have 64 MB of it: one server would fill that."""
    enough = MEMORY_BYTES // 4096
    for blocks, found in ((enough, tmp_path), (enough - 1, None)):
        room = os.statvfs_result((4096, 4096, 0, 0, blocks, 0, 0, 0, 0, 255))
        monkeypatch.setattr(os, "statvfs", lambda folder, room=room: room)
        assert find_memory(tmp_path) == found
    assert find_memory(tmp_path / "missing") is None


def test_a_server_that_does_not_start_says_why() -> None:
    """In its own words: here the folder holds something else than its data."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        (data / "PG_VERSION").write_text("9.6\n")
        with pytest.raises(RuntimeError, match=f"PostgreSQL did not start in {data}: .*postgresql.conf"):
            Cluster(Path(folder))


def test_programs_out_of_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout below a home folder that is closed to others still works, and the copies go with the server."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    programs = copy_binaries(find_binaries(), closed / "copy")
    monkeypatch.setattr("sandbox.postgres.cluster.find_binaries", lambda: programs)
    assert (is_reachable(Path("/usr/bin")), is_reachable(programs)) == (True, False)
    with Cluster() as cluster:
        assert "postgres" in cluster.databases()
    assert not cluster.sockets.exists()
