"""What travels between nodes: messages, and the bundles that carry them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hamkar.model.agreement import Purpose
from hamkar.model.checkpoint import LogWord
from hamkar.model.handling import Handling
from hamkar.model.record import Record

GENESIS = "0" * 64
"""The chain value before the first message of a stream."""

MAX_MESSAGES = 500
MAX_BODY_BYTES = 1 << 20


class MessageKind(StrEnum):
    """What a message carries. What flows always needs no agreement in force: agreements, and the duties they leave."""

    AGREEMENT_PROPOSED = "agreement_proposed"
    AGREEMENT_SIGNED = "agreement_signed"
    AGREEMENT_SUSPENDED = "agreement_suspended"
    AGREEMENT_RESUMED = "agreement_resumed"
    RECALL = "recall"
    RECALL_ANSWER = "recall_answer"
    CONSENT = "consent"
    CLEARANCE = "clearance"
    SEEN = "seen"
    ERASED = "erased"
    HOLDINGS = "holdings"
    HOLDINGS_DETAIL = "holdings_detail"
    REPORT = "report"
    ENTITY = "entity"
    CORRECTION = "correction"
    REQUEST = "request"
    REQUEST_MOVE = "request_move"

    @property
    def always_flows(self) -> bool:
        """Whether it goes on the stream of terms, also while the agreement that it names is suspended or over."""
        return self not in _UNDER_AGREEMENT


_UNDER_AGREEMENT = frozenset(
    {
        MessageKind.REPORT,
        MessageKind.ENTITY,
        MessageKind.CORRECTION,
        MessageKind.REQUEST,
        MessageKind.REQUEST_MOVE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Record):
    """One record for one partner under one agreement. ``body`` is the record's exact JSON."""

    id: UUID
    kind: MessageKind
    record: str
    agreement: str
    purpose: Purpose | None
    handling: Handling
    body: msgspec.Raw

    @property
    def record_id(self) -> UUID | None:
        """The record as an identifier; None where it is not named by one, as an agreement is not."""
        try:
            return UUID(self.record)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle(Record):
    """Consecutive messages of one stream from one node to one other; recipient and sequence stand inside the signature.

    Message ``k`` of ``msgs`` has sequence number ``first_seq + k``; numbers start at 1. ``prev_chain`` is the chain
    value (hex) before ``first_seq``. ``logs`` states the sender's log and cosigns the recipient's. Each of ``msgs`` is
    the exact JSON of a `Message`.
    """

    v: int
    sender: str
    to: str
    stream: str
    epoch: int
    first_seq: int
    prev_chain: str
    issued_at: datetime
    logs: LogWord
    msgs: tuple[msgspec.Raw, ...]

    @property
    def last_seq(self) -> int:
        """The number of the last message; ``first_seq - 1`` where there is none."""
        return self.first_seq + len(self.msgs) - 1
