"""What will be erased by itself and when: people without a role, dates of deletion, retention that ends."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.store.entities import DUE_ON

_DUE = (
    "SELECT record, originator, cause, due_on FROM ("
    f"SELECT id AS record, originator, 'no_role' AS cause, {DUE_ON} AS due_on FROM nominal.entity WHERE quarantined"
    " UNION ALL SELECT id, originator, 'delete_by', delete_by FROM nominal.entity"
    " WHERE originator = %(own)s AND delete_by <= %(until)s"
    " UNION ALL SELECT id, originator, 'delete_by', delete_by FROM report"
    " WHERE originator = %(own)s AND delete_by <= %(until)s"
    " UNION ALL SELECT record, originator, 'retention', run_out FROM holding WHERE run_out <= %(until)s"
    ") AS due WHERE due_on <= %(until)s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeDue:
    """A record that is erased on a day, and why: no_role, delete_by or retention."""

    record: UUID
    originator: str
    cause: str
    due_on: date


def purges_due(connection: Connection, own: str, until: date, *, limit: int, offset: int) -> list[PurgeDue]:
    """A page of what is to be erased by that day, the first due first."""
    with connection.cursor(row_factory=class_row(PurgeDue)) as cursor:
        return cursor.execute(
            f"{_DUE} ORDER BY due_on, record LIMIT %(limit)s OFFSET %(offset)s",
            {"own": own, "until": until, "limit": limit, "offset": offset},
        ).fetchall()


def count_purges(connection: Connection, own: str, until: date, limit: int) -> int:
    """How many there are, counted no further than ``limit + 1``."""
    row = connection.execute(
        f"SELECT count(*) FROM ({_DUE} LIMIT %(limit)s) AS fitting", {"own": own, "until": until, "limit": limit + 1}
    ).fetchone()
    return row[0] if row else 0
