"""Where the messages of one bundle are judged: from whom, in which unit of work, and what was looked up so far."""

from dataclasses import dataclass, field
from uuid import UUID

from hamkar.actions.accepting.filing import Filing
from hamkar.actions.agreements import standing_of
from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.errors import NotFound
from hamkar.policy.ask import Terms
from hamkar.store import agreements
from hamkar.store.database import Connection


class Rejected(Exception):
    """A rule stands against a message; caught where the verdict is written, and nowhere else."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@dataclass(slots=True)
class Desk:
    """One bundle's place: its messages take effect in their order, and what they file is written together.

    A handler that must see the reports filed by messages before it calls `flush`. Terms that were looked up are
    forgotten by any message that changes an agreement. ``touched`` are events to derive anew.
    """

    node: Node
    connection: Connection
    sender: str
    stream: str
    filing: Filing
    terms: dict[str, Terms] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)

    @classmethod
    def opened(cls, node: Node, connection: Connection, sender: str, stream: str) -> "Desk":
        """A desk for one bundle on this stream of a sender."""
        return cls(node, connection, sender, stream, Filing(node, connection, sender))

    def terms_of(self, agreement: str) -> Terms:
        """The agreement and where it stands. Raises Rejected where it is not held or not with the sender."""
        if agreement not in self.terms:
            try:
                row = agreements.find_agreement(self.connection, agreement)
            except NotFound as error:
                raise Rejected("no_agreement", "the message names an agreement that this node does not hold") from error
            standing = standing_of(self.node, self.connection, row)
            self.terms[agreement] = Terms(id=row.id, agreement=standing.signed.agreement, state=standing.state)
        return self.terms[agreement]

    def flush(self) -> None:
        """Write what was filed so far."""
        self.touched |= self.filing.write()

    def close(self) -> None:
        """Write everything, and derive anew the events whose claims have changed."""
        self.flush()
        rederive(self.connection, self.touched)
