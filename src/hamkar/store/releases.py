"""Decisions on what goes to whom, yes and no."""

from uuid import UUID

from psycopg import Connection

from hamkar.model.release import Release


def put_release(connection: Connection, release: Release, event: UUID | None) -> None:
    """Keep a decision."""
    connection.execute(
        "INSERT INTO release (id, record_id, event_id, partner, outcome, rule, decided_at, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            release.id,
            release.record,
            event,
            release.partner,
            release.outcome,
            release.rule,
            release.decided_at,
            release.to_json().decode(),
        ),
    )


def releases_of_event(connection: Connection, event: UUID) -> list[Release]:
    """Every decision on the reports of an event, the newest first."""
    rows = connection.execute(
        "SELECT body::text FROM release WHERE event_id = %s ORDER BY decided_at DESC, id DESC", (event,)
    )
    return [Release.from_own_json(body.encode()) for (body,) in rows]


def earlier_release(connection: Connection, record: UUID, partner: str, agreement: str) -> Release | None:
    """The release by which a record went or goes to a partner under an agreement, unless the partner rejected it."""
    row = connection.execute(
        "SELECT r.body::text FROM release r WHERE r.record_id = %s AND r.partner = %s AND r.outcome = 'released'"
        " AND r.body->>'agreement' = %s AND NOT EXISTS"
        " (SELECT 1 FROM nominal.outbox o WHERE o.release_id = r.id AND o.verdict = 'rejected') LIMIT 1",
        (record, partner, agreement),
    ).fetchone()
    return Release.from_own_json(row[0].encode()) if row else None


def count_outcomes(connection: Connection) -> dict[str, int]:
    """How many decisions there are, by outcome."""
    rows = connection.execute("SELECT outcome, count(*) FROM release GROUP BY outcome")
    return dict(rows.fetchall())
