"""Private keys as bytes and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.keys import NodeKeys, new_node_keys, new_root_key, root_from_bytes, root_to_bytes
from hamkar.crypto.sealing import SealingKey, Suite
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput

seeds = st.binary(min_size=32, max_size=32)
signing_keys = st.lists(st.builds(SigningKey, seeds), min_size=1, max_size=3)
sealing_keys = st.lists(st.builds(SealingKey, st.sampled_from(Suite), seeds), min_size=1, max_size=3)


@given(signing=signing_keys, sealing=sealing_keys)
def test_keys_survive_the_trip_to_a_file_in_their_order(signing: list[SigningKey], sealing: list[SealingKey]) -> None:
    keys = NodeKeys(tuple(signing), tuple(sealing))
    back = NodeKeys.from_bytes(keys.to_bytes())
    assert back == keys
    assert back.signer == signing[0]
    assert back.openers == {key.key_id: key for key in sealing}


@given(seed=seeds)
def test_a_root_key_survives_the_trip_to_a_file(seed: bytes) -> None:
    assert root_from_bytes(root_to_bytes(SigningKey(seed))) == SigningKey(seed)


def test_new_keys_are_never_the_same() -> None:
    assert new_node_keys() != new_node_keys()
    assert new_root_key() != new_root_key()


def test_new_sealing_keys_resist_quantum_computers() -> None:
    assert [key.suite for key in new_node_keys().sealing] == [Suite.HYBRID]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"hamkar":"node-keys/v2","signing":[],"sealing":[]}',
        b'{"hamkar":"node-keys/v1","signing":[],"sealing":[]}',
        b'{"hamkar":"node-keys/v1","signing":["AAAA"],"sealing":[]}',
        b'{"hamkar":"node-keys/v1","signing":["AAAA"],"sealing":[{"suite":9,"seed":"AAAA"}]}',
        root_to_bytes(SigningKey(bytes(32))),
    ],
)
def test_a_file_that_holds_no_node_keys_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        NodeKeys.from_bytes(data)


def test_a_file_of_node_keys_is_no_root_key() -> None:
    with pytest.raises(BadInput, match="not a file of Hamkar keys"):
        root_from_bytes(new_node_keys().to_bytes())
