"""The life of agreements: proposed, signed, amended, suspended, resumed; and what stands between two agencies today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.actions.send import Outgoing, send
from hamkar.errors import BadInput, Refused
from hamkar.exchange import agreement as signing
from hamkar.exchange.agreement import SignedAgreement
from hamkar.exchange.card import stored_card
from hamkar.model.agency import Agency, NodeCard
from hamkar.model.agreement import Agreement, AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import Condition, HandlingCode
from hamkar.model.record import Record
from hamkar.policy.ask import Terms
from hamkar.store import agreements, log, partners
from hamkar.store.agreements import AgreementRow
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.partners import PartnerRow

USUAL_FIELDS = (
    ReportField.DATES,
    ReportField.PLACE,
    ReportField.AGENCY,
    ReportField.LINES,
    ReportField.STATED_TOTAL,
    ReportField.ROUTING,
)
"""What is proposed to be given where nobody says otherwise: the seizure itself, without people, sources and notes."""

USUAL_DEADLINES = "bilateral"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerms(Record):
    """The terms of an agreement before the parties are put in."""

    title: str
    legal_basis: str
    rights_clause: str
    purposes: tuple[Purpose, ...]
    categories: tuple[Category, ...]
    fields: tuple[ReportField, ...]
    highest_handling: HandlingCode
    onward: Onward
    retention_days: int
    deadlines: str
    valid_from: date
    valid_until: date
    conditions: tuple[Condition, ...] = tuple(Condition)
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An agreement of this node with its partner and where it stands today."""

    row: AgreementRow
    signed: SignedAgreement
    partner: Agency
    state: AgreementState


def propose(node: Node, partner: str, draft: DraftTerms, *, by: str) -> SignedAgreement:
    """Sign an agreement with a partner and queue it to be counter-signed."""
    with node.database.transaction() as connection:
        return _propose(node, connection, partners.find_partner(connection, partner), draft, by=by)


def amend(node: Node, wanted: str, changes: Mapping[str, object], *, by: str) -> SignedAgreement:
    """Propose an agreement that takes the place of this one, with the terms named in ``changes`` (as in `DraftTerms`).

    The old one stands until both have signed the new and its first day has come. Raises BadInput for terms that cannot
    be, and where nothing is changed.
    """
    with node.database.transaction() as connection:
        standing = standing_of(node, agreements.find_agreement(connection, wanted))
        old = standing.signed.agreement.to_dict()
        terms = {name: old[name] for name in DraftTerms.__slots__}
        if not changes or {**terms, **changes} == terms:
            msg = f"nothing of “{standing.signed.agreement.title}” would be changed; name a term and its new value"
            raise BadInput(msg)
        draft = DraftTerms.from_dict({**terms, **changes, "supersedes": standing.row.id})
        return _propose(node, connection, partners.find_partner(connection, standing.partner.node), draft, by=by)


def _propose(node: Node, connection: Connection, other: PartnerRow, draft: DraftTerms, *, by: str) -> SignedAgreement:
    card = stored_card(other.envelope).card
    terms = _terms(node, card.agency, draft)
    signed = signing.propose(terms, card_now(node, connection).card, node.keys.signer)
    agreements.put_agreement(connection, signed.id, other.node, signed.to_json(), node.now())
    _send(node, connection, MessageKind.AGREEMENT_PROPOSED, signed, other.node)
    _log(node, connection, "agreement_proposed", signed, other.node, by)
    return signed


def _terms(node: Node, other: Agency, draft: DraftTerms) -> Agreement:
    filled = {name: getattr(draft, name) for name in DraftTerms.__slots__}
    try:
        return Agreement(v=1, parties=(node.agency, other), proposed_at=node.now(), **filled)
    except ValueError as error:
        msg = f"the agreement “{draft.title}” cannot be proposed: {error}; change that"
        raise BadInput(msg) from error


def sign(node: Node, wanted: str, *, by: str) -> SignedAgreement:
    """Counter-sign an agreement that a partner proposed, and queue it back. From then on it is in force.

    Raises Refused where this node has signed it already or its time is over.
    """
    with node.database.transaction() as connection:
        standing = standing_of(node, agreements.find_agreement(connection, wanted))
        signed = standing.signed
        if node.id in signed.signers:
            msg = f"the agreement “{signed.agreement.title}” ({signed.id[:12]}) carries this node's signature already"
            raise Refused(msg, rule="already_signed")
        if node.today > signed.agreement.valid_until:
            msg = f"the agreement “{signed.agreement.title}” ended on {signed.agreement.valid_until}; propose a new one"
            raise Refused(msg, rule="agreement_in_force")
        both = signing.counter_sign(signed, card_now(node, connection).card, node.keys.signer)
        agreements.put_agreement(connection, both.id, standing.partner.node, both.to_json(), node.now())
        note_successor(connection, both)
        _send(node, connection, MessageKind.AGREEMENT_SIGNED, both, standing.partner.node)
        _log(node, connection, "agreement_signed", both, standing.partner.node, by)
    return both


