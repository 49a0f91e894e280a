"""The sending end of a stream, as data: what was sent, what is confirmed, and what an answer changes about that."""

from collections.abc import Callable
from dataclasses import dataclass

from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Wanted
from hamkar.model.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class SentState:
    """What ``sender`` has numbered for ``receiver`` (up to ``last_seq``), and what of it is confirmed by receipt."""

    sender: str
    receiver: str
    stream: str
    epoch: int = 1
    last_seq: int = 0
    confirmed_seq: int = 0


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Everything up to ``upto`` is durably held by the receiver, and it is exactly what was sent."""

    upto: int


@dataclass(frozen=True, slots=True)
class Stale:
    """The receipt confirms nothing new; a receipt never takes back what an earlier one confirmed."""


def settle(sent: SentState, receipt: Receipt, chain_at: Callable[[int], str | None]) -> Confirmed | Stale:
    """What a verified receipt changes for the sender.

    ``chain_at`` gives the sender's own chain value for a number of the current epoch, or None where it is kept no
    longer, which is allowed only for what is confirmed. Raises ProtocolError for another stream's receipt, for more
    than was sent, and for a chain value that differs.
    """
    if (receipt.sender, receipt.receiver, receipt.stream) != (sent.sender, sent.receiver, sent.stream):
        msg = f"the receipt is for “{receipt.stream}” from {receipt.sender} to {receipt.receiver}, not for this stream"
        raise ProtocolError(msg)
    if receipt.epoch < sent.epoch:
        return Stale()
    if receipt.epoch > sent.epoch or receipt.upto_seq > sent.last_seq:
        raise ProtocolError(_holds_more(sent, f"message {receipt.upto_seq} of epoch {receipt.epoch} as received"))
    own = chain_at(receipt.upto_seq)
    if own != receipt.chain and not (own is None and receipt.upto_seq <= sent.confirmed_seq):
        msg = (
            f"node {sent.receiver} confirms other messages than were sent up to {receipt.upto_seq} of “{sent.stream}”; "
            "keep the receipt and call the agency"
        )
        raise ProtocolError(msg)
    return Confirmed(receipt.upto_seq) if receipt.upto_seq > sent.confirmed_seq else Stale()


def resume_at(sent: SentState, wanted: Wanted) -> int:
    """The number to send from after the receiver has said what it lacks; below what is confirmed it was restored.

    Raises ProtocolError where it holds more than was ever sent.
    """
    if wanted.epoch > sent.epoch or (wanted.epoch == sent.epoch and wanted.seq > sent.last_seq + 1):
        raise ProtocolError(_holds_more(sent, f"that message {wanted.seq} of epoch {wanted.epoch} comes next"))
    return wanted.seq if wanted.epoch == sent.epoch else 1


def _holds_more(sent: SentState, what: str) -> str:
    return (
        f"node {sent.receiver} states {what}, and only {sent.last_seq} of epoch {sent.epoch} were sent on "
        f"“{sent.stream}”; if this node was restored from a backup, start a new epoch, otherwise call the agency"
    )
