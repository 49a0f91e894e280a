"""Whether a jurisdiction's law could put a life at risk for the facts of a case; what is not known counts as a risk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hamkar.model.entity import EntityRole
from hamkar.model.quantity import Basis, Qualifier, Quantity
from hamkar.model.substance_line import SubstanceLine
from hamkar.vocab.jurisdictions import ANY_OTHER, Aggravator, CapitalLaw, LawStatus
from hamkar.vocab.units import unit

ABOUT_WIDENS: Final = Decimal("1.5")
"""An amount said with "about" is taken to be up to half as much again."""

_NO_UPPER_END: Final = frozenset({Qualifier.OVER, Qualifier.AT_LEAST})
_NEVER_SAFE: Final = frozenset({EntityRole.CONVICTED})
_GRAMS_IN_KG: Final = 1000


class Ground(StrEnum):
    """Why a case counts as exposed."""

    JURISDICTION_UNKNOWN = "jurisdiction_unknown"
    NOT_VERIFIED = "not_verified"
    LAW_NOT_CLEAR = "law_not_clear"
    NO_THRESHOLD = "no_threshold"
    OVER_THRESHOLD = "over_threshold"
    QUANTITY_UNKNOWN = "quantity_unknown"
    QUANTITY_DISPUTED = "quantity_disputed"
    SUBSTANCE_UNKNOWN = "substance_unknown"
    AGGRAVATED = "aggravated"
    AGGRAVATION_UNKNOWN = "aggravation_unknown"
    ROLE_UNKNOWN = "role_unknown"
    CONVICTED_BEFORE = "convicted_before"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of exposure, and the same in a sentence about this case."""

    ground: Ground
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The facts of a case as far as they matter here.

    ``claims`` are the substance lines of each report of the event; ``in_doubt`` says that reports contradict one
    another or that a cell was doubtful. An aggravator that is neither ``present`` nor ``absent`` is not known.
    ``role`` is None for a person whose role is not known; ``thing`` says that it is no person.
    """

    country: str
    on: date
    role: EntityRole | None
    claims: tuple[tuple[SubstanceLine, ...], ...]
    in_doubt: bool = False
    present: frozenset[Aggravator] = frozenset()
    absent: frozenset[Aggravator] = frozenset()
    thing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Every ground on which a case is exposed in a jurisdiction, by which version of the table; none, and it is not.

    ``cleared`` says why it is not, "" where it is. ``abolished``: no court there can take a life, whatever the case.
    """

    country: str
    version: str
    reasons: tuple[Reason, ...]
    cleared: str = ""
    abolished: bool = False

    @property
    def exposed(self) -> bool:
        """Whether a life could be at risk."""
        return bool(self.reasons)


def exposure(case: Case, laws: Sequence[CapitalLaw]) -> Exposure:
    """Whether the case is exposed in its jurisdiction by the table's lines; an empty table exposes everything."""
    version = laws[0].version if laws else ""
    lines = [law for law in laws if law.country == case.country and law.in_force(case.on)]
    if lines and all(law.status is LawStatus.ABOLISHED and law.verified for law in lines):
        cleared = f"{case.country} has abolished the death penalty ({lines[0].source})"
        return Exposure(country=case.country, version=version, reasons=(), cleared=cleared, abolished=True)
    reasons = tuple(_of_law(case, lines)) or (*_of_quantity(case, lines), *_of_facts(case, lines), *_of_role(case))
    cleared = "" if reasons else f"no line of the law of {case.country} is reached by what is known of the case"
    return Exposure(country=case.country, version=version, reasons=reasons, cleared=cleared)


def _of_law(case: Case, lines: Sequence[CapitalLaw]) -> Iterator[Reason]:
    """What makes every case exposed there, whatever its facts."""
    if not lines:
        yield Reason(Ground.JURISDICTION_UNKNOWN, f"{case.country} is not in the table of jurisdictions for {case.on}")
    if any(not law.verified for law in lines):
        yield Reason(Ground.NOT_VERIFIED, f"nobody has verified what the table says of {case.country}")
    if any(law.status in {LawStatus.UNKNOWN, LawStatus.ABOLISHED_IN_PRACTICE} for law in lines):
        yield Reason(Ground.LAW_NOT_CLEAR, f"the law of {case.country} is not known, or only its use is suspended")
    if any(law.status is LawStatus.RETENTIONIST and law.threshold is None for law in lines):
        said = f"{case.country} keeps the death penalty for drug offences, and no threshold is known"
        yield Reason(Ground.NO_THRESHOLD, said)


