"""Three synthetic agencies and a stranger, the same on every run: their keys come from their names."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from hamkar.crypto.fingerprint import node_id
from hamkar.crypto.keys import NodeKeys
from hamkar.crypto.sealing import DEFAULT_SUITE, SealingKey, Suite
from hamkar.crypto.signing import SigningKey
from hamkar.exchange.bundle import BundleHead
from hamkar.exchange.card import SignedCard, first_card
from hamkar.exchange.message import encode_message
from hamkar.model.agency import Agency, NodeCard, Standing
from hamkar.model.agreement import Agreement, Category, Onward, Purpose, ReportField
from hamkar.model.bundle import GENESIS, Message, MessageKind
from hamkar.model.handling import FREE, Condition, HandlingCode

NOW = datetime(2026, 3, 20, 8, 30, tzinfo=UTC)
ISSUED = NOW - timedelta(days=5)
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUMJ8IMCiw/b/bJmSXSQdroVS4EiAwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbm9kZS5leGFtcGxlMB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEw
MTAwMDAwMFowFzEVMBMGA1UEAwwMbm9kZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEnY1hfD3xymQe/k+tBOKKQWwD7wuv0J9Mo86QN1TVK2jSusEb
F+6BsmZocIXeiQ8KjmOxvaZeiv5l17HKlt7T86NdMFswFwYDVR0RBBAwDoIMbm9k
ZS5leGFtcGxlMB0GA1UdDgQWBBQvRUvi/kshT3A6j4B1RB97kO7zRzAMBgNVHRMB
Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0gAMEUCIQDo
uxjHyZJXsq4uCyzsHenvfRrpXjpcazNlXIN45paHvQIgccADbnH2mwST8lwolAVB
GnZ5gA38yFR/VQ18FFPys3g=
-----END CERTIFICATE-----
"""
"""Of node.example, valid to 2046; nobody holds its private key."""


@dataclass(frozen=True, slots=True)
class Node:
    """An agency's node: its private keys and its card."""

    root: SigningKey
    keys: NodeKeys
    signed: SignedCard

    @property
    def card(self) -> NodeCard:
        """The card the others hold."""
        return self.signed.card

    @property
    def id(self) -> str:
        """Its node id."""
        return self.signed.node


def seed(text: str) -> bytes:
    """32 bytes that follow from a text."""
    return hashlib.sha256(text.encode()).digest()


def make_node(
    name: str,
    country: str,
    *,
    standing: Standing = Standing.AGENCY,
    suite: Suite = DEFAULT_SUITE,
    issued: datetime = ISSUED,
) -> Node:
    """The node of an agency of this name."""
    root = SigningKey(seed(f"{name}, root"))
    keys = NodeKeys((SigningKey(seed(f"{name}, signing")),), (SealingKey(suite, seed(f"{name}, sealing")),))
    agency = Agency(node=node_id(root.public), name=name, country=country, standing=standing)
    card = first_card(agency, root, keys, endpoint="https://node.example:8443", certificate=CERTIFICATE, issued=issued)
    return Node(root, keys, card)


NORTH = make_node("Northern Anti-Narcotics Police (synthetic)", "AZ")
SOUTH = make_node("پلیس مبارزه با مواد مخدر جنوب (synthetic)", "IR")
OBSERVER = make_node("Office of an observer (synthetic)", "AT", standing=Standing.OBSERVER)
STRANGER = make_node("A stranger (synthetic)", "TM")


def terms(first: Node = NORTH, second: Node = SOUTH) -> Agreement:
    """An agreement as two nodes would propose it."""
    return Agreement(
        v=1,
        title="Exchange of seizure reports (synthetic)",
        parties=(first.card.agency, second.card.agency),
        legal_basis="1988 Convention, article 9(1)",
        purposes=(Purpose.INVESTIGATION, Purpose.ANALYSIS),
        categories=(Category.DRUG_SEIZURE,),
        fields=(ReportField.DATES, ReportField.PLACE, ReportField.LINES),
        highest_handling=HandlingCode.H1,
        conditions=tuple(Condition),
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="urgent: 8 hours; other: 7 days",
        rights_clause="No use in proceedings that may end in a death sentence.",
        valid_from=date(2026, 3, 1),
        valid_until=date(2026, 12, 31),
        proposed_at=NOW,
    )


def message(number: int, text: str = "2 400 kg") -> Message:
    """A synthetic message about a synthetic record."""
    return Message(
        id=UUID(int=number),
        kind=MessageKind.REPORT,
        record=f"record-{number}",
        agreement=hashlib.sha256(b"a synthetic agreement").hexdigest(),
        purpose=Purpose.ANALYSIS,
        handling=FREE,
        body=msgspec.Raw(msgspec.json.encode({"stated_total": text, "place": {"name": "آستارا", "admin1": None}})),
    )


def raw_messages(count: int, first: int = 1) -> tuple[bytes, ...]:
    """The exact bytes of consecutive messages."""
    return tuple(encode_message(message(number)) for number in range(first, first + count))


HEAD = BundleHead(sender=NORTH.id, to=SOUTH.id, stream="main", epoch=1, first_seq=1, prev_chain=GENESIS, issued_at=NOW)


def head(first_seq: int = 1, prev_chain: str = GENESIS, epoch: int = 1) -> BundleHead:
    """The head of a bundle from north to south."""
    return replace(HEAD, first_seq=first_seq, prev_chain=prev_chain, epoch=epoch)
