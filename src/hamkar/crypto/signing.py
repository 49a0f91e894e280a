"""Ed25519 signatures (RFC 8032)."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hamkar.crypto.fingerprint import key_id
from hamkar.errors import BadInput

ALGORITHM = "ed25519"
SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_FIELD_PRIME = 2**255 - 19
_SIGN_BIT = 1 << 255
_ORDER_EIGHT_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER_Y = frozenset((0, 1, _FIELD_PRIME - 1, _ORDER_EIGHT_Y, _FIELD_PRIME - _ORDER_EIGHT_Y))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs, made from 32 secret bytes; the same bytes always give the same key."""

    seed: bytes = field(repr=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)
    public: bytes = field(init=False)
    key_id: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            msg = f"a signing key is made from {SEED_BYTES} secret bytes, not {len(self.seed)}; give that many"
            raise BadInput(msg)
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "public", private.public_key().public_bytes_raw())
        object.__setattr__(self, "key_id", key_id(self.public))

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of exactly these bytes; the same bytes always get the same signature."""
        return self._private.sign(data)


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the holder of ``public`` signed exactly ``data``. A malformed key or signature is a plain no."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def usable_public_key(public: bytes) -> bool:
    """Whether signatures by this key can bind its holder.

    A point of small order verifies one signature under many messages, so its holder could deny what it signed;
    encodings that are not reduced give one key two names. Both are refused (Brendel, Cremers, Jackson, Zhao, "The
    provable security of Ed25519", 2021).
    """
    if len(public) != PUBLIC_BYTES:
        return False
    y = int.from_bytes(public, "little") & ~_SIGN_BIT
    return y < _FIELD_PRIME and y not in _SMALL_ORDER_Y