def _of_facts(case: Case, lines: Sequence[CapitalLaw]) -> Iterator[Reason]:
    for mark in sorted({mark for law in lines for mark in law.aggravators}):
        word = _WORDS[mark]
        if mark in case.present:
            yield Reason(Ground.AGGRAVATED, f"{word}: in {case.country} that is capital whatever the quantity")
        elif mark not in case.absent:
            yield Reason(Ground.AGGRAVATION_UNKNOWN, f"nobody has stated whether this applies: {word}")


_WORDS: Final = {
    Aggravator.FIREARM: "a firearm was carried",
    Aggravator.LEADER: "the person led a group",
    Aggravator.MINORS_USED: "minors were used",
    Aggravator.REPEAT: "a repeated offence",
}


def _of_role(case: Case) -> Iterator[Reason]:
    """Role never makes a case safe: what a witness says, or a phone leads to, is used against the others in it."""
    if case.role is None and not case.thing:
        yield Reason(Ground.ROLE_UNKNOWN, "the person's role is not known")
    if case.role in _NEVER_SAFE:
        yield Reason(Ground.CONVICTED_BEFORE, "the person is on record as convicted, which can count as repeated")


def _of_quantity(case: Case, lines: Sequence[CapitalLaw]) -> Iterator[Reason]:
    """The highest report of the event stands; within one, what several substances reach of their thresholds adds up."""
    if case.in_doubt:
        yield Reason(Ground.QUANTITY_DISPUTED, "the reports contradict one another on a quantity, or one is doubtful")
    if not any(case.claims):
        yield Reason(Ground.QUANTITY_UNKNOWN, "no report states a substance and a quantity")
    for claim in case.claims:
        yield from _of_claim(case, claim, lines)


def _of_claim(case: Case, claim: tuple[SubstanceLine, ...], lines: Sequence[CapitalLaw]) -> Iterator[Reason]:
    share = Decimal(0)
    for line in claim:
        most = _most_grams(line.quantity)
        law = _law_for(line.substance, lines)
        if line.substance is None:
            said = f"the substance “{line.substance_text}” is not in the vocabulary"
            yield Reason(Ground.SUBSTANCE_UNKNOWN, said)
        elif law is None or law.threshold is None:
            yield Reason(Ground.NO_THRESHOLD, f"the table has no threshold of {case.country} for {line.substance}")
        elif isinstance(most, str):
            yield Reason(Ground.QUANTITY_UNKNOWN, f"{line.substance}: {most}")
        else:
            share += most / law.threshold
    if share >= 1:
        yield Reason(Ground.OVER_THRESHOLD, _reached(case, claim, share, lines))


def _law_for(slug: str | None, lines: Sequence[CapitalLaw]) -> CapitalLaw | None:
    """The line that names the substance, or that for all others; of several the lowest threshold."""
    named = [law for law in lines if slug in law.substances]
    found = named or [law for law in lines if ANY_OTHER in law.substances]
    return min(found, key=lambda law: law.threshold or Decimal(0), default=None)


def _most_grams(quantity: Quantity | None) -> Decimal | str:
    """The most that a quantity can be in grams of bulk, or why nobody can say."""
    if quantity is None:
        return "no quantity is stated"
    if quantity.basis is Basis.PURE:
        return "only the pure weight is stated, and the bulk is at least that"
    measured = unit(quantity.unit) if quantity.unit else None
    if measured is None or measured.grams is None:
        return f"{quantity.unit_text or quantity.unit} has no mass of its own"
    if quantity.qualifier in _NO_UPPER_END:
        return f"“{quantity.qualifier.replace('_', ' ')} {quantity.amount}” has no upper end"
    return _upper(quantity) * measured.grams


def _upper(quantity: Quantity) -> Decimal:
    """An exact figure holds to its last printed digit, so it can be half a digit more."""
    if quantity.qualifier is Qualifier.ABOUT:
        return quantity.amount * ABOUT_WIDENS
    exponent = quantity.amount.as_tuple().exponent
    return quantity.amount + Decimal(5).scaleb(min(int(exponent), 0) - 1)


def _reached(case: Case, claim: tuple[SubstanceLine, ...], share: Decimal, lines: Sequence[CapitalLaw]) -> str:
    kinds = sorted({line.substance for line in claim if line.substance})
    laws = [_law_for(kind, lines) for kind in kinds]
    marks = ", ".join(
        f"{kind} {(law.threshold / _GRAMS_IN_KG).normalize():f} kg"
        for kind, law in zip(kinds, laws, strict=True)
        if law and law.threshold
    )
    percent = min(int(share * 100), 1_000_000)
    return f"what was seized can reach {percent} % of the threshold in {case.country} ({marks}, bulk)"
