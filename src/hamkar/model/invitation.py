"""An invitation from one node to another that is not known yet, and the answers it brings about."""

from dataclasses import dataclass
from datetime import datetime

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Record):
    """An offer to be introduced, good for one answer and for a day at most.

    ``certificate`` is the SHA-256 (hex) of the certificate that the address shows, ``secret`` 32 random bytes by which
    the two sides know that they speak of the same invitation.
    """

    v: int
    inviter: str
    endpoint: str
    certificate: str
    secret: bytes
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction(Record):
    """What the invited node answers: which invitation, its card, fresh randomness, and that it has the secret."""

    v: int
    invitation: str
    card: bytes
    nonce: bytes
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome(Record):
    """What the inviting node says to an introduction: fresh randomness, and that it has the secret."""

    v: int
    nonce: bytes
    proof: bytes
