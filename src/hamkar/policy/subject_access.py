"""The way of a request by somebody who asks what is held on them: states, steps and grounds as data.

The rights are those of Directive (EU) 2016/680: information and modalities (article 12), access (14), its limits (15)
and correction or erasure (16). It says "without undue delay"; how many days that is, is the agency's own rule.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from hamkar.errors import Refused


class AccessState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    IDENTIFIED = "identified"
    SEARCHING = "searching"
    ANSWERED = "answered"
    REFUSED = "refused"


class AccessStep(StrEnum):
    """What may be done about it."""

    IDENTIFY = "identify"
    SEARCH = "search"
    ANSWER = "answer"
    ANSWER_IN_PART = "answer_in_part"
    REFUSE = "refuse"
    EXTEND = "extend"


class AccessGround(StrEnum):
    """Why access is refused in part or whole: article 15(1)(a) to (e), article 12(4), and article 12(5)."""

    INQUIRY = "inquiry"
    PREVENTION = "prevention"
    PUBLIC_SECURITY = "public_security"
    NATIONAL_SECURITY = "national_security"
    RIGHTS_OF_OTHERS = "rights_of_others"
    EXCESSIVE = "excessive"
    IDENTITY_NOT_PROVED = "identity_not_proved"


CLOSED: Final = frozenset({AccessState.ANSWERED, AccessState.REFUSED})
"""The states in which nothing is owed any more."""

STEPS: Final[Mapping[tuple[AccessState, AccessStep], AccessState]] = {
    (AccessState.RECEIVED, AccessStep.IDENTIFY): AccessState.IDENTIFIED,
    (AccessState.RECEIVED, AccessStep.REFUSE): AccessState.REFUSED,
    (AccessState.RECEIVED, AccessStep.EXTEND): AccessState.RECEIVED,
    (AccessState.IDENTIFIED, AccessStep.SEARCH): AccessState.SEARCHING,
    (AccessState.IDENTIFIED, AccessStep.REFUSE): AccessState.REFUSED,
    (AccessState.IDENTIFIED, AccessStep.EXTEND): AccessState.IDENTIFIED,
    (AccessState.SEARCHING, AccessStep.SEARCH): AccessState.SEARCHING,
    (AccessState.SEARCHING, AccessStep.ANSWER): AccessState.ANSWERED,
    (AccessState.SEARCHING, AccessStep.ANSWER_IN_PART): AccessState.ANSWERED,
    (AccessState.SEARCHING, AccessStep.REFUSE): AccessState.REFUSED,
    (AccessState.SEARCHING, AccessStep.EXTEND): AccessState.SEARCHING,
}
"""Where each step leads from each state; a step that is not listed cannot be taken."""

WITH_GROUND: Final = frozenset({AccessStep.ANSWER_IN_PART, AccessStep.REFUSE})
"""Steps for which the ground has to be written down (article 15(4))."""


def next_state(state: AccessState, step: AccessStep, ground: AccessGround | None) -> AccessState:
    """The state that a step leads to. Raises Refused for one that does not follow, or that lacks its ground."""
    if (state, step) not in STEPS:
        possible = ", ".join(known for at, known in STEPS if at is state) or "nothing, it is closed"
        msg = f"the request is {state}, so {step} cannot follow; possible now: {possible}"
        raise Refused(msg, rule="subject_access_order")
    if (step in WITH_GROUND) != (ground is not None):
        need = "states its ground" if step in WITH_GROUND else "has no ground"
        msg = f"{step} {need}; grounds are for {' and '.join(sorted(WITH_GROUND))}"
        raise Refused(msg, rule="subject_access_ground")
    return STEPS[state, step]
