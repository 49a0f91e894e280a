"""The rules of release, in the order they are asked; the first that refuses decides.

Each rule looks at one thing. Nothing is released by one of these: a record goes only when none of them speaks, under an
agreement that grants its fields one by one. All of them are walls: nothing more specific outweighs them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hamkar.model.agency import Standing
from hamkar.model.agreement import AgreementState, Category, Onward, Purpose
from hamkar.model.consent import Consent
from hamkar.policy.ask import Ask, Terms
from hamkar.policy.condition import AllOf, AnyOf, Condition, Fact, If, Not, so
from hamkar.policy.judge import Breadth, Rule

_NOT_IN_FORCE: Final[Mapping[AgreementState, tuple[str, str]]] = {
    AgreementState.PROPOSED: ("it is proposed but not signed by both sides", "sign it first"),
    AgreementState.SUSPENDED: ("it is suspended", "it can be resumed by whoever suspended it"),
    AgreementState.NOT_YET_VALID: ("its validity has not begun", "wait for its first day"),
    AgreementState.EXPIRED: ("it has expired", "propose a new one"),
    AgreementState.SUPERSEDED: ("another agreement has taken its place", "release under that one"),
}


def _fact(name: str, of: Callable[[Ask], Any], *, of_record: bool = False) -> Fact[Ask]:
    return Fact(name, of, of_record)


def _terms(ask: Ask) -> Terms:
    """The agreement to judge by; a question without one is answered before any rule is asked."""
    if ask.terms is None:
        msg = "the rules of release judge by an agreement, and this question has none"
        raise TypeError(msg)
    return ask.terms


def _title(ask: Ask) -> str:
    return f"the agreement “{_terms(ask).agreement.title}”"


def _observes(ask: Ask) -> bool:
    named = {party.standing for party in _terms(ask).agreement.parties if party.node == ask.partner.node}
    return Standing.OBSERVER in named or ask.partner.standing is Standing.OBSERVER


def _passable(ask: Ask) -> frozenset[Any]:
    """The records of others that may be passed on."""
    return frozenset() if _lacking(ask) else frozenset({ask.record})


def _lacking(ask: Ask) -> str | None:
    """What a leave to pass the record on lacks; None where nothing."""
    if ask.consent is None:
        return "none was given"
    if ask.came_under is not Onward.WITH_CONSENT:
        return "the agreement under which the record came lets nothing be passed on, whoever consents"
    return next((lack for lack, holds in _CONSENTED if not holds(ask, ask.consent)), None)


_CONSENTED: Final[tuple[tuple[str, Callable[[Ask, Consent], bool]], ...]] = (
    ("is for another record", lambda ask, consent: consent.record == ask.record),
    ("is not its originator's", lambda ask, consent: consent.originator == ask.originator),
    ("was given to another agency", lambda ask, consent: consent.holder == ask.holder),
    ("is for another recipient", lambda ask, consent: consent.to == ask.partner.node),
    ("does not cover this purpose", lambda ask, consent: ask.purpose in consent.purposes),
    ("has ended", lambda ask, consent: ask.today <= consent.until),
    ("lets it go under a stricter handling only", lambda ask, consent: ask.handling.obeys(consent.handling)),
)
"""What has to hold of a consent."""

PARTIES: Final = _fact("parties", lambda ask: {party.node for party in _terms(ask).agreement.parties})
ENDS: Final = _fact("ends", lambda ask: {ask.holder, ask.partner.node})
STATE: Final = _fact("state", lambda ask: _terms(ask).state)
COVERED: Final = _fact("covered", lambda ask: frozenset(_terms(ask).agreement.categories))
PURPOSE: Final = _fact("purpose", lambda ask: ask.purpose)
PURPOSES: Final = _fact("purposes", lambda ask: frozenset(_terms(ask).agreement.purposes))
HIGHEST: Final = _fact("highest", lambda ask: _terms(ask).agreement.highest_handling.rank)
PROMISED: Final = _fact("promised", lambda ask: frozenset(_terms(ask).agreement.conditions))
OBSERVES: Final = _fact("observes", _observes)
HOLDER: Final = _fact("holder", lambda ask: ask.holder)
TODAY: Final = _fact("today", lambda ask: ask.today)
PASSABLE: Final = _fact("passable", _passable)
PARTNER: Final = _fact("partner", lambda ask: ask.partner.node)
ROLELESS: Final = _fact("roleless", lambda ask: ask.subject is not None and ask.subject.quarantined)
AGELESS: Final = _fact("ageless", lambda ask: ask.subject is not None and ask.subject.of_unknown_age)
PROTECTED: Final = _fact("protected", lambda ask: ask.subject is not None and ask.subject.protected != "")
BROKEN: Final = _fact("broken", lambda ask: ask.gate is not None and _terms(ask).id in ask.gate.breaches)
GATE_OPEN: Final = _fact("gate_open", lambda ask: ask.gate is not None and ask.gate.open)

RECORD: Final = _fact("record", lambda ask: ask.record, of_record=True)
ORIGINATOR: Final = _fact("originator", lambda ask: ask.originator, of_record=True)
RECALLED: Final = _fact("recalled", lambda ask: ask.recalled, of_record=True)
HELD: Final = _fact("held", lambda ask: ask.held, of_record=True)
DELETE_BY: Final = _fact("delete_by", lambda ask: ask.handling.delete_by, of_record=True)
CATEGORY: Final = _fact("category", lambda ask: ask.category, of_record=True)
HANDLING: Final = _fact("handling", lambda ask: ask.handling.code.rank, of_record=True)
CONDITIONS: Final = _fact("conditions", lambda ask: frozenset(ask.handling.conditions), of_record=True)


def _wall(
    name: str,
    about: str,
    when: Condition[Ask],
    reason: Callable[[Ask], str],
    remedy: Callable[[Ask], str] = lambda _: "",
) -> Rule[Ask]:
    return Rule(name=name, about=about, allows=False, breadth=Breadth.WALL, when=when, reason=reason, remedy=remedy)


def _at_risk(ask: Ask) -> str:
    if ask.gate is None:
        return f"nobody has asked whether a life could be at risk in {ask.partner.country}"
    lacking = ask.gate.lacking.what if ask.gate.lacking else ""
    return f"a life could be at risk in {ask.partner.country} ({ask.gate.why}; table {ask.gate.table}), and {lacking}"


def _not_in_force(ask: Ask) -> str:
    return f"{_title(ask)} with {ask.partner.name} does not stand: {_NOT_IN_FORCE[_terms(ask).state][0]}"


def _not_passable(ask: Ask) -> str:
    if ask.partner.node == ask.originator:
        return f"the record is {ask.partner.name}'s own"
    if ask.consent is None:
        return "the record belongs to another agency, which has not consented to passing it on"
    lacking = _lacking(ask)
    if ask.came_under is not Onward.WITH_CONSENT:
        return str(lacking)
    return f"the originator's consent {lacking}"


def _ask_originator(ask: Ask) -> str:
    if ask.partner.node == ask.originator or (ask.consent is not None and ask.came_under is not Onward.WITH_CONSENT):
        return ""
    return "ask that agency" + (" for another" if ask.consent is not None else "")


def _unpromised(ask: Ask) -> str:
    lacking = sorted(set(ask.handling.conditions) - set(_terms(ask).agreement.conditions))
    return f"the record bears {' and '.join(lacking)}, which {_title(ask)} does not promise to honour"


RULES: Final[tuple[Rule[Ask], ...]] = (
    _wall(
        "partner_is_party",
        "An agreement binds, and serves, only the two that signed it.",
        Not(If(ENDS, "is", PARTIES)),
        lambda ask: f"{_title(ask)} is not between this node and {ask.partner.name}",
    ),
    _wall(
        "agreement_in_force",
        "An agreement that is unsigned, suspended, not yet valid, superseded or expired stops the flow by itself.",
        Not(If(STATE, "is", AgreementState.IN_FORCE)),
        _not_in_force,
        lambda ask: _NOT_IN_FORCE[_terms(ask).state][1],
    ),
    _wall(
        "not_recalled",
        "What its originator has taken back goes nowhere any more.",
        so(RECALLED),
        lambda _: "its originator has taken the record back",
        lambda _: "a corrected version can be released",
    ),
    _wall(
        "originator_in_control",
        "What another agency recorded is passed on only with its signed consent for this record, holder, recipient,"
        " purpose and day, where the agreement under which it came says “with consent”; never back to it, and never"
        " more loosely.",
        Not(
            AnyOf(
                If(ORIGINATOR, "is", HOLDER),
                AllOf(If(RECORD, "among", PASSABLE), Not(If(ORIGINATOR, "is", PARTNER))),
            )
        ),
        _not_passable,
        _ask_originator,
    ),
    _wall(
        "not_past_deletion",
        "A record whose date of deletion has come goes nowhere any more.",
        If(DELETE_BY, "<=", TODAY),
        lambda ask: f"the record was to be deleted by {ask.handling.delete_by}",
    ),
    _wall(
        "observer_gets_nothing_nominal",
        "No agreement can open the nominal part to an observer, by its card or by the agreement.",
        AllOf(If(CATEGORY, "is", Category.PERSON), so(OBSERVES)),
        lambda ask: f"{ask.partner.name} is an observer, and an observer gets no nominal part",
    ),
    _wall(
        "category_covered",
        "Only the kinds of information that the agreement lists may go.",
        Not(If(CATEGORY, "among", COVERED)),
        lambda ask: (
            f"{_title(ask)} covers {', '.join(_terms(ask).agreement.categories)}; it does not cover {ask.category}"
        ),
    ),
    _wall(
        "purpose_covered",
        "Only for the purposes that the agreement lists.",
        Not(If(PURPOSE, "among", PURPOSES)),
        lambda ask: (
            f"{_title(ask)} allows the purposes {', '.join(_terms(ask).agreement.purposes)};"
            f" {ask.purpose} is not one of them"
        ),
    ),
    _wall(
        "handling_not_above",
        "A record may not be more restricted than the agreement can carry.",
        If(HANDLING, ">", HIGHEST),
        lambda ask: (
            f"the record is marked {ask.handling.code}, above {_terms(ask).agreement.highest_handling},"
            " the highest the agreement carries"
        ),
    ),
    _wall(
        "conditions_honoured",
        "A condition goes only where both sides have promised to honour it.",
        Not(If(CONDITIONS, "within", PROMISED)),
        _unpromised,
        lambda _: "amend the agreement so that it does",
    ),
    _wall(
        "person_has_role",
        "A person without a role is of use for finding it and for nothing else.",
        so(ROLELESS),
        lambda _: "no role of this person has been found yet",
        lambda _: "find it first with `hamkar entity role`",
    ),
    _wall(
        "age_is_stated",
        "Stricter rules hold for minors, so nobody goes before it is known whether they are one.",
        so(AGELESS),
        lambda _: "whether this person is under 18 is not stated",
        lambda _: "correct the record so that it is",
    ),
    _wall(
        "protected_for_investigation",
        "A minor or a witness is named for an investigation and for nothing else.",
        AllOf(so(PROTECTED), Not(If(PURPOSE, "is", Purpose.INVESTIGATION))),
        lambda ask: f"this person is a {ask.subject.protected if ask.subject else ''}, named for one purpose only",
        lambda _: "release for the purpose investigation, or not at all",
    ),
    _wall(
        "no_standing_breach",
        "Where the partner broke a condition, nothing nominal goes under that agreement until that is lifted.",
        AllOf(If(CATEGORY, "is", Category.PERSON), so(BROKEN)),
        lambda ask: f"{ask.partner.name} broke a condition of {_title(ask)}, so nothing nominal goes under it",
        lambda _: "a senior authoriser who did not record the breach may lift it with `hamkar gate lift`",
    ),
    _wall(
        "capital_exposure",
        "A nominal record that could put a life at risk needs an assurance, an assessment and a second person.",
        AllOf(If(CATEGORY, "is", Category.PERSON), Not(so(GATE_OPEN))),
        _at_risk,
        lambda ask: ask.gate.lacking.remedy if ask.gate and ask.gate.lacking else "ask the gate: `hamkar gate check`",
    ),
    _wall(
        "held_for_inspection",
        "What the data-protection officer is looking into goes nowhere until that is done.",
        so(HELD),
        lambda _: "the data-protection officer is looking into the record",
        lambda _: "ask them",
    ),
)
"""The walls around a release: each stands by itself, whatever else is said."""

FILLED: Final = _fact("filled", lambda ask: ask.filled, of_record=True)
GRANTED: Final = _fact("granted", lambda ask: frozenset(_terms(ask).agreement.fields))

ALLOWANCE: Final[Rule[Ask]] = Rule(
    name="all_rules_passed",
    about="A record goes where no wall stands and the agreement grants a field that the record fills.",
    allows=True,
    breadth=Breadth.EVERYBODY,
    when=AnyOf(If(CATEGORY, "is", Category.PERSON), If(FILLED, "meets", GRANTED)),
    reason=lambda ask: f"{_title(ask)} covers it and no rule stands against it",
)

RELEASE: Final = (*RULES, ALLOWANCE)
"""Every rule of release; what none of them allows stays."""
