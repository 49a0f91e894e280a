"""Decisions on what goes to whom, yes and no."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg import Connection

from hamkar.model.release import Release
from hamkar.store.ask import ask
from hamkar.store.rows import Writer, put_rows

_COLUMNS = "id, record_id, originator, event_id, partner, outcome, rule, decided_at, body"


def put_releases(to: Writer, made: Iterable[tuple[Release, str, UUID | None]]) -> None:
    """Keep decisions, each with the originator of its record and the event that it is about."""
    rows = (
        (
            *(one.id.hex, one.record.hex, originator, None if event is None else event.hex, one.partner),
            *(one.outcome, one.rule, one.decided_at.isoformat(), one.to_json().decode()),
        )
        for one, originator, event in made
    )
    put_rows(to, "release", _COLUMNS, rows, document="body")


def releases_of_event(connection: Connection, event: UUID) -> list[Release]:
    """Every decision on the reports of an event, the newest first."""
    rows = connection.execute(
        "SELECT body::text FROM release WHERE event_id = %s ORDER BY decided_at DESC, id DESC", (event,)
    )
    return [Release.from_own_json(body.encode()) for (body,) in rows]


def earlier_releases(
    connection: Connection, records: Sequence[UUID], partner: str
) -> dict[tuple[UUID, str, str], Release]:
    """By record, originator and agreement, the release by which it went or goes to a partner that did not reject it."""
    rows = ask(
        connection,
        "SELECT r.originator, r.body::text FROM release r"
        " WHERE r.record_id = ANY(%s) AND r.partner = %s AND r.outcome = 'released'"
        " AND NOT EXISTS"
        " (SELECT 1 FROM nominal.outbox o WHERE o.release_id = r.id AND o.verdict = 'rejected')",
        (list(records), partner),
    )
    found = ((originator, Release.from_own_json(body.encode())) for originator, body in rows)
    return {(one.record, originator, one.agreement): one for originator, one in found}


def receivers(connection: Connection, record: UUID, originator: str) -> list[Release]:
    """For every partner that was given a record, whether it has arrived or waits, the newest release to it.

    An identifier is its originator's: whoever names a record of its own alike has nothing to do with this one.
    """
    rows = connection.execute(
        "SELECT DISTINCT ON (partner) body::text FROM release WHERE record_id = %s AND originator = %s"
        " AND outcome = 'released' ORDER BY partner, decided_at DESC, id DESC",
        (record, originator),
    )
    return [Release.from_own_json(body.encode()) for (body,) in rows]


def count_outcomes(connection: Connection) -> dict[str, int]:
    """How many decisions there are, by outcome."""
    rows = connection.execute("SELECT outcome, count(*) FROM release GROUP BY outcome")
    return dict(rows.fetchall())
