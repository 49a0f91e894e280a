"""Whether a question may go to a partner, or an answer back: the rules of release, asked in both directions."""

from collections.abc import Sequence
from dataclasses import replace

from hamkar.model.agency import Agency
from hamkar.model.agreement import AgreementState, Category
from hamkar.policy.ask import Ask, Terms, Verdict
from hamkar.policy.decide import NO_AGREEMENT, word
from hamkar.policy.rules import RULES

_SEIZURES = (Category.DRUG_SEIZURE, Category.PRECURSOR_SEIZURE)


def objection(ask: Ask, holder: Agency) -> Verdict | None:
    """What stands against telling ``ask.partner`` this; None where nothing does. ``holder`` is who tells it.

    A question is words, not a record with fields, so no field is looked at. What is asked about is what the answer
    will tell, so each rule must allow it both ways: an observer is told nothing of a person and asks for nothing.
    """
    if ask.terms is None:
        reason = f"there is no agreement with {ask.partner.name}; without one nothing is asked or told"
        return Verdict(rule=NO_AGREEMENT, reason=reason)
    back = replace(ask, holder=ask.partner.node, originator=ask.partner.node, partner=holder)
    for rule in RULES:
        spoken = next((way for way in (ask, back) if rule.speaks(way)), None)
        if spoken is not None:
            return word(rule, spoken)
    return None


def question_category(terms: Terms | None, *, nominal: bool) -> Category:
    """What kind of information a question is: of people, or of the kind of seizure that the agreement covers."""
    if nominal:
        return Category.PERSON
    covered = terms.agreement.categories if terms else ()
    return next((kind for kind in _SEIZURES if kind in covered), Category.DRUG_SEIZURE)


def choose_terms(
    ask: Ask, holder: Agency, candidates: Sequence[Terms], *, nominal: bool
) -> tuple[Terms | None, Verdict | None]:
    """The first agreement that nothing stands against; where there is none, the nearest with what stands against it.

    ``ask.terms`` and ``ask.category`` are not looked at: what a question is about depends on the agreement.
    """
    judged = [(terms, objection(under(ask, terms, nominal=nominal), holder)) for terms in candidates]
    for terms, against in judged:
        if against is None:
            return terms, None
    if not judged:
        return None, objection(under(ask, None, nominal=nominal), holder)
    return max(judged, key=lambda one: one[0].state is AgreementState.IN_FORCE)


def under(ask: Ask, terms: Terms | None, *, nominal: bool) -> Ask:
    """The same, to be judged by an agreement, with the kind of information that the question is by it."""
    return replace(ask, terms=terms, category=question_category(terms, nominal=nominal))
