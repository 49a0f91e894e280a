"""What partners sent, with this node's verdict on each message."""

from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.store import events, inbox
from hamkar.store.events import EventRow
from hamkar.store.inbox import Received


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
        rows = inbox.list_inbox(connection, limit=limit, offset=offset)
        touched = events.find_events(connection, [row.event for row in rows if row.event])
        return InboxPage(rows, inbox.count_inbox(connection), inbox.count_messages(connection), touched)
