"""Giving a partner a record, or saying why not. Both are decided in one place and kept."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from hamkar.actions.agreements import terms_with
from hamkar.actions.canary import watch_canaries
from hamkar.actions.gate_case import AtGate, GateKeeper
from hamkar.actions.gate_owed import note_release
from hamkar.actions.node import Node
from hamkar.actions.passing_on import Leave, leave_for
from hamkar.actions.send import Outgoing, queue_all
from hamkar.crypto.pseudonym import pseudonym
from hamkar.errors import NotFound, Refused
from hamkar.exchange.card import stored_card
from hamkar.model.agency import Agency
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import PassedOn
from hamkar.model.entity import Entity
from hamkar.model.handling import Handling
from hamkar.model.release import Release
from hamkar.model.report import Report
from hamkar.policy.ask import Answer, Ask, Terms
from hamkar.policy.decide import decide_among
from hamkar.policy.redact import category, filled, redact
from hamkar.store import canaries, entities, events, log, outbox, partners, recalls, releases, reports, retention
from hamkar.store.database import Connection
from hamkar.store.lineage_secret import lineage_secret
from hamkar.store.log import Entry
from hamkar.store.marked import seen_among
from hamkar.store.rows import together
from hamkar.store.seen import seen_there


@dataclass(frozen=True, slots=True)
class Considered:
    """A record, and what the policy says of giving it to a partner for a purpose under the agreement that applies.

    ``leave`` is what its originator has consented to, for a record that is not this node's own. ``at_gate`` is what the
    gate says of a person or thing.
    """

    record: Report | Entity
    event: UUID | None
    partner: Agency
    purpose: Purpose
    agreement: str
    answer: Answer
    leave: Leave | None = None
    at_gate: AtGate | None = None

    @property
    def kind(self) -> MessageKind:
        """What it would travel as."""
        return MessageKind.REPORT if isinstance(self.record, Report) else MessageKind.ENTITY

    @property
    def handling(self) -> Handling:
        """What it would travel under: never less than what came with it, and than consent and gate ask."""
        return _marking(self.record, self.leave, self.at_gate)


@dataclass(frozen=True, slots=True)
class Decided:
    """A kept decision; ``fresh`` is false where the partner had been given the record under this agreement before."""

    release: Release
    fresh: bool


def explain(node: Node, wanted: UUID, partner: str, purpose: Purpose) -> list[Considered]:
    """Field by field, what the partner would get of a seizure, a report, a person or a thing. Gives nothing."""
    with node.database.transaction() as connection:
        return replace(_counter(node, connection, partner, purpose), only_shown=True).consider(wanted)


def explain_reports(
    node: Node, connection: Connection, wanted: Sequence[UUID], partner: str, purpose: Purpose
) -> list[Considered]:
    """The same of those of these reports that are held, in the unit of work of whoever asks."""
    held = reports.find_reports(connection, wanted, prefer=node.id)
    return _counter(node, connection, partner, purpose).consider(*held)


def explain_to_all(node: Node, wanted: UUID, purpose: Purpose) -> list[Considered]:
    """What every partner would get, and why."""
    with node.database.transaction() as connection:
        return [
            considered
            for partner in partners.list_partners(connection)
            for considered in replace(_counter(node, connection, partner.node, purpose), only_shown=True).consider(
                wanted
            )
        ]


def release(
    node: Node, wanted: UUID, partner: str, purpose: Purpose, *, by: str, shown: AbstractSet[UUID] | None = None
) -> list[Decided]:
    """Decide on a report, a person or thing, or every report of a seizure, and queue what goes in one unit of work.

    A seizure's people and things are never released with it: each takes a decision of its own, by its identifier.
    ``shown`` are the reports that a person saw before deciding; raises Refused where the seizure has others by now.
    """
    with node.database.transaction() as connection:
        considered = _counter(node, connection, partner, purpose).consider(wanted)
        chosen = [one for one in considered if isinstance(one.record, Report) or one.record.id == wanted]
        if shown is not None and shown != {one.record.id for one in chosen}:
            msg = "this seizure has other reports than the page showed; nothing went: look again, then decide"
            raise Refused(msg, rule="shown_before_release")
        return _decide_all(node, connection, chosen, by)


def release_in(
    node: Node, connection: Connection, wanted: UUID, partner: str, purpose: Purpose, *, by: str
) -> list[Decided]:
    """Decide as `release` does, in the unit of work of whoever gives the record along with something else."""
    considered = _counter(node, connection, partner, purpose).consider(wanted)
    chosen = [one for one in considered if isinstance(one.record, Report) or one.record.id == wanted]
    return _decide_all(node, connection, chosen, by)


def release_many(node: Node, wanted: Sequence[UUID], partner: str, purpose: Purpose, *, by: str) -> list[Decided]:
    """Decide on the reports of many seizures in one unit of work."""
    with node.database.transaction() as connection:
        considered = _counter(node, connection, partner, purpose).consider(*wanted)
        chosen = [one for one in considered if isinstance(one.record, Report)]
        return _decide_all(node, connection, chosen, by)


@dataclass(slots=True)
class _Counter:
    """Where records are considered for one partner and purpose under the agreements that stand between the two.

    Where it is only shown what would go, a canary is like any other record; who releases it is told otherwise.
    """

    node: Node
    connection: Connection
    partner: Agency
    purpose: Purpose
    terms: Sequence[Terms]
    only_shown: bool = False

    def consider(self, *wanted: UUID) -> list[Considered]:
        """What may go of seizures, reports, people and things."""
        found = [each for each in _records(self.node, self.connection, wanted) if self.node.sees(each[0].handling)]
        if wanted and not found:
            raise NotFound(entities.not_held(wanted[0]))
        recalled = recalls.recalled_among(self.connection, [record.id for record, _ in found])
        held = canaries.held_among(
            self.connection, [record.id for record, _ in found], canaries_too=not self.only_shown
        )
        return [
            self.ask(
                record,
                event,
                recalled=(record.id, record.originator) in recalled,
                consented=record.id,
                held=(record.id, record.originator) in held,
            )
            for record, event in found
        ]

    def ask(
        self, record: Report | Entity, event: UUID | None, *, recalled: bool, consented: UUID, held: bool = False
    ) -> Considered:
        """What may go of one record; ``consented`` is the version of it that its originator consented to pass on."""
        kind = category(record) if isinstance(record, Report) else Category.PERSON
        foreign = record.originator != self.node.id
        leave = (
            leave_for(self.node, self.connection, consented, record.originator, self.partner.node) if foreign else None
        )
        at_gate = self._keeper().ask(record) if isinstance(record, Entity) else None
        ask = Ask(
            record=consented,
            recalled=recalled,
            holder=self.node.id,
            originator=record.originator,
            partner=self.partner,
            category=kind,
            handling=_marking(record, leave, at_gate),
            purpose=self.purpose,
            terms=None,
            filled=filled(record) if isinstance(record, Report) else frozenset[ReportField](),
            today=self.node.today,
            consent=leave.consent if leave else None,
            came_under=leave.came_under if leave else Onward.NEVER,
            subject=record.subject if isinstance(record, Entity) else None,
            gate=at_gate.gate if at_gate else None,
            held=held,
        )
        terms, answer = decide_among(ask, self.terms)
        going = at_gate.record if at_gate else record
        return Considered(going, event, self.partner, self.purpose, terms.id if terms else "", answer, leave, at_gate)

    def _keeper(self) -> GateKeeper:
        return GateKeeper(self.node, self.connection, self.partner, self.purpose, self.terms)


def _marking(record: Report | Entity, leave: Leave | None, at_gate: AtGate | None) -> Handling:
    own = record.handling.joined(leave.consent.handling) if leave else record.handling
    return at_gate.marking(own) if at_gate else own


def consider_next(
    node: Node, connection: Connection, earlier: Release, record: Report | Entity, event: UUID | None
) -> Considered:
    """What the policy says today of giving a corrected version where the one before went, under the same agreement."""
    counter = _counter(node, connection, earlier.partner, Purpose(earlier.purpose))
    same = replace(counter, terms=[terms for terms in counter.terms if terms.id == earlier.agreement])
    before = recalls.corrections_into(connection, record.originator, record.id)
    consented = (
        version
        for version in (earlier.record, *(row.record for row in before))
        if leave_for(node, connection, version, record.originator, earlier.partner)
    )
    return same.ask(record, event, recalled=False, consented=next(consented, earlier.record))


def write_down(node: Node, connection: Connection, one: Considered, by: str) -> tuple[Release, Entry]:
    """Keep a decision that another one brought about; whoever asks sends what goes and then logs the entry."""
    made = _made(node, one, by)
    releases.put_releases(connection, [(made, one.record.originator, one.event)])
    return made, _entry(made)


def _counter(node: Node, connection: Connection, partner: str, purpose: Purpose) -> _Counter:
    recalls.keep_out(connection)
    agency = stored_card(partners.find_partner(connection, partner).envelope).card.agency
    return _Counter(node, connection, agency, purpose, terms_with(node, connection, agency.node))


def _records(
    node: Node, connection: Connection, wanted: Sequence[UUID]
) -> Iterator[tuple[Report | Entity, UUID | None]]:
    """What identifiers name, each in turn: a seizure's reports, then its people and things; a report; one of these."""
    filed, alone = reports.reports_named(connection, wanted, prefer=node.id)
    people = entities.entities_of(connection, [report.id for held in filed.values() for report in held])
    for one in wanted:
        if one in filed:
            own = {report.id for report in filed[one]}
            yield from ((report, one) for report in filed[one])
            yield from ((entity, one) for entity in people if entity.report in own)
        elif one in alone:
            yield alone[one]
        else:
            entity = entities.find_entity(connection, one, prefer=node.id)
            yield entity, reports.find_report(connection, entity.report, prefer=entity.originator)[1]


