"""The sending end of a stream, as data: what was sent, what is confirmed, and what an answer changes about that.

what the receiver shows to hold is           means
of an earlier epoch                          Stale      (it was receipted before this epoch began, or it was lost)
more than was ever numbered here             Ahead      (this node was restored from a backup, or the receiver errs)
another history under a number held here     Ahead      (the same)
no more than was confirmed                   Stale
more than was confirmed                      Confirmed
"""

from collections.abc import Callable
from dataclasses import dataclass

from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Wanted
from hamkar.exchange.bundle import MAX_EPOCH
from hamkar.model.letter import Head
from hamkar.model.receipt import Receipt

MOST_EPOCHS_MISSED = 1000
MOST_MESSAGES_MISSED = 100_000_000
"""What a backup can lack of a stream, generously; a receiver that states more is not believed."""


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
class Held:
    """What a receiver shows, under its signature, to hold: everything up to ``upto`` of ``epoch``."""

    epoch: int
    upto: int
    chain: str

    @classmethod
    def by_receipt(cls, receipt: Receipt) -> "Held":
        """What a receipt shows."""
        return cls(receipt.epoch, receipt.upto_seq, receipt.chain)

    @classmethod
    def by_head(cls, head: Head) -> "Held":
        """What a letter shows."""
        return cls(head.epoch, head.next_seq - 1, head.chain)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Everything up to ``upto`` is durably held by the receiver, and it is exactly what was sent."""

    upto: int


@dataclass(frozen=True, slots=True)
class Stale:
    """The receipt confirms nothing new; a receipt never takes back what an earlier one confirmed."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The receiver holds what this node never sent as far as it knows; it goes on in ``epoch``, which is new."""

    epoch: int


def compare(sent: SentState, held: Held, chain_at: Callable[[int], str | None]) -> Confirmed | Stale | Ahead:
    """What it means for the sender that the receiver holds this; see the table above.

    ``chain_at`` gives the sender's own chain value for a number of the current epoch, or None where it is kept no
    longer, which is allowed only for what is confirmed. Raises ProtocolError for numbers that no restore explains.
    """
    if held.epoch < sent.epoch:
        return Stale()
    if held.epoch > sent.epoch or held.upto > sent.last_seq:
        return _ahead(sent, held)
    own = chain_at(held.upto)
    if own != held.chain and not (own is None and held.upto <= sent.confirmed_seq):
        return _ahead(sent, held)
    return Confirmed(held.upto) if held.upto > sent.confirmed_seq else Stale()


def settle(sent: SentState, receipt: Receipt, chain_at: Callable[[int], str | None]) -> Confirmed | Stale:
    """What a verified receipt changes for a sender that knows it was not restored.

    Raises ProtocolError for another stream's receipt, for more than was sent, and for a chain value that differs.
    """
    require_of(sent, receipt)
    outcome = compare(sent, Held.by_receipt(receipt), chain_at)
    if not isinstance(outcome, Ahead):
        return outcome
    if receipt.epoch > sent.epoch or receipt.upto_seq > sent.last_seq:
        raise ProtocolError(_holds_more(sent, f"message {receipt.upto_seq} of epoch {receipt.epoch} as received"))
    msg = (
        f"node {sent.receiver} confirms other messages than were sent up to {receipt.upto_seq} of “{sent.stream}”; "
        "keep the receipt and call the agency"
    )
    raise ProtocolError(msg)


def require_of(sent: SentState, receipt: Receipt) -> None:
    """Raises ProtocolError where the receipt is for another stream."""
    if (receipt.sender, receipt.receiver, receipt.stream) != (sent.sender, sent.receiver, sent.stream):
        msg = f"the receipt is for “{receipt.stream}” from {receipt.sender} to {receipt.receiver}, not for this stream"
        raise ProtocolError(msg)


def asks_anew(sent: SentState, wanted: Wanted) -> bool:
    """Whether the receiver asks for the next epoch from its beginning: a person there has lifted a freeze."""
    return (wanted.epoch, wanted.seq) == (sent.epoch + 1, 1)


def resume_at(sent: SentState, wanted: Wanted) -> int:
    """The number to send from after the receiver has said what it lacks; below what is confirmed it was restored.

    Raises ProtocolError where it holds more than was ever sent.
    """
    if wanted.epoch > sent.epoch or (wanted.epoch == sent.epoch and wanted.seq > sent.last_seq + 1):
        raise ProtocolError(_holds_more(sent, f"that message {wanted.seq} of epoch {wanted.epoch} comes next"))
    return wanted.seq if wanted.epoch == sent.epoch else 1


def _ahead(sent: SentState, held: Held) -> Ahead:
    if held.epoch - sent.epoch > MOST_EPOCHS_MISSED or held.upto - sent.last_seq > MOST_MESSAGES_MISSED:
        msg = (
            f"node {sent.receiver} claims to hold message {held.upto} of epoch {held.epoch} of “{sent.stream}”, which"
            f" no restored backup explains: {sent.last_seq} of epoch {sent.epoch} were sent; call the agency"
        )
        raise ProtocolError(msg)
    following = held.epoch + 1 if held.upto else held.epoch
    if following > MAX_EPOCH:
        msg = f"“{sent.stream}” to node {sent.receiver} has come to its last epoch; both agencies have to begin anew"
        raise ProtocolError(msg)
    return Ahead(following)


def _holds_more(sent: SentState, what: str) -> str:
    return (
        f"node {sent.receiver} states {what}, and only {sent.last_seq} of epoch {sent.epoch} were sent on "
        f"“{sent.stream}”; if this node was restored from a backup, start a new epoch, otherwise call the agency"
    )
