"""What the policy leaves to ask of records, as a WHERE clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hamkar.policy.condition import Both, Either, OfRecord, Opposite, Remainder

_TESTS: Final = {
    "is": "{column} IS NOT DISTINCT FROM %s",
    "<=": "coalesce({column} <= %s, false)",
    ">": "coalesce({column} > %s, false)",
    "among": "coalesce(({column})::text = ANY(%s), false)",
    "within": "({column}) <@ %s::text[]",
    "meets": "({column}) && %s::text[]",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in SQL and its parameters."""

    sql: str
    values: tuple[object, ...]


def clause(remainder: Remainder, columns: Mapping[str, str]) -> Clause:
    """The condition over these columns: SQL expressions by the names of facts, arrays of text for sets."""
    if isinstance(remainder, bool):
        return Clause("true" if remainder else "false", ())
    if isinstance(remainder, OfRecord):
        return _test(remainder, columns[remainder.fact])
    if isinstance(remainder, Opposite):
        part = clause(remainder.part, columns)
        return Clause(f"NOT ({part.sql})", part.values)
    return _joined(remainder, columns)


def _joined(remainder: Both | Either, columns: Mapping[str, str]) -> Clause:
    parts = [clause(part, columns) for part in remainder.parts]
    word = " AND " if isinstance(remainder, Both) else " OR "
    return Clause(f"({word.join(part.sql for part in parts)})", tuple(value for part in parts for value in part.values))


def _test(test: OfRecord, column: str) -> Clause:
    value = sorted(map(str, test.value)) if isinstance(test.value, frozenset) else test.value
    return Clause(_TESTS[test.operator].format(column=column), (value,))
