"""Names of keys, and reading them aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.fingerprint import NODE_ID, key_id, node_id, spoken, unspoken
from hamkar.errors import BadInput

ROOT = bytes(range(32))
"""A synthetic public key. Its SHA-256 starts 630dcd2966c4336691125448bbb25b4ff412a49c."""


def test_a_node_id_is_base32_of_the_first_160_bits_of_the_hash() -> None:
    assert node_id(ROOT) == "mmg42klgyqzwneiskrelxms3j72bfje4"


def test_a_key_id_is_the_first_16_hex_digits_of_the_hash() -> None:
    assert key_id(ROOT) == "630dcd2966c43366"


def test_a_node_id_is_read_aloud_in_eight_groups_of_four() -> None:
    assert spoken(node_id(ROOT)) == "mmg4 2klg yqzw neis krel xms3 j72b fje4"


@given(root=st.binary(min_size=32, max_size=32))
def test_what_was_read_aloud_is_found_again(root: bytes) -> None:
    node = node_id(root)
    assert NODE_ID.match(node)
    assert unspoken(spoken(node)) == node
    assert unspoken(f"  {spoken(node).upper().replace(' ', ' - ')}\n") == node


@pytest.mark.parametrize(
    "text", ["", "mmg4", "mmg4 2klg yqzw neis krel xms3 j72b fje1", "mmg42klgyqzwneiskrelxms3j72bfje4a"]
)
def test_what_is_no_node_id_is_refused_with_what_it_should_look_like(text: str) -> None:
    with pytest.raises(BadInput, match="eight groups of four"):
        unspoken(text)
