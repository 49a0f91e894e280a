"""Proofs on file: what is wrong in one is said, and nothing that was changed holds."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.log_example import COMMITMENTS, EVENTS, SALTS, SIZE, proof_file, root_of
from exchange.mutation import MANY, mutated
from exchange.nodes import NORTH, NOW, SOUTH, STRANGER
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.log_proof import check_proof, sign_checkpoint
from hamkar.model.checkpoint import Checkpoint
from hamkar.model.log_proof import LogProof, ProvedEntry

PROOF = proof_file()
WHOLE = Checkpoint(size=SIZE, root=root_of(SIZE))


def first(**changes: object) -> LogProof:
    """The proof with another first entry."""
    return replace(PROOF, entries=(replace(PROOF.entries[0], **changes), *PROOF.entries[1:]))  # type: ignore[arg-type] # wrong on purpose


def cosigned(**changes: object) -> LogProof:
    """The proof with another cosignature."""
    return replace(PROOF, cosignatures=(replace(PROOF.cosignatures[0], **changes),))  # type: ignore[arg-type] # wrong on purpose


def under(checkpoint: Checkpoint, node: str = NORTH.id, signer: object = NORTH.keys.signer) -> LogProof:
    """The proof under another checkpoint."""
    signed = sign_checkpoint(node, checkpoint, NOW, signer)  # type: ignore[arg-type] # a key of either node
    return replace(PROOF, checkpoint=signed.decode())


@pytest.mark.parametrize(
    ("proof", "problem"),
    [
        (replace(PROOF, v=2), "format is not version 1"),
        (replace(PROOF, card=SOUTH.signed.envelope.decode()), "not signed by a key on the card"),
        (under(WHOLE, signer=STRANGER.keys.signer), "not signed by a key on the card"),
        (under(WHOLE, node=SOUTH.id), "not one of the log of node"),
        (under(replace(WHOLE, size=-1)), "not one of the log of node"),
        (under(replace(WHOLE, root="0" * 63)), "not one of the log of node"),
        (under(replace(WHOLE, root="0" * 64)), "entry 5 does not stand in the log"),
        (under(replace(WHOLE, size=3)), "entry 5 does not stand in the log"),
        (first(seq=4), "entry 4 does not stand in the log"),
        (first(seq=0), "entry 0 does not stand in the log"),
        (first(path=""), "entry 5 does not stand in the log"),
        (first(path="not base64"), "entry 5 does not stand in the log"),
        (first(event=EVENTS[0].decode()), "entry 5 does not say what the log has committed to"),
        (first(event=None), "entry 5 does not say what the log has committed to"),
        (first(salt=None), "no commitment or salt of 64 hex digits"),
        (first(salt="0" * 64), "entry 5 does not say what the log has committed to"),
        (first(commitment="x" * 64), "no commitment or salt of 64 hex digits"),
        (first(commitment=COMMITMENTS[4].hex().upper()), "no commitment or salt of 64 hex digits"),
        (cosigned(proof=""), "does not go on from the 3 entries that"),
        (cosigned(proof="not base64"), "does not go on from the 3 entries that"),
        (cosigned(card=STRANGER.signed.envelope.decode()), "not signed by a key on the card"),
    ],
)  # fmt: skip
def test_a_proof_in_which_anything_is_wrong_does_not_hold(proof: LogProof, problem: str) -> None:
    with pytest.raises(ProtocolError, match=problem):
        check_proof(proof.to_json())


def test_a_proof_of_another_node_than_the_one_compared_is_refused() -> None:
    with pytest.raises(BadInput, match="ask for its own"):
        check_proof(PROOF.to_json(), SOUTH.id)


def test_an_entry_that_is_no_event_is_refused_although_it_is_proved() -> None:
    entry = ProvedEntry(seq=1, event="[]", salt=SALTS[0].hex(), commitment="", path="")
    with pytest.raises(ProtocolError):
        check_proof(replace(PROOF, entries=(entry,)).to_json())


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_proof_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        check_proof(data)


@MANY
@given(data=st.data())
def test_a_changed_proof_is_refused_or_proves_the_same(data: st.DataObject) -> None:
    try:
        found = check_proof(mutated(data, PROOF.to_json()))
    except ProtocolError:
        return
    assert found.checkpoint == check_proof(PROOF.to_json()).checkpoint
    assert set(found.entries) <= set(check_proof(PROOF.to_json()).entries)


@pytest.mark.parametrize(
    "hostile", [lambda card: card[:-1], lambda card: card.replace("payload", ""), lambda card: card + card]
)
def test_a_card_that_cannot_be_read_is_a_protocol_error(hostile: Callable[[str], str]) -> None:
    with pytest.raises(ProtocolError):
        check_proof(replace(PROOF, card=hostile(PROOF.card)).to_json())
