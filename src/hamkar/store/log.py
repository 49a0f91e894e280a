"""The append-only, hash-chained log of what was decided, given and taken."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Connection

_LOCK = 0x68616D6B61726C67
"""Advisory lock that gives entries one order; it is held until the unit of work ends."""

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who did what to what, and for or with which partner, by which rule."""

    actor: str
    act: str
    subject: str
    partner: str = ""
    rule: str = ""
    detail: str = ""


def entry_hash(before: str, seq: int, at: datetime, entry: Entry) -> str:
    """SHA-256 (hex) over the hash before and every part of the entry, each with its length: no two read alike."""
    when = at.astimezone(UTC).isoformat()
    named = (entry.actor, entry.act, entry.subject, entry.partner, entry.rule, entry.detail)
    digest = hashlib.sha256()
    for part in (before, str(seq), when, *named):
        data = part.encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


def append(connection: Connection, entry: Entry, at: datetime) -> None:
    """Add an entry after the last one; it is kept exactly if the unit of work is."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    last = connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
    seq, before = (last[0] + 1, last[1]) if last else (1, GENESIS)
    connection.execute(
        "INSERT INTO log (seq, at, actor, act, subject, partner, rule, detail, hash)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            seq,
            at,
            entry.actor,
            entry.act,
            entry.subject,
            entry.partner,
            entry.rule,
            entry.detail,
            entry_hash(before, seq, at, entry),
        ),
    )


def first_break(connection: Connection) -> int | None:
    """The number of the first entry whose hash does not follow from what stands there; None where all do."""
    before, expected = GENESIS, 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, at, hash, actor, act, subject, partner, rule, detail FROM log ORDER BY seq")
        for seq, at, held, *parts in cursor:
            entry = Entry(**dict(zip(("actor", "act", "subject", "partner", "rule", "detail"), parts, strict=True)))
            if seq != expected or entry_hash(before, seq, at, entry) != held:
                return int(seq)
            before, expected = held, expected + 1
    return None


def head(connection: Connection) -> tuple[int, str]:
    """The number and hash (hex) of the last entry."""
    row = connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)
