"""Which records people have looked at (R3): received ones here, own ones at partners by their notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.holdings import SeenRecord
from hamkar.policy.sight import HANDLING, Sight
from hamkar.store.where import clause


def note_seen(connection: Connection, own: str, event: UUID, sight: Sight, *, by: str, on: date) -> int:
    """Note that somebody has looked at those received reports of an event that they see; how many are new."""
    shown = clause(sight.rule, {HANDLING: "handling"})
    return connection.execute(
        "INSERT INTO seen (originator, record, seen_on, seen_by) SELECT originator, id, %s, %s FROM report"
        f" WHERE event_id = %s AND originator <> %s AND {shown.sql} ON CONFLICT DO NOTHING",
        (on, by, event, own, *shown.values),
    ).rowcount


def note_record_seen(connection: Connection, originator: str, record: UUID, *, by: str, on: date) -> None:
    """Note that somebody has looked at a received record; the first time counts."""
    connection.execute(
        "INSERT INTO seen (originator, record, seen_on, seen_by) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (originator, record, on, by),
    )


@dataclass(frozen=True, slots=True)
class Untold:
    """A record that was seen here and of which who gave it has not been told; with an agreement it came under."""

    sender: str
    agreement: str
    record: UUID
    seen_on: date


def take_untold(connection: Connection, limit: int) -> list[Untold]:
    """Records of which those who gave them are told in this unit of work, by sender and agreement.

    What came under no agreement that is still known here, or has run out meanwhile, is not told of.
    """
    with connection.cursor(row_factory=class_row(Untold)) as cursor:
        return cursor.execute(
            "WITH picked AS (SELECT originator, record FROM seen WHERE NOT told ORDER BY originator, record LIMIT %s"
            " FOR UPDATE SKIP LOCKED), marked AS (UPDATE seen s SET told = true FROM picked p"
            " WHERE s.originator = p.originator AND s.record = p.record RETURNING s.originator, s.record, s.seen_on)"
            " SELECT h.sender, h.agreement, m.record, m.seen_on FROM marked m CROSS JOIN LATERAL"
            " (SELECT sender, agreement FROM holding WHERE originator = m.originator AND record = m.record"
            " ORDER BY agreement LIMIT 1) h ORDER BY h.sender, h.agreement, m.record",
            (limit,),
        ).fetchall()


def put_seen_there(connection: Connection, partner: str, records: Sequence[SeenRecord]) -> None:
    """Keep a partner's word on which of the records it was given were seen there; the first word on each stays."""
    connection.execute(
        "INSERT INTO seen_there (partner, record, seen_on)"
        " SELECT %s, told.record, told.seen_on FROM unnest(%s::uuid[], %s::date[]) AS told (record, seen_on)"
        " WHERE EXISTS (SELECT 1 FROM release r WHERE r.record_id = told.record AND r.partner = %s)"
        " ON CONFLICT DO NOTHING",
        (partner, [each.record for each in records], [each.seen_on for each in records], partner),
    )


def seen_there(connection: Connection, records: Sequence[UUID]) -> dict[tuple[str, UUID], date]:
    """On which day own records were seen at partners, by partner and record."""
    rows = connection.execute(
        "SELECT partner, record, seen_on FROM seen_there WHERE record = ANY(%s)", (list(records),)
    )
    return {(partner, record): on for partner, record, on in rows}
