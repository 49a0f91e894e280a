"""The verdict on every message of a bundle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hamkar.actions.accepting.agreement import take_agreement, take_resumption, take_suspension
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.accepting.identity import take_identity
from hamkar.actions.accepting.report import take_report
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.message import read_message
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.receipt import Acceptance
from hamkar.store.outbox import TERMS

Handler = Callable[[Desk, Message], str]
"""Does what a message says and returns that in a few words; raises Rejected, with nothing done, where a rule is
against it. The same message may come again after a restore and then changes nothing."""

HANDLERS: Final[Mapping[MessageKind, Handler]] = MappingProxyType(
    {
        MessageKind.AGREEMENT_PROPOSED: take_agreement,
        MessageKind.AGREEMENT_SIGNED: take_agreement,
        MessageKind.AGREEMENT_SUSPENDED: take_suspension,
        MessageKind.AGREEMENT_RESUMED: take_resumption,
        MessageKind.REPORT: take_report,
        MessageKind.IDENTITY: take_identity,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The verdict on a message, with what it was about as far as that could be read."""

    acceptance: Acceptance
    rule: str
    reason: str
    kind: str = ""
    record: str = ""
    agreement: str = ""


def accept_all(desk: Desk, messages: Sequence[bytes]) -> list[Accepted]:
    """The verdict on each message, in order; what it carries is kept exactly if it is accepted.

    Never raises for bad content.
    """
    read = [_read(raw) for raw in messages]
    desk.filing.look_up(
        found
        for message in read
        if isinstance(message, Message) and message.kind is MessageKind.REPORT and (found := _uuid(message.record))
    )
    verdicts = [message if isinstance(message, Accepted) else _verdict(desk, message) for message in read]
    desk.close()
    return verdicts


def _read(raw: bytes) -> Message | Accepted:
    try:
        return read_message(raw)
    except (BadInput, ProtocolError) as error:
        return Accepted(acceptance=Acceptance.REJECTED, rule="well_formed", reason=_plain(str(error)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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
