"""Prints the tables of docs/policy.md from the rules, between their marks: ``python tests/policy_page.py``."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hamkar.model.role import Person, Role
from hamkar.policy import people, rules
from hamkar.policy.act import STEP_UP, Act
from hamkar.policy.judge import Breadth
from hamkar.policy.look import Look, ReadPurpose, Seen
from hamkar.policy.people import decide_look

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"

_BREADTHS: Mapping[Breadth, str] = {
    Breadth.EVERYBODY: "everybody",
    Breadth.ROLE: "a role",
    Breadth.KIND: "a kind of record",
    Breadth.OWN: "one's own record",
    Breadth.WALL: "a wall",
}
_OF_RECORDS = frozenset({Act.READ_SEIZURE, Act.READ_NOMINAL})


def release() -> Iterable[str]:
    """The rules of release in the order they are asked."""
    yield "| # | rule | what it guarantees |"
    yield "|---|---|---|"
    for number, rule in enumerate(rules.RULES, 1):
        yield f"| {number} | `{rule.name}` | {rule.about} |"


def people_rules() -> Iterable[str]:
    """The rules for people."""
    yield "| rule | speaks of | says | what it guarantees |"
    yield "|---|---|---|---|"
    for rule in people.RULES:
        says = "yes" if rule.allows else "no"
        yield f"| `{rule.name}` | {_BREADTHS[rule.breadth]} | {says} | {rule.about} |"
    yield f"| `{people.SILENCE}` | everybody | no | What no rule allows is refused. |"


def acts() -> Iterable[str]:
    """Each act with what every role gets of it, as decided."""
    yield f"| act | {' | '.join(role.replace('_', ' ') for role in Role)} |"
    yield f"|---|{'---|' * len(Role)}"
    for act in Act:
        mark = "\\*" if act in STEP_UP else ""
        yield f"| `{act}`{mark} | {' | '.join(_cell(act, role) for role in Role)} |"


def _cell(act: Act, role: Role) -> str:
    allowed = [rank for rank in range(4) if allows(act, role, rank)]
    if act in _OF_RECORDS:
        return f"H{max(allowed)}" if allowed else "-"
    return "yes" if allowed else "-"


def allows(act: Act, role: Role, rank: int) -> bool:
    """Whether a person of one role may do the act with an ordinary record of that handling rank, somebody else's."""
    purpose = ReadPurpose.SUBJECT_ACCESS if role is Role.DATA_PROTECTION_OFFICER else ReadPurpose.INVESTIGATION
    look = Look(
        person=Person(name="somebody", roles=frozenset({role}), stepped_up=True),
        act=act,
        record=Seen(handling=rank, author="somebody else"),
        case="1",
        purpose=purpose,
    )
    return decide_look(look)[0]


SECTIONS: Mapping[str, Callable[[], Iterable[str]]] = {"release": release, "acts": acts, "people": people_rules}


def printed(text: str) -> str:
    """The page with its tables as they are now."""
    for name, section in SECTIONS.items():
        mark = f"<!-- printed: {name} -->\n"
        text = re.sub(
            f"{re.escape(mark)}.*?<!-- end -->",
            lambda _, mark=mark, section=section: f"{mark}{chr(10).join(section())}\n<!-- end -->",  # type: ignore[misc] # bound now
            text,
            count=1,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    PAGE.write_text(printed(PAGE.read_text()))
