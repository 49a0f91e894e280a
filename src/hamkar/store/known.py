"""What is known here of records that come: read at once, for a message by itself would pay for each look."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection

from hamkar.model.report import Report


@dataclass(frozen=True, slots=True)
class Known:
    """Of records with their originators: which reports are held, each under its event, and what is not taken up again.

    ``recalled`` were taken back; of ``ran_out`` the copy here ran out under the agreement named.
    """

    held: dict[UUID, tuple[Report, UUID]]
    recalled: set[tuple[UUID, str]]
    ran_out: set[tuple[str, UUID, str]]


_KNOWN = (
    "SELECT 'held', id, originator, body::text, event_id FROM report"
    " WHERE id = ANY(%(records)s) AND originator = %(sender)s"
    " UNION ALL SELECT 'recalled', record, originator, NULL, NULL FROM recall WHERE record = ANY(%(records)s) AND here"
    " UNION ALL SELECT 'ran_out', record, originator, agreement, NULL FROM ran_out WHERE record = ANY(%(records)s)"
)


def known_of(connection: Connection, sender: str, records: Sequence[UUID]) -> Known:
    """What is known of these records; of reports, those of their sender alone. Keep recalls out before you look."""
    known = Known({}, set(), set())
    for what, record, originator, text, event in connection.execute(
        _KNOWN, {"records": list(records), "sender": sender}
    ):
        match what:
            case "held":
                known.held[record] = Report.from_own_json(text.encode()), event
            case "recalled":
                known.recalled.add((record, originator))
            case _:
                known.ran_out.add((originator, record, text))
    return known
