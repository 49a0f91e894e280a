"""Who looked at which people and things, for which case and purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.oversight import Reading

_COLUMNS = "id, at, account, act, entities, case_number, purpose, sought, refused_by, counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightFilter:
    """What of people's acts is wanted: what matches every part that is given. The days are in UTC, both included."""

    account: str = ""
    record: UUID | None = None
    case: str = ""
    since: date | None = None
    until: date | None = None


def put_reading(connection: Connection, reading: Reading) -> None:
    """Keep that somebody read or sought, or was refused to."""
    connection.execute(
        f"INSERT INTO nominal.reading ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(reading.id, reading.at, reading.account, reading.act, list(reading.entities)),
            *(reading.case_number, reading.purpose, reading.sought, reading.refused_by, reading.counted),
        ),
    )


def readings(connection: Connection, wanted: OversightFilter, *, limit: int, offset: int) -> list[Reading]:
    """A page of what fits, the newest first."""
    where, values = _where(wanted)
    with connection.cursor(row_factory=class_row(Reading)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM nominal.reading {where} ORDER BY at DESC, id DESC LIMIT %s OFFSET %s",
            (*values, limit, offset),
        ).fetchall()


def count_readings(connection: Connection, wanted: OversightFilter, limit: int) -> int:
    """How many fit, counted no further than ``limit + 1``."""
    where, values = _where(wanted)
    row = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM nominal.reading {where} LIMIT %s) AS fitting", (*values, limit + 1)
    ).fetchone()
    return row[0] if row else 0


def taken_by_day(connection: Connection, account: str, since: date) -> Mapping[date, int]:
    """How many names an account was shown, by day in UTC, on the days on which it was shown any."""
    rows: Sequence[tuple[date, int]] = connection.execute(
        "SELECT (at AT TIME ZONE 'UTC')::date, sum(counted)::integer FROM nominal.reading"
        " WHERE account = %s AND at >= %s::date::timestamp AT TIME ZONE 'UTC' GROUP BY 1",
        (account, since),
    ).fetchall()
    return dict(rows)


def forget_words(connection: Connection, before: date, limit: int) -> None:
    """Forget what was sought before a day, for at most so many searches; that somebody searched stays."""
    connection.execute(
        "UPDATE nominal.reading SET sought = '' WHERE id IN (SELECT id FROM nominal.reading"
        " WHERE act = 'search' AND sought <> '' AND at < %s::date::timestamp AT TIME ZONE 'UTC' LIMIT %s)",
        (before, limit),
    )


def lock_account_of(connection: Connection, account: str) -> None:
    """Let an account take one thing after the other, so that no two of its readings fit into the same last place."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 14))", (account,))


def _where(wanted: OversightFilter) -> tuple[str, list[object]]:
    given: list[tuple[str, object]] = [
        ("account = %s", wanted.account or None),
        ("entities @> ARRAY[%s]::uuid[]", wanted.record),
        ("case_number = %s", wanted.case or None),
        ("at >= %s::date::timestamp AT TIME ZONE 'UTC'", wanted.since),
        ("at < (%s::date + 1)::timestamp AT TIME ZONE 'UTC'", wanted.until),
    ]
    asked = [(clause, value) for clause, value in given if value is not None]
    clauses = " AND ".join(clause for clause, _ in asked)
    return (f"WHERE {clauses}" if asked else ""), [value for _, value in asked]
