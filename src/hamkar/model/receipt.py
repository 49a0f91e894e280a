"""A receipt: a receiver's signed word on what it durably holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hamkar.model.checkpoint import LogWord
from hamkar.model.record import Record


class Acceptance(StrEnum):
    """What the receiver's rules said of a message it holds (level R2)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageVerdict(Record):
    """The verdict on one message, with the rule and its reason."""

    seq: int
    acceptance: Acceptance
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Record):
    """Everything up to ``upto_seq`` of the stream is durably held (level R1); ``chain`` (hex) proves which messages.

    ``verdicts`` are those of all messages of the bundle it answers; ``logs`` cosigns the sender's log and states the
    receiver's own. Signed by the receiver (DSSE).
    """

    v: int
    receiver: str
    sender: str
    stream: str
    epoch: int
    upto_seq: int
    chain: str
    issued_at: datetime
    verdicts: tuple[MessageVerdict, ...]
    logs: LogWord
