"""Checking the node's own log."""

from dataclasses import dataclass

from hamkar.actions.node import Node
from hamkar.model.record import Record
from hamkar.store import log


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLog(Record):
    """How many entries there are, the hash (hex) of the last, and the first that does not follow, if one does not."""

    entries: int
    head: str
    broken_at: int | None


def check_log(node: Node) -> CheckedLog:
    """Whether every entry of the log follows from the one before."""
    with node.database.transaction() as connection:
        entries, head = log.head(connection)
        return CheckedLog(entries=entries, head=head, broken_at=log.first_break(connection))
