"""Decisions on what goes to whom, yes and no."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg import Connection

from hamkar.model.release import Release
from hamkar.store.rows import put_rows

_COLUMNS = "id, record_id, event_id, partner, outcome, rule, decided_at, body"


def put_releases(connection: Connection, made: Iterable[tuple[Release, UUID | None]]) -> None:
    """Keep decisions, each with the event that it is about."""
    rows = [
        (
            *(str(one.id), str(one.record), None if event is None else str(event), one.partner),
            *(one.outcome, one.rule, one.decided_at.isoformat(), one.to_json().decode()),
        )
        for one, event in made
    ]
    put_rows(connection, "release", _COLUMNS, rows)


def releases_of_event(connection: Connection, event: UUID) -> list[Release]:
    """Every decision on the reports of an event, the newest first."""
    rows = connection.execute(
        "SELECT body::text FROM release WHERE event_id = %s ORDER BY decided_at DESC, id DESC", (event,)
    )
    return [Release.from_own_json(body.encode()) for (body,) in rows]


def earlier_releases(connection: Connection, records: Sequence[UUID], partner: str) -> dict[tuple[UUID, str], Release]:
    """By record and agreement, the release by which it went or goes to a partner, unless the partner rejected it."""
    rows = connection.execute(
        "SELECT r.body::text FROM release r WHERE r.record_id = ANY(%s) AND r.partner = %s AND r.outcome = 'released'"
        " AND NOT EXISTS"
        " (SELECT 1 FROM nominal.outbox o WHERE o.release_id = r.id AND o.verdict = 'rejected')",
        (list(records), partner),
    )
    found = (Release.from_own_json(body.encode()) for (body,) in rows)
    return {(one.record, one.agreement): one for one in found}


def receivers(connection: Connection, record: UUID) -> list[Release]:
    """For every partner that was given a record, whether it has arrived or waits, the newest release to it."""
    rows = connection.execute(
        "SELECT DISTINCT ON (partner) body::text FROM release WHERE record_id = %s AND outcome = 'released'"
        " ORDER BY partner, decided_at DESC, id DESC",
        (record,),
    )
    return [Release.from_own_json(body.encode()) for (body,) in rows]


def count_outcomes(connection: Connection) -> dict[str, int]:
    """How many decisions there are, by outcome."""
    rows = connection.execute("SELECT outcome, count(*) FROM release GROUP BY outcome")
    return dict(rows.fetchall())
