"""Both directions on one connection: asking a partner for what waits there, and giving what is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hamkar.actions.deliver import Load, frame_of, load_from
from hamkar.actions.letters import Taken, compose, lost_card, read_from_partner, signed, take_letter
from hamkar.actions.node import Node
from hamkar.actions.receive_bundle import BAD_REQUEST, receive
from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Acknowledged, Declined
from hamkar.exchange.card import require_current, stored_card
from hamkar.exchange.letter import MAX_FRAMES, PullAnswer
from hamkar.model.letter import Letter, Sent
from hamkar.store import outbox, partners
from hamkar.store.database import Connection
from hamkar.store.outbox import StreamOut

MOST_PULLS = 500
"""How often a partner is asked at one time, so that one with endless records keeps nobody else waiting."""


class PullLink(Protocol):
    """The way on which a partner is asked; the other side is not ours, so this is a port."""

    def post_pull(self, letter: bytes) -> PullAnswer:
        """The partner's answer to a signed letter. Raises Unreachable or ProtocolError."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many bundles came from a partner, and why that ended early ("" where it did not).

    Only where it is ``clear`` how both stand may anything be sent: else this node might sign two histories.
    """

    partner: str
    bundles: int
    stopped: str
    clear: bool = field(kw_only=True)


def pull(node: Node, partner: str, link: PullLink) -> Pulled:
    """Take everything that waits at a partner, give it the receipts for that, and learn whether one was restored.

    May be broken off anywhere and run again. Raises Unreachable, or ProtocolError where the partner's answer is none.
    """
    asking = _Asking(node, partner, link)
    known: Mapping[str, Sent] | None = None
    before: object = None
    more = True
    for _ in range(MOST_PULLS):
        with node.database.transaction() as connection:
            letter = compose(node, connection, partner, known, returned=asking.lost_card)
        here = letter.heads, letter.sent, known, letter.returned
        if asking.stopped or here == before or not (more or letter.receipts or letter.returned):
            return asking.outcome()
        taken = asking.ask(letter)
        more = bool(asking.bundles_at_last or taken.receipts)
        before, known = here, taken.sent
    asking.stopped = "more waits there than is taken at one time; it goes on by itself"
    return asking.outcome()


def answer_pull(node: Node, data: bytes) -> PullAnswer | Declined:
    """What waits for whoever wrote this letter, with this node's own; or why there is no answer.

    The same letter again gets sealed bundles and changes nothing. Nothing goes where it is not clear how both stand: a
    later epoch would hide that its reader has lost the end of the one before.
    """
    try:
        with node.database.transaction() as connection:
            letter = read_from_partner(node, connection, data)
            require_current(stored_card(partners.find_partner(connection, letter.sender).envelope).card, node.now())
    except ProtocolError as error:
        return Declined(BAD_REQUEST, str(error))
    taken = take_letter(node, letter)
    with node.database.transaction() as connection:
        own = compose(node, connection, letter.sender, taken.sent, returned=lost_card(connection, letter))
        loads = [] if taken.doubts else _waiting(node, connection, letter, taken)
    return PullAnswer(signed(node, own), tuple(frame_of(node, load) for load in loads))


@dataclass(slots=True)
class _Asking:
    """A partner while it is asked: how many bundles came in all and at last, and what stands against going on."""

    node: Node
    partner: str
    link: PullLink
    bundles: int = 0
    bundles_at_last: int = 0
    stopped: str = ""
    doubt: str = ""
    problem: str = ""
    lost_card: tuple[bytes, ...] = ()

    def ask(self, letter: Letter) -> Taken:
        """Ask once; what the partner's own letter brought."""
        answer = self.link.post_pull(signed(self.node, letter))
        with self.node.database.transaction() as connection:
            theirs = read_from_partner(self.node, connection, answer.letter, self.partner)
            self.lost_card = lost_card(connection, theirs)
        taken = take_letter(self.node, theirs)
        self.stopped = self.doubt = next(iter(taken.doubts), "")
        self.problem = next(iter(taken.problems), self.problem)
        self.bundles_at_last = 0
        for frame in answer.frames:
            given = receive(self.node, frame)
            if not isinstance(given, Acknowledged):
                self.stopped = f"a bundle that waited there cannot be taken: {given.reason}"
                break
            self.bundles_at_last += 1
        self.bundles += self.bundles_at_last
        return taken

    def outcome(self) -> Pulled:
        """What came of it."""
        return Pulled(self.partner, self.bundles, self.stopped or self.problem, clear=not self.doubt)


def _waiting(node: Node, connection: Connection, letter: Letter, taken: Taken) -> list[Load]:
    """The next bundles for whoever wrote the letter, agreements first."""
    streams = [stream for stream in outbox.streams(connection) if stream.partner == letter.sender]
    loads: list[Load] = []
    for stream in sorted(streams, key=lambda each: (each.stream != outbox.TERMS, each.stream)):
        start = _start(stream, letter, taken)
        try:
            while start is not None and len(loads) < MAX_FRAMES:
                load = load_from(node, connection, stream.address, start)
                if load is None:
                    break
                loads.append(load)
                start = load.rows[-1].seq + 1
        except ProtocolError as error:
            outbox.note_try(connection, stream.address, node.now(), str(error))
    return loads


def _start(stream: StreamOut, letter: Letter, taken: Taken) -> int | None:
    """The number that the writer of the letter wants next of a stream; None where it takes nothing."""
    head = next((head for head in letter.heads if head.stream == stream.stream), None)
    if head is not None and head.frozen:
        return None
    if not taken.newest:
        return stream.acked_seq + 1
    return head.next_seq if head is not None and head.epoch == stream.epoch else 1
