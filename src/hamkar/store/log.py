"""The append-only log of what was decided, given and taken: a Merkle tree (RFC 9162) that others can check.

Entry number ``seq`` counts from 1 and is leaf ``seq - 1`` of the tree. What it commits to is ``event``, as UTF-8.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.exchange.checkpoint import SALT_BYTES, consistency, entry_leaf
from hamkar.exchange.merkle import (
    HASH_BYTES,
    Part,
    Subtree,
    consistency_parts,
    peaks_of,
    proof_of,
    root,
)
from hamkar.model.checkpoint import Checkpoint, LogEvent, LogProgress
from hamkar.store.ask import ask

_WALK_ROWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who did what to what, and for or with which partner, by which rule."""

    actor: str
    act: str
    subject: str
    partner: str = ""
    rule: str = ""
    detail: str = ""

    def event(self, at: datetime) -> str:
        """The JSON to which the log commits."""
        said = LogEvent(
            at=at.astimezone(UTC),
            actor=self.actor,
            act=self.act,
            subject=self.subject,
            partner=self.partner,
            rule=self.rule,
            detail=self.detail,
        )
        return said.to_json().decode("utf-8")


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry as it is kept; event and salt are None once it has been erased."""

    seq: int
    at: datetime
    event: str | None
    salt: bytes | None
    commitment: bytes
    subtrees: bytes


def append(connection: Connection, entry: Entry, at: datetime) -> int:
    """Add an entry after the last one; it is kept exactly if the unit of work is. How many there are now."""
    return append_many(connection, [entry], at)


def append_many(connection: Connection, entries: Iterable[Entry], at: datetime) -> int:
    """Add entries after the last one, in their order; they are kept exactly if the unit of work is.

    Returns how many there are now. Nobody else adds any until the unit of work ends.
    """
    said = [entry.event(at) for entry in entries]
    salts = secrets.token_bytes(SALT_BYTES * len(said))
    return int(ask(connection, "SELECT log_append(%s, %s, %s)", (at, said, salts))[0][0])


def checkpoint(connection: Connection) -> Checkpoint:
    """The log as it stands in this unit of work."""
    rows = connection.execute("SELECT * FROM log_peaks()").fetchall()
    return Checkpoint(size=rows[-1][0] if rows else 0, root=root([peak for _, peak in rows]).hex())


def size(connection: Connection) -> int:
    """How many entries the log has."""
    row = connection.execute("SELECT max(seq) FROM log").fetchone()
    return (row[0] if row else None) or 0


def progress(connection: Connection, since: Sequence[int], now: int) -> LogProgress:
    """The log of ``now`` entries, proved to go on from each of these sizes that it has gone beyond."""
    peaks = peaks_of(now)
    proved = {old: consistency_parts(old, now) for old in since if 0 < old < now}
    known = hashes(connection, [peaks, *(part for parts in proved.values() for part in parts)])
    return LogProgress(
        size=now,
        root=proof_of([peaks], known)[0].hex(),
        proofs=tuple(consistency(old, parts, known) for old, parts in proved.items()),
    )


def hashes(connection: Connection, parts: Iterable[Part]) -> dict[Subtree, bytes]:
    """The hashes of all subtrees in these parts. They never change, so no lock is needed to read them."""
    wanted = {subtree for part in parts for subtree in part}
    ends = list({each.end for each in wanted})
    rows = ask(connection, "SELECT seq, commitment, subtrees FROM log WHERE seq = ANY(%s)", (ends,))
    kept = {seq: (commitment, subtrees) for seq, commitment, subtrees in rows}
    return {each: _hash_in(*kept[each.end], each.level) for each in wanted if each.end in kept}


def walk(connection: Connection) -> Iterator[LogRow]:
    """Every entry in order, however long the log is."""
    with connection.cursor("walk_of_log", row_factory=class_row(LogRow)) as cursor:
        cursor.itersize = _WALK_ROWS
        cursor.execute("SELECT seq, at, event, salt, commitment, subtrees FROM log ORDER BY seq")
        yield from cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which entries are wanted: those that match every part that is not None."""

    subject: str | None = None
    act: str | None = None
    partner: str | None = None
    since: int | None = None
    until: int | None = None


def entries(connection: Connection, wanted: LogFilter, limit: int) -> list[LogRow]:
    """The entries that are wanted, the newest first."""
    given: Mapping[str, object] = {
        "subject = %s": wanted.subject,
        "act = %s": wanted.act,
        "partner = %s": wanted.partner,
        "seq >= %s": wanted.since,
        "seq <= %s": wanted.until,
    }
    asked = {condition: value for condition, value in given.items() if value is not None}
    where = f"WHERE {' AND '.join(asked)}" if asked else ""
    with connection.cursor(row_factory=class_row(LogRow)) as cursor:
        return cursor.execute(
            f"SELECT seq, at, event, salt, commitment, subtrees FROM log {where} ORDER BY seq DESC LIMIT %s",
            (*asked.values(), limit),
        ).fetchall()


def find(connection: Connection, seq: int) -> LogRow | None:
    """The entry of that number."""
    return next((row for row in entries(connection, LogFilter(since=seq, until=seq), 1)), None)


def erase(connection: Connection, seq: int) -> bool:
    """Forget what an entry says; its commitment stays, and with it every proof. False where nothing was there."""
    erased = connection.execute("UPDATE log SET event = NULL, salt = NULL WHERE seq = %s AND event IS NOT NULL", (seq,))
    return erased.rowcount == 1


def _hash_in(committed: bytes, subtrees: bytes, level: int) -> bytes:
    """The hash of the perfect subtree of that level that an entry completed."""
    return subtrees[(level - 1) * HASH_BYTES : level * HASH_BYTES] if level else entry_leaf(committed)
