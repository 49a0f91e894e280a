"""Connections, units of work and pools, on a real server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from fixtures_postgres import open_folder
from hamkar.errors import NotReady, Refused, Unreachable
from hamkar.store.database import Database, ExternalServer, database_in, node_database
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.postgres.processes import living_postmaster


@pytest.fixture(scope="module", autouse=True)
def table(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("CREATE TABLE seizure_of_test (number integer PRIMARY KEY)")


def add(connection: Connection, number: int) -> None:
    connection.execute("INSERT INTO seizure_of_test VALUES (%s)", [number])


def numbers(database: Database) -> list[int]:
    with database.transaction() as connection:
        return [row[0] for row in connection.execute("SELECT number FROM seizure_of_test ORDER BY number")]


@pytest.fixture(autouse=True)
def emptied(database: Database) -> Iterator[None]:
    yield
    with database.transaction() as connection:
        connection.execute("DELETE FROM seizure_of_test")


@pytest.fixture(params=["own connections", "pooled"])
def either(request: pytest.FixtureRequest, database: Database) -> Iterator[Database]:
    if request.param == "own connections":
        yield database
        return
    with database.pooled(2) as pool:
        yield pool


def test_a_unit_of_work_is_kept_when_it_ends(either: Database) -> None:
    with either.transaction() as connection:
        add(connection, 1)
        add(connection, 2)
    assert numbers(either) == [1, 2]


def refuse_after_a_row(database: Database) -> None:
    message = "The agreement is suspended: ask the partner to resume it."
    with database.transaction() as connection:
        add(connection, 1)
        raise Refused(message, rule="agreement-in-force")


def add_twice(database: Database, number: int) -> None:
    with database.transaction() as connection:
        add(connection, number)
        add(connection, number)


def add_around_a_cut(database: Database, admin: Database) -> None:
    with database.transaction() as connection:
        add(connection, 1)
        end_session(admin, connection)
        add(connection, 2)


def test_a_unit_of_work_that_a_rule_refuses_leaves_nothing(either: Database) -> None:
    with pytest.raises(Refused):
        refuse_after_a_row(either)
    assert numbers(either) == []


def test_a_violated_constraint_is_left_to_the_function_that_wrote_the_statement(either: Database) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_twice(either, 1)
    assert numbers(either) == []


def end_session(database: Database, connection: Connection) -> None:
    """Have the server end that session, as it does all sessions when it goes down."""
    with database.administration() as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])


def test_work_cut_off_in_the_middle_is_unreachable_and_leaves_nothing(either: Database, database: Database) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        add_around_a_cut(either, database)
    assert numbers(either) == []


def test_a_pool_proves_a_connection_alive_before_it_lends_it(database: Database) -> None:
    with database.pooled(1) as pool:
        with pool.transaction() as connection:
            first = connection
        end_session(database, first)
        with pool.transaction() as connection:
            add(connection, 1)
            assert connection is not first
        with pool.transaction() as again:
            assert again is connection


def test_a_pool_of_which_every_connection_died_lends_a_new_one_at_once(database: Database) -> None:
    with database.pooled(6) as pool:
        with ExitStack() as lent:
            busy = [lent.enter_context(pool.transaction()) for _ in range(6)]
            for connection in busy:
                connection.execute("SELECT 1")
        for connection in busy:
            end_session(database, connection)
        started = time.monotonic()
        with pool.transaction() as connection:
            add(connection, 1)
        assert time.monotonic() - started < 2


def test_a_pool_gives_its_sessions_the_options_it_was_made_with(database: Database) -> None:
    query = "SELECT current_setting('max_parallel_workers_per_gather')"
    with database.pooled(1, options="-c max_parallel_workers_per_gather=0") as pool, pool.transaction() as connection:
        assert connection.execute(query).fetchone() == ("0",)
    with database.transaction() as connection:
        assert connection.execute(query).fetchone() == ("2",)


def test_a_database_that_does_not_exist_is_created_once_and_sorts_by_code_point(postgres: Cluster) -> None:
    for _ in range(2):
        database = database_in(postgres, 'new "quoted" نام')
        with database.transaction() as connection:
            sorted_words = "SELECT string_agg(word, '' ORDER BY word) FROM unnest('{b,Z,ə,A}'::text[]) AS word"
            assert connection.execute(sorted_words).fetchone() == ("AZbə",)
    with Database(postgres, "postgres").administration() as connection:
        connection.execute('DROP DATABASE "new ""quoted"" نام"')


def test_two_processes_may_create_the_database_at_once(postgres: Cluster, database_url: str) -> None:
    code = (
        "import sys; from hamkar.store.database import ExternalServer, database_in;"
        "database_in(ExternalServer(sys.argv[1]), 'raced')"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    both = [subprocess.Popen([sys.executable, "-c", code, database_url], env=env) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    with Database(postgres, "postgres").administration() as connection:
        connection.execute("DROP DATABASE raced")


def test_the_address_in_database_url_wins_and_the_nodes_own_server_is_not_touched(
    database_url: str, tmp_path: Path
) -> None:
    cluster = Cluster(tmp_path / "no such node")
    with node_database(database_url, cluster) as database, database.transaction() as connection:
        add(connection, 7)
        assert database.name == conninfo_to_dict(database_url)["dbname"]
    assert not (tmp_path / "no such node").exists()


def test_an_address_in_the_form_of_a_url_is_understood() -> None:
    server = ExternalServer("postgresql://officer:secret@db.example:5433/cases?sslmode=require")
    address = conninfo_to_dict(server.conninfo(server.database))
    assert (address["host"], address["port"], address["dbname"], address["sslmode"]) == (
        "db.example",
        "5433",
        "cases",
        "require",
    )


def test_an_address_that_is_none_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(NotReady, match="DATABASE_URL is no PostgreSQL address") as refused:
        ExternalServer("mysql=secret word")
    assert "secret" not in str(refused.value)


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"cannot be reached .*see that its server runs"):
        database_in(ExternalServer(f"host={tmp_path} dbname=cases"))


def test_a_role_that_may_create_nothing_is_told_what_to_ask_for(database: Database, database_url: str) -> None:
    with database.administration() as connection:
        connection.execute("CREATE ROLE officer LOGIN")
    with pytest.raises(NotReady, match=r"The database cases does not exist and cannot be created \(permission denied"):
        database_in(ExternalServer(psycopg.conninfo.make_conninfo(database_url, user="officer")), "cases")
    with database.administration() as connection:
        connection.execute("DROP ROLE officer")


def test_a_database_that_does_not_store_utf8_is_refused(postgres: Cluster) -> None:
    with Database(postgres, "postgres").administration() as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(NotReady, match="The database latin stores text as LATIN1"):
        database_in(postgres, "latin")
    with Database(postgres, "postgres").administration() as connection:
        connection.execute("DROP DATABASE latin")


def test_a_server_that_was_killed_is_brought_back_for_whoever_connects_next(programs: Binaries) -> None:
    folder = open_folder()
    (folder / "home").mkdir()
    with Cluster(folder / "home", programs=programs.folder, apart=folder / "apart") as cluster:
        database = database_in(cluster)
        with database.pooled(2) as pool:
            with pool.transaction() as connection:
                connection.execute("CREATE TABLE seizure_of_test (number integer PRIMARY KEY)")
            for number, lender in enumerate([database, pool]):
                server = living_postmaster(cluster.place)
                assert server
                os.kill(server, signal.SIGKILL)
                with lender.transaction() as connection:
                    add(connection, number)
        assert numbers(database) == [0, 1]
    subprocess.run(["rm", "-r", folder], check=True)
