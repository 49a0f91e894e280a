"""Conditions and handling travel with a record: honoured where they go, and never looser at the next holder."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import msgspec
import pytest

from exchanging import new_report
from fixtures_node import BY, Straight
from hamkar.actions import agreements
from hamkar.actions.agreements import Standing
from hamkar.actions.consent import Leave, consent
from hamkar.actions.correct import correct
from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.release import Considered, explain, release
from hamkar.actions.send import Outgoing, send
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import PassedOn
from hamkar.model.handling import FREE, Condition, Handling, HandlingCode
from hamkar.model.report import Report
from hamkar.store import inbox, reports
from hamkar.store.postgres.cluster import Cluster
from passing import Line, holds, open_line, released

STRICT = Handling(code=HandlingCode.H1, conditions=(Condition.NO_ONWARD, Condition.NO_CAPITAL_USE))


@pytest.fixture(scope="module")
def line(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Four agencies of this test module's own."""
    with open_line(postgres, tmp_path_factory.mktemp("line")) as opened:
        yield opened


def handling_at(node: Node, record: UUID) -> Handling:
    """Under which handling a node holds a report."""
    with node.database.transaction() as connection:
        return reports.find_report(connection, record, prefer=node.id)[0].handling


def rejections(node: Node, record: UUID) -> list[str]:
    """The rules by which a node rejected messages about a record."""
    with node.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1000, offset=0)
    return [row.rule for row in rows if row.record == str(record) and row.acceptance == "rejected"]


def would_go(node: Node, record: UUID, to: Node) -> Considered:
    """What the policy says of giving the record."""
    (one,) = explain(node, record, to.id, Purpose.INVESTIGATION)
    return one


def in_force(line: Line, first: int, second: int) -> Standing:
    """The agreement that holds between two of the line."""
    standing = agreements.list_standing(line.nodes[first])
    both = (s for s in standing if s.partner.node == line.nodes[second].id)
    return next(s for s in both if s.state is AgreementState.IN_FORCE)


def changed_terms(line: Line, first: int, second: int, conditions: tuple[Condition, ...]) -> None:
    """Let two of the line agree on other conditions than before."""
    proposer, signer = line.nodes[first], line.nodes[second]
    changes = {"conditions": [str(each) for each in conditions]}
    proposed = agreements.amend(proposer, in_force(line, first, second).row.id, changes, by=BY)
    line.exchange(rounds=1)
    agreements.sign(signer, proposed.id, by=BY)
    line.exchange(rounds=1)


def test_a_record_does_not_go_under_an_agreement_that_lacks_its_condition(line: Line) -> None:
    a, b, _, _ = line.nodes
    report = new_report(a, handling=STRICT)
    changed_terms(line, 0, 1, (Condition.NO_ONWARD,))
    refused = would_go(a, report.id, b).answer
    assert refused.verdict.rule == "conditions_honoured"
    assert "no_capital_use" in refused.verdict.reason
    assert "no_onward" not in refused.verdict.reason
    (decided,) = release(a, report.id, b.id, Purpose.INVESTIGATION, by=BY)
    assert decided.release.rule == "conditions_honoured"
    changed_terms(line, 0, 1, tuple(Condition))
    released(a, report.id, b)


def test_whoever_gets_a_record_under_a_condition_outside_the_agreement_rejects_it(line: Line) -> None:
    a, b, _, _ = line.nodes
    report = new_report(a, handling=STRICT)
    changed_terms(line, 0, 1, ())
    _force(a, b, report, STRICT, in_force(line, 0, 1).row.id)
    assert rejections(b, report.id) == ["conditions_honoured"]
    assert not holds(b, a, report.id)
    changed_terms(line, 0, 1, tuple(Condition))


def _force(node: Node, to: Node, report: Report, handling: Handling, agreement: str, consent: bytes = b"") -> None:
    """Send a report past the policy of its sender."""
    body = replace(report, handling=handling, parties=()).to_json()
    if consent:
        body = PassedOn(record=msgspec.Raw(body), consent=msgspec.Raw(consent)).to_json()
    with node.database.transaction() as connection:
        going = Outgoing(
            kind=MessageKind.REPORT,
            record=str(report.id),
            agreement=agreement,
            purpose=Purpose.INVESTIGATION,
            handling=handling,
            body=body,
        )
        send(node, connection, to.id, going)
    deliver(node, to.id, Straight(to))


