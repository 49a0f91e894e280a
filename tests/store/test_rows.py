"""Rows arrive whole and the same, whichever way they go."""

import pytest

from hamkar.store.ask import ask
from hamkar.store.database import Connection
from hamkar.store.rows import FEW, insert, put_rows, together

COLUMNS = "number, said, document, marks, raw"
UGLY = 'a"b\\c\td\ne' + "همکار\N{ZERO WIDTH NON-JOINER}" + "{},'"
DOCUMENT = '{"b": 1,  "a": "\\\\ \\" é"}'


@pytest.fixture(autouse=True)
def table(connection: Connection) -> None:
    connection.execute(
        "CREATE TEMPORARY TABLE kept (number integer PRIMARY KEY, said text, document json, marks text[], raw bytea)"
    )


def row(number: int) -> tuple[object, ...]:
    return number, UGLY if number % 2 else None, DOCUMENT, '{"x y","z"}', "\\x00ff"


def kept(connection: Connection) -> list[tuple[object, ...]]:
    return ask(connection, "SELECT number, said, document::text, marks, raw FROM kept ORDER BY number")


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 500])
def test_rows_arrive_whole_however_many_they_are(connection: Connection, count: int) -> None:
    put_rows(connection, "kept", COLUMNS, map(row, range(count)), document="document")
    said = (UGLY, DOCUMENT)
    assert kept(connection) == [
        (number, said[0] if number % 2 else None, said[1], ["x y", "z"], b"\x00\xff") for number in range(count)
    ]


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_what_is_written_together_arrives_at_the_end_of_the_block(connection: Connection, count: int) -> None:
    connection.execute("CREATE TEMPORARY TABLE beside (number integer)")
    with together(connection) as writes:
        put_rows(writes, "kept", COLUMNS, map(row, range(count)), document="document")
        writes.execute("INSERT INTO beside VALUES (%s)", (7,))
        put_rows(writes, "beside", "number", [(8,)])
        assert ask(connection, "SELECT FROM beside") == []
    assert len(kept(connection)) == count
    assert sorted(ask(connection, "SELECT number FROM beside")) == [(7,), (8,)]


def test_nothing_to_write_is_no_statement(connection: Connection) -> None:
    with together(connection) as writes:
        put_rows(writes, "kept", COLUMNS, [])
    assert kept(connection) == []


def test_a_row_that_is_there_is_changed_where_that_is_said(connection: Connection) -> None:
    for said in ("first", "second"):
        insert(
            connection,
            "kept",
            "number, said",
            [(1, said)],
            on_conflict="ON CONFLICT (number) DO UPDATE SET said = excluded.said",
        )
    assert [each[:2] for each in kept(connection)] == [(1, "second")]
