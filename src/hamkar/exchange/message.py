"""Messages as exact bytes: written once by their sender, and hashed, signed and stored as those bytes ever after."""

import re

from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.document import MAX_DEPTH, refuse_deep, refuse_unreadable
from hamkar.model.bundle import MAX_BODY_BYTES, Message

BODY_ALLOWANCE = 8192
"""What a bundle's own fields may take of its body; they are bounded and fit with room to spare."""

MAX_MESSAGE_BYTES = MAX_BODY_BYTES - BODY_ALLOWANCE

_AGREEMENT = re.compile(r"[0-9a-f]{64}\Z")
_MAX_RECORD = 100
_BUNDLE_DEPTH = 2


def encode_message(message: Message) -> bytes:
    """The exact bytes of a message. Raises BadInput where its receiver could not read it, or anything after it."""
    raw = message.to_json()
    if len(raw) > MAX_MESSAGE_BYTES:
        msg = (
            f"record {message.record} has {len(raw):,} bytes as a message and may have {MAX_MESSAGE_BYTES:,}; "
            "shorten its notes, or split it"
        )
        raise BadInput(msg)
    _refuse_unreadable(message, raw)
    return raw


def read_message(raw: bytes) -> Message:
    """The message in these bytes. Raises BadInput, with the reason to reject it by; the stream goes on without it."""
    message = Message.from_json(raw)
    _check(message)
    return message


def _refuse_unreadable(message: Message, raw: bytes) -> None:
    try:
        refuse_deep(raw, "message", MAX_DEPTH - _BUNDLE_DEPTH)
        refuse_unreadable(raw, "message")
        read_message(raw)
    except (BadInput, ProtocolError) as error:
        msg = f"record {message.record} cannot be sent: {error}"
        raise BadInput(msg) from error


def _check(message: Message) -> None:
    if not _AGREEMENT.match(message.agreement):
        msg = f"message {message.id} names no agreement by the 64 hex digits of its id; no message goes without one"
        raise BadInput(msg)
    if not 1 <= len(message.record) <= _MAX_RECORD:
        msg = f"message {message.id} names its record in {len(message.record)} letters; 1 to {_MAX_RECORD} are allowed"
        raise BadInput(msg)
