"""What a node answers to a bundle, as values and as HTTP (docs/protocol.md, "Posting a bundle")."""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.bundle import MAX_EPOCH, MAX_SEQ

Body = TypeVar("Body", bound=msgspec.Struct)

MAX_REASON = 1000

_RECEIPT, _REFUSALS, _GAP, _FROZEN = 200, (400, 403, 413), 409, 423
_ENOUGH = 429
_TRY_AGAIN = (408, 425, 429)
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The bundle is durably held; ``receipt`` is the signed receipt (DSSE JSON), not verified yet."""

    receipt: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Messages before this bundle are missing; send from ``seq`` of ``epoch``."""

    seq: int
    epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The bundle is refused as it stands (HTTP status 400, 403 or 413) and sending it again changes nothing.

    With status 429 it is refused for today only, because its sender has sent as much as it may in a day.
    """

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Halted:
    """The receiver froze the stream; nothing is taken until both agencies have settled why."""

    reason: str


Answer = Acknowledged | Wanted | Declined | Halted


class _ErrorBody(msgspec.Struct, frozen=True):
    error: str


class _GapBody(msgspec.Struct, frozen=True):
    error: str
    wanted: int
    epoch: int


def write_answer(answer: Answer) -> tuple[int, bytes]:
    """HTTP status and JSON body of an answer."""
    match answer:
        case Acknowledged(receipt):
            return _RECEIPT, receipt
        case Wanted(seq, epoch, reason):
            return _GAP, msgspec.json.encode(_GapBody(reason, seq, epoch))
        case Declined(status, reason):
            return status, msgspec.json.encode(_ErrorBody(reason))
        case Halted(reason):
            return _FROZEN, msgspec.json.encode(_ErrorBody(reason))


def read_answer(status: int, body: bytes) -> Answer:
    """The answer in an HTTP status and body.

    Raises Unreachable where the other node has trouble of its own and the bundle may be sent again, ProtocolError where
    the answer is none a node gives.
    """
    if status == _RECEIPT:
        return Acknowledged(body)
    if status == _GAP:
        return _wanted(_read(body, _GapBody))
    if status in _REFUSALS:
        return Declined(status, _read(body, _ErrorBody).error[:MAX_REASON])
    if status == _ENOUGH and (reason := _reason(body)):
        return Declined(status, reason[:MAX_REASON])
    if status == _FROZEN:
        return Halted(_read(body, _ErrorBody).error[:MAX_REASON])
    if status >= _FIRST_SERVER_ERROR or status in _TRY_AGAIN:
        msg = f"the partner's node answered with HTTP status {status}, which is trouble on its side; try again later"
        raise Unreachable(msg)
    msg = f"the partner's address answered a bundle with HTTP status {status}, which no node does; check the address"
    raise ProtocolError(msg)


def _wanted(body: _GapBody) -> Wanted:
    if not (1 <= body.wanted <= MAX_SEQ and 1 <= body.epoch <= MAX_EPOCH):
        msg = (
            f"the partner asks for message {body.wanted} of epoch {body.epoch}, and both count from 1; tell the agency"
        )
        raise ProtocolError(msg)
    return Wanted(body.wanted, body.epoch, body.error[:MAX_REASON])


def _reason(body: bytes) -> str:
    """The reason in a node's own answer; "" where the answer is something else's, such as a proxy's."""
    try:
        return msgspec.json.decode(body, type=_ErrorBody).error
    except (msgspec.DecodeError, ValueError, RecursionError):
        return ""


def _read(body: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = (
            f"the partner's answer cannot be read: {error}; tell the agency that its node does not follow the protocol"
        )
        raise ProtocolError(msg) from error