def note_successor(connection: Connection, signed: SignedAgreement) -> None:
    """Once both have signed an agreement, it takes the place of the one it supersedes from its first day on."""
    if signed.is_signed_by_both and signed.agreement.supersedes:
        agreements.supersede(connection, signed.agreement.supersedes, signed.id, signed.agreement.valid_from)


def suspend(node: Node, wanted: str, *, by: str) -> SignedAgreement:
    """Stop everything that flows under an agreement, in both directions, at once; the partner is told."""
    with node.database.transaction() as connection:
        standing = standing_of(node, agreements.find_agreement(connection, wanted))
        if node.id in standing.row.suspended_by:
            msg = f"this node has suspended “{standing.signed.agreement.title}” already; `resume` takes it back"
            raise Refused(msg, rule="already_suspended")
        agreements.suspend(connection, standing.row.id, node.id)
        _send(node, connection, MessageKind.AGREEMENT_SUSPENDED, standing.signed, standing.partner.node)
        _log(node, connection, "agreement_suspended", standing.signed, standing.partner.node, by)
    return standing.signed


def resume(node: Node, wanted: str, *, by: str) -> SignedAgreement:
    """Take this node's suspension back; it flows again unless the partner has suspended it too."""
    with node.database.transaction() as connection:
        standing = standing_of(node, agreements.find_agreement(connection, wanted))
        if node.id not in standing.row.suspended_by:
            msg = f"this node has not suspended “{standing.signed.agreement.title}”; only who did can resume it"
            raise Refused(msg, rule="not_suspended_here")
        agreements.resume(connection, standing.row.id, node.id)
        _send(node, connection, MessageKind.AGREEMENT_RESUMED, standing.signed, standing.partner.node)
        _log(node, connection, "agreement_resumed", standing.signed, standing.partner.node, by)
    return standing.signed


def list_standing(node: Node) -> list[Standing]:
    """Every agreement of this node, the newest first."""
    with node.database.transaction() as connection:
        return [standing_of(node, row) for row in agreements.list_agreements(connection)]


def to_sign(node: Node, connection: Connection) -> list[Standing]:
    """The proposals that wait for this node's signature."""
    standings = (standing_of(node, row) for row in agreements.list_agreements(connection))
    return [s for s in standings if s.state is AgreementState.PROPOSED and node.id not in s.signed.signers]


def find_standing(node: Node, wanted: str) -> Standing:
    """One agreement. Raises NotFound."""
    with node.database.transaction() as connection:
        return standing_of(node, agreements.find_agreement(connection, wanted))


def terms_with(node: Node, connection: Connection, partner: str) -> list[Terms]:
    """Every agreement with a partner, with where it stands today."""
    standing = (standing_of(node, row) for row in agreements.list_agreements(connection, partner))
    return [Terms(id=one.row.id, agreement=one.signed.agreement, state=one.state) for one in standing]


def standing_of(node: Node, row: AgreementRow) -> Standing:
    """What a kept agreement says and where it stands today."""
    signed = _signed(row.envelope, tuple(row.cards))
    state = signing.state(
        signed, suspended=bool(row.suspended_by), superseded_from=row.superseded_from, today=node.today
    )
    return Standing(row=row, signed=signed, partner=signed.agreement.other(node.id), state=state)


def cards_of(connection: Connection, partner: str) -> list[NodeCard]:
    """The cards, old versions too, by which the signatures of an agreement with this partner are judged."""
    return [stored_card(envelope).card for envelope in partners.cards_between(connection, partner)]


@lru_cache(maxsize=1024)
def _signed(envelope: bytes, cards: tuple[bytes, ...]) -> SignedAgreement:
    """The agreement in an envelope, verified by these cards; the same bytes always give the same answer."""
    return signing.read_agreement(envelope, [stored_card(card).card for card in cards])


def _send(node: Node, connection: Connection, kind: MessageKind, signed: SignedAgreement, partner: str) -> None:
    send(node, connection, partner, Outgoing(kind=kind, record=signed.id, agreement=signed.id, body=signed.to_json()))


def _log(node: Node, connection: Connection, act: str, signed: SignedAgreement, partner: str, by: str) -> None:
    log.append(connection, Entry(actor=by, act=act, subject=signed.id, partner=partner), node.now())
