"""A node's private keys as bytes to keep, and back.

The bytes are plain: whoever stores them gives the file to the node's own user only. Encrypting them under a passphrase
is later work. The root key is kept apart, because it belongs offline.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from hamkar.crypto import sealing, signing
from hamkar.crypto.sealing import DEFAULT_SUITE, SealingKey, Suite
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput

File = TypeVar("File", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """The keys a node works with every day, at least one of each kind, the oldest first.

    The oldest is in use to sign, because every partner knows it; a newer one takes over when it ends, by which time its
    card has been everywhere (a key published before it is used: RFC 6781, section 4.1.1.1). All of them open.
    """

    signing: tuple[SigningKey, ...]
    sealing: tuple[SealingKey, ...]

    def __post_init__(self) -> None:
        if not (self.signing and self.sealing):
            msg = "a node needs at least one signing key and one sealing key; make new ones"
            raise BadInput(msg)

    @property
    def signer(self) -> SigningKey:
        """The signing key in use."""
        return self.signing[0]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all of them."""
        return frozenset(key.key_id for key in self.signing) | frozenset(self.openers)

    @property
    def openers(self) -> dict[str, SealingKey]:
        """Every key that may still have to open something, by key id."""
        return {key.key_id: key for key in self.sealing}

    def followed_by(self, newer: "NodeKeys") -> "NodeKeys":
        """These keys, with newer ones to take over from them."""
        return NodeKeys(self.signing + newer.signing, self.sealing + newer.sealing)

    def signing_with(self, ids: Collection[str]) -> "NodeKeys":
        """The same keys, of which one of ``ids`` signs if any is here."""
        return NodeKeys(tuple(sorted(self.signing, key=lambda key: key.key_id not in ids)), self.sealing)

    def only(self, ids: Collection[str]) -> "NodeKeys":
        """Those of these keys. Raises BadInput where that leaves none of a kind."""
        return NodeKeys(
            tuple(key for key in self.signing if key.key_id in ids),
            tuple(key for key in self.sealing if key.key_id in ids),
        )

    def to_bytes(self) -> bytes:
        """The keys as JSON; secret."""
        return msgspec.json.encode(
            _NodeKeysFile(
                signing=tuple(key.seed for key in self.signing),
                sealing=tuple(_SealingSeed(key.suite, key.seed) for key in self.sealing),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "NodeKeys":
        """The keys in such bytes. Raises BadInput."""
        file = _read(data, _NodeKeysFile)
        return cls(
            tuple(SigningKey(seed) for seed in file.signing),
            tuple(SealingKey(each.suite, each.seed) for each in file.sealing),
        )


def new_node_keys() -> NodeKeys:
    """Fresh keys from the system's randomness."""
    return NodeKeys(
        (SigningKey(secrets.token_bytes(signing.SEED_BYTES)),),
        (SealingKey(DEFAULT_SUITE, secrets.token_bytes(sealing.SEED_BYTES)),),
    )


def new_root_key() -> SigningKey:
    """A fresh root key from the system's randomness; the node id follows from it and stays for good."""
    return SigningKey(secrets.token_bytes(signing.SEED_BYTES))


def root_to_bytes(root: SigningKey) -> bytes:
    """The root key as JSON; secret, and to be kept offline."""
    return msgspec.json.encode(_RootKeyFile(seed=root.seed))


def root_from_bytes(data: bytes) -> SigningKey:
    """The root key in such bytes. Raises BadInput."""
    return SigningKey(_read(data, _RootKeyFile).seed)


class _SealingSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    suite: Suite
    seed: bytes


class _NodeKeysFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="hamkar", tag="node-keys/v1"):
    signing: tuple[bytes, ...]
    sealing: tuple[_SealingSeed, ...]


class _RootKeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="hamkar", tag="root-key/v1"):
    seed: bytes


def _read(data: bytes, kind: type[File]) -> File:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = f"this is not a file of Hamkar keys: {error}; restore it from your backup"
        raise BadInput(msg) from error
