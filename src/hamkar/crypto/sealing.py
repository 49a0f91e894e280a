"""Sealing to one recipient: HPKE in base mode (RFC 9180), by default safe from quantum computers too."""

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hamkar.crypto.fingerprint import key_id
from hamkar.errors import BadInput, ProtocolError


class Suite(IntEnum):
    """The number by which a frame names its algorithms; both use HKDF-SHA256 and AES-256-GCM.

    HYBRID is X-Wing, ML-KEM-768 with X25519 (draft-connolly-cfrg-xwing-kem, HPKE KEM 0x647a): what is recorded today
    stays closed if either half holds. X25519 (HPKE KEM 0x0020) is for partners whose software has no ML-KEM.
    """

    X25519 = 1
    HYBRID = 2

    @property
    def algorithm(self) -> str:
        """The name a node card gives to keys of this suite."""
        return _ALGORITHMS[self]

    @property
    def overhead(self) -> int:
        """By how many bytes sealing lengthens: the encapsulated key and the authentication tag."""
        return _KEMS[self].enc_length() + _TAG_BYTES


DEFAULT_SUITE = Suite.HYBRID
SEED_BYTES = 32

_TAG_BYTES = 16
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
_ALGORITHMS = {Suite.X25519: "x25519", Suite.HYBRID: "mlkem768-x25519"}
_KEMS = {Suite.X25519: hpke.KEM.X25519, Suite.HYBRID: hpke.KEM.MLKEM768_X25519}
_HPKE = {suite: hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM) for suite, kem in _KEMS.items()}

_PrivateKey = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A private key that opens what was sealed to it, made from 32 secret bytes.

    In suite HYBRID the bytes are an X-Wing decapsulation key: SHAKE-256 of them gives the 64-byte ML-KEM seed and the
    X25519 key (draft-connolly-cfrg-xwing-kem, section 5.2).
    """

    suite: Suite
    seed: bytes = field(repr=False)
    _private: _PrivateKey = field(init=False, repr=False, compare=False)
    public: bytes = field(init=False, repr=False)
    key_id: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            msg = f"a sealing key is made from {SEED_BYTES} secret bytes, not {len(self.seed)}; give that many"
            raise BadInput(msg)
        private, public = _x25519(self.seed) if self.suite is Suite.X25519 else _hybrid(self.seed)
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "public", public)
        object.__setattr__(self, "key_id", key_id(public))

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key under exactly this ``info``. Raises ProtocolError for anything else."""
        try:
            return _HPKE[self.suite].decrypt(sealed, self._private, info)
        except (InvalidTag, ValueError) as error:
            msg = f"what was sealed to key {self.key_id} does not open: it was altered or is for others; send it anew"
            raise ProtocolError(msg) from error


def seal(suite: Suite, public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """The encapsulated key and ciphertext that only the holder of ``public`` opens, and only under ``info``.

    Fresh randomness each time. Raises ProtocolError where the public key, which is the other side's, is not usable.
    """
    try:
        return _HPKE[suite].encrypt(plaintext, _public_key(suite, public), info)
    except ValueError as error:
        msg = f"sealing key {key_id(public)} is not a usable {suite.algorithm} key; ask the partner for a new card"
        raise ProtocolError(msg) from error


def usable_public_key(suite: Suite, public: bytes) -> bool:
    """Whether something can be sealed to this key; found by sealing nothing to it."""
    try:
        seal(suite, public, b"", b"")
    except ProtocolError:
        return False
    return True


def _x25519(seed: bytes) -> tuple[X25519PrivateKey, bytes]:
    private = X25519PrivateKey.from_private_bytes(seed)
    return private, private.public_key().public_bytes_raw()


def _hybrid(seed: bytes) -> tuple[hpke.MLKEM768X25519PrivateKey, bytes]:
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + _X25519_BYTES)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
    curve, curve_public = _x25519(expanded[_MLKEM_SEED_BYTES:])
    return hpke.MLKEM768X25519PrivateKey(lattice, curve), lattice.public_key().public_bytes_raw() + curve_public


def _public_key(suite: Suite, public: bytes) -> X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    if suite is Suite.X25519:
        return X25519PublicKey.from_public_bytes(public)
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )
