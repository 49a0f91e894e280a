"""The rules of release, in the order they are asked; the first that refuses decides.

Each rule looks at one thing and answers None where it has nothing against it. Nothing is released by a rule: a record
goes only when every rule has been asked and none refused, under an agreement that grants its fields one by one.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hamkar.model.agency import Standing
from hamkar.model.agreement import AgreementState, Category, Onward
from hamkar.model.consent import Consent
from hamkar.policy.ask import Ask, Terms

Rule = Callable[[Ask, Terms], str | None]

_NOT_IN_FORCE: Final[Mapping[AgreementState, str]] = {
    AgreementState.PROPOSED: "it is proposed but not signed by both sides; sign it first",
    AgreementState.SUSPENDED: "it is suspended; it can be resumed by whoever suspended it",
    AgreementState.NOT_YET_VALID: "its validity has not begun",
    AgreementState.EXPIRED: "it has expired; propose a new one",
    AgreementState.SUPERSEDED: "another agreement has taken its place; release under that one",
}


def agreement_in_force(ask: Ask, terms: Terms) -> str | None:
    """Rule 5 of the domain: a suspended, unsigned or expired agreement stops the flow by itself."""
    if terms.state is AgreementState.IN_FORCE:
        return None
    why = _NOT_IN_FORCE[terms.state]
    return f"the agreement “{terms.agreement.title}” with {ask.partner.name} does not stand: {why}"


def partner_is_party(ask: Ask, terms: Terms) -> str | None:
    """An agreement binds, and serves, only the two that signed it."""
    nodes = {party.node for party in terms.agreement.parties}
    if {ask.holder, ask.partner.node} == nodes:
        return None
    return f"the agreement “{terms.agreement.title}” is not between this node and {ask.partner.name}"


def observer_gets_nothing_nominal(ask: Ask, terms: Terms) -> str | None:
    """No agreement can open the nominal part to an observer."""
    standings = {party.standing for party in terms.agreement.parties if party.node == ask.partner.node}
    observer = Standing.OBSERVER in standings or ask.partner.standing is Standing.OBSERVER
    if ask.category is Category.PERSON and observer:
        return f"{ask.partner.name} is an observer, and an observer gets no nominal part"
    return None


def category_covered(ask: Ask, terms: Terms) -> str | None:
    """Only the kinds of information that the agreement lists may go."""
    if ask.category in terms.agreement.categories:
        return None
    covered = ", ".join(terms.agreement.categories)
    return f"the agreement “{terms.agreement.title}” covers {covered}; it does not cover {ask.category}"


def purpose_covered(ask: Ask, terms: Terms) -> str | None:
    """Only for the purposes that the agreement lists."""
    if ask.purpose in terms.agreement.purposes:
        return None
    allowed = ", ".join(terms.agreement.purposes)
    return f"the agreement “{terms.agreement.title}” allows the purposes {allowed}; {ask.purpose} is not one of them"


def handling_not_above(ask: Ask, terms: Terms) -> str | None:
    """A record may not be more restricted than the agreement can carry."""
    highest = terms.agreement.highest_handling
    if ask.handling.code.rank <= highest.rank:
        return None
    return f"the record is marked {ask.handling.code}, above {highest}, the highest the agreement carries"


def not_recalled(ask: Ask, _: Terms) -> str | None:
    """Rule 10 of the domain: what its originator has taken back goes nowhere any more."""
    return "its originator has taken the record back; a corrected version can be released" if ask.recalled else None


def originator_in_control(ask: Ask, _: Terms) -> str | None:
    """What another agency recorded is passed on with its signed consent only, and not back to it (third-party rule).

    Handling H2 and the condition "no onward" ask for the same permission, so the consent answers them too.
    """
    if ask.originator == ask.holder:
        return None
    if ask.partner.node == ask.originator:
        return f"the record is {ask.partner.name}'s own"
    if ask.consent is None:
        return "the record belongs to another agency, which has not consented to passing it on; ask that agency"
    if ask.came_under is not Onward.WITH_CONSENT:
        return "the agreement under which the record came lets nothing be passed on, whoever consents"
    lacking = next((lack for lack, holds in _CONSENTED if not holds(ask, ask.consent)), None)
    return None if lacking is None else f"the originator's consent {lacking}; ask that agency for another"


_CONSENTED: Final[tuple[tuple[str, Callable[[Ask, Consent], bool]], ...]] = (
    ("is for another record", lambda ask, consent: consent.record == ask.record),
    ("is not its originator's", lambda ask, consent: consent.originator == ask.originator),
    ("was given to another agency", lambda ask, consent: consent.holder == ask.holder),
    ("is for another recipient", lambda ask, consent: consent.to == ask.partner.node),
    ("does not cover this purpose", lambda ask, consent: ask.purpose in consent.purposes),
    ("has ended", lambda ask, consent: ask.today <= consent.until),
)
"""What has to hold of a consent."""


def not_past_deletion(ask: Ask, _: Terms) -> str | None:
    """A record whose date of deletion has come goes nowhere any more."""
    if ask.handling.delete_by is None or ask.today < ask.handling.delete_by:
        return None
    return f"the record was to be deleted by {ask.handling.delete_by}"


RULES: Final[tuple[Rule, ...]] = (
    partner_is_party,
    agreement_in_force,
    not_recalled,
    originator_in_control,
    not_past_deletion,
    observer_gets_nothing_nominal,
    category_covered,
    purpose_covered,
    handling_not_above,
)
