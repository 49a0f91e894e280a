"""The schema grows by numbered steps, and every doubt about its history stops it."""

import threading
from collections.abc import Iterator

import pytest
from psycopg import sql

from hamkar.errors import NotReady
from hamkar.store.database import Database, database_in
from hamkar.store.migrate import Migration, migrate, shipped
from hamkar.store.postgres.cluster import Cluster

SEIZURE = Migration(1, "seizure", b"CREATE TABLE seizure (id integer); CREATE INDEX ON seizure (id);")
PLACE = Migration(2, "place", "ALTER TABLE seizure ADD place text DEFAULT 'آستارا'; -- 100%".encode())
BROKEN = Migration(3, "broken", b"CREATE TABLE half (id integer); CREATE TABLE seizure (id integer);")


@pytest.fixture
def empty(postgres: Cluster) -> Iterator[Database]:
    """A database without any schema."""
    database = database_in(postgres, "without_schema")
    yield database
    with Database(postgres, "postgres").administration() as connection:
        connection.execute(sql.SQL("DROP DATABASE without_schema WITH (FORCE)"))


def tables(database: Database) -> list[str]:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
    with database.transaction() as connection:
        return [row[0] for row in connection.execute(query)]


def history(database: Database) -> list[tuple[int, str]]:
    with database.transaction() as connection:
        return [
            (row[0], row[1]) for row in connection.execute("SELECT number, name FROM schema_migration ORDER BY number")
        ]


def test_each_migration_is_applied_once_in_order(empty: Database) -> None:
    assert migrate(empty, [SEIZURE]) == (SEIZURE,)
    assert migrate(empty, [SEIZURE, PLACE]) == (PLACE,)
    assert migrate(empty, [SEIZURE, PLACE]) == ()
    assert history(empty) == [(1, "seizure"), (2, "place")]


def test_a_failing_migration_leaves_nothing_of_itself_and_keeps_those_before(empty: Database) -> None:
    with pytest.raises(
        NotReady, match=r'Migration 0003_broken fails .*relation "seizure" already exists.*nothing of it'
    ):
        migrate(empty, [SEIZURE, PLACE, BROKEN])
    assert tables(empty) == ["schema_migration", "seizure"]
    assert history(empty) == [(1, "seizure"), (2, "place")]


def test_a_database_newer_than_the_code_is_refused(empty: Database) -> None:
    migrate(empty, [SEIZURE, PLACE])
    with pytest.raises(NotReady, match=r"is newer than this Hamkar \(0002_place is unknown here\): install a newer"):
        migrate(empty, [SEIZURE])


def test_a_changed_file_that_was_applied_is_refused(empty: Database) -> None:
    migrate(empty, [SEIZURE])
    with pytest.raises(NotReady, match="Migration 0001_seizure differs from 0001_seizure that the database"):
        migrate(empty, [Migration(1, "seizure", SEIZURE.sql + b" "), PLACE])
    assert history(empty) == [(1, "seizure")]


def test_a_gap_in_the_numbers_is_refused(empty: Database) -> None:
    with pytest.raises(NotReady, match="Migration 0003_broken stands where number 0002 is due"):
        migrate(empty, [SEIZURE, BROKEN])
    assert tables(empty) == []


def test_of_two_who_migrate_at_once_one_does_it_and_the_other_finds_it_done(empty: Database) -> None:
    slow = Migration(1, "slow", b"CREATE TABLE seizure (id integer); SELECT pg_sleep(0.3);")
    did: list[int] = []
    both = [threading.Thread(target=lambda: did.append(len(migrate(empty, [slow])))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(did) == [0, 1]


def test_what_is_shipped_is_numbered_from_one_without_gaps() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))


def test_what_is_shipped_applies_to_an_empty_database(empty: Database) -> None:
    assert migrate(empty, shipped()) == shipped()
    assert migrate(empty, shipped()) == ()
