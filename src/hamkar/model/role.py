"""What somebody at a node works as; rights follow from it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may be; one may be several, where `incompatible` finds nothing against it."""

    BORDER_OFFICER = "border_officer"
    ANALYST = "analyst"
    LIAISON_OFFICER = "liaison_officer"
    SENIOR_AUTHORISER = "senior_authoriser"
    STATISTICIAN = "statistician"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


ALONE = frozenset({Role.DATA_PROTECTION_OFFICER, Role.OBSERVER})
"""Roles that go with no other: who inspects does not inspect their own work, and who observes sees totals only."""


def incompatible(roles: frozenset[Role]) -> str:
    """Why nobody may hold these roles together, "" where they may."""
    if not roles:
        return "an account has at least one role"
    for role in sorted(roles & ALONE):
        if len(roles) > 1:
            return f"the role {role} goes with no other"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts at this node, with the roles of their account.

    ``stepped_up`` says that they have just proved again who they are, as weighty acts ask for.
    """

    name: str
    roles: frozenset[Role]
    stepped_up: bool = False
