"""Where the messages of one bundle are judged: from whom, in which unit of work, and what was looked up so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from hamkar.actions.accepting.filing import Filing
from hamkar.actions.agreements import standing_of
from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound
from hamkar.policy.ask import Answer, Terms
from hamkar.store import agreements, log, retention
from hamkar.store.database import Connection
from hamkar.store.known import Known
from hamkar.store.log import Entry
from hamkar.store.retention import Holding
from hamkar.store.rows import Writer, together

T = TypeVar("T")


class Rejected(Exception):
    """A rule stands against a message; caught where the verdict is written, and nowhere else."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


def read_as(read: Callable[[bytes], T], body: bytes) -> T:
    """What ``read`` makes of what a message carries. Raises Rejected where it cannot be read."""
    try:
        return read(body)
    except BadInput as error:
        raise Rejected("well_formed", str(error)) from error


def refuse_unsound(fault: str | None) -> None:
    """Raises Rejected where something is wrong with what a message carries."""
    if fault is not None:
        raise Rejected("well_formed", fault)


@dataclass(slots=True)
class Desk:
    """One bundle's place: its messages take effect in their order, and what they file is written together.

    A handler that must see the reports filed by messages before it calls `flush`. Terms that were looked up, and
    the policy's answers under them, are forgotten by any message that changes an agreement. ``touched`` are events
    to derive anew, ``holdings`` say until when what was filed may be held, ``ran_out`` which records are not taken
    up again under which agreement, ``recalled`` which are not at all. ``others`` file what the sender passes on of
    other agencies. ``entries`` are logged last, because whoever holds the log may wait for nothing else.
    """

    node: Node
    connection: Connection
    sender: str
    stream: str
    filing: Filing
    terms: dict[str, Terms] = field(default_factory=dict)
    answers: dict[tuple[object, ...], Answer] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    holdings: list[Holding] = field(default_factory=list)
    ran_out: set[tuple[str, UUID, str]] = field(default_factory=set)
    recalled: set[tuple[UUID, str]] = field(default_factory=set)
    others: dict[str, Filing] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

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
            standing = standing_of(self.node, row)
            self.terms[agreement] = Terms(id=row.id, agreement=standing.signed.agreement, state=standing.state)
        return self.terms[agreement]

    def note_known(self, known: Known) -> None:
        """Remember what is known here of records that this bundle brings."""
        self.filing.held |= known.held
        self.recalled |= known.recalled
        self.ran_out |= known.ran_out

    def forget_terms(self) -> None:
        """Look agreements up anew, because one has changed."""
        self.terms.clear()
        self.answers.clear()

    def filing_of(self, originator: str, report: UUID) -> Filing:
        """Where a report of this originator is filed."""
        if originator == self.sender:
            return self.filing
        filing = self.others.setdefault(originator, Filing(self.node, self.connection, originator))
        filing.look_up([report])
        return filing

    def flush(self) -> None:
        """Write what was filed so far."""
        with together(self.connection) as writes:
            self.write(writes)

    def write(self, to: Writer) -> None:
        """Write what was filed and not written yet."""
        for filing in (self.filing, *self.others.values()):
            self.touched |= filing.write(to)
        retention.put_many(to, self.holdings)
        self.holdings.clear()

    def close(self) -> None:
        """Derive anew the events whose claims have changed, and log what is to be logged."""
        rederive(self.connection, self.touched)
        if self.entries:
            log.append_many(self.connection, self.entries, self.node.now())
