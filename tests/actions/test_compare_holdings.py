"""Two nodes compare what one holds of the other's records; whatever differs is listed by record."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from exchanging import agreement_with, held, new_report
from fixtures_node import BY, START, Agencies, open_agencies
from hamkar.actions.compare_holdings import answer_comparisons, begin, differing, finish_comparisons, last
from hamkar.actions.correct import correct
from hamkar.actions.node import Node
from hamkar.actions.recall import Ground, recall
from hamkar.actions.release import release
from hamkar.actions.retention import let_run_out
from hamkar.errors import NotFound
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.holdings import Difference, Differs
from hamkar.model.recall import RecallKind
from hamkar.model.report import Report
from hamkar.store.database import Connection
from hamkar.store.postgres.cluster import Cluster

MUTATIONS = 200


@pytest.fixture
def agencies(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Nodes of each test's own: what they hold is damaged on purpose."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


def given(agencies: Agencies, number: int) -> list[Report]:
    """Reports of Iran's that Azerbaijan holds."""
    made = [new_report(agencies.iran) for _ in range(number)]
    for report in made:
        release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    return made


def compare(agencies: Agencies) -> list[Difference]:
    """What a whole comparison finds."""
    begin(agencies.iran, agencies.azerbaijan.id, by=BY)
    agencies.exchange()
    answer_comparisons(agencies.azerbaijan)
    agencies.exchange()
    finish_comparisons(agencies.iran)
    (comparison,) = last(agencies.iran, agencies.azerbaijan.id)
    assert comparison.differences is not None
    return list(comparison.differences)


def damage(node: Node, statement: str, *values: object) -> None:
    """Change the holder's database behind its back."""
    with node.database.transaction() as connection:
        connection.execute(statement, values)


def test_what_is_held_as_it_was_sent_differs_in_nothing(agencies: Agencies) -> None:
    given(agencies, 3)
    assert compare(agencies) == []


def test_nothing_sent_and_nothing_held_is_no_difference(agencies: Agencies) -> None:
    assert compare(agencies) == []


def test_each_lost_changed_and_added_record_is_listed(agencies: Agencies) -> None:
    lost, changed, kept = given(agencies, 3)
    azerbaijan = agencies.azerbaijan
    damage(azerbaijan, "DELETE FROM report WHERE id = %s", lost.id)
    damage(
        azerbaijan,
        "UPDATE report SET body = replace(body::text, '12.5', '13.5')::json WHERE id = %s",
        changed.id,
    )
    added = UUID(int=7)
    damage(
        azerbaijan,
        "INSERT INTO report (id, event_id, originator, group_id, source_key, received_at, handling, category, filled,"
        " body)"
        " SELECT %s, event_id, originator, group_id, 'x', received_at, handling, category, filled, body FROM report"
        " WHERE id = %s",
        added,
        kept.id,
    )
    assert [(one.differs, one.record) for one in compare(agencies)] == [
        (Differs.EXTRA, added),
        (Differs.MISSING, lost.id),
        (Differs.OTHER_CONTENT, changed.id),
    ]
    with agencies.iran.database.transaction() as connection:
        (sentence,) = differing(connection, {azerbaijan.id: "Synthetic Police"})
    assert "1 missing, 1 extra, 1 other content" in sentence


def test_hundreds_of_random_changes_behind_the_holders_back_are_all_found(agencies: Agencies) -> None:
    reports = [report.id for report in given(agencies, 40)]
    chance = random.Random(20260302)  # noqa: S311 - the same changes in every run
    azerbaijan = agencies.azerbaijan
    expected: dict[UUID, Differs] = {}
    for number in range(MUTATIONS):
        record = chance.choice(reports)
        with azerbaijan.database.transaction() as connection:
            if chance.random() < 0.3:
                expected[_add(connection, azerbaijan.new_id(), number)] = Differs.EXTRA
            elif expected.get(record) != Differs.MISSING and chance.random() < 0.3:
                connection.execute("DELETE FROM report WHERE id = %s", (record,))
                expected[record] = Differs.MISSING
            elif expected.get(record) != Differs.MISSING:
                connection.execute(
                    "UPDATE report SET body = jsonb_set(body::jsonb, '{notes}', to_jsonb(%s::text)) WHERE id = %s",
                    (str(number), record),
                )
                expected[record] = Differs.OTHER_CONTENT
    assert {one.record: one.differs for one in compare(agencies)} == expected


