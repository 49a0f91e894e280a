"""The decision: one function for every release, with the rule and the reason for every field."""

from collections.abc import Sequence
from dataclasses import replace

from hamkar.model.agreement import AgreementState, Category, ReportField
from hamkar.model.release import FieldVerdict, Outcome
from hamkar.policy.ask import Answer, Ask, Terms, Verdict
from hamkar.policy.rules import RULES

NO_AGREEMENT = "no_agreement"
FIELD_GRANTED = "field_granted"
FIELD_NOT_GRANTED = "field_not_granted"
NOTHING_GRANTED = "nothing_granted"
ALL_RULES_PASSED = "all_rules_passed"
IDENTITY = "identity"
"""The one field of a nominal record: it goes whole or not at all."""


def decide(ask: Ask) -> Answer:
    """Released, with each field's verdict, or refused, with the rule that stands against it. Silence refuses."""
    if ask.terms is None:
        reason = f"there is no agreement with {ask.partner.name}; without one nothing is released"
        return _refused(ask, Verdict(rule=NO_AGREEMENT, reason=reason))
    for rule in RULES:
        objection = rule(ask, ask.terms)
        if objection is not None:
            return _refused(ask, Verdict(rule=rule.__name__, reason=objection))
    fields = tuple(_verdict(field, ask.terms) for field in _fields(ask))
    if not any(field.given for field in fields):
        reason = f"the agreement “{ask.terms.agreement.title}” grants none of the fields this record has"
        return _refused(ask, Verdict(rule=NOTHING_GRANTED, reason=reason))
    reason = f"the agreement “{ask.terms.agreement.title}” covers it and no rule stands against it"
    return Answer(outcome=Outcome.RELEASED, verdict=Verdict(rule=ALL_RULES_PASSED, reason=reason), fields=fields)


def decide_among(ask: Ask, candidates: Sequence[Terms]) -> tuple[Terms | None, Answer]:
    """The answer under the agreement that gives most, with that agreement; under the nearest where none gives anything.

    Each agreement is judged by itself: two never add up. ``ask.terms`` is not looked at.
    """
    answers = [(terms, decide(replace(ask, terms=terms))) for terms in candidates]
    if not answers:
        return None, decide(replace(ask, terms=None))
    return max(answers, key=lambda one: _merit(ask, *one))


def _merit(ask: Ask, terms: Terms, answer: Answer) -> tuple[object, ...]:
    in_force = terms.state is AgreementState.IN_FORCE
    return answer.allowed, len(answer.given), in_force, ask.category in terms.agreement.categories, terms.id


def _fields(ask: Ask) -> list[str]:
    if ask.category is Category.PERSON:
        return [IDENTITY]
    return [field for field in ReportField if field in ask.filled]


def _verdict(field: str, terms: Terms) -> FieldVerdict:
    title = terms.agreement.title
    if field == IDENTITY or field in terms.agreement.fields:
        return FieldVerdict(field=field, given=True, rule=FIELD_GRANTED, reason=f"“{title}” grants it")
    return FieldVerdict(field=field, given=False, rule=FIELD_NOT_GRANTED, reason=f"“{title}” does not grant it")


def _refused(ask: Ask, verdict: Verdict) -> Answer:
    withheld = (FieldVerdict(field=f, given=False, rule=verdict.rule, reason=verdict.reason) for f in _fields(ask))
    return Answer(outcome=Outcome.REFUSED, verdict=verdict, fields=tuple(withheld))
