"""A letter: where a node says that it stands in every stream between it and one other."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Record):
    """What the writer has of a stream to it: everything before ``next_seq`` of ``epoch``, which ``chain`` proves.

    From a frozen stream it takes nothing.
    """

    stream: str
    epoch: int
    next_seq: int
    chain: str
    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Record):
    """What the writer has numbered on a stream from it, and how far the reader's receipts have reached it."""

    stream: str
    epoch: int
    last_seq: int
    confirmed_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Record):
    """Where its writer stands, with receipts that the reader may lack; signed by the writer (DSSE).

    ``receipts`` are the exact signed receipts; ``cards`` the writer's newest card where there is no other way for it.
    ``card`` is the number of the writer's newest card as far as it knows. ``returned`` is the reader's own newest card
    where the reader may have lost it.
    """

    v: int
    sender: str
    to: str
    issued_at: datetime
    heads: tuple[Head, ...]
    sent: tuple[Sent, ...]
    receipts: tuple[msgspec.Raw, ...]
    cards: tuple[msgspec.Raw, ...]
    card: int
    returned: tuple[msgspec.Raw, ...]
