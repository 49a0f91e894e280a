"""The one evaluator: which rule decides a question, and which records the same rules let through.

A rule that speaks more narrowly beats one that speaks more broadly; of two that speak as narrowly, the refusal beats
the allowance; where no rule speaks, the answer is no.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

from hamkar.policy.condition import Condition, Remainder, both, either, opposite

Q = TypeVar("Q")


class Breadth(IntEnum):
    """How narrowly a rule speaks; a wall stands whatever else is said."""

    EVERYBODY = 0
    ROLE = 1
    KIND = 2
    OWN = 3
    WALL = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Q]):
    """One rule: whether it allows, how narrowly it speaks, when, and what it says then.

    ``reason`` is a sentence about the question at hand; ``remedy`` says what to do about a refusal, "" for nothing.
    ``about`` says in general, for the table of rules, what the rule guarantees. ``speaks`` says of a question whether
    the rule has a word on it.
    """

    name: str
    allows: bool
    breadth: Breadth
    when: Condition[Q]
    reason: Callable[[Q], str]
    remedy: Callable[[Q], str] = lambda _: ""
    about: str
    speaks: Callable[[Q], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "speaks", self.when.tester())


def deciding(rules: Sequence[Rule[Q]], question: Q) -> Rule[Q] | None:
    """The deciding rule: of the narrowest that speak the first refusal, or else the first; None where none speaks."""
    speaking = [rule for rule in rules if rule.speaks(question)]
    if not speaking:
        return None
    narrowest = max(rule.breadth for rule in speaking)
    leading = [rule for rule in speaking if rule.breadth == narrowest]
    return next((rule for rule in leading if not rule.allows), leading[0])


def passing(rules: Sequence[Rule[Q]], question: Q) -> Remainder:
    """What a record must be for the same rules to allow the question about it, which itself names no record."""
    left = {rule.name: rule.when.remaining(question) for rule in rules}
    levels = sorted({rule.breadth for rule in rules if rule.allows})
    return either(
        *(
            both(
                either(*(left[rule.name] for rule in rules if rule.allows and rule.breadth == level)),
                opposite(either(*(left[rule.name] for rule in rules if not rule.allows and rule.breadth >= level))),
            )
            for level in levels
        )
    )
