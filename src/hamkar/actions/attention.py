"""What asks for a person: what to sign, what waits or stands still, what was rejected, a card about to end."""

from dataclasses import dataclass
from datetime import datetime

from hamkar.actions.agreements import Standing, to_sign
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.actions.renew_card import RENEW_WITHIN
from hamkar.actions.requests import DueRequest, due_requests
from hamkar.actions.show_partner import doubtful_sentences
from hamkar.actions.status import Waiting, frozen, waiting
from hamkar.store import inbox, partners, recalls, witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What somebody should look at; ``card_ends`` is None while the node's own card is good for more than two weeks."""

    to_sign: tuple[Standing, ...]
    waiting: tuple[Waiting, ...]
    frozen: tuple[str, ...]
    contradictions: tuple[str, ...]
    rejected: int
    card_ends: datetime | None
    doubtful: tuple[str, ...]
    requests: tuple[DueRequest, ...]
    late_holders: int


def attention(node: Node) -> Attention:
    """What asks for a person now."""
    with node.database.transaction() as connection:
        ends = card_now(node, connection).card.expires
        names = {row.node: row.name for row in partners.list_partners(connection)}
        return Attention(
            to_sign=tuple(to_sign(node, connection)),
            waiting=waiting(connection, names),
            frozen=frozen(connection, names),
            contradictions=witness.contradictions(connection, names),
            rejected=inbox.count_inbox(connection).get("rejected", 0),
            card_ends=ends if ends - node.now() < RENEW_WITHIN else None,
            doubtful=doubtful_sentences(connection),
            requests=due_requests(node, connection),
            late_holders=recalls.count_overdue(connection, node.now()),
        )
