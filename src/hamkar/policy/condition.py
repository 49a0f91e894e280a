"""Conditions as data: tested on one question, or turned into what is left to ask of records that nobody has read yet.

A rule is written once. ``tester`` is the function that answers it for a question that names a record; ``remaining``
answers it as far as a question without a record goes, and the store makes a WHERE clause of the rest. Nothing is larger
or smaller than None.
"""

import operator
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Generic, Protocol, TypeVar

Q = TypeVar("Q")
Q_contra = TypeVar("Q_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[Q]):
    """Something a rule looks at: its name, and how to read it off the question.

    ``of_record`` says that it is the record's, so that a list has to ask for it row by row.
    """

    name: str
    of: Callable[[Q], Any]
    of_record: bool = False


def _among(value: object, group: AbstractSet[object]) -> bool:
    return value in group


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: left is not None and right is not None and compare(left, right)


OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": operator.eq,
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    "among": _among,
    "within": operator.le,
    "meets": lambda left, right: not left.isdisjoint(right),
}
"""What a test may ask: ``among`` wants a set on its right, ``within`` (all) and ``meets`` (some) on both sides."""


class Condition(Protocol[Q_contra]):
    """Something that holds of a question or does not."""

    def tester(self) -> Callable[[Q_contra], bool]:
        """What says whether it holds, without looking at the condition again."""

    def remaining(self, question: Q_contra) -> "Remainder":
        """What is left to ask of each record, where the question names none."""


@dataclass(frozen=True, slots=True)
class OfRecord:
    """A test on a record that is left to the store: a fact's name, an operator and a value."""

    fact: str
    operator: str
    value: object


@dataclass(frozen=True, slots=True)
class Both:
    """Holds where every part holds; with no part it holds always."""

    parts: tuple["Remainder", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds where a part holds; with no part it never does."""

    parts: tuple["Remainder", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """Holds where its part does not."""

    part: "Remainder"


Remainder = bool | OfRecord | Both | Either | Opposite


@dataclass(frozen=True, slots=True)
class If(Generic[Q]):
    """One fact beside a value, or beside another fact that is known without the record."""

    fact: Fact[Q]
    operator: str
    value: object

    def tester(self) -> Callable[[Q], bool]:
        """What says whether the fact is so."""
        of, compare, value = self.fact.of, OPERATORS[self.operator], self.value
        if isinstance(value, Fact):
            other = value.of
            return lambda question: compare(of(question), other(question))
        return lambda question: compare(of(question), value)

    def remaining(self, question: Q) -> Remainder:
        """The test itself where it is on a record, or else its answer."""
        if self.fact.of_record:
            return OfRecord(self.fact.name, self.operator, self._value(question))
        return self.tester()(question)

    def _value(self, question: Q) -> object:
        return self.value.of(question) if isinstance(self.value, Fact) else self.value


def so(fact: Fact[Q]) -> If[Q]:
    """That a fact that is true or false is true."""
    return If(fact, "is", value=True)


@dataclass(frozen=True, slots=True, init=False)
class AllOf(Generic[Q]):
    """Every one of these conditions, of which there is at least one."""

    parts: tuple[Condition[Q], ...]

    def __init__(self, *parts: Condition[Q]) -> None:
        object.__setattr__(self, "parts", parts)

    def tester(self) -> Callable[[Q], bool]:
        """What says whether all hold."""
        return reduce(_both, (part.tester() for part in self.parts))

    def remaining(self, question: Q) -> Remainder:
        """What of all is left."""
        return both(*(part.remaining(question) for part in self.parts))


@dataclass(frozen=True, slots=True, init=False)
class AnyOf(Generic[Q]):
    """At least one of these conditions."""

    parts: tuple[Condition[Q], ...]

    def __init__(self, *parts: Condition[Q]) -> None:
        object.__setattr__(self, "parts", parts)

    def tester(self) -> Callable[[Q], bool]:
        """What says whether one holds."""
        return reduce(_either, (part.tester() for part in self.parts))

    def remaining(self, question: Q) -> Remainder:
        """What of them is left."""
        return either(*(part.remaining(question) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not(Generic[Q]):
    """Not that condition."""

    part: Condition[Q]

    def tester(self) -> Callable[[Q], bool]:
        """What says whether it does not hold."""
        test = self.part.tester()
        return lambda question: not test(question)

    def remaining(self, question: Q) -> Remainder:
        """What of it is left, turned round."""
        return opposite(self.part.remaining(question))


def _both(one: Callable[[Q], bool], other: Callable[[Q], bool]) -> Callable[[Q], bool]:
    return lambda question: one(question) and other(question)


def _either(one: Callable[[Q], bool], other: Callable[[Q], bool]) -> Callable[[Q], bool]:
    return lambda question: one(question) or other(question)


def both(*parts: Remainder) -> Remainder:
    """All of these, without those that are answered already."""
    open_parts = tuple(part for part in parts if part is not True)
    if any(part is False for part in open_parts):
        return False
    return _one(open_parts, Both, nothing=True)


def either(*parts: Remainder) -> Remainder:
    """One of these, without those that are answered already."""
    open_parts = tuple(part for part in parts if part is not False)
    if any(part is True for part in open_parts):
        return True
    return _one(open_parts, Either, nothing=False)


def opposite(part: Remainder) -> Remainder:
    """The other answer, or the same question turned round."""
    return not part if isinstance(part, bool) else Opposite(part)


def _one(parts: tuple[Remainder, ...], kind: type[Both] | type[Either], *, nothing: bool) -> Remainder:
    if not parts:
        return nothing
    return parts[0] if len(parts) == 1 else kind(parts)


def answer(rule: Remainder, facts: Mapping[str, object]) -> bool:
    """Whether a record with these facts, by name, is let through: what the store's WHERE clause says of its row."""
    if isinstance(rule, bool):
        return rule
    if isinstance(rule, OfRecord):
        return OPERATORS[rule.operator](facts[rule.fact], rule.value)
    if isinstance(rule, Opposite):
        return not answer(rule.part, facts)
    answers = (answer(part, facts) for part in rule.parts)
    return all(answers) if isinstance(rule, Both) else any(answers)
