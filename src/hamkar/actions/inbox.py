"""What partners sent, with this node's verdict on each message."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.model.bundle import MessageKind
from hamkar.model.receipt import Acceptance
from hamkar.store import events, inbox
from hamkar.store.database import Connection
from hamkar.store.events import EventRow
from hamkar.store.inbox import Received
from hamkar.store.marked import seen_among

_NAME_A_RECORD: Final = frozenset(
    {
        MessageKind.RECALL,
        MessageKind.RECALL_ANSWER,
        MessageKind.CONSENT,
        MessageKind.CLEARANCE,
        MessageKind.REPORT,
        MessageKind.ENTITY,
        MessageKind.CORRECTION,
        MessageKind.REQUEST,
        MessageKind.REQUEST_MOVE,
    }
)


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of received messages, the newest first, with the seizures that they brought reports of.

    ``counts`` are the received records by acceptance; ``total`` counts messages of any kind, no further than
    ``inbox.COUNT_LIMIT`` + 1.
    """

    rows: list[Received]
    counts: dict[str, int]
    total: int
    events: dict[UUID, EventRow]


def list_received(node: Node, *, limit: int, offset: int) -> InboxPage:
    """What was received."""
    with node.database.transaction() as connection:
        rows = _as_seen(node, connection, inbox.list_inbox(connection, limit=limit, offset=offset))
        touched = events.find_events(connection, [row.event for row in rows if row.event], node.sight)
        return InboxPage(rows, inbox.count_inbox(connection), inbox.count_messages(connection), touched)


def _as_seen(node: Node, connection: Connection, rows: list[Received]) -> list[Received]:
    """The messages, without the records and seizures that whoever the node works for does not see."""
    if node.sight.whole:
        return rows
    naming = [row for row in rows if row.kind in _NAME_A_RECORD]
    taken = {UUID(row.record) for row in naming if row.acceptance == Acceptance.ACCEPTED}
    seen = {str(record) for record in seen_among(connection, sorted(taken), node.sight)}
    hidden = {row.record for row in naming} - seen
    return [
        replace(row, record="", event=None) if row.kind in _NAME_A_RECORD and row.record in hidden else row
        for row in rows
    ]
