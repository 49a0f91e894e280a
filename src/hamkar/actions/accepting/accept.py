"""The verdict on every message of a bundle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hamkar.actions.accepting.agreement import take_agreement, take_resumption, take_suspension
from hamkar.actions.accepting.clearance import take_clearance
from hamkar.actions.accepting.consent import take_consent
from hamkar.actions.accepting.correction import take_correction
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.accepting.entity import take_entity
from hamkar.actions.accepting.erased import take_erased
from hamkar.actions.accepting.holdings import take_holdings, take_holdings_detail
from hamkar.actions.accepting.recall import take_back, take_recall_answer
from hamkar.actions.accepting.report import take_report
from hamkar.actions.accepting.request import take_move, take_request
from hamkar.actions.accepting.seen import take_seen
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.chain import is_erased
from hamkar.exchange.message import read_message
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.receipt import Acceptance
from hamkar.store import recalls
from hamkar.store.known import known_of
from hamkar.store.outbox import TERMS

Handler = Callable[[Desk, Message], str]
"""Does what a message says and returns that in a few words; raises Rejected, with nothing done, where a rule is
against it; of a correction the recall is done all the same. The same message may come again after a restore and then
changes nothing."""

HANDLERS: Final[Mapping[MessageKind, Handler]] = MappingProxyType(
    {
        MessageKind.AGREEMENT_PROPOSED: take_agreement,
        MessageKind.AGREEMENT_SIGNED: take_agreement,
        MessageKind.AGREEMENT_SUSPENDED: take_suspension,
        MessageKind.AGREEMENT_RESUMED: take_resumption,
        MessageKind.RECALL: take_back,
        MessageKind.RECALL_ANSWER: take_recall_answer,
        MessageKind.CONSENT: take_consent,
        MessageKind.CLEARANCE: take_clearance,
        MessageKind.CORRECTION: take_correction,
        MessageKind.REPORT: take_report,
        MessageKind.ENTITY: take_entity,
        MessageKind.SEEN: take_seen,
        MessageKind.ERASED: take_erased,
        MessageKind.HOLDINGS: take_holdings,
        MessageKind.HOLDINGS_DETAIL: take_holdings_detail,
        MessageKind.REQUEST: take_request,
        MessageKind.REQUEST_MOVE: take_move,
    }
)

RECALLS: Final = frozenset({MessageKind.RECALL, MessageKind.CORRECTION})
"""The kinds of message that take a record back."""

CARRIERS: Final = frozenset({MessageKind.REPORT, MessageKind.ENTITY, MessageKind.CORRECTION})
"""The kinds of message that bring a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The verdict on a message, with what it was about as far as that could be read."""

    acceptance: Acceptance
    rule: str
    reason: str
    kind: str = ""
    record: str = ""
    agreement: str = ""


def accept_all(desk: Desk, brought: Sequence[bytes]) -> list[Accepted]:
    """The verdict on each message, in order; what it carries is kept exactly if it is accepted.

    What is filed at the desk is still to be written. Never raises for bad content.
    """
    read = [_read(raw) for raw in brought]
    messages = [message for message in read if isinstance(message, Message)]
    _look_up(desk, messages)
    return [message if isinstance(message, Accepted) else _verdict(desk, message) for message in read]


def _look_up(desk: Desk, messages: Sequence[Message]) -> None:
    """Let no recall take effect beside this bundle, and find out at once what is known here of its records."""
    if any(message.kind in RECALLS for message in messages):
        recalls.lock(desk.connection)
    elif desk.stream != TERMS:
        recalls.keep_out(desk.connection)
    named = [found for message in messages if message.kind in CARRIERS and (found := message.record_id)]
    if named:
        desk.note_known(known_of(desk.connection, desk.sender, named))


def _read(raw: bytes) -> Message | Accepted:
    if is_erased(raw):
        gone = "its sender has taken it back, or let it run out, before it came; only its leaf is left"
        return Accepted(acceptance=Acceptance.REJECTED, rule="erased", reason=gone)
    try:
        return read_message(raw)
    except (BadInput, ProtocolError) as error:
        return Accepted(acceptance=Acceptance.REJECTED, rule="well_formed", reason=_plain(str(error)))


def _verdict(desk: Desk, message: Message) -> Accepted:
    try:
        handler = _handler(desk, message.kind)
        acceptance, rule, reason = Acceptance.ACCEPTED, "accepted", handler(desk, message)
    except Rejected as rejected:
        acceptance, rule, reason = Acceptance.REJECTED, rejected.rule, str(rejected)
    return Accepted(
        acceptance=acceptance,
        rule=rule,
        reason=_plain(reason),
        kind=message.kind,
        record=_plain(message.record)[:64],
        agreement=_plain(message.agreement)[:64],
    )


def _handler(desk: Desk, kind: MessageKind) -> Handler:
    if kind.always_flows != (desk.stream == TERMS):
        raise Rejected("stream_of_kind", f"a message of the kind {kind} does not go on the stream {desk.stream}")
    if kind not in HANDLERS:
        raise Rejected("kind_known", f"this version does not take messages of the kind {kind}")
    return HANDLERS[kind]


def _plain(text: str) -> str:
    """The text without what a database or a terminal cannot take."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
