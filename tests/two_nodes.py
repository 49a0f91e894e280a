"""Nodes whose keys and clocks a test may change as it likes, and what they send; all of it is synthetic."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures_node import BY, TERMS, HandClock, Straight, new_database, new_node
from hamkar.actions import agreements
from hamkar.actions.deliver import Delivered, deliver
from hamkar.actions.exchange_cards import due_cards, exchange_cards
from hamkar.actions.node import Node
from hamkar.actions.partners import add_partner
from hamkar.store.postgres.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Two:
    """Two nodes and their clock."""

    north: Node
    south: Node
    clock: HandClock


@contextmanager
def strangers(postgres: Cluster, folder: Path) -> Iterator[Two]:
    """Two nodes that do not know one another."""
    clock = HandClock()
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(
                new_node(
                    stack.enter_context(new_database(postgres, f"keys_{country.lower()}")),
                    folder / country,
                    name=f"Synthetic Customs of {country}",
                    country=country,
                    clock=clock,
                )
            )
            for country in ("AZ", "IR")
        ]
        north, south = nodes
        yield Two(north, south, clock)


@contextmanager
def colleagues(postgres: Cluster, folder: Path) -> Iterator[Two]:
    """Two nodes that are partners."""
    with strangers(postgres, folder) as two:
        add_partner(two.north, two.south.signed_card.envelope, fingerprint=two.south.id, by=BY)
        add_partner(two.south, two.north.signed_card.envelope, fingerprint=two.north.id, by=BY)
        yield two


def say(sender: Node, receiver: Node) -> None:
    """Let a message wait for the receiver; it carries a proposal."""
    agreements.propose(sender, receiver.id, TERMS, by=BY)


def send(sender: Node, receiver: Node) -> list[Delivered]:
    """Deliver what waits, without exchanging cards."""
    return deliver(sender, receiver.id, Straight(receiver))


def cards(sender: Node, receiver: Node) -> None:
    """Exchange cards if it is time to."""
    if receiver.id in due_cards(sender):
        exchange_cards(sender, receiver.id, Straight(receiver))


def acts(node: Node) -> list[str]:
    """What the node's log says was done, in order."""
    with node.database.transaction() as connection:
        return [act for (act,) in connection.execute("SELECT act FROM log ORDER BY seq")]
