"""Level R3: the originator learns on which day somebody looked at its record, and not who."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchanging import new_report
from fixtures_node import BY, START, Agencies, open_agencies
from hamkar.actions.node import Node
from hamkar.actions.release import release, releases_of
from hamkar.actions.seen import note_seen, tell_seen
from hamkar.model.agreement import Purpose
from hamkar.model.report import Report
from hamkar.store.postgres.cluster import Cluster

OFFICER = "synthetic-officer-of-the-test"


@pytest.fixture
def agencies(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Nodes of each test's own."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


def given(agencies: Agencies) -> Report:
    """A report of Iran's that Azerbaijan holds."""
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    return report


def look_at(node: Node, report: Report) -> int:
    """Open the page of the seizure in which a report stands."""
    with node.database.transaction() as connection:
        (event,) = connection.execute("SELECT event_id FROM report WHERE id = %s", (report.id,)).fetchone() or ()
    return note_seen(node, event, OFFICER)


def messages(node: Node, kind: str) -> int:
    """How many messages of a kind have come."""
    with node.database.transaction() as connection:
        row = connection.execute("SELECT count(*) FROM inbox WHERE kind = %s AND acceptance = 'accepted'", (kind,))
        return int((row.fetchone() or (0,))[0])


def test_the_release_shows_the_day_on_which_it_was_seen_there(agencies: Agencies) -> None:
    report = given(agencies)
    assert [told.seen for told in releases_of(agencies.iran, report.group)] == [None]
    assert look_at(agencies.azerbaijan, report) == 1
    tell_seen(agencies.azerbaijan)
    agencies.exchange()
    assert [told.seen for told in releases_of(agencies.iran, report.group)] == [START.date()]


def test_who_looked_is_not_told(agencies: Agencies) -> None:
    report = given(agencies)
    look_at(agencies.azerbaijan, report)
    tell_seen(agencies.azerbaijan)
    with agencies.azerbaijan.database.transaction() as connection:
        rows = connection.execute("SELECT message FROM nominal.outbox").fetchall()
    assert all(OFFICER.encode() not in bytes(message) for (message,) in rows)


def test_a_record_is_told_of_once_however_often_it_is_looked_at(agencies: Agencies) -> None:
    report = given(agencies)
    for _ in range(3):
        look_at(agencies.azerbaijan, report)
        tell_seen(agencies.azerbaijan)
        agencies.exchange()
    assert messages(agencies.iran, "seen") == 1


def test_many_records_are_told_of_in_one_message(agencies: Agencies) -> None:
    reports = [given(agencies) for _ in range(3)]
    for report in reports:
        look_at(agencies.azerbaijan, report)
    tell_seen(agencies.azerbaijan)
    agencies.exchange()
    assert messages(agencies.iran, "seen") == 1
    seen = [told.seen for report in reports for told in releases_of(agencies.iran, report.group)]
    assert seen == [START.date()] * 3


def test_looking_at_an_own_record_tells_nobody(agencies: Agencies) -> None:
    assert look_at(agencies.iran, new_report(agencies.iran)) == 0


def test_word_of_records_that_were_never_given_is_not_kept(agencies: Agencies) -> None:
    report = given(agencies)
    with agencies.azerbaijan.database.transaction() as connection:
        connection.execute(
            "UPDATE holding SET record = gen_random_uuid() WHERE record = %s RETURNING record", (report.id,)
        )
        connection.execute("INSERT INTO seen SELECT originator, record, '2026-03-02', 'x' FROM holding")
    tell_seen(agencies.azerbaijan)
    agencies.exchange()
    assert messages(agencies.iran, "seen") == 1
    with agencies.iran.database.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM seen_there").fetchone() == (0,)
