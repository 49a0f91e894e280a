"""Which role may do what, and how restricted a record it may see: the rules for the people of a node."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from hamkar.model.role import Person, Role
from hamkar.policy.act import STEP_UP, Act
from hamkar.policy.ask import Verdict
from hamkar.policy.condition import AllOf, AnyOf, Fact, If, Not, Remainder, so
from hamkar.policy.judge import Breadth, Rule, deciding, passing
from hamkar.policy.look import Look, ReadPurpose

_EVERYBODY: Final = frozenset(Role)
_OFFICE: Final = _EVERYBODY - {Role.OBSERVER}
_RECORDERS: Final = frozenset({Role.BORDER_OFFICER, Role.ANALYST, Role.LIAISON_OFFICER})
_DESK: Final = frozenset({Role.ANALYST, Role.LIAISON_OFFICER})
_READERS: Final = _OFFICE - {Role.ADMINISTRATOR}
_LIAISON: Final = frozenset({Role.LIAISON_OFFICER})
_SENIOR: Final = frozenset({Role.SENIOR_AUTHORISER})
_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_INSPECTOR: Final = frozenset({Role.DATA_PROTECTION_OFFICER})

GRANTED: Final[Mapping[Act, frozenset[Role]]] = {
    Act.SEE_STATUS: _OFFICE,
    Act.SEE_TOTALS: _EVERYBODY,
    Act.READ_SEIZURE: _READERS,
    Act.READ_NOMINAL: _DESK | _SENIOR | _INSPECTOR,
    Act.RECORD: _RECORDERS,
    Act.SETTLE: _DESK,
    Act.CORRECT: _DESK,
    Act.RECALL: _LIAISON | _SENIOR,
    Act.RELEASE: _LIAISON,
    Act.RELEASE_NOMINAL: _LIAISON,
    Act.SEE_GATE: _LIAISON | _SENIOR | _INSPECTOR,
    Act.AUTHORISE: _SENIOR,
    Act.REQUEST: _DESK,
    Act.EXPORT: _DESK | {Role.STATISTICIAN},
    Act.SEE_AGREEMENTS: _OFFICE,
    Act.PROPOSE_AGREEMENT: _SENIOR,
    Act.SIGN_AGREEMENT: _SENIOR,
    Act.SUSPEND_AGREEMENT: _LIAISON | _SENIOR,
    Act.SEE_PARTNERS: _OFFICE,
    Act.MANAGE_PARTNERS: _ADMINISTRATOR,
    Act.MANAGE_KEYS: _ADMINISTRATOR,
    Act.MANAGE_ACCOUNTS: _ADMINISTRATOR,
    Act.INSPECT: _INSPECTOR,
}
"""The roles that may do each act; nobody else may."""

CLEARANCE: Final[Mapping[Role, int]] = {
    Role.BORDER_OFFICER: 1,
    Role.ANALYST: 2,
    Role.LIAISON_OFFICER: 3,
    Role.SENIOR_AUTHORISER: 3,
    Role.STATISTICIAN: 1,
    Role.DATA_PROTECTION_OFFICER: 3,
}
"""The highest handling code, 0 to 3, of what a role may see; the others see no record at all."""

NOTHING: Final = -1
"""The clearance of who may see no record."""

_MAY_SEE_MINORS: Final = _LIAISON | _SENIOR | _INSPECTOR


def clearance(look: Look) -> int:
    """The highest handling rank that the person may see in this act, `NOTHING` where none."""
    roles = look.person.roles & GRANTED[look.act]
    return max((CLEARANCE.get(role, NOTHING) for role in roles), default=NOTHING)


def sees_minors(person: Person) -> bool:
    """Whether the roles of a person are among those that see minors and witnesses."""
    return bool(person.roles & _MAY_SEE_MINORS)


def _look(name: str, of: Callable[[Look], object], *, of_record: bool = False) -> Fact[Look]:
    return Fact(name, of, of_record)


_ACT: Final = _look("act", lambda look: look.act)
_MAY: Final = _look("may", lambda look: bool(look.person.roles & GRANTED[look.act]))
_CLEARANCE: Final = _look("clearance", clearance)
_NAME: Final = _look("name", lambda look: look.person.name)
_STEPPED_UP: Final = _look("stepped_up", lambda look: look.person.stepped_up)
_BORDER: Final = _look("border", lambda look: Role.BORDER_OFFICER in look.person.roles)
_INSPECTS: Final = _look("inspects", lambda look: Role.DATA_PROTECTION_OFFICER in look.person.roles)
_SEES_MINORS: Final = _look("sees_minors", lambda look: sees_minors(look.person))
_STATED: Final = _look("stated", lambda look: bool(look.case.strip()) and look.purpose is not None)
_PURPOSE: Final = _look("purpose", lambda look: look.purpose)
_IN_BUDGET: Final = _look("within_budget", lambda look: look.within_budget)
_HANDLING: Final = _look("handling", lambda look: look.record and look.record.handling, of_record=True)
_AUTHOR: Final = _look("author", lambda look: look.record and look.record.author, of_record=True)
_ROLE: Final = _look("role", lambda look: look.record and look.record.role, of_record=True)
_MINOR: Final = _look("minor", lambda look: look.record and look.record.minor, of_record=True)
_QUARANTINED: Final = _look("quarantined", lambda look: bool(look.record and look.record.quarantined), of_record=True)

_NOMINAL: Final = If(_ACT, "is", Act.READ_NOMINAL)
_READING: Final = If(_ACT, "among", frozenset({Act.READ_SEIZURE, Act.READ_NOMINAL}))

RULES: Final[tuple[Rule[Look], ...]] = (
    Rule(
        name="role_allows",
        allows=True,
        breadth=Breadth.ROLE,
        when=so(_MAY),
        reason=lambda look: f"{_roles(look)} may {_act(look)}",
        about="A role may do what its line in the table of acts says.",
    ),
    Rule(
        name="above_clearance",
        allows=False,
        breadth=Breadth.ROLE,
        when=AllOf(_READING, so(_MAY), If(_HANDLING, ">", _CLEARANCE)),
        reason=lambda look: f"the record is marked above what {_roles(look)} may see",
        remedy=lambda _: "ask somebody with a higher clearance",
        about="Nobody sees a record marked above the highest handling code of their roles.",
    ),
    Rule(
        name="minor_or_witness",
        allows=False,
        breadth=Breadth.KIND,
        when=AllOf(
            _NOMINAL,
            AnyOf(so(_MINOR), If(_ROLE, "is", "witness")),
            Not(so(_SEES_MINORS)),
        ),
        reason=lambda _: "the record is of a minor or a witness",
        remedy=lambda _: "ask a liaison officer, who sees them where it is strictly necessary",
        about="Minors and witnesses are seen by liaison officers, senior authorisers and inspectors only.",
    ),
    Rule(
        name="own_record",
        allows=True,
        breadth=Breadth.OWN,
        when=AllOf(
            _NOMINAL,
            so(_BORDER),
            If(_AUTHOR, "is", _NAME),
            Not(If(_HANDLING, ">", 2)),
        ),
        reason=lambda look: f"{look.person.name} recorded it",
        about="A border officer sees the people and things that they recorded themselves, below H3.",
    ),
    Rule(
        name="step_up",
        allows=False,
        breadth=Breadth.WALL,
        when=AllOf(If(_ACT, "among", STEP_UP), so(_MAY), Not(so(_STEPPED_UP))),
        reason=lambda look: f"to {_act(look)} takes a fresh proof of who you are",
        remedy=lambda _: "confirm with your passkey, or your password and code, and do it within five minutes",
        about="Weighty acts ask for a fresh sign-in, so that an open screen is not enough.",
    ),
    Rule(
        name="case_and_purpose",
        allows=False,
        breadth=Breadth.WALL,
        when=AllOf(_NOMINAL, Not(so(_STATED))),
        reason=lambda _: "a nominal query states its case number and its purpose",
        remedy=lambda _: "give both; they are logged with what was seen",
        about="Nothing nominal is read without a case number and a purpose.",
    ),
    Rule(
        name="inspection_only",
        allows=False,
        breadth=Breadth.WALL,
        when=AllOf(
            _NOMINAL,
            so(_STATED),
            AnyOf(
                AllOf(so(_INSPECTS), Not(If(_PURPOSE, "is", ReadPurpose.SUBJECT_ACCESS))),
                AllOf(Not(so(_INSPECTS)), If(_PURPOSE, "is", ReadPurpose.SUBJECT_ACCESS)),
            ),
        ),
        reason=lambda _: "a data-protection officer reads names to answer the person named, and nobody else does so",
        remedy=lambda _: "choose the purpose that fits your role",
        about="Inspectors read nominal parts for subject access only, and subject access is theirs.",
    ),
    Rule(
        name="budget_spent",
        allows=False,
        breadth=Breadth.WALL,
        when=Not(so(_IN_BUDGET)),
        reason=lambda look: f"the day's budget of {look.person.name} for this is spent",
        remedy=lambda _: "go on tomorrow, or have an administrator raise it; the data-protection officer is told",
        about="Nominal reads and exports have a daily budget.",
    ),
    Rule(
        name="quarantined",
        allows=False,
        breadth=Breadth.WALL,
        when=AllOf(
            _NOMINAL,
            so(_QUARANTINED),
            Not(If(_PURPOSE, "among", frozenset({ReadPurpose.FIND_ROLE, ReadPurpose.SUBJECT_ACCESS}))),
        ),
        reason=lambda _: "the person has no role on record yet",
        remedy=lambda _: "such a record serves only to find the role: choose the purpose find_role",
        about="A person without a role is used only to find the role.",
    ),
)
"""The rules for people; what none of them allows is refused."""

SILENCE: Final = "no_rule_allows"


def decide_look(look: Look) -> tuple[bool, Verdict]:
    """Whether the person may, by which rule, and why."""
    rule = deciding(RULES, look)
    if rule is None:
        wanted = ", ".join(sorted(GRANTED[look.act]))
        reason = f"{_roles(look)} may not {_act(look)}"
        return False, Verdict(rule=SILENCE, reason=reason, remedy=f"it takes one of these roles: {wanted}")
    return rule.allows, Verdict(rule=rule.name, reason=rule.reason(look), remedy=rule.remedy(look))


def visible(look: Look) -> Remainder:
    """What a record must be for `decide_look` to allow the same with it; ``look.record`` is not looked at."""
    return passing(RULES, look)


@lru_cache(maxsize=1 << 8)
def acts_of(roles: frozenset[Role]) -> frozenset[Act]:
    """What these roles may do, with a fresh proof of who it is where one is asked for."""
    return frozenset(act for act in Act if ever(Person(name="", roles=roles, stepped_up=True), act))


@lru_cache(maxsize=1 << 12)
def ever(person: Person, act: Act) -> bool:
    """Whether there can be a record, a case and a purpose with which the person may do the act."""
    looks = (Look(person=person, act=act, case="any", purpose=purpose) for purpose in ReadPurpose)
    return any(visible(look) is not False for look in looks)


def _roles(look: Look) -> str:
    return " and ".join(sorted(role.replace("_", " ") for role in look.person.roles)) or "nobody without a role"


def _act(look: Look) -> str:
    return look.act.replace("_", " ")
