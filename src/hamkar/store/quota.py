"""What a partner may send in a day, and what it has sent: so that one partner, or who stole its key, floods nobody."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.rows import class_row

BYTES = 20 << 30
"""Sealed bytes a day where nothing else is set: a backlog of ten million messages."""

MESSAGES = 10_000_000
"""Messages a day where nothing else is set."""

REJECTED = 50_000
"""Rejected messages a day, which are kept although no rule lets them in, where nothing else is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A bundle that is offered: from whom, on the stream of terms or another, how large."""

    partner: str
    terms: bool
    bytes: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that a partner may send in a day (UTC)."""

    bytes: int = BYTES
    messages: int = MESSAGES
    rejected: int = REJECTED


def admit(connection: Connection, offered: Offered, now: datetime) -> bool:
    """Whether a bundle is within what its partner may send today; it is counted exactly if it is.

    The day's first bundle is always within. One statement, and a lock on the partner's row until the unit of work ends.
    """
    values = {
        "partner": offered.partner,
        "day": now.date(),
        "terms": offered.terms,
        "bytes": offered.bytes,
        "messages": offered.messages,
        "most_bytes": BYTES,
        "most_messages": MESSAGES,
        "most_rejected": REJECTED,
    }
    done = connection.execute(
        "INSERT INTO partner_day AS d (partner, day, terms, bytes, messages)"
        " VALUES (%(partner)s, %(day)s, %(terms)s, %(bytes)s, %(messages)s)"
        " ON CONFLICT (partner, day, terms) DO UPDATE SET bytes = d.bytes + excluded.bytes,"
        " messages = d.messages + excluded.messages WHERE (SELECT"
        " d.bytes + excluded.bytes <= coalesce(min(bytes), %(most_bytes)s)"
        " AND d.messages + excluded.messages <= coalesce(min(messages), %(most_messages)s)"
        " AND d.rejected < coalesce(min(rejected), %(most_rejected)s)"
        " FROM partner_limit WHERE partner = %(partner)s)",
        values,
    )
    return done.rowcount == 1


def note_rejected(connection: Connection, offered: Offered, rejected: int, now: datetime) -> None:
    """Count messages of an admitted bundle that were rejected and are kept."""
    connection.execute(
        "UPDATE partner_day SET rejected = rejected + %s WHERE partner = %s AND day = %s AND terms = %s",
        (rejected, offered.partner, now.date(), offered.terms),
    )


def note_declined(connection: Connection, offered: Offered, now: datetime) -> None:
    """Count a bundle that was turned away until another day."""
    connection.execute(
        "UPDATE partner_day SET declined = declined + 1 WHERE partner = %s AND day = %s AND terms = %s",
        (offered.partner, now.date(), offered.terms),
    )


def put_limit(connection: Connection, partner: str, limit: Limit) -> None:
    """Set what a partner may send in a day; it counts from the next bundle."""
    connection.execute(
        "INSERT INTO partner_limit (partner, bytes, messages, rejected) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (partner) DO UPDATE SET bytes = excluded.bytes, messages = excluded.messages,"
        " rejected = excluded.rejected",
        (partner, limit.bytes, limit.messages, limit.rejected),
    )


def limit_of(connection: Connection, partner: str) -> Limit:
    """What a partner may send in a day."""
    row = connection.execute(
        "SELECT bytes, messages, rejected FROM partner_limit WHERE partner = %s", (partner,)
    ).fetchone()
    return Limit(bytes=row[0], messages=row[1], rejected=row[2]) if row else Limit()


@dataclass(frozen=True, slots=True)
class Day:
    """What a partner has sent in a day, and how many bundles were turned away until another."""

    partner: str
    bytes: int
    messages: int
    rejected: int
    declined: int


def day(connection: Connection, on: date) -> list[Day]:
    """What each partner has sent on a day."""
    with connection.cursor(row_factory=class_row(Day)) as cursor:
        return cursor.execute(
            "SELECT partner, sum(bytes)::bigint AS bytes, sum(messages)::bigint AS messages,"
            " sum(rejected)::bigint AS rejected, sum(declined)::bigint AS declined"
            " FROM partner_day WHERE day = %s GROUP BY partner ORDER BY partner",
            (on,),
        ).fetchall()
