"""Ed25519: the published vectors, the round trip, and keys that could not bind their holder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.signing import SigningKey, usable_public_key, verify
from hamkar.errors import BadInput

FIELD_PRIME = 2**255 - 19
CURVE_D = -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
    ids=["RFC 8032 test 1", "RFC 8032 test 2"],
)
def test_signatures_are_those_of_the_standard(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


@given(seed=st.binary(min_size=32, max_size=32), data=st.binary(max_size=200), other=st.binary(max_size=200))
def test_a_signature_holds_for_its_own_bytes_only(seed: bytes, data: bytes, other: bytes) -> None:
    key = SigningKey(seed)
    signature = key.sign(data)
    assert verify(key.public, data, signature)
    assert verify(key.public, other, signature) == (data == other)


@given(public=st.binary(max_size=40), data=st.binary(max_size=50), signature=st.binary(max_size=80))
def test_any_bytes_as_key_and_signature_are_a_plain_no(public: bytes, data: bytes, signature: bytes) -> None:
    assert not verify(public, data, signature)


def test_a_key_needs_exactly_32_secret_bytes() -> None:
    with pytest.raises(BadInput, match="32 secret bytes"):
        SigningKey(b"short")


def test_the_secret_half_is_never_printed() -> None:
    key = SigningKey(b"s" * 32)
    assert "ssss" not in repr(key)
    assert "seed" not in repr(key)


@given(seed=st.binary(min_size=32, max_size=32))
def test_honest_keys_are_usable(seed: bytes) -> None:
    assert usable_public_key(SigningKey(seed).public)


def test_every_point_of_small_order_is_refused_as_a_key() -> None:
    refused = {y for y in small_order_ordinates() for sign in (0, 1) if not usable_public_key(encoded(y, sign))}
    assert refused == small_order_ordinates()
    assert len(refused) == 5


@pytest.mark.parametrize("y", [FIELD_PRIME, FIELD_PRIME + 1, FIELD_PRIME + 18, 2**255 - 1])
def test_an_encoding_that_is_not_reduced_is_refused_as_a_key(y: int) -> None:
    assert not usable_public_key(encoded(y, 0))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    assert not usable_public_key(b"\x07" * length)


def encoded(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def small_order_ordinates() -> set[int]:
    """The y of the eight points whose order divides 8, found by halving the neutral element three times."""
    found = {1}
    for _ in range(3):
        found |= {half for y in found for half in halves(y)}
    return found


def halves(y: int) -> set[int]:
    """Every y' whose point doubles to one with ordinate y: y * (1 - d x²y²) = y² + x², with x² from the curve."""
    candidates = {0, 1, FIELD_PRIME - 1} | order_eight()
    return {each for each in candidates if doubled(each) == y}


def order_eight() -> set[int]:
    """Ordinates of points that double to (±i, 0): there y² = -x², so the curve gives d y⁴ + 2 y² - 1 = 0."""
    root = square_root((1 + CURVE_D) % FIELD_PRIME)
    squares = {(-1 + sign * root) * pow(CURVE_D, -1, FIELD_PRIME) % FIELD_PRIME for sign in (1, -1)}
    roots = {square_root(square) for square in squares if is_square(square)}
    return roots | {FIELD_PRIME - root for root in roots}


def doubled(y: int) -> int:
    x2 = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD_PRIME) % FIELD_PRIME
    return (y * y + x2) * pow(1 - CURVE_D * x2 * y * y, -1, FIELD_PRIME) % FIELD_PRIME


def is_square(value: int) -> bool:
    return pow(value, (FIELD_PRIME - 1) // 2, FIELD_PRIME) in (0, 1)


def square_root(value: int) -> int:
    root = pow(value, (FIELD_PRIME + 3) // 8, FIELD_PRIME)
    return (
        root if root * root % FIELD_PRIME == value else root * pow(2, (FIELD_PRIME - 1) // 4, FIELD_PRIME) % FIELD_PRIME
    )
