"""The database's own wall around nominal rows, raised while a person reads them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection
from psycopg.pq import TransactionStatus

_STANDS = "EXISTS (SELECT FROM pg_policies WHERE policyname = 'person_reads')"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the wall is raised for: a name, the highest handling rank (-1 to 3), and whether minors and witnesses."""

    name: str
    clearance: int
    sees_minors: bool


@contextmanager
def reading_as(connection: Connection, reader: Reader) -> Iterator[None]:
    """Let only those nominal rows through that this reader may see, until the block or the unit of work ends.

    On a server that has no such wall the block is as without.
    """
    row = connection.execute(
        "SELECT set_config('hamkar.person', %s, true), set_config('hamkar.clearance', %s, true),"
        f" set_config('hamkar.sees_minors', %s, true), {_STANDS}",
        (reader.name, str(reader.clearance), "yes" if reader.sees_minors else "no"),
    ).fetchone()
    walled = bool(row and row[3])
    if walled:
        connection.execute("SET LOCAL ROLE hamkar_person")
    try:
        yield
    finally:
        if walled and connection.info.transaction_status is TransactionStatus.INTRANS:
            connection.execute("RESET ROLE")


def wall_stands(connection: Connection) -> bool:
    """Whether this database has the wall."""
    row = connection.execute(f"SELECT {_STANDS}").fetchone()
    return bool(row and row[0])
