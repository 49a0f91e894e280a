"""One user of the node's PostgreSQL: first start, next start, and what is said when it cannot start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from hamkar.errors import NotReady
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.postgres.processes import living_postmaster

NewCluster = Callable[[], Cluster]


def ask(cluster: Cluster, query: str) -> object:
    """The single value that a query gives."""
    with psycopg.connect(cluster.conninfo("postgres")) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def do(cluster: Cluster, statement: str) -> None:
    """Have a statement done and committed."""
    with psycopg.connect(cluster.conninfo("postgres")) as connection:
        connection.execute(statement.encode())


def setting(cluster: Cluster, name: str) -> object:
    """A setting as the server has it."""
    return ask(cluster, f"SHOW {name}")


def own_children() -> set[int]:
    """The numbers of our child processes that are PostgreSQL, zombies too; other tests may have left theirs running."""
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "pid=,comm="], capture_output=True, text=True, check=False
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "postgres" in line}


def test_what_was_written_is_there_after_a_stop_and_a_start(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster:
        do(cluster, "CREATE TABLE seizure AS SELECT 'آستارا'::text AS place")
    assert living_postmaster(cluster.place) is None
    with new_cluster() as cluster:
        assert ask(cluster, "SELECT place FROM seizure") == "آستارا"


def test_a_node_of_ours_is_durable_checksummed_utf8_by_code_point_and_not_on_the_network(
    new_cluster: NewCluster,
) -> None:
    with new_cluster() as cluster:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert (name, setting(cluster, name)) == (name, "on")
        assert setting(cluster, "listen_addresses") == ""
        assert setting(cluster, "server_encoding") == "UTF8"
        assert setting(cluster, "TimeZone") == "UTC"
        assert ask(cluster, "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{a,B,ə,Z,и}'::text[]) AS w") == "BZaəи"
        assert ask(cluster, "SELECT lower('ŞƏRQ') || upper('çay')") == "şərqÇAY"


def test_nothing_is_left_behind_after_the_end(new_cluster: NewCluster) -> None:
    before = own_children()
    with new_cluster() as cluster:
        folder = cluster.place.folder
    mine = [line for line in commands_running() if cluster.place.cluster_name in line or str(folder) in line]
    assert (mine, own_children()) == ([], before)
    assert sorted(path.name for path in folder.iterdir()) == ["data", "start.lock", "use.lock"]
    assert not (folder / "data" / "postmaster.pid").exists()


def commands_running() -> list[str]:
    """The command line of every process, without zombies: those of killed servers are for init to reap."""
    listed = subprocess.run(["ps", "-eo", "stat=,args="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if not line.startswith("Z")]


def test_a_server_killed_in_its_sleep_is_reaped_and_brought_back(new_cluster: NewCluster) -> None:
    before = own_children()
    with new_cluster() as cluster:
        do(cluster, "CREATE TABLE seizure AS SELECT 1 AS kilograms")
        number = living_postmaster(cluster.place)
        assert number
        os.kill(number, signal.SIGKILL)
        cluster.ensure()
        assert ask(cluster, "SELECT kilograms FROM seizure") == 1
        assert len(own_children() - before) == 1


def test_work_that_outlives_its_killed_server_does_not_hold_up_the_next(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster, closing(psycopg.connect(cluster.conninfo("postgres"))) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b")
        time.sleep(0.2)
        number = living_postmaster(cluster.place)
        assert number
        os.kill(number, signal.SIGKILL)
        started = time.monotonic()
        cluster.ensure()
        assert time.monotonic() - started < 5


def test_a_stranger_with_the_dead_servers_number_does_not_hold_up_the_next(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster:
        pass
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (cluster.place.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.place.data}\n")
        try:
            with new_cluster():
                assert living_postmaster(cluster.place) not in {None, stranger.pid}
        finally:
            stranger.kill()


def test_an_empty_lock_file_of_a_full_disk_does_not_hold_up_the_next(new_cluster: NewCluster) -> None:
    file = new_cluster().place.data / "postmaster.pid"
    file.touch()
    os.utime(file, (0, 0))
    with new_cluster() as cluster:
        assert ask(cluster, "SELECT 1") == 1


def test_a_first_start_that_is_killed_leaves_nothing_half_made(home: Path, programs: Binaries) -> None:
    code = (
        "import pathlib, sys; from hamkar.store.postgres.cluster import Cluster;"
        "home, apart, programs = map(pathlib.Path, sys.argv[1:]);"
        "Cluster(home, apart=apart, programs=programs).ensure()"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code, home, home.parent / "apart", programs.folder], env=env) as first:
        while not list(home.glob("postgres/data.new-*/global")):
            time.sleep(0.005)
        first.kill()
    assert not (home / "postgres" / "data").exists()
    with Cluster(home, programs=programs.folder, apart=home.parent / "apart") as cluster:
        assert ask(cluster, "SELECT 1") == 1
        assert list(cluster.place.folder.glob("data.new-*")) == []


def test_a_folder_with_a_persian_name_and_spaces_will_do(folder: Path, programs: Binaries) -> None:
    home = folder / "پلیس مبارزه با مواد مخدر"
    home.mkdir()
    with Cluster(home, programs=programs.folder, apart=folder / "جدا") as cluster:
        assert ask(cluster, "SELECT 1") == 1


def test_a_database_of_another_major_version_is_refused_with_the_way_out(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster:
        pass
    (cluster.place.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(
        NotReady, match=r"was made by PostgreSQL 14, but the programs in .* dump it with their pg_dumpall"
    ):
        new_cluster().__enter__()


def test_a_folder_that_is_no_database_is_refused(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    (cluster.place.data / "PG_VERSION").unlink()
    with pytest.raises(NotReady, match=r"/data is no database \(No such file or directory: PG_VERSION\)"):
        cluster.__enter__()


def test_a_server_that_ends_at_once_is_quoted(home: Path, programs: Binaries, new_cluster: NewCluster) -> None:
    settings = {"shared_buffers": "plenty"}
    cluster = Cluster(home, programs=programs.folder, apart=new_cluster().place.folder, settings=settings)
    with pytest.raises(NotReady, match=r'ended as soon as it was started: FATAL:  invalid value.*"shared_buffers"'):
        cluster.__enter__()


def test_a_server_that_ends_after_it_opened_its_log_is_quoted_too(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster:
        pass
    (cluster.place.data / "global" / "pg_control").rename(cluster.place.data / "lost")
    with pytest.raises(NotReady, match="ended as soon as it was started"):
        new_cluster().__enter__()


def test_names_in_failing_statements_stay_out_of_the_log(new_cluster: NewCluster) -> None:
    with new_cluster() as cluster:
        do(cluster, "CREATE TABLE person (name text PRIMARY KEY)")
        do(cluster, "INSERT INTO person VALUES ('Synthetic Person')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            do(cluster, "INSERT INTO person VALUES ('Synthetic Person')")
    logged = "".join(file.read_text() for file in cluster.place.data.glob("log/*.log"))
    assert "duplicate key" in logged
    assert "Synthetic" not in logged


@pytest.mark.usefixtures("as_root")
def test_a_full_disk_at_the_first_start_is_said_plainly(folder: Path, programs: Binaries) -> None:
    code = (
        "import pathlib, sys; from hamkar.store.postgres.cluster import Cluster;"
        "folder, programs = map(pathlib.Path, sys.argv[1:]); (folder / 'home').mkdir();"
        "Cluster(folder / 'home', apart=folder / 'apart', programs=programs).ensure()"
    )
    mounted = 'mount -t tmpfs -o size=16m none "$1" && chmod 711 "$1" && exec "$2" -c "$3" "$1" "$4"'
    arguments: list[str | Path] = [folder, sys.executable, code, programs.folder]
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mounted, "sh", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if "unshare" in ran.stderr or "mount:" in ran.stderr:
        pytest.skip("a small disk cannot be mounted here, so a full one could not be tried")
    assert "hamkar.errors.NotReady: The disk that holds" in ran.stderr
    assert "is full: free 60 MB" in ran.stderr
