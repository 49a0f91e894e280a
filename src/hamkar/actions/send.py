"""Giving a message its place in the stream to a partner, in the unit of work of whoever has something to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from hamkar.actions.node import Node
from hamkar.exchange.message import encode_message
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.handling import FREE, Handling
from hamkar.store import outbox
from hamkar.store.database import Connection
from hamkar.store.outbox import StreamOut
from hamkar.store.rows import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a message says: a record's exact JSON, under which agreement, and where a release sends it, which."""

    kind: MessageKind
    record: str
    agreement: str
    body: bytes
    purpose: Purpose | None = None
    handling: Handling = FREE
    release: UUID | None = None


def send(node: Node, connection: Connection, partner: str, saying: Outgoing) -> UUID:
    """Queue one message for a partner; its identifier. Raises BadInput where it could not be read there."""
    return send_all(node, connection, partner, [saying])[0]


def send_all(node: Node, connection: Connection, partner: str, sayings: Sequence[Outgoing]) -> list[UUID]:
    """Queue messages of one agreement, or such as always flow, in their order; their identifiers."""
    addresses = {address_of(partner, saying) for saying in sayings}
    locked = [outbox.lock_stream(connection, each) for each in sorted(addresses, key=lambda each: each.stream)]
    return queue_all(node, connection, locked, sayings)


def queue_all(node: Node, to: Writer, locked: Sequence[StreamOut], sayings: Sequence[Outgoing]) -> list[UUID]:
    """The same for a partner whose streams are locked."""
    queued = [_queued(node, saying) for saying in sayings]
    for stream in locked:
        named = zip(queued, sayings, strict=True)
        chosen = [each for each, saying in named if address_of(stream.partner, saying) == stream.address]
        if chosen:
            outbox.queue(to, stream, chosen, at=node.now())
    return [each.message_id for each in queued]


def address_of(partner: str, saying: Outgoing) -> outbox.Address:
    """The stream on which this goes."""
    return outbox.Address(partner, outbox.TERMS if saying.kind.always_flows else outbox.stream_of(saying.agreement))


def _queued(node: Node, saying: Outgoing) -> outbox.Queued:
    message = Message(
        id=node.new_id(),
        kind=saying.kind,
        record=saying.record,
        agreement=saying.agreement,
        purpose=saying.purpose,
        handling=saying.handling,
        body=msgspec.Raw(saying.body),
    )
    return outbox.Queued(
        message_id=message.id,
        message=encode_message(message),
        release=saying.release,
        delete_by=saying.handling.delete_by if saying.release else None,
    )
