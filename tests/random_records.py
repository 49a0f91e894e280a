"""Records and terms at random, many that differ in everything a rule may look at; all of them are invented."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from fixtures_node import TERMS
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.node import Node
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.entity import EntityRole, NewEntity, Property
from hamkar.model.grade import Grade
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.model.party import Party, PartyRole
from hamkar.model.place import Place, RoutePoint, Routing
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.stated_date import DateKind
from hamkar.model.substance_line import SubstanceLine
from reports import kilograms, line, on

SUBSTANCES = ("heroin", "opium", "methamphetamine", "acetic-anhydride", None)
PRECURSOR = frozenset({"acetic-anhydride", None})
"""What counts as a precursor: one, or a substance nobody knows (docs/policy.md)."""

Choice = TypeVar("Choice")

_FLAGS = tuple(Flag(column="synthetic", text="?", doubt=doubt) for doubt in Doubt)


def is_precursor_seizure(report: Report) -> bool:
    """Whether a random report needs the narrower permission."""
    return any(each.substance in PRECURSOR for each in report.lines)


def random_handling(random: Random, today: date) -> Handling:
    """A marking; now and then with a day by which every copy goes."""
    code = random.choice((HandlingCode.H0, HandlingCode.H0, *HandlingCode))
    delete_by = today + timedelta(days=random.choice((-3, 1, 30, 4000))) if random.random() < 0.3 else None
    restriction = "Synthetic restriction" if code is HandlingCode.H3 else ""
    conditions = tuple(each for each in Condition if random.random() < 0.3)
    return Handling(code=code, conditions=conditions, delete_by=delete_by, restriction=restriction)


def random_report(random: Random, node: Node, *, handling: Handling | None = None) -> Report:
    """A report of this node in which any field may say something or nothing."""
    filled = {
        "dates": (on(DateKind.EVENT, "2026-02-11"),),
        "place": Place(country=random.choice(("IR", "AZ", "TR")), text="Synthetic crossing"),
        "agency": "Synthetic border post",
        "lines": tuple(_line(random) for _ in range(random.randint(1, 3))),
        "stated_total": "about 12 kg",
        "routing": Routing(departure=RoutePoint(country="IR", text="Synthetic town")),
        "parties": (Party(ref="1", role=random.choice(tuple(PartyRole)), count=random.randint(0, 4)),),
        "joint_with": ("Synthetic customs",),
        "source": Source(kind=SourceKind.PRESS, name="Synthetic gazette"),
        "notes": "Synthetic note",
        "flags": tuple(random.sample(_FLAGS, random.randint(1, len(_FLAGS)))),
    }
    chosen = {name: value for name, value in filled.items() if random.random() < 0.6}
    return Report(
        id=node.new_id(),
        originator=node.id,
        group=node.new_id(),
        lineage=random.choice(("synthetic press office", "synthetic laboratory")),
        grade=Grade(source=random.choice("ABCX"), information=random.choice("1234")),
        handling=handling or random_handling(random, node.today),
        **chosen,  # type: ignore[arg-type] # each value is one of its own field
    )


def random_person(random: Random, name: str) -> NewEntity:
    """Somebody of any role or none, of any age or none known; necessity is written for whoever needs it."""
    return NewEntity(
        schema="Person",
        properties=(Property(name="name", values=(name,)),),
        role=random.choice((EntityRole.SUSPECT, EntityRole.SUSPECT, EntityRole.WITNESS, EntityRole.CONTACT, None)),
        minor=random.choice((False, False, False, True, None)),
        necessity="Synthetic necessity",
        synthetic=True,
    )


def random_terms(random: Random, today: date) -> DraftTerms:
    """Terms that grant something of everything, or little of it, for a time that may be over soon or not begun."""
    begins = today + timedelta(days=random.choice((-30, -30, -30, 2)))
    return replace(
        TERMS,
        title=f"Synthetic agreement {random.randint(1, 10**9)}",
        purposes=_some(random, tuple(Purpose)),
        categories=_some(random, tuple(Category)),
        fields=_some(random, tuple(ReportField)),
        highest_handling=random.choice(tuple(HandlingCode)),
        conditions=tuple(each for each in Condition if random.random() < 0.8),
        onward=random.choice(tuple(Onward)),
        valid_from=begins,
        valid_until=begins + timedelta(days=random.choice((31, 60, 1000))),
    )


def _line(random: Random) -> SubstanceLine:
    substance = random.choice(SUBSTANCES)
    known = line(substance or "Synthetic powder", kilograms(str(random.randint(1, 500))))
    return known if substance else replace(known, substance=None)


def _some(random: Random, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """At least one of them."""
    return tuple(random.sample(choices, random.randint(1, len(choices))))
