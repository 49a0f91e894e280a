"""Agencies that do what agencies do, over bad links, with wrong clocks and old backups: nothing is lost or leaks.

A run is a number of steps that Hypothesis chooses, and it prints the steps that fail. ``SEED``, ``RUNS`` and ``STEPS``
in the environment make other, more or longer runs; with ``SHRINK`` it looks for the fewest steps that fail.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fixtures_node import BY, file_reports
from hamkar.actions import agreements
from hamkar.actions.correct import correct
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.recall import Ground, recall
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release, release_many
from hamkar.actions.rotate_keys import rotate
from hamkar.errors import BadInput, HamkarError, NotFound, Refused
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.entity import Entity
from hamkar.model.recall import RecallKind
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.recalls import recall_in_effect
from hamkar.store.reports import reports_by
from random_records import is_precursor_seizure, random_handling, random_person, random_report, random_terms
from reckoning import wrong_at_rest, wrong_now
from simulator import NAMES, Blueprint, Member, Simulation, blueprint, simulation

SEED = int(os.environ.get("SEED", "20260302"))
RUNS = int(os.environ.get("RUNS", "20"))
STEPS = int(os.environ.get("STEPS", "30"))

WHO = st.sampled_from(NAMES)
TWO = st.permutations(NAMES).map(lambda names: (names[0], names[1]))
ANY = st.integers(0, 2**16)
WHY = st.sampled_from([Purpose.INVESTIGATION, Purpose.INVESTIGATION, Purpose.STATISTICS])
BADNESS = st.sampled_from([0.0, 0.3, 0.6])
TROUBLES = st.sampled_from(["one way", "both ways", "mend", "save", "restore", "renew", "rotate"])
TIME = st.sampled_from(
    [
        ("passes", timedelta(seconds=1)),
        ("passes", timedelta(hours=9)),
        ("passes", timedelta(days=2)),
        ("passes", timedelta(days=30)),
        ("jumps", timedelta(days=3653)),
        ("jumps", timedelta(days=-3653)),
        ("jumps", timedelta(hours=2)),
        ("are set right", timedelta(0)),
    ]
)


class Agencies(RuleBasedStateMachine):
    """Four agencies, five agreements in force, and everything that may happen to them."""

    made: ClassVar[Blueprint]
    ran: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world: Simulation

    @initialize(number=ANY)
    def begin(self, number: int) -> None:
        """A fresh world, whose links do what this number decides."""
        self.world = self._open.enter_context(simulation(self.made, number))
        for who in NAMES:
            self._record(who, Random(number), Purpose.INVESTIGATION)  # noqa: S311 - invented records
        self._member(NAMES[number % len(NAMES)]).save()

    def _member(self, code: str) -> Member:
        return self.world.members[code]

    # --- what people do

    @rule(who=WHO, number=ANY, why=WHY)
    def record(self, who: str, number: int, why: Purpose) -> None:
        """Somebody records seizures, and everybody is given them who may have them."""
        self._record(who, Random(number), why)  # noqa: S311 - invented records

    def _record(self, who: str, random: Random, why: Purpose) -> None:
        member = self._member(who)
        reports = [random_report(random, member.node) for _ in range(5)]
        for report in reports:
            self.world.oracle.learn_record(report.to_json(), precursor=is_precursor_seizure(report))
        file_reports(member.node, *reports)
        member.known.filed += tuple(reports)
        for partner in sorted(set(NAMES) - {who}):
            release_many(member.node, [report.id for report in reports], self._member(partner).id, why, by=BY)
        self._learn_decisions(who)

    @rule(two=TWO, number=ANY, why=WHY, steps=st.none() | st.integers(0, 30))
    def give(self, two: tuple[str, str], number: int, why: Purpose, steps: int | None) -> None:
        """Somebody decides again on an older record; sometimes the process dies meanwhile."""
        member, partner = self._member(two[0]), self._member(two[1]).id
        if member.known.filed:
            wanted = member.known.filed[number % len(member.known.filed)].id
            with suppress(NotFound):  # it may have run out
                self.world.mortally(two[0], steps, lambda node: release(node, wanted, partner, why, by=BY))
            self._learn_decisions(two[0])

    @rule(who=WHO, number=ANY)
    def identify(self, who: str, number: int) -> None:
        """Somebody records who a party of an own report is, and everybody is told who may know."""
        member = self._member(who)
        reports = [each for each in self._held(member) if each.parties]
        if not reports:
            return
        name = f"Synthetic Person {number} of {len(member.known.filed)}"
        random = Random(number)  # noqa: S311 - an invented person
        handling = random_handling(random, member.node.today)
        chosen = reports[number % len(reports)]
        new = replace(random_person(random, name), handling=handling)
        try:
            entity = record_entity(member.node, chosen.id, new, by=BY)
        except Refused:  # a minor or a witness who is marked too low
            return
        self.world.oracle.learn_record(entity.to_json())
        member.known.filed += (entity,)
        why = random.choice((Purpose.INVESTIGATION, *Purpose))
        for partner in sorted(set(NAMES) - {who}):
            release(member.node, entity.id, self._member(partner).id, why, by=BY)
        self._learn_decisions(who)

    def _held(self, member: Member) -> list[Report]:
        """The member's own reports that it has not recalled and that have not run out."""
        with member.node.database.transaction() as connection:
            held = reports_by(connection, member.id, 1000)
            return [each for each in held if recall_in_effect(connection, member.id, each.id) is None]

    def _learn_decisions(self, who: str) -> None:
        member = self._member(who)
        with member.node.database.transaction() as connection:
            made = connection.execute(
                "SELECT record_id::text, partner FROM release WHERE outcome = %s", (Outcome.RELEASED,)
            ).fetchall()
        for record, partner in made:
            self.world.oracle.learn_decision(record, partner)
            member.known.grant(record, partner)

    @rule(who=WHO, number=ANY, corrected=st.booleans())
    def take_back(self, who: str, number: int, *, corrected: bool) -> None:
        """Somebody recalls an own record, or corrects it."""
        member = self._member(who)
        if not member.known.filed:
            return
        wanted = member.known.filed[number % len(member.known.filed)]
        with suppress(NotFound, Refused, BadInput):  # it may have run out, or been corrected before
            if corrected:
                self._correct(who, wanted)
            else:
                for issued in recall(member.node, wanted.id, Ground(kind=RecallKind.WRONG, reason="Synthetic"), by=BY):
                    self.world.take_back(who, str(issued.recall.record))
        self._learn_decisions(who)

    def _correct(self, who: str, wanted: Report | Entity) -> None:
        member = self._member(who)
        changes = {"agency": "Synthetic other post"} if isinstance(wanted, Report) else {"role": "contact"}
        new = correct(member.node, wanted.id, changes, "Synthetic correction", by=BY).record
        precursor = isinstance(new, Report) and is_precursor_seizure(new)
        self.world.oracle.learn_record(new.to_json(), precursor=precursor)
        member.known.filed = (*(each for each in member.known.filed if each.id != wanted.id), new)
        self.world.take_back(who, str(wanted.id))

    # --- what agencies agree

    @rule(two=TWO, number=ANY, what=st.sampled_from(["propose", "amend", "sign", "sign", "suspend", "resume"]))
    def agree(self, two: tuple[str, str], number: int, what: str) -> None:
        """An agency proposes an agreement, signs what was proposed to it, stops one, or takes that back."""
        member = self._member(two[0])
        match what:
            case "propose":
                terms = random_terms(Random(number), member.node.today)  # noqa: S311 - invented terms
                agreements.propose(member.node, self._member(two[1]).id, terms, by=BY)
            case "sign":
                self._sign(member.node)
            case "amend":
                self._amend(member, number)
            case "suspend":
                self._change(member, number, agreements.suspend, on=True)
            case "resume":
                self._change(member, number, agreements.resume, on=False)

    def _sign(self, node: Node) -> None:
        for one in agreements.list_standing(node):
            if one.state is AgreementState.PROPOSED and node.id not in one.signed.signers:
                with suppress(Refused):  # its time may be over
                    agreements.sign(node, one.row.id, by=BY)

    def _amend(self, member: Member, number: int) -> None:
        standing = agreements.list_standing(member.node)
        if standing:
            one = standing[number % len(standing)]
            with suppress(HamkarError):  # its time may be over, and with it what may be changed
                agreements.amend(member.node, one.row.id, {"retention_days": 1000 + number % 90}, by=BY)

    def _change(self, member: Member, number: int, act: Callable[..., object], *, on: bool) -> None:
        fitting = [one for one in agreements.list_standing(member.node) if (member.id in one.row.suspended_by) != on]
        if fitting:
            chosen = fitting[number % len(fitting)].row.id
            act(member.node, chosen, by=BY)
            member.known.suspend(chosen, member.id, on=on)

    # --- what goes over the lines

    @rule(badness=BADNESS)
    def send(self, badness: float) -> None:
        """Every node sends and fetches what waits, over lines that are good or bad today."""
        self.world.badness = badness
        for who in NAMES:
            self.world.sync(who)

    @rule(two=TWO, badness=BADNESS)
    def send_to(self, two: tuple[str, str], badness: float) -> None:
        """One node exchanges what waits with one other."""
        self.world.badness = badness
        self.world.sync(*two)

    @rule(two=TWO, steps=st.integers(0, 60), sender=st.booleans())
    def send_and_die(self, two: tuple[str, str], steps: int, *, sender: bool) -> None:
        """A process dies in the middle of an exchange, at either end."""
        if sender:
            self.world.sync(*two, steps)
        else:
            self.world.fuses[two[1]] = steps
            self.world.sync(*two)
            self.world.fuses.clear()

    # --- what the lines, the clocks and the disks do

    @rule(
        two=TWO,
        number=ANY,
        what=st.sampled_from(["one way", "both ways", "mend", "save", "restore", "renew", "rotate"]),
    )
    def trouble(self, two: tuple[str, str], number: int, what: str) -> None:
        """A line goes down or comes up, a node is saved or put back, a card is renewed."""
        member = self._member(two[0])
        match what:
            case "one way":
                self.world.cut.add(two)
            case "both ways":
                self.world.cut |= {two, (two[1], two[0])}
            case "mend":
                self.world.cut.clear()
                self.world.deliver_late()
            case "save":
                member.save()
            case "restore":
                saved = [code for code in NAMES if self._member(code).backups]
                self.world.restore(saved[number % len(saved)], number)
            case "rotate":
                self.world.give_back_cards(member)
                with suppress(HamkarError):  # a node has at most eight keys of a kind
                    rotate(member.node, member.home / ROOT_KEY, by=BY)
                self.world.learn_keys(two[0])
            case "renew":
                self.world.set_clocks_right()
                self.world.renew_cards()

    @rule(who=WHO, by=TIME)
    def clocks(self, who: str, by: tuple[str, timedelta]) -> None:
        """Time passes for everybody, or one clock goes wrong, or all are set right."""
        match by:
            case ("passes", time):
                self.world.turn(time)
            case ("jumps", time):
                self.world.jump(who, time)
            case _:
                self.world.set_clocks_right()

    @invariant()
    def holds(self) -> None:
        """Nothing is lost, doubled, foreign or torn, and nothing left that must not."""
        if hasattr(self, "world"):
            assert not wrong_now(self.world)

    def teardown(self) -> None:
        """Everything is well again in the end."""
        try:
            if hasattr(self, "world"):
                self.world.heal()
                self.world.drain()
                assert not wrong_at_rest(self.world)
                self._count()
        finally:
            self._open.close()

    def _count(self) -> None:
        for what, number in (("frames", self.world.frames), ("messages", self.world.oracle.judged)):
            self.ran[what] = self.ran.get(what, 0) + number
        for fault, number in self.world.faults.items():
            self.ran[fault] = self.ran.get(fault, 0) + number


@pytest.fixture(scope="module")
def made(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blueprint]:
    """A world to copy."""
    with blueprint(postgres, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.mark.timeout(0)
def test_nothing_is_lost_and_nothing_leaks_whatever_happens(
    made: Blueprint, capsys: pytest.CaptureFixture[str]
) -> None:
    Agencies.made = made
    Agencies.ran = {"runs": RUNS, "steps": STEPS, "seed": SEED}
    few = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate, Phase.shrink] if "SHRINK" in os.environ else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(SEED)(Agencies), settings=few)
    with capsys.disabled():
        print(f"\nsimulation: {Agencies.ran}")  # noqa: T201 - the figures and the seed are for whoever runs the tests
