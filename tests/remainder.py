"""What the policy leaves to ask of records, answered in Python: what the database is held to."""

from collections.abc import Mapping

from hamkar.policy.condition import OPERATORS, Both, Either, OfRecord, Opposite, Remainder


def answer(rule: Remainder, facts: Mapping[str, object]) -> bool:
    """Whether a record with these facts is let through."""
    match rule:
        case bool():
            return rule
        case OfRecord():
            return OPERATORS[rule.operator](facts[rule.fact], rule.value)
        case Opposite():
            return not answer(rule.part, facts)
        case Both():
            return all(answer(part, facts) for part in rule.parts)
        case Either():
            return any(answer(part, facts) for part in rule.parts)
