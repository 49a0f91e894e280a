"""Who acts: the person behind a session, and what they must prove first."""

from datetime import datetime, timedelta

from hamkar.errors import Refused
from hamkar.model.role import Person
from hamkar.store.sessions import Session

FRESH = timedelta(minutes=5)
"""How long a proof of who somebody is counts for weighty acts."""


class StepUpFirst(Refused):
    """A weighty act asks for a fresh proof; caught where the answer is the way to give one, and nowhere else."""

    def __init__(self) -> None:
        super().__init__(
            "this asks for a fresh proof of who you are: give your password and code, or your passkey, and do it again"
            f" within {FRESH.seconds // 60} minutes",
            rule="step_up",
        )


class EnrolFirst(Refused):
    """The account has no second factor where one is required; caught where the answer is the way to add one."""

    def __init__(self) -> None:
        super().__init__(
            "this node asks for more than a password, and your account has no more yet: add a passkey or a code"
            " generator on the page of your account",
            rule="second_factor",
        )


def person_of(session: Session, now: datetime) -> Person:
    """The person behind a session; stepped up for five minutes after each proof of who they are."""
    fresh = session.stepped_up_at is not None and now - session.stepped_up_at < FRESH
    return Person(name=session.account, roles=session.roles, stepped_up=fresh)


def require_fresh(person: Person) -> None:
    """Return where the person has just proved who they are. Raises StepUpFirst."""
    if not person.stepped_up:
        raise StepUpFirst
