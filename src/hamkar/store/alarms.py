"""What the data-protection officer is told of."""

from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.oversight import Alarm

_COLUMNS = "id, at, kind, account, subject, detail, seen_at, coalesce(seen_by, '') AS seen_by"


def raise_alarm(connection: Connection, alarm: Alarm) -> bool:
    """Keep an alarm; False where the same was raised on the same day already."""
    done = connection.execute(
        "INSERT INTO nominal.alarm (id, at, day, kind, account, subject, detail)"
        " VALUES (%s, %s, (%s AT TIME ZONE 'UTC')::date, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (alarm.id, alarm.at, alarm.at, alarm.kind, alarm.account, alarm.subject, alarm.detail),
    )
    return done.rowcount > 0


def alarms(connection: Connection, *, limit: int, offset: int) -> list[Alarm]:
    """A page of all alarms, those that nobody has seen first, then the newest first."""
    with connection.cursor(row_factory=class_row(Alarm)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM nominal.alarm ORDER BY seen_at IS NOT NULL, at DESC, id DESC LIMIT %s OFFSET %s",
            (limit, offset),
        ).fetchall()


def count_alarms(connection: Connection) -> tuple[int, int]:
    """How many alarms there are, and how many of them nobody has seen."""
    row = connection.execute("SELECT count(*), count(*) FILTER (WHERE seen_at IS NULL) FROM nominal.alarm").fetchone()
    return row or (0, 0)


def see_alarm(connection: Connection, alarm: object, *, by: str, at: datetime) -> bool:
    """Note that somebody has looked into an alarm; False where there is none that nobody has seen."""
    done = connection.execute(
        "UPDATE nominal.alarm SET seen_at = %s, seen_by = %s WHERE id = %s AND seen_at IS NULL", (at, by, alarm)
    )
    return done.rowcount > 0
