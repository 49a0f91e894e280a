"""Receipts: made, signed, verified, and refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mutation import MANY, mutated
from exchange.nodes import NORTH, NOW, SOUTH, STRANGER, head, raw_messages
from hamkar.crypto import dsse
from hamkar.crypto.signing import SigningKey
from hamkar.errors import ProtocolError
from hamkar.exchange.bundle import sign_bundle
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.receipt import (
    MAX_REASON,
    MAX_RECEIPT_BYTES,
    MAX_RULE,
    RECEIPT_TYPE,
    make_receipt,
    read_receipt,
    sign_receipt,
)
from hamkar.exchange.receiver import StreamState
from hamkar.model.bundle import GENESIS, MAX_MESSAGES
from hamkar.model.receipt import Acceptance, MessageVerdict, Receipt

BUNDLE = sign_bundle(head(), raw_messages(3), NORTH.keys.signer).bundle
STATE = StreamState(next_seq=4, chain=advance_all(GENESIS, map(leaf, raw_messages(3)))[-1])
VERDICTS = tuple(
    MessageVerdict(seq=number, acceptance=Acceptance.ACCEPTED, rule="in_force", reason="covered")
    for number in (1, 2, 3)
)
RECEIPT = make_receipt(BUNDLE, STATE, VERDICTS, NOW)
ENVELOPE = sign_receipt(RECEIPT, SOUTH.keys.signer)


def signed_anyhow(receipt: Receipt, key: SigningKey = SOUTH.keys.signer) -> bytes:
    return dsse.sign(RECEIPT_TYPE, receipt.to_json(), key).to_json()


def test_a_receipt_states_what_is_held_and_proves_it_by_the_chain() -> None:
    assert (RECEIPT.sender, RECEIPT.receiver, RECEIPT.upto_seq) == (NORTH.id, SOUTH.id, 3)
    assert RECEIPT.chain == STATE.chain
    assert RECEIPT.verdicts == VERDICTS


def test_a_receipt_is_read_back_as_it_was_signed() -> None:
    assert read_receipt(ENVELOPE, SOUTH.card) == RECEIPT


def test_a_key_that_is_being_phased_out_still_signs_receipts() -> None:
    rotated = replace(SOUTH.card, signing_keys=(*STRANGER.card.signing_keys, *SOUTH.card.signing_keys))
    assert read_receipt(ENVELOPE, rotated) == RECEIPT


def test_a_receipt_that_anyone_else_signed_is_refused() -> None:
    for key in (NORTH.keys.signer, STRANGER.keys.signer):
        with pytest.raises(ProtocolError, match="not signed by a key on the card"):
            read_receipt(signed_anyhow(RECEIPT, key), SOUTH.card)


def test_a_partner_cannot_give_receipts_for_another() -> None:
    with pytest.raises(ProtocolError, match="wrong parties"):
        read_receipt(signed_anyhow(RECEIPT, STRANGER.keys.signer), STRANGER.card)


def test_500_refusals_with_endless_reasons_still_fit_a_receipt() -> None:
    endless = tuple(
        MessageVerdict(seq=number, acceptance=Acceptance.REJECTED, rule="\x01" * 1000, reason="\x01" * 100_000)
        for number in range(1, MAX_MESSAGES + 1)
    )
    receipt = make_receipt(BUNDLE, replace(STATE, next_seq=MAX_MESSAGES + 1), endless, NOW)
    envelope = sign_receipt(receipt, SOUTH.keys.signer)
    assert len(envelope) <= MAX_RECEIPT_BYTES
    back = read_receipt(envelope, SOUTH.card)
    assert {(len(verdict.rule), len(verdict.reason)) for verdict in back.verdicts} == {(MAX_RULE, MAX_REASON)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda receipt: replace(receipt, v=2),
        lambda receipt: replace(receipt, receiver=STRANGER.id),
        lambda receipt: replace(receipt, epoch=0),
        lambda receipt: replace(receipt, upto_seq=0),
        lambda receipt: replace(receipt, upto_seq=2**53),
        lambda receipt: replace(receipt, upto_seq=2),
        lambda receipt: replace(receipt, chain="f" * 63),
        lambda receipt: replace(receipt, issued_at=receipt.issued_at.replace(tzinfo=None)),
        lambda receipt: replace(receipt, verdicts=VERDICTS[::-1]),
        lambda receipt: replace(receipt, verdicts=VERDICTS + VERDICTS[2:]),
    ],
    ids=[
        "format", "another's", "no epoch", "nothing held", "absurd number", "verdict beyond it", "chain", "no zone",
        "verdicts out of order", "verdict twice",
    ],
)  # fmt: skip
def test_a_receipt_that_breaks_a_rule_is_refused(spoil: Callable[[Receipt], Receipt]) -> None:
    with pytest.raises(ProtocolError):
        read_receipt(signed_anyhow(spoil(RECEIPT)), SOUTH.card)


def test_a_receipt_is_not_read_from_a_signature_on_something_else() -> None:
    elsewhere = dsse.sign("application/vnd.hamkar.bundle+json", RECEIPT.to_json(), SOUTH.keys.signer)
    renamed = replace(elsewhere, payload_type=RECEIPT_TYPE)
    with pytest.raises(ProtocolError, match="not signed"):
        read_receipt(renamed.to_json(), SOUTH.card)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_receipt_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_receipt(data, SOUTH.card)


@MANY
@given(data=st.data())
def test_a_changed_receipt_is_refused_or_says_what_was_signed(data: st.DataObject) -> None:
    try:
        back = read_receipt(mutated(data, ENVELOPE), SOUTH.card)
    except ProtocolError:
        return
    assert back == RECEIPT


@MANY
@given(data=st.data())
def test_a_changed_receipt_under_a_good_signature_is_a_receipt_or_a_protocol_error(data: st.DataObject) -> None:
    payload = mutated(data, RECEIPT.to_json())
    try:
        back = read_receipt(dsse.sign(RECEIPT_TYPE, payload, SOUTH.keys.signer).to_json(), SOUTH.card)
    except ProtocolError:
        return
    assert back.receiver == SOUTH.id
