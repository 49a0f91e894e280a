"""Delivering to everybody: once when a person asks, and over and over while the node runs."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from types import TracebackType
from typing import Protocol, Self

from hamkar.actions.deliver import (
    LONGEST_PAUSE,
    Delivered,
    Link,
    deliver,
    due_partners,
    note_failure,
    waiting_partners,
)
from hamkar.actions.duties import do_duties
from hamkar.actions.exchange_cards import CardLink, due_cards, exchange_cards, note_no_way
from hamkar.actions.node import Node
from hamkar.actions.pull import Pulled, PullLink, pull
from hamkar.errors import HamkarError, ProtocolError, Unreachable
from hamkar.exchange.card import stored_card
from hamkar.model.agency import NodeCard
from hamkar.store import outbox, partners


class WholeLink(Link, PullLink, CardLink, Protocol):
    """The way to a partner's node on which bundles, pulls and cards go."""


Connect = Callable[[NodeCard], AbstractContextManager[WholeLink]]
"""Opens the way to the node of a card."""

PAUSE_SECONDS = 0.5
"""How long the running node rests between looks at what waits."""

DUTIES_EVERY = timedelta(minutes=1)

PULL_EVERY = timedelta(seconds=10)
"""How often a running node asks each partner for what waits there: that partner may not be able to reach it."""

LOOK_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Synced:
    """What was delivered to one partner or all, and what was pulled from each, before that and after."""

    delivered: list[Delivered]
    pulled: list[Pulled]


def sync_now(node: Node, wanted: str | None, connect: Connect) -> Synced:
    """Pull what waits at one partner, or at all, and deliver what waits for them.

    A partner that cannot be reached does not stop the others.
    """
    with node.database.transaction() as connection:
        every = [partner.node for partner in partners.list_partners(connection)]
        chosen = [partners.find_partner(connection, wanted).node] if wanted else every
    with Ways(node, connect) as ways:
        ways.exchange_cards([partner for partner in due_cards(node) if not wanted or partner in chosen])
        pulled = [_pull_or_say(ways, partner) for partner in chosen]
        with node.database.transaction() as connection:
            waiting = waiting_partners(connection)
        delivered = [each for partner in chosen if partner in waiting for each in _deliver_or_say(ways, partner)]
        answering = {each.partner for each in delivered if each.messages}
        pulled += [_pull_or_say(ways, partner) for partner in chosen if partner in answering]
        return Synced(delivered, pulled)


def keep_delivering(node: Node, connect: Connect, stop: Event, complain: Callable[[str], None]) -> None:
    """Deliver whatever waits as soon as it does, and do the node's duties, until ``stop`` is set. Never gives up."""
    with Ways(node, connect) as ways:
        while not stop.is_set():
            with _failures_to(complain), node.database.listening(outbox.BELL) as wait:
                _deliver_while(node, ways, stop, complain, wait)
            stop.wait(PAUSE_SECONDS)


