"""Agreements as both parties sign them: exact bytes, one signature a party, and a name that is their hash."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from hamkar.crypto import dsse
from hamkar.crypto.dsse import Envelope, Signature, pae
from hamkar.crypto.key_holder import Signer
from hamkar.crypto.signing import verify
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.document import read_document
from hamkar.exchange.plain_line import is_plain_line
from hamkar.exchange.public_key import raw_bytes
from hamkar.model.agency import Agency, NodeCard
from hamkar.model.agreement import Agreement, AgreementState
from hamkar.model.moment import is_moment

AGREEMENT_TYPE = "application/vnd.hamkar.agreement+json"
MAX_AGREEMENT_BYTES = 256 * 1024
MAX_RETENTION_DAYS = 36_500

_ID_OR_NONE = re.compile(r"(?:[0-9a-f]{64})?\Z")


@dataclass(frozen=True, slots=True)
class PartySignature:
    """One party's signature, by one of the keys on its card."""

    node: str
    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """An agreement and signatures of its parties, each verified, at most one of each; made only by this module."""

    agreement: Agreement
    document: bytes
    signatures: tuple[PartySignature, ...]

    @property
    def id(self) -> str:
        """The agreement's name: the SHA-256 (hex) of its exact bytes."""
        return agreement_id(self.document)

    @property
    def signers(self) -> frozenset[str]:
        """The nodes that have signed."""
        return frozenset(signature.node for signature in self.signatures)

    @property
    def is_signed_by_both(self) -> bool:
        """Whether every party has signed."""
        return self.signers == {party.node for party in self.agreement.parties}

    def joined(self, other: "SignedAgreement") -> "SignedAgreement":
        """The same agreement with the signatures of both, so that a copy with fewer takes none away."""
        added = (signature for signature in other.signatures if signature.node not in self.signers)
        return replace(self, signatures=(*self.signatures, *added))

    def to_json(self) -> bytes:
        """The signed agreement as the bytes to store and to send (DSSE JSON)."""
        signatures = tuple(Signature(each.key_id, each.value) for each in self.signatures)
        return Envelope(AGREEMENT_TYPE, self.document, signatures).to_json()


def agreement_id(document: bytes) -> str:
    """The SHA-256 (hex) of an agreement's exact bytes."""
    return hashlib.sha256(document).hexdigest()


def propose(agreement: Agreement, own: NodeCard, signer: Signer) -> SignedAgreement:
    """The agreement, signed by the node that proposes it. Raises BadInput."""
    broken = _broken_rule(agreement)
    if broken:
        msg = f"this agreement cannot be proposed: {broken}; change that"
        raise BadInput(msg)
    document = agreement.to_json()
    return SignedAgreement(agreement, document, (_own_signature(agreement, document, own, signer),))


def counter_sign(signed: SignedAgreement, own: NodeCard, signer: Signer) -> SignedAgreement:
    """The agreement with this node's signature beside the other party's. Raises BadInput."""
    if own.agency.node in signed.signers:
        msg = f"this node has already signed the agreement “{signed.agreement.title}”; there is nothing left to do"
        raise BadInput(msg)
    signature = _own_signature(signed.agreement, signed.document, own, signer)
    return replace(signed, signatures=(*signed.signatures, signature))


def read_agreement(data: bytes, cards: Iterable[NodeCard]) -> SignedAgreement:
    """The agreement in these bytes, every signature verified.

    ``cards`` are those of the parties, in any version held here: a key stays good for what it signed before it was
    replaced. Raises ProtocolError.
    """
    envelope = dsse.read_envelope(data, AGREEMENT_TYPE, MAX_AGREEMENT_BYTES)
    agreement = read_document(envelope.payload, Agreement)
    broken = _broken_rule(agreement)
    if broken:
        msg = f"this agreement breaks the protocol: {broken}; ask the partner to propose it again"
        raise ProtocolError(msg)
    keys = _keys_of_parties(agreement, cards)
    signatures = tuple(_verified(envelope, signature, keys) for signature in envelope.signatures)
    signed = SignedAgreement(agreement, envelope.payload, signatures)
    if len(signed.signers) < len(signatures):
        msg = f"one party has signed the agreement “{agreement.title}” twice; ask for it with one signature of each"
        raise ProtocolError(msg)
    return signed


