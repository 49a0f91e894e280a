"""Delivering to everybody: once when a person asks, and over and over while the node runs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from threading import Event

from hamkar.actions.deliver import Delivered, Link, deliver, due_partners, waiting_partners
from hamkar.actions.duties import do_duties
from hamkar.actions.node import Node
from hamkar.errors import HamkarError
from hamkar.exchange.card import stored_card
from hamkar.model.agency import NodeCard
from hamkar.store import partners

Connect = Callable[[NodeCard], AbstractContextManager[Link]]
"""Opens the way to the node of a card."""

PAUSE_SECONDS = 0.5
"""How long the running node rests between looks at what waits."""

DUTIES_EVERY = timedelta(minutes=1)


def deliver_now(node: Node, wanted: str | None, connect: Connect) -> list[Delivered]:
    """Deliver what waits for one partner, or for all; a partner that cannot be reached does not stop the others."""
    with node.database.transaction() as connection:
        chosen = [partners.find_partner(connection, wanted).node] if wanted else waiting_partners(connection)
    return [delivered for partner in chosen for delivered in _deliver_or_say(node, partner, connect)]


def keep_delivering(node: Node, connect: Connect, stop: Event, complain: Callable[[str], None]) -> None:
    """Deliver whatever waits, and do the node's duties, until ``stop`` is set. Backs off from partners that fail."""
    next_duties = node.now()
    while not stop.wait(PAUSE_SECONDS):
        if node.now() >= next_duties:
            do_duties(node, complain)
            next_duties = node.now() + DUTIES_EVERY
        with _failures_to(complain):
            for partner in due_partners(node):
                with _failures_to(complain):
                    _deliver_to(node, partner, connect)


@contextmanager
def _failures_to(complain: Callable[[str], None]) -> Iterator[None]:
    """A block whose known failures end it and nothing else."""
    try:
        yield
    except HamkarError as error:
        complain(str(error))


def _deliver_or_say(node: Node, partner: str, connect: Connect) -> list[Delivered]:
    try:
        return _deliver_to(node, partner, connect)
    except HamkarError as error:
        return [Delivered(partner, "", 0, str(error))]


def _deliver_to(node: Node, partner: str, connect: Connect) -> list[Delivered]:
    with node.database.transaction() as connection:
        card = stored_card(partners.find_partner(connection, partner).envelope).card
    with connect(card) as link:
        return deliver(node, partner, link)
