"""What this node's rules say of a received message, and what an accepted one does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from hamkar.actions.agreements import cards_of, standing_of
from hamkar.actions.node import Node
from hamkar.errors import BadInput, HamkarError, NotFound, ProtocolError
from hamkar.exchange.agreement import SignedAgreement, read_agreement
from hamkar.exchange.message import read_message
from hamkar.model.agreement import Category, ReportField
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.handling import Handling
from hamkar.model.party import PartyIdentity
from hamkar.model.receipt import Acceptance
from hamkar.model.report import Report
from hamkar.policy.ask import Ask, Terms
from hamkar.policy.decide import decide
from hamkar.policy.redact import category, filled
from hamkar.seizures.soundness import unsound, unsound_identity
from hamkar.store import agreements, identities, reports
from hamkar.store.database import Connection
from hamkar.store.reports import Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The verdict on a message, and the events whose claims it changed."""

    acceptance: Acceptance
    rule: str
    reason: str
    kind: str = ""
    record: str = ""
    agreement: str = ""
    touched: frozenset[UUID] = frozenset()


class _Rejected(Exception):
    """A rule stands against a message; caught where the verdict is written, and nowhere else."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@dataclass(slots=True)
class Desk:
    """Where one bundle's messages are judged: from whom, in which unit of work, and the terms looked up so far.

    What is remembered here is forgotten by any message that changes an agreement.
    """

    node: Node
    connection: Connection
    sender: str
    terms: dict[str, Terms] = field(default_factory=dict)


def accept(desk: Desk, raw: bytes) -> Accepted:
    """The verdict on one message; what it carries is kept exactly if it is accepted. Never raises for bad content."""
    try:
        message = read_message(raw)
    except (BadInput, ProtocolError) as error:
        return Accepted(acceptance=Acceptance.REJECTED, rule="well_formed", reason=_plain(str(error)))
    try:
        reason, touched = _apply(desk, message)
        acceptance, rule = Acceptance.ACCEPTED, "accepted"
    except _Rejected as rejected:
        acceptance, rule, reason, touched = Acceptance.REJECTED, rejected.rule, str(rejected), frozenset[UUID]()
    return Accepted(
        acceptance=acceptance,
        rule=rule,
        reason=_plain(reason),
        kind=message.kind,
        record=_plain(message.record)[:64],
        agreement=_plain(message.agreement)[:64],
        touched=touched,
    )


def _plain(text: str) -> str:
    """The text without what a database or a terminal cannot take."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _apply(desk: Desk, message: Message) -> tuple[str, frozenset[UUID]]:
    match message.kind:
        case MessageKind.AGREEMENT_PROPOSED | MessageKind.AGREEMENT_SIGNED:
            return _take_agreement(desk, message), frozenset()
        case MessageKind.AGREEMENT_SUSPENDED:
            return _change(desk, message, agreements.suspend, "suspended"), frozenset()
        case MessageKind.AGREEMENT_RESUMED:
            return _change(desk, message, agreements.resume, "resumed"), frozenset()
        case MessageKind.REPORT:
            return _take_report(desk, message)
        case MessageKind.IDENTITY:
            return _take_identity(desk, message), frozenset()


def _agreement(desk: Desk, message: Message) -> SignedAgreement:
    try:
        signed = read_agreement(bytes(message.body), cards_of(desk.connection, desk.sender))
    except HamkarError as error:
        raise _Rejected("agreement_signed", str(error)) from error
    if signed.id != message.agreement:
        raise _Rejected("agreement_named", "the message names another agreement than the one it carries")
    if {party.node for party in signed.agreement.parties} != {
        desk.node.id,
        desk.sender,
    } or desk.sender not in signed.signers:
        raise _Rejected(
            "partner_is_party", "the agreement is not between these two nodes, or its sender has not signed it"
        )
    return signed


def _take_agreement(desk: Desk, message: Message) -> str:
    signed = _agreement(desk, message)
    desk.terms.clear()
    held = agreements.held_envelope(desk.connection, signed.id)
    if held is not None:
        ours = read_agreement(held, cards_of(desk.connection, desk.sender))
        if ours.signers >= signed.signers:
            return "held already"
        signed = ours.joined(signed)
    agreements.put_agreement(desk.connection, signed.id, desk.sender, signed.to_json(), desk.node.now())
    return "signed by both sides" if len(signed.signers) > 1 else "waits for this node's signature"


