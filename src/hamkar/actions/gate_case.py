"""What the gate says of giving one person or thing to one partner: read from what is held, judged by the policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.model.agency import Agency
from hamkar.model.agreement import Purpose
from hamkar.model.assurance import Assurance
from hamkar.model.entity import PERSON, Entity
from hamkar.model.handling import Handling
from hamkar.model.report import Report
from hamkar.model.seizure import Status
from hamkar.policy.ask import Terms
from hamkar.policy.exposure import Case, Exposure, exposure
from hamkar.policy.gate import NO_CAPITAL_USE, Dossier, Gate, attached, gate
from hamkar.seizures.derive import derive
from hamkar.store import assurances, entities, reports
from hamkar.store import gate as papers
from hamkar.store.database import Connection
from hamkar.store.gate import AssessmentRow
from hamkar.vocab.jurisdictions import Aggravator, capital_laws

LIFE_SAVING = "life_saving"
"""The scope of a release that rests on no assurance but on a threat to life."""

TO_SAVE_A_LIFE = "given to save a life"
"""What is said of why a minor or a witness is on record, in the place of the words written here, which may say more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtGate:
    """Where one record stands at the gate for one partner: its exposure, what is lacking, and on what a release rests.

    ``scope`` is that of the assurance, "" where nothing is at risk. ``record`` is what would go, which for a
    life-saving release is the least that helps.
    """

    record: Entity
    exposure: Exposure
    gate: Gate
    assessed: AssessmentRow | None
    scope: str

    @property
    def said(self) -> str:
        """By which version of the table it was asked and what came of it, for the log."""
        why = ", ".join(reason.ground for reason in self.exposure.reasons) or "no life at risk"
        return f"table {self.exposure.version}: {why}"

    def marking(self, own: Handling) -> Handling:
        """The marking under which it would go, where its own is ``own``."""
        if self.exposure.abolished:
            return own
        return attached(own, self._until) if self.exposure.exposed else own.joined(NO_CAPITAL_USE)

    @property
    def _until(self) -> date | None:
        """A copy that was given to save a life is deleted on the day after its hours have passed."""
        if self.assessed is None or not self.assessed.assessment.saves_life or self.assessed.decision is None:
            return None
        return self.assessed.decision.until.date() + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GateKeeper:
    """Who asks, for one partner and purpose, what the gate says of people and things."""

    node: Node
    connection: Connection
    partner: Agency
    purpose: Purpose
    terms: Sequence[Terms]

    def ask(self, entity: Entity) -> AtGate:
        """What the gate says of one of them."""
        found = exposure(case_of(self.connection, entity, self.partner.country, self.node.today), capital_laws())
        assessed = papers.newest_assessment(self.connection, [entity.id], self.partner.node)
        dossier = self._dossier(entity, assessed)
        said = replace(gate(found.reasons, dossier), table=found.version, breaches=self._breaches(dossier))
        going = _least(entity, assessed) if found.exposed else entity
        return AtGate(
            record=going, exposure=found, gate=said, assessed=assessed, scope=_scope(dossier) if found.exposed else ""
        )

    def _dossier(self, entity: Entity, assessed: AssessmentRow | None) -> Dossier:
        rows = (
            assurances.assurances_named(self.connection, assessed.assessment.assurances)
            if assessed
            else assurances.list_assurances(self.connection)
        )
        return Dossier(
            entity=entity.id,
            partner=self.partner.node,
            partner_name=self.partner.name,
            purpose=self.purpose,
            author=entities.author_of(self.connection, entity.originator, entity.id),
            now=self.node.now(),
            assessment=assessed.assessment if assessed else None,
            decision=assessed.decision if assessed else None,
            used=bool(assessed and assessed.release),
            assurances=tuple(row.assurance for row in rows),
            revoked=frozenset(row.assurance.id for row in rows if row.revoked_at is not None),
        )

    def _breaches(self, dossier: Dossier) -> frozenset[str]:
        """The agreements with the partner under which a breach stands, its own or one of an agreement it replaces."""
        if dossier.saves_life and not dossier.used:
            return frozenset()
        broken = {breach.agreement for breach in papers.standing_breaches(self.connection)}
        for _ in self.terms:
            broken |= {one.id for one in self.terms if one.agreement.supersedes in broken}
        return frozenset(broken & {one.id for one in self.terms})


def case_of(connection: Connection, entity: Entity, country: str, today: date) -> Case:
    """The facts of the case that a person or thing stands in, from every report of its event and what was stated."""
    event = reports.find_report(connection, entity.report, prefer=entity.originator)[1]
    held = reports.reports_of(connection, event)
    stated = assurances.facts_of(connection, entity.id, entity.originator)
    return Case(
        country=country,
        on=today,
        role=entity.role,
        claims=tuple(report.lines for report in held),
        in_doubt=_in_doubt(event, held),
        present=frozenset(Aggravator(fact.aggravator) for fact in stated if fact.present),
        absent=frozenset(Aggravator(fact.aggravator) for fact in stated if not fact.present),
        thing=entity.schema != PERSON,
    )


def _in_doubt(event: UUID, held: Sequence[Report]) -> bool:
    lines = derive(event, held).lines if held else ()
    return any(line.doubtful or line.quantity.status is Status.DISPUTED for line in lines)


def _scope(dossier: Dossier) -> str:
    if dossier.saves_life:
        return LIFE_SAVING
    standing: Iterable[Assurance] = (
        each
        for each in dossier.assurances
        if each.id not in dossier.revoked and each.holds(dossier.entity, dossier.partner, dossier.today)
    )
    return min((each.scope for each in standing), default="")


def _least(entity: Entity, assessed: AssessmentRow | None) -> Entity:
    """The record as it would go: whole, or where it is to save a life only the parts that were chosen."""
    if assessed is None or not assessed.assessment.saves_life:
        return entity
    chosen = assessed.assessment.minimum
    why = TO_SAVE_A_LIFE if entity.necessity else ""
    return replace(entity, properties=tuple(each for each in entity.properties if each.name in chosen), necessity=why)
