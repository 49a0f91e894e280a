"""Taking the content of records out of everything that is kept beside them: sent messages, received bundles, decisions.

What stays of a message is its leaf (`exchange.chain.erased`), so that chains and receipts can still be proved, and a
partner that asks for the message again is told that it is gone. Used by retention, recall and correction alike.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import Connection

from hamkar.exchange.chain import erased
from hamkar.model.bundle import Bundle
from hamkar.store.events import lock_events

_CARRIES = ("report", "entity", "correction")
"""The kinds of message that carry a record."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in what a partner sent."""

    partner: str
    stream: str
    epoch: int
    seq: int


def erase_received(connection: Connection, sender: str, records: Sequence[UUID], agreement: str | None = None) -> int:
    """Take the messages by which a sender gave these records out of the bundles kept as evidence; how many there were.

    ``agreement`` is the only one under which they came that counts; every one where it is None.
    """
    rows = connection.execute(
        "SELECT partner, stream, epoch, seq FROM inbox WHERE partner = %s AND record = ANY(%s) AND kind = ANY(%s)"
        " AND (%s::text IS NULL OR agreement = %s)",
        (sender, [str(record) for record in records], list(_CARRIES), agreement, agreement),
    )
    return erase_places(connection, [Place(*row) for row in rows.fetchall()])


def erase_rejected(connection: Connection, after: datetime, until: datetime) -> int:
    """Take the messages rejected in this time, ``after`` itself left out, out of the bundles kept; how many."""
    rows = connection.execute(
        "SELECT partner, stream, epoch, seq FROM inbox WHERE acceptance = 'rejected'"
        " AND received_at > %s AND received_at <= %s",
        (after, until),
    )
    return erase_places(connection, [Place(*row) for row in rows.fetchall()])


def erase_places(connection: Connection, places: Collection[Place]) -> int:
    """Take these messages out of the bundles kept; how many were to go. Each bundle is written anew once."""
    going: dict[str, set[int]] = defaultdict(set)
    by_stream: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for place in places:
        by_stream[place.partner, place.stream, place.epoch].append(place.seq)
    for stream, numbers in by_stream.items():
        # A bundle that contradicts another is proof of a wrong, and both stay whole until people have settled it.
        rows = connection.execute(
            "SELECT b.ctid::text, wanted.seq FROM unnest(%s::bigint[]) AS wanted (seq) JOIN nominal.bundle_in b"
            " ON b.partner = %s AND b.stream = %s AND b.epoch = %s"
            " AND b.last_seq >= wanted.seq AND b.first_seq <= wanted.seq"
            " WHERE NOT EXISTS (SELECT 1 FROM nominal.bundle_in c WHERE c.contradicts AND c.partner = b.partner"
            " AND c.stream = b.stream AND c.epoch = b.epoch AND c.last_seq >= b.first_seq"
            " AND c.first_seq <= b.last_seq)"
            " FOR UPDATE OF b",
            (numbers, *stream),
        )
        for at, seq in rows.fetchall():
            going[at].add(seq)
    for at, chosen in going.items():
        _rewrite(connection, at, chosen)
    return len(places)


def _rewrite(connection: Connection, at: str, going: set[int]) -> None:
    row = connection.execute("SELECT body FROM nominal.bundle_in WHERE ctid = %s::tid", (at,)).fetchone()
    assert row is not None, "the bundle was locked in this unit of work"  # noqa: S101 - an invariant
    bundle = Bundle.from_own_json(row[0])
    left = tuple(
        msgspec.Raw(erased(bytes(message))) if seq in going else message
        for seq, message in enumerate(bundle.msgs, bundle.first_seq)
    )
    body = replace(bundle, msgs=left).to_json()
    connection.execute("UPDATE nominal.bundle_in SET body = %s WHERE ctid = %s::tid", (body, at))


def erase_sent(
    connection: Connection,
    originator: str,
    records: Sequence[UUID],
    *,
    partner: str | None = None,
    agreement: str | None = None,
) -> int:
    """Leave only the leaf of the messages that released these records of an originator, sent or still waiting.

    To one partner and under one agreement where these are named, else to all and under all; how many there were.
    Nobody erases what is another's by naming a record alike.
    """
    done = connection.execute(
        "UPDATE nominal.outbox o"
        " SET message = convert_to('{\"erased\":\"' || encode(sha256(o.message), 'hex') || '\"}', 'UTF8')"
        " FROM release r WHERE o.release_id = r.id AND r.record_id = ANY(%s) AND r.originator = %s"
        " AND (%s::text IS NULL OR r.partner = %s) AND (%s::text IS NULL OR r.body->>'agreement' = %s)"
        " AND substring(o.message FROM 1 FOR 11) <> convert_to('{\"erased\":\"', 'UTF8')",
        (list(records), originator, partner, partner, agreement, agreement),
    )
    return done.rowcount


def erase_reports(connection: Connection, originator: str, records: Sequence[UUID]) -> set[UUID]:
    """Take these reports of an originator out, with who the people in them are; the events to be derived anew.

    What people decided on an event quotes its reports, so it goes with an event's last one. The events are locked.
    """
    filed = connection.execute(
        "SELECT DISTINCT event_id FROM report WHERE originator = %s AND id = ANY(%s)", (originator, list(records))
    )
    lock_events(connection, [event for (event,) in filed])
    rows = connection.execute(
        "DELETE FROM report WHERE originator = %s AND id = ANY(%s) RETURNING event_id", (originator, list(records))
    )
    touched = {event for (event,) in rows.fetchall()}
    connection.execute(
        "DELETE FROM nominal.entity WHERE originator = %s AND report_id = ANY(%s)", (originator, list(records))
    )
    connection.execute(
        "DELETE FROM decision WHERE event_id = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM report WHERE report.event_id = decision.event_id)",
        (list(touched),),
    )
    return touched


def erase_entities(connection: Connection, originator: str, records: Sequence[UUID]) -> None:
    """Take these people and things of an originator out."""
    connection.execute("DELETE FROM nominal.entity WHERE originator = %s AND id = ANY(%s)", (originator, list(records)))
