"""Two agencies exchange: what is released arrives once, what is not covered does not, all of it with receipts."""

from datetime import timedelta
from uuid import UUID

import pytest

from exchanging import agreement_with, frame, held, message, new_report, stream_named, verdicts
from fixtures_node import BY, TERMS, Agencies, Straight
from hamkar.actions import agreements
from hamkar.actions.check_log import check_log
from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.receive_bundle import receive
from hamkar.actions.release import explain, release, releases_of
from hamkar.actions.status import status
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.answer import Acknowledged, Declined, Halted, Wanted
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.receipt import Acceptance
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.store import entities, inbox
from hamkar.store.inbox import StreamIn
from hamkar.store.outbox import stream_of
from people import new_person
from reports import line


def test_a_released_report_arrives_with_the_granted_fields_only(agencies: Agencies) -> None:
    report = new_report(agencies.iran, notes="not for anybody else")
    (decided,) = release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert decided.release.outcome is Outcome.RELEASED
    agencies.exchange()
    arrived = held(agencies.azerbaijan, agencies.iran, report.id)
    assert arrived is not None
    assert (arrived.lines, arrived.agency, arrived.notes, arrived.parties) == (report.lines, report.agency, "", ())


def test_a_lineage_travels_under_a_name_that_says_nothing_and_is_the_same_for_the_same_source(
    agencies: Agencies,
) -> None:
    reports = [new_report(agencies.iran) for _ in range(2)]
    for report in reports:
        release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    arrived = [held(agencies.azerbaijan, agencies.iran, report.id) for report in reports]
    lineages = {report.lineage for report in arrived if report}
    assert len(lineages) == 1
    assert "synthetic" not in lineages.pop()


