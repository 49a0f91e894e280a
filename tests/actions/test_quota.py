"""A partner that sends more than it may in a day is told to send it again tomorrow, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exchanging import agreement_with, held, new_report
from fixtures_node import BY, Agencies, Straight, open_agencies
from hamkar.actions import agreements
from hamkar.actions.deliver import deliver
from hamkar.actions.quota import held_back, limit_of, set_limit
from hamkar.actions.release import release
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.report import Report
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.quota import Limit

USUAL = Limit()


@pytest.fixture
def agencies(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Nodes of each test's own."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


def give(agencies: Agencies, report: Report) -> str:
    """Release a report and send it; why sending stopped."""
    release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    return send(agencies)


def send(agencies: Agencies) -> str:
    """Send what waits; why sending stopped."""
    sent = deliver(agencies.iran, agencies.azerbaijan.id, Straight(agencies.azerbaijan))
    return "".join(each.stopped for each in sent)


def there(agencies: Agencies, report: Report) -> bool:
    """Whether the partner holds it."""
    return held(agencies.azerbaijan, agencies.iran, report.id) is not None


@pytest.mark.parametrize(
    "limit",
    [
        Limit(bytes=2_000, messages=USUAL.messages, rejected=USUAL.rejected),
        Limit(bytes=USUAL.bytes, messages=1, rejected=USUAL.rejected),
    ],
    ids=["bytes", "messages"],
)
def test_what_is_too_much_for_today_arrives_tomorrow(agencies: Agencies, limit: Limit) -> None:
    agencies.clock.turn(timedelta(days=1))
    set_limit(agencies.azerbaijan, agencies.iran.id, limit, by=BY)
    first, second = new_report(agencies.iran, notes="x"), new_report(agencies.iran, notes="x")
    assert give(agencies, first) == ""
    assert "429" in give(agencies, second)
    assert there(agencies, first)
    assert not there(agencies, second)
    agencies.clock.turn(timedelta(days=1))
    assert send(agencies) == ""
    assert there(agencies, second)


def test_rejected_messages_have_a_bound_of_their_own(agencies: Agencies) -> None:
    set_limit(agencies.azerbaijan, agencies.iran.id, Limit(rejected=1), by=BY)
    agreement = agreement_with(agencies.iran, agencies.azerbaijan)
    agreements.suspend(agencies.azerbaijan, agreement, by=BY)
    bad, good = new_report(agencies.iran), new_report(agencies.iran)
    assert give(agencies, bad) == "", "it goes out before word of the suspension arrives, and is rejected and kept"
    assert "429" in give(agencies, good)


def test_a_freeze_arrives_though_records_are_held_back(agencies: Agencies) -> None:
    agencies.clock.turn(timedelta(days=1))
    set_limit(agencies.azerbaijan, agencies.iran.id, Limit(messages=1), by=BY)
    for _ in range(2):
        stopped = give(agencies, new_report(agencies.iran))
    assert "429" in stopped
    agreement = agreement_with(agencies.iran, agencies.azerbaijan)
    agreements.suspend(agencies.iran, agreement, by=BY)
    send(agencies)
    assert agreements.find_standing(agencies.azerbaijan, agreement).state is AgreementState.SUSPENDED


def test_status_says_who_is_held_back_and_how_to_raise_the_bound(agencies: Agencies) -> None:
    agencies.clock.turn(timedelta(days=1))
    azerbaijan, iran = agencies.azerbaijan, agencies.iran
    set_limit(azerbaijan, iran.id, Limit(messages=1), by=BY)
    for _ in range(2):
        give(agencies, new_report(iran))
    with azerbaijan.database.transaction() as connection:
        (sentence,) = held_back(azerbaijan, connection, {iran.id: "Synthetic Police of Iran"})
    assert "1 bundle turned away" in sentence
    assert "hamkar partner limit" in sentence
    set_limit(azerbaijan, iran.id, Limit(), by=BY)
    assert send(agencies) == ""


def test_without_a_limit_of_its_own_a_partner_has_the_usual_one(agencies: Agencies) -> None:
    assert limit_of(agencies.azerbaijan, agencies.iran.id) == USUAL
