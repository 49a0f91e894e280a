"""Level R3: a person at the holder has looked at a record, and its originator is told the day."""

from itertools import groupby
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.actions.send import Outgoing, send
from hamkar.model.bundle import MessageKind
from hamkar.model.holdings import Seen, SeenRecord
from hamkar.store import log, seen
from hamkar.store.log import Entry

AT_ONCE = 2_000
"""How many records one run tells of."""


def note_seen(node: Node, event: UUID, by: str) -> int:
    """Note that a person has looked at an event's received reports, as far as they see them; how many are newly seen.

    Only this node keeps who it was. Those who gave them are told by `tell_seen`.
    """
    with node.database.transaction() as connection:
        fresh = seen.note_seen(connection, node.id, event, node.sight, by=by, on=node.today)
        if fresh:
            log.append(connection, Entry(actor=by, act="seen", subject=str(event)), node.now())
        return fresh


def tell_seen(node: Node) -> None:
    """Tell those who gave them which of their records were seen here since the last time, many in one message."""
    with node.database.transaction() as connection:
        untold = seen.take_untold(connection, AT_ONCE)
        for (sender, agreement), group in groupby(untold, lambda each: (each.sender, each.agreement)):
            told = Seen(records=tuple(SeenRecord(record=each.record, seen_on=each.seen_on) for each in group))
            saying = Outgoing(kind=MessageKind.SEEN, record="seen", agreement=agreement, body=told.to_json())
            send(node, connection, sender, saying)
