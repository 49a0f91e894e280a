"""Several processes of one node: they find one server, and the last to leave stops it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg

from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.postgres.processes import living_postmaster

ARRIVE_AND_LEAVE = """
import pathlib, sys
import psycopg
from hamkar.store.postgres.cluster import Cluster
home, apart, programs = map(pathlib.Path, sys.argv[1:])
for visit in range(6):
    with Cluster(home, apart=apart, programs=programs) as cluster:
        with psycopg.connect(cluster.conninfo("postgres")) as connection:
            connection.execute("INSERT INTO visit DEFAULT VALUES")
"""


class User(Protocol):
    """Another process of the node."""

    pid: int

    def leave(self) -> None:
        """Leave and be gone."""

    def end(self) -> None:
        """Be killed."""


def test_a_second_process_finds_the_server_and_the_last_one_stops_it(
    new_cluster: Callable[[], Cluster], another_process: Callable[[], User]
) -> None:
    first, second = another_process(), another_process()
    place = new_cluster().place
    server = living_postmaster(place)
    assert server
    first.leave()
    assert living_postmaster(place) == server
    second.leave()
    assert living_postmaster(place) is None


def test_a_server_whose_process_was_killed_is_taken_over_by_the_next(
    new_cluster: Callable[[], Cluster], another_process: Callable[[], User]
) -> None:
    owner = another_process()
    place = new_cluster().place
    server = living_postmaster(place)
    owner.end()
    assert living_postmaster(place) == server
    with new_cluster() as cluster:
        assert living_postmaster(place) == server
        with psycopg.connect(cluster.conninfo("postgres")) as connection:
            connection.execute("SELECT 1")
    assert living_postmaster(place) is None


def test_a_killed_user_does_not_keep_the_server_alive(
    new_cluster: Callable[[], Cluster], another_process: Callable[[], User]
) -> None:
    with new_cluster() as cluster:
        another_process().end()
    assert living_postmaster(cluster.place) is None


def test_an_interrupt_at_the_terminal_of_one_process_leaves_the_server_to_the_others(
    new_cluster: Callable[[], Cluster], another_process: Callable[[], User]
) -> None:
    owner = another_process()
    with new_cluster() as cluster:
        server = living_postmaster(cluster.place)
        assert server
        assert os.getsid(server) != os.getsid(owner.pid)
        os.kill(owner.pid, signal.SIGINT)
        owner.end()
        assert living_postmaster(cluster.place) == server
        cluster.ensure()


def test_many_who_arrive_and_leave_at_once_all_get_their_work_done(
    home: Path, programs: Binaries, new_cluster: Callable[[], Cluster]
) -> None:
    with new_cluster() as cluster, psycopg.connect(cluster.conninfo("postgres")) as connection:
        connection.execute("CREATE TABLE visit (at timestamptz DEFAULT clock_timestamp())")
    command: list[str | Path] = [sys.executable, "-c", ARRIVE_AND_LEAVE, home, home.parent / "apart", programs.folder]
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    crowd = [subprocess.Popen(command, env=env) for _ in range(4)]
    assert [visitor.wait(timeout=60) for visitor in crowd] == [0, 0, 0, 0]
    assert living_postmaster(cluster.place) is None
    with new_cluster() as cluster, psycopg.connect(cluster.conninfo("postgres")) as connection:
        assert connection.execute("SELECT count(*) FROM visit").fetchone() == (24,)
