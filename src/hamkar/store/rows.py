"""Writing rows: a few of several tables together in one statement, many of one table in one COPY."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

import msgspec
from psycopg import Connection

from hamkar.store.ask import ask

FEW = 8
"""So many rows go into a statement as JSON, which is the same statement for any number of them; more go by COPY."""


class Writes:
    """Writes of one unit of work that reach the database together when the block ends. None of them sees another.

    What a statement costs beside its work, a message by itself would pay for each of its tables.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._statements: list[str] = []
        self._values: list[object] = []

    def execute(self, statement: str, values: Sequence[object]) -> None:
        """Note a statement that changes rows; it may not hold another such in a WITH of its own."""
        self._statements.append(statement)
        self._values += values

    def close(self) -> None:
        """Execute what was noted."""
        if self._statements:
            *others, last = self._statements
            named = ", ".join(f"w{number} AS ({statement})" for number, statement in enumerate(others))
            ask(self.connection, f"WITH {named} {last}" if others else last, self._values)


Writer = Connection | Writes
"""Where a write goes: at once, or together with others."""


@contextmanager
def together(connection: Connection) -> Iterator[Writes]:
    """What is written in the block reaches the database at its end, in one statement; nothing in it may be read there.

    Whatever is written by COPY goes at once.
    """
    writes = Writes(connection)
    yield writes
    writes.close()


def put_rows(to: Writer, table: str, columns: str, rows: Iterable[Sequence[object]], *, document: str = "") -> None:
    """Write the rows; ``columns`` names them with commas between, in the order in which each row has them.

    Of many rows each is made while the database takes in those before. Values are text as PostgreSQL reads it, None,
    or what JSON has a form for; of the column ``document`` they are JSON documents as text.
    """
    coming = iter(rows)
    first = list(islice(coming, FEW + 1))
    if len(first) > FEW:
        connection = to.connection if isinstance(to, Writes) else to
        _copy(connection, f"COPY {table} ({columns}) FROM STDIN", chain(first, coming))
    elif first:
        insert(to, table, columns, first, document=document)


def insert(
    to: Writer, table: str, columns: str, rows: Iterable[Sequence[object]], *, document: str = "", on_conflict: str = ""
) -> None:
    """Write the rows as JSON in one statement; ``on_conflict`` says what is done where one is there (ON CONFLICT …)."""
    names = columns.split(", ")
    named = [dict(zip(names, row, strict=True)) for row in rows]
    for one in named if document else ():
        one[document] = msgspec.Raw(str(one[document]).encode())
    to.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
        f" {on_conflict}",
        (msgspec.json.encode(named).decode(),),
    )


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
