"""Public keys as a node card writes them."""

import base64
import binascii

from hamkar.crypto import sealing, signing
from hamkar.crypto.fingerprint import key_id
from hamkar.crypto.sealing import Suite
from hamkar.errors import ProtocolError
from hamkar.model.agency import PublicKey

_SUITES = {suite.algorithm: suite for suite in Suite}


def public_key(algorithm: str, raw: bytes) -> PublicKey:
    """A key's record, from its raw bytes."""
    return PublicKey(id=key_id(raw), algorithm=algorithm, public=base64.b64encode(raw).decode("ascii"))


def raw_bytes(key: PublicKey) -> bytes:
    """The raw bytes of a key. Raises ProtocolError where it holds no base64."""
    try:
        return base64.b64decode(key.public.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        msg = f"key {key.id[:16]} is not written in base64: {error}; ask the partner for a new card"
        raise ProtocolError(msg) from error


def suite_of(key: PublicKey) -> Suite | None:
    """The suite this key opens, or None where this version knows none."""
    return _SUITES.get(key.algorithm)


def is_signing_key(key: PublicKey) -> bool:
    """Whether this is a whole Ed25519 key under its right id, fit to bind its holder."""
    return key.algorithm == signing.ALGORITHM and _names_itself(key) and signing.usable_public_key(raw_bytes(key))


def is_sealing_key(key: PublicKey) -> bool:
    """Whether this is a whole key of a known suite under its right id, to which something can be sealed."""
    suite = suite_of(key)
    return suite is not None and _names_itself(key) and sealing.usable_public_key(suite, raw_bytes(key))


def _names_itself(key: PublicKey) -> bool:
    try:
        return public_key(key.algorithm, raw_bytes(key)) == key
    except ProtocolError:
        return False
