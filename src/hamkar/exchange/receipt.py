"""Receipts: the receiver's signed word on what it durably holds, and on what its rules said of each new message."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hamkar.crypto import dsse
from hamkar.crypto.key_holder import Signer
from hamkar.errors import ProtocolError
from hamkar.exchange.bundle import MAX_EPOCH, MAX_SEQ
from hamkar.exchange.checkpoint import SILENT, is_sound_word
from hamkar.exchange.document import read_document
from hamkar.exchange.public_key import raw_bytes
from hamkar.exchange.receiver import StreamState
from hamkar.model.agency import NodeCard
from hamkar.model.bundle import MAX_MESSAGES, Bundle
from hamkar.model.checkpoint import LogWord
from hamkar.model.moment import is_moment
from hamkar.model.receipt import MessageVerdict, Receipt

RECEIPT_TYPE = "application/vnd.hamkar.receipt+json"
MAX_RECEIPT_BYTES = 2 * 1024 * 1024
MAX_RULE = 64
MAX_REASON = 200

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def make_receipt(
    bundle: Bundle, state: StreamState, verdicts: Iterable[MessageVerdict], now: datetime, logs: LogWord = SILENT
) -> Receipt:
    """The receipt that answers ``bundle`` once ``state`` is what is durably held; ``logs`` is said of both logs.

    Reasons are cut to 200 letters: a reason may quote what the sender wrote, and a receipt always has to fit.
    """
    return Receipt(
        v=1,
        receiver=bundle.to,
        sender=bundle.sender,
        stream=bundle.stream,
        epoch=state.epoch,
        upto_seq=state.next_seq - 1,
        chain=state.chain,
        issued_at=now,
        verdicts=tuple(map(_cut, verdicts)),
        logs=logs,
    )


def _cut(verdict: MessageVerdict) -> MessageVerdict:
    if len(verdict.rule) <= MAX_RULE and len(verdict.reason) <= MAX_REASON:
        return verdict
    return replace(verdict, rule=verdict.rule[:MAX_RULE], reason=verdict.reason[:MAX_REASON])


def sign_receipt(receipt: Receipt, signer: Signer) -> bytes:
    """The signed receipt as the bytes to store and to answer with, now and whenever the bundle comes again."""
    return dsse.sign(RECEIPT_TYPE, receipt.to_json(), signer).to_json()


def read_receipt(data: bytes, receiver: NodeCard) -> Receipt:
    """The receipt in these bytes, signed by a key on the receiver's card. Raises ProtocolError."""
    envelope = dsse.read_envelope(data, RECEIPT_TYPE, MAX_RECEIPT_BYTES)
    if not any(envelope.signed_by(key.id, raw_bytes(key)) for key in receiver.signing_keys):
        msg = f"the receipt is not signed by a key on the card of {receiver.agency.name}; fetch its current card"
        raise ProtocolError(msg)
    receipt = read_document(envelope.payload, Receipt)
    if receipt.receiver != receiver.agency.node or not _sound(receipt):
        msg = f"the receipt of {receiver.agency.name} has wrong parties, numbers or verdicts; ask for it again"
        raise ProtocolError(msg)
    return receipt


def _sound(receipt: Receipt) -> bool:
    numbers = [verdict.seq for verdict in receipt.verdicts]
    return (
        receipt.v == 1
        and 1 <= receipt.epoch <= MAX_EPOCH
        and 1 <= receipt.upto_seq <= MAX_SEQ
        and bool(_HASH.match(receipt.chain))
        and is_moment(receipt.issued_at)
        and len(numbers) <= MAX_MESSAGES
        and numbers == sorted(set(numbers))
        and all(1 <= number <= receipt.upto_seq for number in numbers)
        and is_sound_word(receipt.logs)
    )
