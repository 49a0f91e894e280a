"""An agency, and the card by which its node is known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hamkar.model.record import Record


class Standing(StrEnum):
    """What an agency is in the exchange. An observer (a UNODC office) gets no nominal part, whatever is agreed."""

    AGENCY = "agency"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Record):
    """An agency and the node it runs. ``node`` is the fingerprint of the node's root key, 32 letters and digits."""

    node: str
    name: str
    country: str
    standing: Standing = Standing.AGENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey(Record):
    """A public key: what it is for, its id (the first 16 hex digits of its SHA-256) and its raw bytes in base64."""

    id: str
    algorithm: str
    public: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd(Record):
    """A point of one stream: everything up to number ``seq`` of ``epoch``, which ``chain`` proves.

    The chain value says to whom the stream goes without naming anybody on a card that everybody may read.
    """

    stream: str
    epoch: int
    seq: int
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation(Record):
    """A key that counts no more, why, and the last point of every stream up to which what it signed is good."""

    key: str
    reason: str
    last_good: tuple[StreamEnd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCard(Record):
    """What a node says of itself, signed by its root key; modelled on TUF root metadata.

    The version only rises, ``previous`` is the SHA-256 of the card before ("" for the first), and an expired card
    releases nothing. ``certificate`` is the PEM certificate its endpoint shows, pinned by whoever holds the card.
    A key that is ``revoked`` stays so on every later card.
    """

    v: int
    agency: Agency
    version: int
    previous: str
    issued: datetime
    expires: datetime
    root_key: PublicKey
    signing_keys: tuple[PublicKey, ...]
    sealing_keys: tuple[PublicKey, ...]
    endpoint: str
    certificate: str
    revoked: tuple[Revocation, ...] = ()
