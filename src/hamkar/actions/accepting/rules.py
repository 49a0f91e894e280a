"""The rules that every received record is held to, whatever it is."""

from dataclasses import dataclass, replace
from uuid import UUID

from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.bundle import Message
from hamkar.model.consent import Consent
from hamkar.model.entity import Entity, Subject
from hamkar.model.report import Report
from hamkar.policy.ask import Answer, Ask
from hamkar.policy.decide import decide
from hamkar.policy.gate import NOT_AT_RISK


def check_envelope(desk: Desk, message: Message, record: Report | Entity, consent: Consent | None = None) -> None:
    """Raises Rejected where a record is neither its sender's own nor consented to, or the message belies it."""
    if record.originator != (consent.originator if consent else desk.sender):
        raise Rejected("originator_in_control", "the record belongs to an agency other than its sender")
    if message.record != str(record.id) or message.handling != record.handling:
        raise Rejected("well_formed", "the message's record or handling is not that of what it carries")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a record that came is to the rules: its category, what is filled of it, and who or what it is about."""

    category: Category
    fields: frozenset[ReportField] = frozenset()
    subject: Subject | None = None


def check_policy(desk: Desk, message: Message, kind: Kind, consent: Consent | None = None) -> None:
    """Hold the message to the agreement it names by the rules the sender had to keep. Raises Rejected."""
    if message.purpose is None:
        raise Rejected("purpose_covered", "the message states no purpose")
    if consent is None:
        answer = _answer(desk, message, message.purpose, kind)
    else:
        passed_on = replace(
            _ask(desk, message, message.purpose, kind),
            record=consent.record,
            originator=consent.originator,
            consent=consent,
            came_under=Onward.WITH_CONSENT,
        )
        answer = decide(passed_on)
    if not answer.allowed:
        raise Rejected(answer.verdict.rule, answer.verdict.sentence)
    extra = sorted(kind.fields - answer.given)
    if extra:
        raise Rejected("field_not_granted", f"the agreement does not grant {', '.join(extra)}")


def _answer(desk: Desk, message: Message, purpose: Purpose, kind: Kind) -> Answer:
    """The answer on the sender's own record, which is the same for all that are alike in what rules look at."""
    alike = (message.agreement, purpose, kind, message.handling)
    if alike not in desk.answers:
        desk.answers[alike] = decide(_ask(desk, message, purpose, kind))
    return desk.answers[alike]


def _ask(desk: Desk, message: Message, purpose: Purpose, kind: Kind) -> Ask:
    return Ask(
        record=UUID(message.record),
        recalled=False,  # `check_not_recalled` has looked at the version that comes; a consent is for one before
        holder=desk.sender,
        originator=desk.sender,
        partner=desk.node.agency,
        category=kind.category,
        handling=message.handling,
        purpose=purpose,
        terms=desk.terms_of(message.agreement),
        filled=kind.fields,
        today=desk.node.today,
        subject=kind.subject,
        gate=NOT_AT_RISK,  # the sender asks the gate before it gives; what the case is about is not known here
    )
