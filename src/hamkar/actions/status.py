"""How the node stands: what it holds, what waits, since when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hamkar.actions.agreements import to_sign
from hamkar.actions.compare_holdings import differing
from hamkar.actions.gate_owed import owed
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.actions.quota import held_back
from hamkar.actions.recall import overdue_sentence
from hamkar.actions.requests import due_requests
from hamkar.actions.retention import doubted_clock
from hamkar.actions.rotate_keys import old_keys
from hamkar.actions.show_partner import doubtful_sentences
from hamkar.actions.subject_access import overdue_access_sentence
from hamkar.actions.take_back_card import strange_keys
from hamkar.model.record import Record
from hamkar.store import epochs, events, inbox, outbox, partners, releases, reports, witness
from hamkar.store.database import Connection
from hamkar.text.counted import counted

RECENT = timedelta(days=30)
"""How long the status tells of a stream that began anew."""


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
    to_sign: int
    waiting: tuple[Waiting, ...]
    frozen: tuple[str, ...]
    contradictions: tuple[str, ...]
    restarted: tuple[str, ...]
    requests: tuple[str, ...]
    concerns: tuple[str, ...]
    keys: tuple[str, ...]


def status(node: Node) -> Status:
    """How the node stands now."""
    with node.database.transaction() as connection:
        card = card_now(node, connection).card
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
            to_sign=len(to_sign(node, connection)),
            waiting=waiting(connection, names),
            frozen=frozen(connection, names),
            contradictions=witness.contradictions(connection, names),
            restarted=restarted(connection, names, node.now()),
            concerns=concerns(node, connection, names),
            requests=tuple(due.sentence() for due in due_requests(node, connection)),
            keys=(*strange_keys(node, connection), *old_keys(node, connection), *doubtful_sentences(connection)),
        )


def concerns(node: Node, connection: Connection, names: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences for what stands still, is late or is owed at the gate, and for whoever differs or is held back."""
    troubles = (
        doubted_clock(node, connection),
        overdue_sentence(connection, node.now()),
        overdue_access_sentence(node, connection),
    )
    at_gate = owed(connection, node.now())
    return (*filter(None, troubles), *at_gate, *differing(connection, names), *held_back(node, connection, names))


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


def restarted(connection: Connection, names: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """A sentence for every stream that began anew within a month."""
    return tuple(
        f"{names[s.partner]}, {s.stream}: epoch {s.epoch} began {s.epoch_at:%Y-%m-%d %H:%M:%S} UTC: {s.epoch_why}"
        for s in epochs.restarted_since(connection, now - RECENT)
    )
