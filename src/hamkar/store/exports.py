"""Files that people took out."""

from collections.abc import Mapping
from datetime import date

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.oversight import Export
from hamkar.store.nominal_reads import OversightFilter

_SHOWN = "id, at, account, purpose, layout, wanted, seizures, encode(file_sha256, 'hex') AS sha256"


def put_export(connection: Connection, export: Export) -> None:
    """Keep that somebody took a file out."""
    connection.execute(
        "INSERT INTO export (id, at, account, purpose, layout, wanted, seizures, file_sha256)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, decode(%s, 'hex'))",
        (
            *(export.id, export.at, export.account, export.purpose, export.layout, export.wanted),
            *(export.seizures, export.sha256),
        ),
    )


def exports(connection: Connection, wanted: OversightFilter, *, limit: int, offset: int) -> list[Export]:
    """A page of what fits, the newest first; ``record`` is an export's own identifier, a case there is none."""
    where, values = _where(wanted)
    with connection.cursor(row_factory=class_row(Export)) as cursor:
        return cursor.execute(
            f"SELECT {_SHOWN} FROM export {where} ORDER BY at DESC, id DESC LIMIT %s OFFSET %s",
            (*values, limit, offset),
        ).fetchall()


def count_exports(connection: Connection, wanted: OversightFilter, limit: int) -> int:
    """How many fit, counted no further than ``limit + 1``."""
    where, values = _where(wanted)
    row = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM export {where} LIMIT %s) AS fitting", (*values, limit + 1)
    ).fetchone()
    return row[0] if row else 0


def exports_by_day(connection: Connection, account: str, since: date) -> Mapping[date, int]:
    """How many files an account took out, by day in UTC, on the days on which it took any."""
    rows = connection.execute(
        "SELECT (at AT TIME ZONE 'UTC')::date, count(*) FROM export"
        " WHERE account = %s AND at >= %s::date::timestamp AT TIME ZONE 'UTC' GROUP BY 1",
        (account, since),
    )
    return dict(rows.fetchall())


def _where(wanted: OversightFilter) -> tuple[str, list[object]]:
    given: list[tuple[str, object]] = [
        ("account = %s", wanted.account or None),
        ("id = %s", wanted.record),
        ("at >= %s::date::timestamp AT TIME ZONE 'UTC'", wanted.since),
        ("at < (%s::date + 1)::timestamp AT TIME ZONE 'UTC'", wanted.until),
    ]
    asked = [(clause, value) for clause, value in given if value is not None]
    clauses = " AND ".join(clause for clause, _ in asked)
    return (f"WHERE {clauses}" if asked else ""), [value for _, value in asked]
