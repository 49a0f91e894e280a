"""The rules that every received record is held to, whatever it is."""

from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.model.agreement import Category, ReportField
from hamkar.model.bundle import Message
from hamkar.model.handling import Handling
from hamkar.policy.ask import Ask
from hamkar.policy.decide import decide


def check_envelope(sender: str, message: Message, record: str, originator: str, handling: Handling) -> None:
    """Raises Rejected where a record is not its sender's own, or the message says other things of it than it does."""
    if originator != sender:
        raise Rejected("originator_in_control", "the record belongs to an agency other than its sender")
    if message.record != record or message.handling != handling:
        raise Rejected("well_formed", "the message's record or handling is not that of what it carries")


def check_policy(desk: Desk, message: Message, kind: Category, fields: frozenset[ReportField]) -> None:
    """Hold the message to the agreement it names by the rules the sender had to keep. Raises Rejected."""
    if message.purpose is None:
        raise Rejected("purpose_covered", "the message states no purpose")
    ask = Ask(
        holder=desk.sender,
        originator=desk.sender,
        partner=desk.node.agency,
        category=kind,
        handling=message.handling,
        purpose=message.purpose,
        terms=desk.terms_of(message.agreement),
        filled=fields,
        today=desk.node.today,
    )
    answer = decide(ask)
    if not answer.allowed:
        raise Rejected(answer.verdict.rule, answer.verdict.reason)
    extra = sorted(fields - answer.given) if kind is not Category.PERSON else []
    if extra:
        raise Rejected("field_not_granted", f"the agreement does not grant {', '.join(extra)}")