def state(signed: SignedAgreement, *, suspended: bool, superseded_from: date | None, today: date) -> AgreementState:
    """Where the agreement stands on this day (UTC); every doubt is resolved to a state in which nothing flows.

    ``superseded_from`` is the first day of an agreement, signed by both, that takes the place of this one.
    """
    terms = signed.agreement
    if not signed.is_signed_by_both:
        return AgreementState.PROPOSED
    if today > terms.valid_until:
        return AgreementState.EXPIRED
    if superseded_from is not None and today >= superseded_from:
        return AgreementState.SUPERSEDED
    if suspended:
        return AgreementState.SUSPENDED
    return AgreementState.NOT_YET_VALID if today < terms.valid_from else AgreementState.IN_FORCE


def _own_signature(agreement: Agreement, document: bytes, own: NodeCard, signer: Signer) -> PartySignature:
    if not any(_is_of(card_agency=own.agency, party=party) for party in agreement.parties):
        msg = f"{own.agency.name} is no party of the agreement “{agreement.title}” as its card describes it; name it so"
        raise BadInput(msg)
    if signer.key_id not in {key.id for key in own.signing_keys}:
        msg = f"the signing key {signer.key_id} is not on this node's card; sign with one that is, or renew the card"
        raise BadInput(msg)
    return PartySignature(own.agency.node, signer.key_id, signer.sign(pae(AGREEMENT_TYPE, document)))


def _keys_of_parties(agreement: Agreement, cards: Iterable[NodeCard]) -> dict[str, tuple[str, bytes]]:
    """Node and raw key by key id, of those cards that describe a party as the agreement does."""
    keys: dict[str, tuple[str, bytes]] = {}
    for card in cards:
        if not any(_is_of(card_agency=card.agency, party=party) for party in agreement.parties):
            continue
        for key in card.signing_keys:
            node, _ = keys.setdefault(key.id, (card.agency.node, raw_bytes(key)))
            if node != card.agency.node:
                msg = f"both parties claim the signing key {key.id}; one has copied it, call both before going on"
                raise ProtocolError(msg)
    return keys


def _verified(envelope: Envelope, signature: Signature, keys: dict[str, tuple[str, bytes]]) -> PartySignature:
    if signature.key_id not in keys:
        msg = (
            f"the agreement is signed with key {signature.key_id}, which is on no card held here of a party as the "
            "agreement describes it; fetch both current cards and compare node, country and standing"
        )
        raise ProtocolError(msg)
    node, public = keys[signature.key_id]
    if not verify(public, pae(envelope.payload_type, envelope.payload), signature.value):
        msg = f"the signature of node {node} on the agreement is not good; ask it to sign again"
        raise ProtocolError(msg)
    return PartySignature(node, signature.key_id, signature.value)


def _is_of(*, card_agency: Agency, party: Agency) -> bool:
    """Whether a card and an agreement mean the same agency: a new name is no matter, a new standing is."""
    return (card_agency.node, card_agency.country, card_agency.standing) == (party.node, party.country, party.standing)


AGREEMENT_RULES: tuple[tuple[str, Callable[[Agreement], bool]], ...] = (
    ("its format has to be version 1", lambda terms: terms.v == 1),
    ("it needs a title of plain letters", lambda terms: is_plain_line(terms.title)),
    ("its parties need names of plain letters", lambda terms: all(is_plain_line(each.name) for each in terms.parties)),
    ("it has to name a purpose", lambda terms: bool(terms.purposes)),
    ("it has to name a category", lambda terms: bool(terms.categories)),
    ("it has to grant a field", lambda terms: bool(terms.fields)),
    ("what is kept is kept for 1 to 36,500 days", lambda terms: 1 <= terms.retention_days <= MAX_RETENTION_DAYS),
    ("what it supersedes has to be named by 64 hex digits", lambda terms: bool(_ID_OR_NONE.match(terms.supersedes))),
    ("the time of the proposal has to state its zone, from 2000 to 2999", lambda terms: is_moment(terms.proposed_at)),
)
"""What has to hold of every agreement beyond what its record ensures."""


def _broken_rule(agreement: Agreement) -> str | None:
    return next((rule for rule, holds in AGREEMENT_RULES if not holds(agreement)), None)