def _decide_all(node: Node, connection: Connection, chosen: Sequence[Considered], by: str) -> list[Decided]:
    """Decide, write down and queue, with the streams locked first: of two releases of a record one sees the other.

    A record that waits for this partner, or that it has, is not sent twice.
    """
    if not chosen:
        return []
    watch_canaries(node, connection, [one.record.id for one in chosen if isinstance(one.record, Entity)], by)
    addresses = sorted({_address(one) for one in chosen if one.answer.allowed}, key=lambda each: each.stream)
    locked = [outbox.lock_stream(connection, address) for address in addresses]
    partner = chosen[0].partner.node
    known = releases.earlier_releases(connection, [one.record.id for one in chosen], partner)
    decided = []
    for one in chosen:
        same = (one.record.id, one.record.originator, one.agreement)
        earlier = known.get(same) if one.answer.allowed else None
        decided.append(Decided(earlier or _made(node, one, by), fresh=earlier is None))
        if one.answer.allowed:
            known[same] = decided[-1].release
    fresh = [(one, made.release) for one, made in zip(chosen, decided, strict=True) if made.fresh]
    secret = lineage_secret(connection) if locked else b""
    going = [_outgoing(one, made.id, secret) for one, made in fresh if one.answer.allowed]
    with together(connection) as writes:
        releases.put_releases(writes, [(made, one.record.originator, one.event) for one, made in fresh])
        queue_all(node, writes, locked, going)
    passed = [note_release(connection, one.at_gate, made) for one, made in fresh if one.at_gate and _through(one)]
    said = [replace(_entry(made), detail=one.at_gate.said if one.at_gate else "") for one, made in fresh]
    log.append_many(connection, [*said, *passed], node.now())
    return decided


