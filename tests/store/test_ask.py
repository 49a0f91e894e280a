"""Statements by the shortest way answer as psycopg's cursors do, also after a unit of work that was not kept."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from hamkar.store.ask import ask
from hamkar.store.database import Connection, Database

VALUES: tuple[object, ...] = (
    *(1, 2**15, 2**40, -1, "همکار", "", b"\x00\xff", True, None, Decimal("1.50"), date(2026, 3, 2)),
    *(datetime(2026, 3, 2, 3, 0, tzinfo=UTC), UUID(int=7), ["a", "b"], [1, 2**40], []),
)
TYPES = (
    *("bigint", "bigint", "bigint", "bigint", "text", "text", "bytea", "boolean", "text", "numeric", "date"),
    *("timestamptz", "uuid", "text[]", "bigint[]", "text[]"),
)


@pytest.mark.parametrize(("value", "kind"), list(zip(VALUES, TYPES, strict=True)))
def test_a_value_comes_back_as_it_went(connection: Connection, value: object, kind: str) -> None:
    assert ask(connection, f"SELECT %s::{kind}", (value,)) == [(value,)]


def test_one_statement_takes_numbers_of_every_size(connection: Connection) -> None:
    for number in (1, 2**20, 2**40, None, 2):
        assert ask(connection, "SELECT %s::bigint", (number,)) == [(number,)]


def test_what_is_wrong_is_told_as_psycopg_tells_it(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"):
        ask(connection, "SELECT 1 / %s::integer", (0,))


def test_a_fault_in_the_statement_is_told(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable, match="no_such_table"):
        ask(connection, "SELECT * FROM no_such_table")


def _ask_in_vain(database: Database) -> None:
    with database.transaction() as connection:
        ask(connection, "INSERT INTO secret VALUES (%s, %s)", ("of a test", b""))
        ask(connection, "SELECT 1 / %s::integer", (0,))


def test_a_statement_is_good_again_after_a_unit_of_work_that_was_not_kept(database: Database) -> None:
    with database.pooled(1) as pool:
        for number in range(12):
            with pool.transaction() as connection:
                connection.execute("SELECT %s::integer", (number,))
                assert ask(connection, "SELECT %s::bigint", (number,)) == [(number,)]
            with pytest.raises(psycopg.errors.DivisionByZero):
                _ask_in_vain(pool)


def test_a_unit_of_work_whose_statement_fails_leaves_nothing(database: Database) -> None:
    with database.pooled(1) as pool:
        with pytest.raises(psycopg.errors.DivisionByZero):
            _ask_in_vain(pool)
        with pool.transaction() as connection:
            assert ask(connection, "SELECT FROM secret WHERE name = %s", ("of a test",)) == []


def test_what_was_prepared_stays_when_a_part_of_the_work_is_taken_back(connection: Connection) -> None:
    assert ask(connection, "SELECT %s::int", (1,)) == [(1,)]
    with suppress(psycopg.Rollback), connection.transaction():
        for _ in range(9):
            connection.execute("SELECT 1")
        raise psycopg.Rollback
    assert ask(connection, "SELECT %s::int", (2,)) == [(2,)]
