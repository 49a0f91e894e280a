"""What partners sent, with this node's verdict on each message."""

from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.store import events, inbox
from hamkar.store.events import EventRow
from hamkar.store.inbox import Received


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of received messages, the newest first, and how many there are by acceptance.

    ``events`` are the seizures that the page's messages brought reports of.
    """

    rows: list[Received]
    counts: dict[str, int]
    events: dict[UUID, EventRow]


def list_received(node: Node, *, limit: int, offset: int) -> InboxPage:
    """What was received."""
    with node.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=limit, offset=offset)
        touched = events.find_events(connection, [row.event for row in rows if row.event])
        return InboxPage(rows, inbox.count_inbox(connection), touched)
