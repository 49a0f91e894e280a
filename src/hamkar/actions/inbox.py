"""What partners sent, with this node's verdict on each message."""

from dataclasses import dataclass

from hamkar.actions.node import Node
from hamkar.store import inbox
from hamkar.store.inbox import Received


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of received messages, the newest first, and how many there are by acceptance."""

    rows: list[Received]
    counts: dict[str, int]


def list_received(node: Node, *, limit: int, offset: int) -> InboxPage:
    """What was received."""
    with node.database.transaction() as connection:
        return InboxPage(inbox.list_inbox(connection, limit=limit, offset=offset), inbox.count_inbox(connection))