def _through(one: Considered) -> bool:
    """Whether it goes although it is exposed, by what was written at the gate."""
    return one.answer.allowed and one.at_gate is not None and one.at_gate.exposure.exposed


def _address(one: Considered) -> outbox.Address:
    return outbox.Address(one.partner.node, outbox.stream_of(one.agreement))


def _made(node: Node, one: Considered, by: str) -> Release:
    return Release(
        id=node.new_id(),
        record=one.record.id,
        kind=one.kind,
        partner=one.partner.node,
        agreement=one.agreement,
        purpose=one.purpose,
        outcome=one.answer.outcome,
        rule=one.answer.verdict.rule,
        reason=one.answer.verdict.sentence,
        fields=one.answer.fields,
        decided_by=by,
        decided_at=node.now(),
    )


def _entry(made: Release) -> Entry:
    return Entry(
        actor=made.decided_by, act=made.outcome, subject=str(made.record), partner=made.partner, rule=made.rule
    )


def _outgoing(one: Considered, made: UUID, secret: bytes) -> Outgoing:
    body = given(one, secret)
    if one.leave is not None:
        body = PassedOn(record=msgspec.Raw(body), consent=msgspec.Raw(one.leave.envelope)).to_json()
    return Outgoing(
        kind=one.kind,
        record=str(one.record.id),
        agreement=one.agreement,
        purpose=one.purpose,
        handling=one.handling,
        body=body,
        release=made,
    )


def given(one: Considered, secret: bytes) -> bytes:
    """The record as the partner gets it, under the handling it travels under: a report without what is withheld.

    An own report's lineage goes under a pseudonym, because its name may say just that; another's has one already.
    """
    if not isinstance(one.record, Report):
        return replace(one.record, handling=one.handling).to_json()
    redacted = replace(redact(one.record, one.answer.given), handling=one.handling)
    if one.leave is not None:
        return redacted.to_json()
    return replace(redacted, lineage=pseudonym(secret, one.record.lineage)).to_json()


@dataclass(frozen=True, slots=True)
class Told:
    """A decision with what became of it: whether the partner holds the record and what its rules said.

    ``seen`` is the day on which somebody there first looked at it, ``ran_out`` when its copy there ran out.
    """

    release: Release
    delivery: outbox.Delivery | None
    seen: date | None
    ran_out: datetime | None


_AT_THE_GATE = "a rule decided on a person or thing; whoever may see the gate sees on which grounds"


def _as_told(node: Node, made: Release) -> Release:
    """A decision without the grounds of the gate, for whoever does not see these."""
    if made.kind != MessageKind.ENTITY or node.sight.protected:
        return made
    return replace(made, reason=_AT_THE_GATE, fields=())


def releases_of(node: Node, event: UUID) -> list[Told]:
    """Every decision on what is seen of a seizure, the newest first, with its fate: why they can or cannot see it."""
    with node.database.transaction() as connection:
        events.find_event(connection, event, node.sight)
        every = releases.releases_of_event(connection, event)
        shown = seen_among(connection, [one.record for one in every], node.sight)
        made = [_as_told(node, one) for one in every if one.record in shown]
        fate = outbox.deliveries(connection, [one.id for one in made])
        seen = seen_there(connection, [one.record for one in made])
        gone = retention.notices_on(connection, [one.record for one in made])
    return [
        Told(
            one,
            fate.get(one.id),
            seen.get((one.partner, one.record)),
            gone.get((one.partner, one.record, one.agreement)),
        )
        for one in made
    ]
