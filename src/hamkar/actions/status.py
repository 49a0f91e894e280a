"""How the node stands: what it holds, what waits, since when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hamkar.actions.node import Node
from hamkar.model.record import Record
from hamkar.store import events, inbox, outbox, partners, releases, reports
from hamkar.store.database import Connection
from hamkar.text.counted import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Record):
    """What waits for one partner on one stream."""

    partner: str
    stream: str
    messages: int
    since: datetime | None
    last_try_at: datetime | None
    why: str

    def sentence(self) -> str:
        """The same in words."""
        tried = f"last tried {self.last_try_at:%Y-%m-%d %H:%M:%S} UTC" if self.last_try_at else "not tried yet"
        since = f"since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else ""
        waits = f"{counted(self.messages, 'message')} for {self.partner} {'waits' if self.messages == 1 else 'wait'}"
        return f"{waits} {since} ({tried}): {self.why or 'to be sent'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Record):
    """Counts of what the node holds and did, and everything that waits or stands still."""

    node: str
    name: str
    country: str
    card_version: int
    card_expires: datetime
    reports: int
    events: int
    partners: int
    released: int
    refused: int
    received: int
    rejected: int
    waiting: tuple[Waiting, ...]
    frozen: tuple[str, ...]


def status(node: Node) -> Status:
    """How the node stands now."""
    card = node.signed_card.card
    with node.database.transaction() as connection:
        names = {row.node: row.name for row in partners.list_partners(connection)}
        outcomes = releases.count_outcomes(connection)
        received = inbox.count_inbox(connection)
        return Status(
            node=node.id,
            name=node.agency.name,
            country=node.agency.country,
            card_version=card.version,
            card_expires=card.expires,
            reports=sum(reports.count_reports(connection).values()),
            events=events.all_events(connection),
            partners=len(names),
            released=outcomes.get("released", 0),
            refused=outcomes.get("refused", 0),
            received=received.get("accepted", 0),
            rejected=received.get("rejected", 0),
            waiting=waiting(connection, names),
            frozen=frozen(connection, names),
        )


def waiting(connection: Connection, names: Mapping[str, str]) -> tuple[Waiting, ...]:
    """Everything that waits, by partner and stream; ``names`` are the partners' agencies by node."""
    return tuple(
        Waiting(
            partner=names[stream.partner],
            stream=stream.stream,
            messages=stream.waiting,
            since=outbox.oldest_waiting(connection, stream),
            last_try_at=stream.last_try_at,
            why=stream.last_error,
        )
        for stream in outbox.streams(connection)
        if stream.waiting
    )


def frozen(connection: Connection, names: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for every stream that stands still until people have looked."""
    return tuple(f"{names[s.partner]}, {s.stream}: {s.frozen}" for s in inbox.frozen_streams(connection))