def test_what_became_of_a_release_is_told_with_the_partners_verdict(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    (told,) = releases_of(agencies.iran, report.group)
    assert told.delivery is not None
    assert not told.delivery.acked
    agencies.exchange()
    (told,) = releases_of(agencies.iran, report.group)
    assert told.delivery is not None
    assert (told.delivery.acked, told.delivery.verdict) == (True, "accepted")


def test_releasing_twice_sends_once(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    first = release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    again = release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert (first[0].fresh, again[0].fresh) == (True, False)
    assert again[0].release.id == first[0].release.id


def test_explaining_gives_nothing(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    before = status(agencies.iran)
    (considered,) = explain(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION)
    assert considered.answer.given == {"lines", "agency"}
    assert status(agencies.iran) == before


def test_a_refusal_is_kept_with_its_rule_and_nothing_travels(agencies: Agencies) -> None:
    report = new_report(agencies.iran, handling=Handling(code=HandlingCode.H2))
    (decided,) = release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert (decided.release.outcome, decided.release.rule) == (Outcome.REFUSED, "handling_not_above")
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    (told,) = releases_of(agencies.iran, report.group)
    assert told.delivery is None


def test_a_seizure_never_takes_its_people_along(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    person = new_person(agencies.iran, report.id, "Nemuneh (synthetic)")
    decided = release(agencies.iran, report.group, "AZ", Purpose.INVESTIGATION, by=BY)
    assert [one.release.record for one in decided] == [report.id]
    agencies.exchange()
    with agencies.azerbaijan.database.transaction() as connection, pytest.raises(NotFound):
        entities.find_entity(connection, person.id, prefer=agencies.iran.id)


def test_a_person_is_recorded_only_with_an_own_report(agencies: Agencies) -> None:
    theirs = new_report(agencies.azerbaijan)
    with pytest.raises(NotFound):
        new_person(agencies.iran, theirs.id, "Nemuneh (synthetic)")
    release(agencies.azerbaijan, theirs.id, "IR", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    with pytest.raises(BadInput, match="not this agency's"):
        new_person(agencies.iran, theirs.id, "Nemuneh (synthetic)")


def test_nobody_passes_on_what_another_agency_recorded(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    (decided,) = release(agencies.azerbaijan, report.id, "IR", Purpose.INVESTIGATION, by=BY)
    assert decided.release.rule == "originator_in_control"


def test_a_suspended_agreement_stops_both_directions_and_resuming_lets_what_waited_go(agencies: Agencies) -> None:
    (agreement,) = [s for s in agreements.list_standing(agencies.azerbaijan) if s.state is AgreementState.IN_FORCE]
    queued = new_report(agencies.iran)
    release(agencies.iran, queued.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agreements.suspend(agencies.azerbaijan, agreement.row.id, by=BY)
    agencies.exchange()
    refused = new_report(agencies.iran)
    mine = new_report(agencies.azerbaijan)
    for node, record, partner in ((agencies.iran, refused, "AZ"), (agencies.azerbaijan, mine, "IR")):
        (decided,) = release(node, record.id, partner, Purpose.INVESTIGATION, by=BY)
        assert decided.release.rule == "agreement_in_force"
    agreements.resume(agencies.azerbaijan, agreement.row.id, by=BY)
    agencies.exchange()
    assert not status(agencies.iran).waiting
    assert {s.state for s in agreements.list_standing(agencies.iran)} == {AgreementState.IN_FORCE}


def test_what_waits_under_a_suspended_agreement_is_held_back_and_says_why(agencies: Agencies) -> None:
    (agreement,) = [s for s in agreements.list_standing(agencies.azerbaijan) if s.state is AgreementState.IN_FORCE]
    queued = new_report(agencies.iran)
    release(agencies.iran, queued.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agreements.suspend(agencies.iran, agreement.row.id, by=BY)
    agencies.exchange()
    (waiting,) = status(agencies.iran).waiting
    assert "is suspended" in waiting.sentence()
    assert held(agencies.azerbaijan, agencies.iran, queued.id) is None
    agreements.resume(agencies.iran, agreement.row.id, by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, queued.id) is not None


def test_an_agreement_is_signed_once_by_each_side(agencies: Agencies) -> None:
    (agreement,) = [s for s in agreements.list_standing(agencies.azerbaijan) if s.state is AgreementState.IN_FORCE]
    with pytest.raises(Refused, match="already"):
        agreements.sign(agencies.azerbaijan, agreement.row.id, by=BY)


def test_a_proposal_alone_lets_nothing_go(agencies: Agencies) -> None:
    proposed = agreements.propose(agencies.azerbaijan, agencies.observer.id, TERMS, by=BY)
    report = new_report(agencies.azerbaijan)
    (decided,) = release(agencies.azerbaijan, report.id, "UN", Purpose.INVESTIGATION, by=BY)
    assert (decided.release.agreement, decided.release.rule) == (proposed.id, "agreement_in_force")


def test_the_receiver_holds_every_message_to_the_agreement_whatever_its_sender_thinks(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    agreement = agreement_with(giver, taker)
    plain = Report(
        id=giver.new_id(), originator=giver.id, group=giver.new_id(), lineage="x", lines=(line("heroin", None),)
    )
    changed: dict[str, dict[str, object]] = {
        "field_not_granted": {"notes": "too much"},
        "category_covered": {"lines": (line("acetic-anhydride", None),)},
        "handling_not_above": {"handling": Handling(code=HandlingCode.H2)},
        "originator_in_control": {"originator": agencies.observer.id},
    }
    offered = [message(giver, with_(plain, giver.new_id(), **parts), agreement) for parts in changed.values()]
    offered.append(message(giver, with_(plain, giver.new_id()), "f" * 64))
    offered.append(message(giver, with_(plain, giver.new_id()), agreement, handling=Handling(code=HandlingCode.H1)))
    offered.append(message(giver, plain, agreement))
    answer = receive(taker, frame(giver, taker, offered, first_seq=1, stream=stream_named("hostile")))
    assert isinstance(answer, Acknowledged)
    expected = [*changed, "no_agreement", "well_formed"]
    assert verdicts(taker, stream_named("hostile")) == [
        *(("rejected", rule) for rule in expected),
        ("accepted", "accepted"),
    ]
    assert held(taker, giver, plain.id) == plain, "one bad record does not block the next"


def with_(report: Report, record: UUID, **parts: object) -> Report:
    """The report under another identifier with some parts changed."""
    plain = {name: getattr(report, name) for name in Report.__dataclass_fields__}
    return Report(**{**plain, "id": record, **parts})


def test_a_repeated_bundle_gets_the_stored_receipt_and_changes_nothing(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    sent = frame(giver, taker, [message(giver, new_report(giver), "0" * 64)], first_seq=1, stream=stream_named("again"))
    first = receive(taker, sent)
    before = status(taker)
    agencies.clock.turn(timedelta(hours=5))
    assert receive(taker, sent) == first
    assert status(taker) == before


def test_a_gap_is_answered_with_the_number_wanted(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    answer = receive(taker, frame(giver, taker, [b'{"a":1}'], first_seq=5, stream=stream_named("gap")))
    assert isinstance(answer, Wanted)
    assert (answer.seq, answer.epoch) == (1, 1)


def test_other_content_under_a_number_freezes_the_stream_and_keeps_both(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    stream = stream_named("two-faced")
    receive(taker, frame(giver, taker, [b'{"a":1}'], first_seq=1, stream=stream))
    for content in (b'{"a":2}', b'{"a":1}'):
        assert isinstance(receive(taker, frame(giver, taker, [content], first_seq=1, stream=stream)), Halted)
    with taker.database.transaction() as connection:
        bodies = connection.execute(
            "SELECT contradicts FROM nominal.bundle_in WHERE stream = %s ORDER BY 1", (stream,)
        ).fetchall()
    assert bodies == [(False,), (True,)]
    assert any(stream in frozen for frozen in status(taker).frozen)


def test_a_bundle_for_another_node_is_declined(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    answer = receive(agencies.observer, frame(giver, taker, [b'{"a":1}'], first_seq=1, stream=stream_named("stray")))
    assert isinstance(answer, Declined)


def test_an_expired_card_delivers_nothing(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.clock.turn(timedelta(days=91))
    try:
        (delivered,) = deliver(agencies.iran, agencies.azerbaijan.id, Straight(agencies.azerbaijan))
        assert "expired" in delivered.stopped
    finally:
        agencies.clock.turn(timedelta(days=-91))
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is not None


def test_all_that_happened_here_stands_in_logs_that_hold_together(agencies: Agencies) -> None:
    for node in (agencies.iran, agencies.azerbaijan, agencies.observer):
        checked = check_log(node)
        assert checked.entries > 3
        assert checked.broken_at is None


def test_every_verdict_of_a_lost_receipt_is_told_again(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    reports = [new_report(giver), new_report(giver)]
    release(giver, reports[0].id, "AZ", Purpose.INVESTIGATION, by=BY)
    deliver(giver, taker.id, _Deaf(taker))
    release(giver, reports[1].id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    for report in reports:
        (told,) = releases_of(giver, report.group)
        assert told.delivery is not None
        assert told.delivery.verdict == Acceptance.ACCEPTED


def test_a_partner_restored_from_an_old_backup_is_sent_again_what_it_lost(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    new = [new_report(giver) for _ in range(4)]
    (decided,) = release(giver, new[0].id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    with taker.database.transaction() as connection:
        backup = inbox.lock_stream(connection, giver.id, stream_of(decided.release.agreement))
    for report in new[1:3]:
        release(giver, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    restore(taker, backup)
    assert held(taker, giver, new[2].id) is None
    release(giver, new[3].id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    assert all(held(taker, giver, report.id) for report in new)
    assert not status(giver).waiting


def restore(node: Node, backup: StreamIn) -> None:
    """Put a stream, and what it brought, back to where it stood."""
    point = (backup.partner, backup.stream, backup.next_seq)
    with node.database.transaction() as connection:
        lost = connection.execute(
            "DELETE FROM inbox WHERE partner = %s AND stream = %s AND seq >= %s RETURNING record", point
        ).fetchall()
        connection.execute("DELETE FROM receipt WHERE sender = %s AND stream = %s AND upto_seq >= %s", point)
        connection.execute("DELETE FROM report WHERE id = ANY(%s::uuid[])", ([record for (record,) in lost],))
        inbox.advance(connection, backup, backup.epoch, backup.next_seq, backup.chain)


class _Deaf:
    """A way on which the frame arrives and the answer is lost."""

    def __init__(self, to: Node) -> None:
        self._to = to

    def post_bundle(self, frame: bytes) -> Declined:
        """What a sender sees when the line is cut after delivery."""
        receive(self._to, frame)
        return Declined(503, "the line was cut")