def _add(connection: Connection, record: UUID, number: int) -> UUID:
    connection.execute(
        "INSERT INTO report (id, event_id, originator, group_id, source_key, received_at, handling, category, filled,"
        " body)"
        " SELECT %s, event_id, originator, group_id, %s, received_at, handling, category, filled, body FROM report"
        " LIMIT 1",
        (record, str(number).encode()),
    )
    return record


def test_what_arrives_while_the_question_is_on_its_way_is_no_difference(agencies: Agencies) -> None:
    given(agencies, 2)
    begin(agencies.iran, agencies.azerbaijan.id, by=BY)
    late = given(agencies, 2)
    answer_comparisons(agencies.azerbaijan)
    agencies.exchange()
    waiting = new_report(agencies.iran)
    release(agencies.iran, waiting.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    finish_comparisons(agencies.iran)
    (comparison,) = last(agencies.iran, agencies.azerbaijan.id)
    assert comparison.differences == ()
    assert held(agencies.azerbaijan, agencies.iran, late[0].id)


def test_what_was_rejected_there_is_not_to_be_held(agencies: Agencies) -> None:
    given(agencies, 1)
    delete_by = Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=1))
    report = new_report(agencies.iran, handling=delete_by)
    release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.clock.turn(timedelta(days=1))
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert compare(agencies) == []


def test_what_ran_out_there_is_no_difference_and_held_all_the_same_is_one(agencies: Agencies) -> None:
    delete_by = Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=1))
    report = new_report(agencies.iran, handling=delete_by)
    release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    azerbaijan = agencies.azerbaijan
    damage(azerbaijan, "CREATE TABLE kept AS SELECT * FROM report WHERE id = %s", report.id)
    agencies.clock.turn(timedelta(days=1))
    let_run_out(azerbaijan)
    assert compare(agencies) == []
    damage(azerbaijan, "INSERT INTO report SELECT * FROM kept")
    (found,) = compare(agencies)
    assert (found.differs, found.record) == (Differs.EXTRA, report.id)
    assert "its copy ran out on 2026-03-03" in found.reason


def test_a_holder_that_is_behind_answers_once_it_has_caught_up(agencies: Agencies) -> None:
    given(agencies, 1)
    azerbaijan = agencies.azerbaijan
    begin(agencies.iran, azerbaijan.id, by=BY)
    agencies.exchange()
    stream = f"a{agreement_with(agencies.iran, azerbaijan)[:31]}"
    damage(azerbaijan, "UPDATE stream_in SET next_seq = next_seq - 1 WHERE stream = %s", stream)
    answer_comparisons(azerbaijan)
    agencies.exchange()
    finish_comparisons(agencies.iran)
    assert [one.finished_at for one in last(agencies.iran, azerbaijan.id)] == [None]
    damage(azerbaijan, "UPDATE stream_in SET next_seq = next_seq + 1 WHERE stream = %s", stream)
    answer_comparisons(azerbaijan)
    agencies.exchange()
    finish_comparisons(agencies.iran)
    assert [one.differences for one in last(agencies.iran, azerbaijan.id)] == [()]


def test_a_comparison_with_nobody_is_refused(agencies: Agencies) -> None:
    with pytest.raises(NotFound):
        begin(agencies.iran, "nobody", by=BY)


def test_what_was_taken_back_is_not_to_be_held_and_says_so_where_it_is(agencies: Agencies) -> None:
    report, kept = given(agencies, 2)
    azerbaijan = agencies.azerbaijan
    damage(azerbaijan, "CREATE TABLE kept AS SELECT * FROM report WHERE id = %s", report.id)
    recall(agencies.iran, report.id, Ground(kind=RecallKind.WRONG, reason="Synthetic mistake"), by=BY)
    agencies.exchange()
    assert held(azerbaijan, agencies.iran, kept.id)
    assert compare(agencies) == []
    damage(azerbaijan, "INSERT INTO report SELECT * FROM kept")
    (found,) = compare(agencies)
    assert (found.differs, found.record) == (Differs.EXTRA, report.id)
    assert "it was taken back; the partner answered: erased" in found.reason


def test_a_corrected_record_is_held_in_its_new_version_alone(agencies: Agencies) -> None:
    (report,) = given(agencies, 1)
    corrected = correct(agencies.iran, report.id, {"agency": "Synthetic police post"}, "Synthetic slip", by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert held(agencies.azerbaijan, agencies.iran, corrected.record.id)
    assert compare(agencies) == []
