"""From intelligence to evidence: the originator's own decision, for one holder and one case."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from exchanging import new_report
from fixtures_node import BY
from hamkar.actions.clear_evidence import Clearing, clear_evidence, list_clearances
from hamkar.actions.correct import correct
from hamkar.actions.log_entries import list_log
from hamkar.actions.node import Node
from hamkar.actions.recall import Ground, recall
from hamkar.actions.take_recall import hold
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.model.recall import HoldGround, RecallKind
from hamkar.model.report import Report
from hamkar.store import reports
from hamkar.store.log import LogFilter
from hamkar.store.postgres.cluster import Cluster
from passing import Line, open_line, released

KEPT_FROM_COURT = Handling(code=HandlingCode.H1, conditions=(Condition.NO_COURT_USE, Condition.NO_CAPITAL_USE))


@pytest.fixture(scope="module")
def line(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Three agencies of this test module's own."""
    with open_line(postgres, tmp_path_factory.mktemp("line"), 3) as opened:
        yield opened


def given(line: Line, handling: Handling = KEPT_FROM_COURT) -> Report:
    """A report of the first that the second has."""
    report = new_report(line.nodes[0], handling=handling)
    released(line.nodes[0], report.id, line.nodes[1])
    line.exchange()
    return report


def clearing(holder: Node, **changed: str) -> Clearing:
    """An invented clearing."""
    told = {"case": "Synthetic 12/26", "reason": "Synthetic letter of request", **changed}
    return Clearing(holder=holder.id, **told)


def hold_for_court(node: Node, report: Report) -> None:
    """Keep the record for a court."""
    hold(node, report.id, HoldGround.COURT_ORDER, node.today, by=BY)


def refused_to_court(node: Node, report: Report) -> None:
    """The node may not keep the record for a court."""
    with pytest.raises(Refused) as refused:
        hold_for_court(node, report)
    assert refused.value.rule == "no_court_use"


@pytest.mark.parametrize(
    "handling",
    [
        KEPT_FROM_COURT,
        Handling(code=HandlingCode.H1),
        Handling(code=HandlingCode.H0, conditions=(Condition.NO_COURT_USE,)),
    ],
    ids=["both", "H1", "the condition"],
)
def test_a_record_is_intelligence_only_until_its_originator_clears_it(line: Line, handling: Handling) -> None:
    a, b, _ = line.nodes
    report = given(line, handling)
    refused_to_court(b, report)
    made = clear_evidence(a, report.id, clearing(b), by=BY)
    line.exchange()
    assert made in list_clearances(b)
    hold_for_court(b, report)


def test_a_clearance_lifts_no_other_condition_and_is_in_both_logs(line: Line) -> None:
    a, b, _ = line.nodes
    report = given(line)
    clear_evidence(a, report.id, clearing(b, case="Synthetic 13/26"), by=BY)
    line.exchange()
    with b.database.transaction() as connection:
        kept = reports.find_report(connection, report.id, prefer=a.id)[0].handling
    assert kept == KEPT_FROM_COURT
    for node in (a, b):
        (line_of_log,) = list_log(node, LogFilter(subject=str(report.id), act="evidence_cleared"), 10)
        assert line_of_log.event is not None
        assert line_of_log.event.detail == "Synthetic 13/26"


def test_nobody_clears_what_is_another_agencys(line: Line) -> None:
    _, b, c = line.nodes
    report = given(line)
    with pytest.raises(Refused) as refused:
        clear_evidence(b, report.id, clearing(c), by=BY)
    assert refused.value.rule == "originator_in_control"
    with pytest.raises(NotFound):
        clear_evidence(b, uuid4(), clearing(c), by=BY)


def test_a_record_is_cleared_for_who_was_given_it_and_for_nobody_else(line: Line) -> None:
    a, b, c = line.nodes
    report = given(line)
    with pytest.raises(Refused) as refused:
        clear_evidence(a, report.id, clearing(c), by=BY)
    assert refused.value.rule == "holder_was_given_it"
    recall(a, report.id, Ground(kind=RecallKind.WRONG, reason="Synthetic mistake"), by=BY)
    with pytest.raises(Refused) as gone:
        clear_evidence(a, report.id, clearing(b), by=BY)
    assert gone.value.rule == "not_recalled"


def test_a_corrected_version_needs_a_clearance_of_its_own(line: Line) -> None:
    a, b, _ = line.nodes
    report = given(line)
    clear_evidence(a, report.id, clearing(b), by=BY)
    made = correct(a, report.id, {"agency": "Synthetic post, corrected"}, "Synthetic slip", by=BY)
    line.exchange()
    corrected = made.record
    assert isinstance(corrected, Report)
    refused_to_court(b, corrected)
    with pytest.raises(Refused) as refused:
        clear_evidence(a, report.id, clearing(b), by=BY)
    assert refused.value.rule == "newest_version"


@pytest.mark.parametrize("told", [{"case": " "}, {"reason": ""}, {"case": "x" * 201}, {"case": "a\u202eb"}], ids=str)
def test_a_clearance_says_for_which_case_and_why(line: Line, told: dict[str, str]) -> None:
    a, b, _ = line.nodes
    report = given(line)
    with pytest.raises(BadInput, match="states the case"):
        clear_evidence(a, report.id, clearing(b, **told), by=BY)
