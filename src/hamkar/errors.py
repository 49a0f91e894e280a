"""Every way a Hamkar operation can end other than done.

A class exists here only because somebody catches it differently. Each message is one sentence that names the item,
the place and what to do; it is written for the person who reads it, not for a log.
"""


class HamkarError(Exception):
    """An operation ended for a known reason; the message says which, where, and what to do."""


class BadInput(HamkarError):
    """What a person or a file gave cannot be used; nothing of it was kept. Mend the input and try again."""


class NotFound(HamkarError):
    """The thing named does not exist here, or may not be seen by whoever asks; the two are never told apart."""


class Refused(HamkarError):
    """A rule of the policy says no. ``rule`` is the rule's identifier, as listed in docs/policy.md."""

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


class NotAllowed(Refused):
    """The roles of whoever asks do not allow the act, whatever it is done to; it says nothing of any record."""


class ProtocolError(HamkarError):
    """The other node sent something that breaks the protocol; nothing of it was applied. It is the peer's to mend."""


class Unreachable(HamkarError):
    """The other side cannot be reached just now; nothing is lost and the same operation may be tried again."""


class NotReady(HamkarError):
    """This installation lacks something it needs (database, folder, port, key); the message says how to add it."""