def _deliver_while(
    node: Node, ways: "Ways", stop: Event, complain: Callable[[str], None], wait: Callable[[float], None]
) -> None:
    next_duties = next_look = node.now()
    while not stop.is_set():
        if node.now() >= next_duties:
            do_duties(node, complain)
            ways.exchange_cards(due_cards(node))
            next_duties = node.now() + DUTIES_EVERY
        for partner in due_partners(node):
            with _failures_to(complain):
                ways.deliver_to(partner)
        if node.now() >= next_look:
            ways.pull_where_due(complain)
            next_look = node.now() + LOOK_EVERY
        wait(PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class _NextPull:
    """When a partner is asked again, and how often it could not be lately."""

    at: datetime
    failures: int = 0


class Ways:
    """One open way to each partner that could be reached; one that failed, or leads to an older card, is closed.

    Nothing is delivered to a partner before a first pull has shown that neither side was restored to an older state.
    """

    def __init__(self, node: Node, connect: Connect) -> None:
        self._node = node
        self._connect = connect
        self._open: dict[str, tuple[NodeCard, WholeLink, ExitStack]] = {}
        self._clear: set[str] = set()
        self._next_pulls: dict[str, _NextPull] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for partner in list(self._open):
            self._close(partner)

    def exchange_cards(self, chosen: Iterable[str]) -> None:
        """Let both sides hold one another's newest cards; before anything else goes, which may need them."""
        for partner in chosen:
            try:
                exchange_cards(self._node, partner, self._way(partner, self._card(partner)))
            except HamkarError as error:
                self._close(partner)
                note_no_way(self._node, partner, str(error))

    def deliver_to(self, partner: str) -> list[Delivered]:
        """Deliver what waits for a partner."""
        try:
            self._require_clear(partner)
            delivered = deliver(self._node, partner, self._way(partner, self._card(partner)))
        except Unreachable as error:
            self._close(partner)
            return note_failure(self._node, partner, str(error))
        except HamkarError as error:
            self._close(partner)
            note_failure(self._node, partner, str(error))
            raise
        if any(one.stopped for one in delivered):
            self._close(partner)
        return delivered

    def pull_from(self, partner: str) -> Pulled:
        """Take what waits at a partner, and find out where both stand."""
        try:
            pulled = pull(self._node, partner, self._way(partner, self._card(partner)))
        except HamkarError:
            self._close(partner)
            failures = self._next_pulls[partner].failures if partner in self._next_pulls else 0
            pause = min(PULL_EVERY * 2 ** min(failures, 8), LONGEST_PAUSE)
            self._next_pulls[partner] = _NextPull(self._node.now() + pause, failures + 1)
            raise
        self._next_pulls[partner] = _NextPull(self._node.now() + PULL_EVERY)
        if pulled.clear:
            self._clear.add(partner)
        return pulled

    def pull_where_due(self, complain: Callable[[str], None]) -> None:
        """Pull from every partner that was not asked lately; one that cannot be reached is asked again later."""
        with self._node.database.transaction() as connection:
            known = [partner.node for partner in partners.list_partners(connection)]
        for partner in known:
            if partner not in self._next_pulls or self._node.now() >= self._next_pulls[partner].at:
                with _failures_to(complain), suppress(Unreachable):
                    pulled = self.pull_from(partner)
                    if pulled.stopped:
                        complain(pulled.stopped)

    def _require_clear(self, partner: str) -> None:
        """Raises ProtocolError where it is not clear how this node and the partner stand."""
        if partner not in self._clear and not (pulled := self.pull_from(partner)).clear:
            raise ProtocolError(pulled.stopped)

    def _card(self, partner: str) -> NodeCard:
        with self._node.database.transaction() as connection:
            return stored_card(partners.find_partner(connection, partner).envelope).card

    def _way(self, partner: str, card: NodeCard) -> WholeLink:
        if partner in self._open and self._open[partner][0] != card:
            self._close(partner)
        if partner not in self._open:
            with ExitStack() as opening:
                link = opening.enter_context(self._connect(card))
                self._open[partner] = card, link, opening.pop_all()
        return self._open[partner][1]

    def _close(self, partner: str) -> None:
        if partner in self._open:
            self._open.pop(partner)[2].close()


@contextmanager
def _failures_to(complain: Callable[[str], None]) -> Iterator[None]:
    """A block whose known failures end it and nothing else."""
    try:
        yield
    except HamkarError as error:
        complain(str(error))


def _pull_or_say(ways: Ways, partner: str) -> Pulled:
    try:
        return ways.pull_from(partner)
    except HamkarError as error:
        return Pulled(partner, 0, str(error), clear=False)


def _deliver_or_say(ways: Ways, partner: str) -> list[Delivered]:
    try:
        return ways.deliver_to(partner)
    except HamkarError as error:
        return [Delivered(partner, "", 0, str(error))]