def _change(desk: Desk, message: Message, change: Callable[[Connection, str, str], None], done: str) -> str:
    signed = _agreement(desk, message)
    desk.terms.clear()
    change(desk.connection, signed.id, desk.sender)
    return f"{done} by its other party"


def _take_report(desk: Desk, message: Message) -> tuple[str, frozenset[UUID]]:
    try:
        report = Report.from_json(bytes(message.body))
    except BadInput as error:
        raise _Rejected("well_formed", str(error)) from error
    _check_envelope(desk.sender, message, str(report.id), report.originator, report.handling)
    fault = unsound(report)
    if fault is not None:
        raise _Rejected("well_formed", fault)
    _check_policy(desk, message, _category(desk, message, report), filled(report))
    return _file(desk, report)


def _category(desk: Desk, message: Message, report: Report) -> Category:
    """The category of a report; where its substances were withheld, whichever the agreement covers."""
    if report.lines:
        return category(report)
    covered = _terms(desk, message.agreement).agreement.categories
    seizures = (Category.DRUG_SEIZURE, Category.PRECURSOR_SEIZURE)
    return next((each for each in seizures if each in covered), Category.DRUG_SEIZURE)


def _file(desk: Desk, report: Report) -> tuple[str, frozenset[UUID]]:
    held = reports.find_held(desk.connection, desk.sender, report.id)
    if held is None:
        event = reports.event_of_group(desk.connection, desk.sender, report.group) or desk.node.new_id()
        filed = Filed(report, event, report.id.bytes)
        reports.copy_reports(desk.connection, [filed], received_at=desk.node.now())
        return "filed", frozenset({event})
    before, event = held
    if not filled(report) > filled(before):
        return "held already", frozenset()
    reports.replace_body(desk.connection, report)
    return "held already, and now with more fields", frozenset({event})


def _take_identity(desk: Desk, message: Message) -> str:
    try:
        identity = PartyIdentity.from_json(bytes(message.body))
    except BadInput as error:
        raise _Rejected("well_formed", str(error)) from error
    _check_envelope(desk.sender, message, str(identity.id), identity.originator, identity.handling)
    fault = unsound_identity(identity)
    if fault is not None:
        raise _Rejected("well_formed", fault)
    _check_policy(desk, message, Category.PERSON, frozenset())
    if not reports.holds(desk.connection, desk.sender, identity.report.bytes):
        raise _Rejected("report_first", "the report that this person belongs to is not held here")
    identities.put_identity(desk.connection, identity, desk.node.now())
    return "filed"


def _check_envelope(sender: str, message: Message, record: str, originator: str, handling: Handling) -> None:
    if originator != sender:
        raise _Rejected("originator_in_control", "the record belongs to an agency other than its sender")
    if message.record != record or message.handling != handling:
        raise _Rejected("well_formed", "the message's record or handling is not that of what it carries")


def _check_policy(desk: Desk, message: Message, kind: Category, fields: frozenset[ReportField]) -> None:
    """Hold the message to the agreement it names by the rules the sender had to keep."""
    if message.purpose is None:
        raise _Rejected("purpose_covered", "the message states no purpose")
    ask = Ask(
        holder=desk.sender,
        originator=desk.sender,
        partner=desk.node.agency,
        category=kind,
        handling=message.handling,
        purpose=message.purpose,
        terms=_terms(desk, message.agreement),
        filled=fields,
        today=desk.node.today,
    )
    answer = decide(ask)
    if not answer.allowed:
        raise _Rejected(answer.verdict.rule, answer.verdict.reason)
    extra = sorted(fields - answer.given) if kind is not Category.PERSON else []
    if extra:
        raise _Rejected("field_not_granted", f"the agreement does not grant {', '.join(extra)}")


def _terms(desk: Desk, agreement: str) -> Terms:
    if agreement not in desk.terms:
        try:
            standing = standing_of(desk.node, desk.connection, agreements.find_agreement(desk.connection, agreement))
        except NotFound as error:
            raise _Rejected("no_agreement", "the message names an agreement that this node does not hold") from error
        desk.terms[agreement] = Terms(id=standing.row.id, agreement=standing.signed.agreement, state=standing.state)
    return desk.terms[agreement]
