"""Delivering to everybody: once when a person asks, and over and over while the node runs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from threading import Event
from types import TracebackType
from typing import Self

from hamkar.actions.deliver import Delivered, Link, deliver, due_partners, waiting_partners
from hamkar.actions.duties import do_duties
from hamkar.actions.node import Node
from hamkar.errors import HamkarError
from hamkar.exchange.card import stored_card
from hamkar.model.agency import NodeCard
from hamkar.store import outbox, partners

Connect = Callable[[NodeCard], AbstractContextManager[Link]]
"""Opens the way to the node of a card."""

PAUSE_SECONDS = 0.5
"""How long the running node rests between looks at what waits."""

DUTIES_EVERY = timedelta(minutes=1)


def deliver_now(node: Node, wanted: str | None, connect: Connect) -> list[Delivered]:
    """Deliver what waits for one partner, or for all; a partner that cannot be reached does not stop the others."""
    with node.database.transaction() as connection:
        chosen = [partners.find_partner(connection, wanted).node] if wanted else waiting_partners(connection)
    with Ways(node, connect) as ways:
        return [delivered for partner in chosen for delivered in _deliver_or_say(ways, partner)]


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
    next_duties = node.now()
    while not stop.is_set():
        if node.now() >= next_duties:
            do_duties(node, complain)
            next_duties = node.now() + DUTIES_EVERY
        for partner in due_partners(node):
            with _failures_to(complain):
                ways.deliver_to(partner)
        wait(PAUSE_SECONDS)


class Ways:
    """One open way to each partner that could be reached; one that failed, or leads to an older card, is closed."""

    def __init__(self, node: Node, connect: Connect) -> None:
        self._node = node
        self._connect = connect
        self._open: dict[str, tuple[NodeCard, Link, ExitStack]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for partner in list(self._open):
            self._close(partner)

    def deliver_to(self, partner: str) -> list[Delivered]:
        """Deliver what waits for a partner."""
        with self._node.database.transaction() as connection:
            card = stored_card(partners.find_partner(connection, partner).envelope).card
        try:
            delivered = deliver(self._node, partner, self._way(partner, card))
        except HamkarError:
            self._close(partner)
            raise
        if any(one.stopped for one in delivered):
            self._close(partner)
        return delivered

    def _way(self, partner: str, card: NodeCard) -> Link:
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


def _deliver_or_say(ways: Ways, partner: str) -> list[Delivered]:
    try:
        return ways.deliver_to(partner)
    except HamkarError as error:
        return [Delivered(partner, "", 0, str(error))]
