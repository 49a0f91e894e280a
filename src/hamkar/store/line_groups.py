"""Event lines counted and added up in the database, for totals."""

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.seizure import Status
from hamkar.policy.sight import Sight
from hamkar.statistics.total_mass import LineGroup, Span
from hamkar.store.events import EventFilter, where


def groups(connection: Connection, wanted: EventFilter, sight: Sight) -> list[LineGroup]:
    """The lines of the events that fit, grouped by all that a total depends on."""
    clause, values = where(wanted, sight)
    rows = connection.execute(
        "SELECT line.substance, line.unit, line.status, line.doubtful, count(*), sum(line.amount)"
        f" FROM event_line line JOIN (SELECT id, from_rank FROM event {clause}) e"
        " ON (e.id, e.from_rank) = (line.event_id, line.from_rank)"
        " GROUP BY 1, 2, 3, 4, line.amount IS NULL ORDER BY 1, 2, 3, 4",
        values,
    )
    return [
        LineGroup(substance=what, unit=unit, status=Status(status), doubtful=doubtful, rows=count, amount=amount)
        for what, unit, status, doubtful, count, amount in rows
    ]


def span(connection: Connection, wanted: EventFilter, sight: Sight, substance: str) -> Span:
    """Over which events and days a substance was counted, from how many agencies.

    Events that share day, country and substance with another may be one seizure reported twice.
    """
    clause, values = where(wanted, sight)
    with connection.cursor(row_factory=class_row(Span)) as cursor:
        row = cursor.execute(
            f"WITH fitting AS (SELECT * FROM (SELECT * FROM event {clause}) e WHERE substances @> ARRAY[%s])"
            " SELECT count(*) AS events, min(date_earliest) AS first_day, max(date_latest) AS last_day,"
            " count(DISTINCT nullif(agency, '')) AS agencies, (count(*) - count(DISTINCT (date_latest, country)))"
            " AS unresolved FROM fitting",
            [*values, substance],
        ).fetchone()
    assert row is not None, "an aggregate always gives a row"  # noqa: S101 - an invariant, not a check of input
    return row
