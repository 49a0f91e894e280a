"""The agency's own single sign-on, which is not ours: what it is asked, and what it vouches for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one way through a provider carries: everything that has to come back unchanged.

    ``fresh`` asks the provider to have its person prove anew who they are.
    """

    state: str
    nonce: str
    verifier: str
    redirect: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for, and when they proved it there; None where the provider does not say."""

    issuer: str
    subject: str
    proved_at: datetime | None


class Provider(Protocol):
    """A provider of single sign-on."""

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        ...

    def address(self, asked: Asked) -> str:
        """Where to send the browser. Raises Unreachable or ProtocolError."""
        ...

    def redeem(self, code: str, asked: Asked, at: datetime) -> Identity:
        """Whom the code that came back stands for. Raises Unreachable or ProtocolError."""
        ...
