"""Where private keys live: this process today, a smart card or an HSM tomorrow. The protocol sees only these."""

from typing import Protocol

from hamkar.crypto.sealing import Suite


class Signer(Protocol):
    """Holds an Ed25519 key and signs with it; the private half never leaves."""

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of the SHA-256 of the public key."""
        ...

    @property
    def public(self) -> bytes:
        """The public key, 32 raw bytes."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of exactly these bytes."""
        ...


class Opener(Protocol):
    """Holds a key that others seal to, and opens what they sealed."""

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of the SHA-256 of the public key."""
        ...

    @property
    def suite(self) -> Suite:
        """The one suite this key belongs to."""
        ...

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key under ``info``. Raises ProtocolError for anything else."""
        ...
