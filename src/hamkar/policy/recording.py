"""Who may be on record at all, and on what terms: the rules that every person and thing is held to when recorded.

The same rules are asked of what a partner sends. Users of drugs, minors and witnesses are not targets.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from hamkar.errors import BadInput, Refused
from hamkar.model.entity import PERSON, Entity, EntityRole, NewEntity
from hamkar.policy.ask import Verdict
from hamkar.text.fold import fold
from hamkar.text.quoted import quoted
from hamkar.vocab.ftm import schema

OF_AGE: Final = 18
PROTECTED_FROM: Final = 2
"""The lowest handling code, H2, that a minor or a witness is recorded under."""

_FOR_PEOPLE: Final = frozenset(
    {
        EntityRole.SUSPECT,
        EntityRole.CONVICTED,
        EntityRole.WITNESS,
        EntityRole.VICTIM,
        EntityRole.CONTACT,
        EntityRole.OFFICIAL,
    }
)
_FOR_ORGANISATIONS: Final = frozenset({EntityRole.SUSPECT, EntityRole.CONVICTED, EntityRole.VICTIM, EntityRole.CONTACT})
_FOR_THINGS: Final = frozenset(EntityRole) - _FOR_PEOPLE

_USERS: Final = frozenset(
    map(fold, ("user", "drug user", "consumer", "addict", "معتاد", "مصرف‌کننده", "مصرف کننده", "istifadəçi", "narkoman"))
) | frozenset(map(fold, ("потребитель", "наркоман", "наркозависимый")))
"""Words by which somebody may try to put a person on record for no more than using drugs."""


def roles_for(kind: str) -> frozenset[EntityRole]:
    """The roles that a person, an organisation or a thing may have; ``kind`` is one of `hamkar.vocab.ftm.KINDS`."""
    return {"person": _FOR_PEOPLE, "organisation": _FOR_ORGANISATIONS}.get(kind, _FOR_THINGS)


def role_in_words(text: str) -> EntityRole | None:
    """The role that somebody names, None for "". Raises Refused for a user of drugs, BadInput for no role."""
    if not text.strip():
        return None
    if fold(text) in _USERS:
        msg = "users of drugs are not targets: whose only tie to the event is use is not put on record; leave them out"
        raise Refused(msg, rule="users_are_not_recorded")
    try:
        return EntityRole(fold(text).replace(" ", "_").replace("-", "_"))
    except ValueError as error:
        msg = f"{quoted(text)} is no role; choose one of {', '.join(EntityRole)}"
        raise BadInput(msg) from error


def objection(entity: Entity, today: date) -> Verdict | None:
    """The rule against recording this, with its reason; None where there is none."""
    for rule in RULES:
        reason = rule(entity, today)
        if reason is not None:
            return Verdict(rule=rule.__name__, reason=reason)
    return None


def minor_by_birth(new: NewEntity, today: date) -> bool | None:
    """False where the dates of birth leave no doubt that a person is of age; None where they do not tell."""
    births = _births(new)
    of_age = new.schema == PERSON and births and all(_surely_of_age(born, today) for born in births)
    return False if of_age else None


def _births(of: Entity | NewEntity) -> list[str]:
    return [value for each in of.properties if each.name == "birthDate" for value in each.values]


def role_fits_schema(entity: Entity, _: date) -> str | None:
    """People have roles of people, things those of things."""
    found = schema(entity.schema)
    fitting = roles_for(found.kind) if found else frozenset[EntityRole]()
    if entity.role is None or entity.role in fitting:
        return None
    choice = ", ".join(sorted(fitting))
    return f"a record of the schema {entity.schema} cannot have the role {entity.role}; use {choice}"


def age_as_born(entity: Entity, today: date) -> str | None:
    """Who may still be under 18 by a date of birth on record is a minor until the day that is ruled out."""
    if entity.schema != PERSON or entity.minor or all(_surely_of_age(born, today) for born in _births(entity)):
        return None
    return "by the date of birth this person may be under 18; record it as a minor's"


def protected_needs_necessity(entity: Entity, _: date) -> str | None:
    """A minor or a witness is recorded only with the necessity written down."""
    who = entity.subject.protected
    if entity.schema != PERSON or not who or entity.necessity.strip():
        return None
    return f"a {who} is recorded only with a written necessity; say why the case cannot do without"


def protected_is_marked(entity: Entity, _: date) -> str | None:
    """A minor or a witness is recorded under H2 or H3."""
    who = entity.subject.protected
    if entity.schema != PERSON or not who or entity.handling.code.rank >= PROTECTED_FROM:
        return None
    return f"a {who} is recorded under H2 or stricter, and this is marked {entity.handling.code}; mark it H2"


def _surely_of_age(born: str, today: date) -> bool:
    """Whether a date of birth (a year, a month or a day) leaves no doubt; the last possible day counts."""
    latest = born[:4] + (born[4:] + "-12-31"[len(born) - 4 :] if len(born) < len("YYYY-MM-DD") else born[4:])
    return latest <= f"{today.year - OF_AGE:04}-{today:%m-%d}"


RULES: Final[tuple[Callable[[Entity, date], str | None], ...]] = (
    role_fits_schema,
    age_as_born,
    protected_needs_necessity,
    protected_is_marked,
)
