"""The decision: one function for every release, with the rule and the reason for every field."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from hamkar.model.agreement import AgreementState, Category, ReportField
from hamkar.model.release import FieldVerdict, Outcome
from hamkar.policy.ask import Answer, Ask, Terms, Verdict
from hamkar.policy.condition import Remainder
from hamkar.policy.judge import Rule, deciding, passing
from hamkar.policy.rules import RELEASE

NO_AGREEMENT = "no_agreement"
FIELD_GRANTED = "field_granted"
FIELD_NOT_GRANTED = "field_not_granted"
NOTHING_GRANTED = "nothing_granted"
ENTITY = "entity"
"""The one field of a nominal record: it goes whole or not at all."""


def decide(ask: Ask) -> Answer:
    """Released, with each field's verdict, or refused, with the rule that stands against it. Silence refuses."""
    if ask.terms is None:
        reason = f"there is no agreement with {ask.partner.name}; without one nothing is released"
        return _refused(ask, Verdict(rule=NO_AGREEMENT, reason=reason))
    rule = deciding(RELEASE, ask)
    if rule is None:
        reason = f"the agreement “{ask.terms.agreement.title}” grants none of the fields this record has"
        return _refused(ask, Verdict(rule=NOTHING_GRANTED, reason=reason))
    if not rule.allows:
        return _refused(ask, word(rule, ask))
    agreement = ask.terms.agreement
    fields = _verdicts(agreement.title, agreement.fields, _fields(ask))
    return Answer(outcome=Outcome.RELEASED, verdict=word(rule, ask), fields=fields)


def going(ask: Ask) -> Remainder:
    """What a record must be for `decide` to release it under the terms of the question, which names none itself."""
    return passing(RELEASE, ask)


def word(rule: Rule[Ask], ask: Ask) -> Verdict:
    """What a rule says to a question on which it speaks."""
    return Verdict(rule=rule.name, reason=rule.reason(ask), remedy=rule.remedy(ask))


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


def _fields(ask: Ask) -> tuple[str, ...]:
    return (ENTITY,) if ask.category is Category.PERSON else _in_order(ask.filled)


@lru_cache(maxsize=1 << 11)
def _in_order(filled: frozenset[ReportField]) -> tuple[str, ...]:
    return tuple(field for field in ReportField if field in filled)


@lru_cache(maxsize=1 << 12)
def _verdicts(title: str, granted: tuple[ReportField, ...], fields: tuple[str, ...]) -> tuple[FieldVerdict, ...]:
    """The same few sets of fields come again and again, under few agreements."""
    return tuple(_verdict(title, granted, field) for field in fields)


def _verdict(title: str, granted: tuple[ReportField, ...], field: str) -> FieldVerdict:
    if field == ENTITY or field in granted:
        return FieldVerdict(field=field, given=True, rule=FIELD_GRANTED, reason=f"“{title}” grants it")
    return FieldVerdict(field=field, given=False, rule=FIELD_NOT_GRANTED, reason=f"“{title}” does not grant it")


def _refused(ask: Ask, verdict: Verdict) -> Answer:
    withheld = (FieldVerdict(field=f, given=False, rule=verdict.rule, reason=verdict.sentence) for f in _fields(ask))
    return Answer(outcome=Outcome.REFUSED, verdict=verdict, fields=tuple(withheld))
