"""Sealing: published vectors through an independent key schedule, round trips, and everything that must not open."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.sealing import DEFAULT_SUITE, SealingKey, Suite, seal, usable_public_key
from hamkar.errors import BadInput, ProtocolError

XWING = json.loads((Path(__file__).parent / "xwing_draft_08.json").read_text(encoding="utf-8"))
KEYS = {suite: SealingKey(suite, b"synthetic sealing seed, 32 bytes") for suite in Suite}

suites = st.sampled_from(Suite)


def test_the_default_resists_quantum_computers() -> None:
    assert DEFAULT_SUITE is Suite.HYBRID
    assert Suite.HYBRID.algorithm == "mlkem768-x25519"


def test_public_keys_have_the_lengths_of_the_protocol() -> None:
    assert {suite.algorithm: len(key.public) for suite, key in KEYS.items()} == {"x25519": 32, "mlkem768-x25519": 1216}


def test_hybrid_keys_are_those_of_the_xwing_draft() -> None:
    key = SealingKey(Suite.HYBRID, bytes.fromhex(XWING["seed"]))
    assert hashlib.sha256(key.public).hexdigest() == XWING["public_sha256"]


def test_hybrid_sealing_is_hpke_over_xwing_as_any_other_implementation_reads_it() -> None:
    encapsulated, secret = bytes.fromhex(XWING["ciphertext"]), bytes.fromhex(XWING["shared_secret"])
    key, nonce = hpke_base_schedule(secret, kem_id=0x647A, info=b"who to whom")
    sealed = encapsulated + AESGCM(key).encrypt(nonce, b"a seizure", b"")
    assert SealingKey(Suite.HYBRID, bytes.fromhex(XWING["seed"])).open(sealed, b"who to whom") == b"a seizure"


@given(suite=suites, seed=st.binary(min_size=32, max_size=32), plaintext=st.binary(max_size=3000), info=st.binary())
def test_what_is_sealed_opens_and_is_lengthened_by_the_stated_overhead(
    suite: Suite, seed: bytes, plaintext: bytes, info: bytes
) -> None:
    key = SealingKey(suite, seed)
    sealed = seal(suite, key.public, plaintext, info)
    assert len(sealed) == len(plaintext) + suite.overhead
    assert key.open(sealed, info) == plaintext


@given(suite=suites, data=st.data())
def test_a_changed_byte_anywhere_does_not_open(suite: Suite, data: st.DataObject) -> None:
    sealed = bytearray(seal(suite, KEYS[suite].public, b"a seizure", b"info"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProtocolError, match="does not open"):
        KEYS[suite].open(bytes(sealed), b"info")


@given(suite=suites, sealed=st.binary(max_size=2500), info=st.binary(max_size=10))
def test_any_bytes_do_not_open_and_say_so(suite: Suite, sealed: bytes, info: bytes) -> None:
    with pytest.raises(ProtocolError, match="does not open"):
        KEYS[suite].open(sealed, info)


@pytest.mark.parametrize("suite", Suite)
def test_what_is_sealed_for_one_pair_of_nodes_does_not_open_for_another(suite: Suite) -> None:
    sealed = seal(suite, KEYS[suite].public, b"a seizure", b"A|B")
    with pytest.raises(ProtocolError):
        KEYS[suite].open(sealed, b"A|C")


@pytest.mark.parametrize(
    ("suite", "public"),
    [
        (Suite.X25519, b""),
        (Suite.X25519, bytes(32)),
        (Suite.X25519, KEYS[Suite.HYBRID].public),
        (Suite.HYBRID, KEYS[Suite.HYBRID].public[:-1]),
        (Suite.HYBRID, b"\xff" * 1216),
        (Suite.HYBRID, KEYS[Suite.HYBRID].public[:1184] + bytes(32)),
    ],
    ids=["empty", "a point of order one", "a key of the other suite", "cut", "coefficients not reduced", "half zero"],
)
def test_a_partners_unusable_key_is_the_partners_fault(suite: Suite, public: bytes) -> None:
    assert not usable_public_key(suite, public)
    with pytest.raises(ProtocolError, match="not a usable"):
        seal(suite, public, b"", b"")


def test_a_key_needs_exactly_32_secret_bytes() -> None:
    with pytest.raises(BadInput, match="32 secret bytes"):
        SealingKey(Suite.HYBRID, b"short")


def test_the_secret_half_is_never_printed() -> None:
    assert "synthetic" not in repr(KEYS[Suite.HYBRID])


def hpke_base_schedule(shared_secret: bytes, kem_id: int, info: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of RFC 9180, section 5.1 (base mode, HKDF-SHA256, AES-256-GCM); written apart on purpose."""
    suite_id = b"HPKE" + kem_id.to_bytes(2) + (1).to_bytes(2) + (2).to_bytes(2)

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + ikm, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2) + b"HPKE-v1" + suite_id + label + context
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
