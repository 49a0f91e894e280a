"""Several people and processes at once: nothing is sent twice, nothing is derived from half of what is filed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from exchanging import filed, listed, new_report
from fixtures_node import BY, Agencies, Straight
from hamkar.actions.deliver import deliver
from hamkar.actions.events import merge, settle_field, show_event
from hamkar.actions.release import release, release_many
from hamkar.errors import HamkarError
from hamkar.model.agreement import Purpose
from hamkar.model.seizure import Decision


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What the acts give when they begin together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as together:
        return list(together.map(run, acts))


def test_two_releases_of_one_record_at_once_send_it_once(agencies: Agencies) -> None:
    for _ in range(5):
        report = new_report(agencies.iran)
        both = at_once(*[lambda r=report: release(agencies.iran, r.id, "AZ", Purpose.INVESTIGATION, by=BY)] * 2)
        assert sorted(one.fresh for decided in both for one in decided) == [False, True]  # type: ignore[attr-defined] # Decided
    agencies.exchange()


def test_two_decisions_on_one_event_at_once_are_both_kept(agencies: Agencies) -> None:
    node = agencies.iran
    one, other = filed(node, "Customs", "5"), filed(node, "Police", "5")
    merge(node, other.group, one.group, by=BY, reason="same")
    words = [
        Decision(event=one.group, field="agency", value=value, by=BY, at=datetime(2026, 1, 1, tzinfo=UTC), reason="r")
        for value in ("Customs", "Police")
    ]
    at_once(*[lambda word=word: settle_field(node, word) for word in words])
    assert len(show_event(node, one.group).decisions) == 2
    assert one.group in listed(node)


def test_merging_two_events_into_each_other_at_once_loses_neither_report(agencies: Agencies) -> None:
    node = agencies.iran
    one, other = filed(node, "Customs", "5"), filed(node, "Police", "5")

    def try_merge(origin: object, into: object) -> object:
        try:
            return merge(node, origin, into, by=BY, reason="same")  # type: ignore[arg-type] # identifiers
        except HamkarError as error:
            return str(error)

    at_once(
        lambda: try_merge(one.group, other.group),
        lambda: try_merge(other.group, one.group),
    )
    left = {one.group, other.group} & listed(node)
    assert len(left) == 1
    assert len(show_event(node, left.pop()).reports) == 2


def test_releasing_and_taking_receipts_at_once_never_wait_for_each_other_for_ever(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    reports = [new_report(giver) for _ in range(60)]
    ids = [report.id for report in reports]
    at_once(
        lambda: [release_many(giver, [one], taker.id, Purpose.INVESTIGATION, by=BY) for one in ids],
        lambda: [deliver(giver, taker.id, Straight(taker)) for _ in range(30)],
    )
    agencies.exchange()
