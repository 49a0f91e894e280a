"""Requests by people who ask what is held on them, with every step that was taken."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound

_SHOWN = "id, name, contact, received_on, due_on, state"
_OPEN = "state NOT IN ('answered', 'refused')"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """A request: who asks, by which way they are answered, by when, and where it stands."""

    id: UUID
    name: str
    contact: str
    received_on: date
    due_on: date
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step that was taken; ``detail`` is in words."""

    at: datetime
    by: str
    step: str
    ground: str
    detail: str


def put_access(connection: Connection, row: AccessRow) -> None:
    """Keep a new request."""
    connection.execute(
        f"INSERT INTO nominal.subject_access ({_SHOWN}) VALUES (%s, %s, %s, %s, %s, %s)",
        (row.id, row.name, row.contact, row.received_on, row.due_on, row.state),
    )


def lock_access(connection: Connection, request: UUID) -> AccessRow:
    """One request, with which nobody else does anything until the unit of work ends. Raises NotFound."""
    connection.execute("SELECT FROM nominal.subject_access WHERE id = %s FOR UPDATE", (request,))
    return find_access(connection, request)


def find_access(connection: Connection, request: UUID) -> AccessRow:
    """One request. Raises NotFound."""
    with connection.cursor(row_factory=class_row(AccessRow)) as cursor:
        row = cursor.execute(f"SELECT {_SHOWN} FROM nominal.subject_access WHERE id = %s", (request,)).fetchone()
    if row is None:
        msg = f"there is no subject-access request {request} here; `hamkar subject-access list` shows them"
        raise NotFound(msg)
    return row


def move_access(connection: Connection, request: UUID, *, state: str, due_on: date) -> None:
    """Say where a request stands now, and by when it is due."""
    connection.execute(
        "UPDATE nominal.subject_access SET state = %s, due_on = %s WHERE id = %s", (state, due_on, request)
    )


def list_access(connection: Connection, *, limit: int, offset: int) -> list[AccessRow]:
    """A page of all requests: the open ones first, by when they are due, then the closed ones, the newest first."""
    with connection.cursor(row_factory=class_row(AccessRow)) as cursor:
        return cursor.execute(
            f"SELECT {_SHOWN} FROM nominal.subject_access ORDER BY NOT ({_OPEN}),"
            f" CASE WHEN {_OPEN} THEN due_on END, received_on DESC, id DESC LIMIT %s OFFSET %s",
            (limit, offset),
        ).fetchall()


def count_access(connection: Connection) -> int:
    """How many requests there are."""
    row = connection.execute("SELECT count(*) FROM nominal.subject_access").fetchone()
    return row[0] if row else 0


def overdue_access(connection: Connection, today: date) -> list[AccessRow]:
    """The open requests whose day has passed, the longest overdue first."""
    with connection.cursor(row_factory=class_row(AccessRow)) as cursor:
        return cursor.execute(
            f"SELECT {_SHOWN} FROM nominal.subject_access WHERE {_OPEN} AND due_on < %s ORDER BY due_on, id", (today,)
        ).fetchall()


def put_step(connection: Connection, request: UUID, step: StepRow) -> None:
    """Keep a step."""
    connection.execute(
        "INSERT INTO nominal.subject_access_step (request, at, by, step, ground, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (request, step.at, step.by, step.step, step.ground, step.detail),
    )


def steps_of(connection: Connection, request: UUID) -> list[StepRow]:
    """The steps of a request, in their order."""
    with connection.cursor(row_factory=class_row(StepRow)) as cursor:
        return cursor.execute(
            "SELECT at, by, step, ground, detail FROM nominal.subject_access_step WHERE request = %s ORDER BY id",
            (request,),
        ).fetchall()


def term(connection: Connection) -> int | None:
    """Within how many days the agency answers; None where it has not said, and a month is given."""
    row = connection.execute("SELECT days FROM subject_access_term").fetchone()
    return row[0] if row else None


def set_term(connection: Connection, days: int, *, by: str, at: datetime) -> None:
    """Keep within how many days the agency answers from now on."""
    connection.execute(
        "INSERT INTO subject_access_term (days, set_by, set_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (one) DO UPDATE SET days = excluded.days, set_by = excluded.set_by, set_at = excluded.set_at",
        (days, by, at),
    )