def test_what_the_originator_adds_with_its_consent_goes_on_with_the_record(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a, handling=Handling(code=HandlingCode.H1))
    released(a, report.id, b)
    line.exchange()
    last = a.today + timedelta(days=90)
    more = Handling(code=HandlingCode.H0, conditions=(Condition.NO_CAPITAL_USE,), delete_by=last)
    consent(a, report.id, Leave(holder=b.id, to=c.id, handling=more), by=BY)
    line.exchange()
    released(b, report.id, c)
    line.exchange()
    assert handling_at(b, report.id) == Handling(code=HandlingCode.H1)
    assert handling_at(c, report.id) == Handling(
        code=HandlingCode.H1, conditions=(Condition.NO_CAPITAL_USE,), delete_by=last
    )
    made = correct(a, report.id, {"agency": "Synthetic post, corrected"}, "Synthetic slip", by=BY)
    line.exchange()
    assert handling_at(c, made.record.id).obeys(more)


def test_a_holder_does_not_pass_on_to_an_agreement_that_lacks_a_condition_of_the_consent(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    released(a, report.id, b)
    line.exchange()
    changed_terms(line, 1, 2, (Condition.NO_ONWARD, Condition.NO_COURT_USE))
    more = Handling(code=HandlingCode.H0, conditions=(Condition.NO_CAPITAL_USE,))
    consent(a, report.id, Leave(holder=b.id, to=c.id, handling=more), by=BY)
    line.exchange()
    refused = would_go(b, report.id, c).answer.verdict
    assert refused.rule == "conditions_honoured"
    assert "no_capital_use" in refused.reason
    changed_terms(line, 1, 2, tuple(Condition))
    released(b, report.id, c)


@pytest.mark.parametrize(
    "looser",
    [
        Handling(code=HandlingCode.H0, conditions=STRICT.conditions),
        Handling(code=HandlingCode.H1, conditions=(Condition.NO_ONWARD,)),
        Handling(code=HandlingCode.H1),
        FREE,
    ],
    ids=["a lower code", "a condition gone", "every condition gone", "free"],
)
def test_who_passes_on_under_less_than_the_consent_asks_is_rejected(line: Line, looser: Handling) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a, handling=STRICT)
    released(a, report.id, b)
    line.exchange()
    consent(a, report.id, Leave(holder=b.id, to=c.id), by=BY)
    line.exchange()
    leave = would_go(b, report.id, c).leave
    assert leave is not None
    _force(b, c, report, looser, in_force(line, 1, 2).row.id, leave.envelope)
    assert rejections(c, report.id) == ["originator_in_control"]
    assert not holds(c, a, report.id)


def test_a_restriction_added_later_binds_and_one_left_out_later_does_not_free(line: Line) -> None:
    a, b, _, _ = line.nodes
    report = new_report(a)
    agreement = in_force(line, 0, 1).row.id
    for handling, bound in ((FREE, FREE), (STRICT, STRICT), (FREE, STRICT)):
        _force(a, b, report, handling, agreement)
        assert handling_at(b, report.id) == bound


@pytest.mark.parametrize("seed", range(4))
def test_along_a_chain_of_releases_conditions_only_grow(line: Line, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - invented records
    origin = line.nodes[0]
    record = new_report(origin, handling=_some_handling(random, origin)).id
    released(origin, record, line.nodes[1])
    line.exchange()
    before = handling_at(origin, record)
    for holder, to in zip(line.nodes[1:3], line.nodes[2:4], strict=True):
        leave = Leave(holder=holder.id, to=to.id, handling=_some_handling(random, origin))
        made = consent(origin, record, leave, by=BY)
        line.exchange()
        released(holder, record, to)
        line.exchange()
        after = handling_at(to, record)
        assert after.obeys(before)
        assert after.obeys(made.handling)
        before = after


def _some_handling(random: Random, node: Node) -> Handling:
    return Handling(
        code=random.choice((HandlingCode.H0, HandlingCode.H1)),
        conditions=tuple(each for each in Condition if random.random() < 0.4),
        delete_by=random.choice((None, node.today + timedelta(days=random.randint(30, 300)))),
    )
