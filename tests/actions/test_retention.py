"""What has run out goes by itself from everywhere in the holder's node, and the originator gets a receipt of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import LiteralString

import pytest
from msgspec import Raw

from exchanging import agreement_with, frame, held, message, new_report, stream_named, verdicts
from fixtures_node import BY, START, TERMS, Agencies, open_agencies
from hamkar.actions import agreements
from hamkar.actions.events import list_events
from hamkar.actions.node import Node
from hamkar.actions.receive_bundle import receive
from hamkar.actions.release import release, releases_of
from hamkar.actions.retention import LONGEST_LEAP, believe_clock, doubted_clock, let_run_out
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.message import encode_message
from hamkar.model.agreement import Category, Purpose, ReportField
from hamkar.model.bundle import Bundle, Message, MessageKind
from hamkar.model.entity import Entity, EntityRole
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.report import Report
from hamkar.store import retention
from hamkar.store.events import EventFilter
from hamkar.store.outbox import stream_of
from hamkar.store.postgres.cluster import Cluster
from people import named

RETENTION = timedelta(days=1095)


@pytest.fixture
def agencies(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Nodes of each test's own: time goes on in them by years."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


def given(agencies: Agencies, *, delete_by: date | None = None) -> Report:
    """A report of Iran's that Azerbaijan holds."""
    report = new_report(agencies.iran, handling=Handling(code=HandlingCode.H0, delete_by=delete_by))
    release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id)
    return report


def live_through(agencies: Agencies, span: timedelta) -> None:
    """Let time go on with the nodes running."""
    let_run_out(agencies.azerbaijan)
    while span > timedelta():
        step = min(span, LONGEST_LEAP - timedelta(days=1))
        agencies.clock.turn(step)
        span -= step
        let_run_out(agencies.azerbaijan)


RECEIVED = "SELECT body FROM nominal.bundle_in"
SENT = "SELECT message FROM nominal.outbox"


def bytes_in(node: Node, table: LiteralString) -> bytes:
    """Everything a column holds."""
    with node.database.transaction() as connection:
        rows = connection.execute(table).fetchall()
    return b"".join(bytes(row[0]) for row in rows)


def acts(node: Node, subject: str) -> list[tuple[str, str]]:
    """What the log says of a record."""
    with node.database.transaction() as connection:
        return connection.execute(
            "SELECT act, event::json->>'rule' FROM log WHERE subject = %s ORDER BY seq", (subject,)
        ).fetchall()


def notice(node: Node, partner: Node, report: Report, agreement: str) -> date | None:
    """When the partner says that its copy ran out."""
    with node.database.transaction() as connection:
        found = retention.notices_on(connection, [report.id]).get((partner.id, report.id, agreement))
    return found.date() if found else None


def test_a_received_report_runs_out_after_the_days_of_the_agreement_and_not_before(agencies: Agencies) -> None:
    report = given(agencies)
    live_through(agencies, RETENTION - timedelta(days=1))
    assert held(agencies.azerbaijan, agencies.iran, report.id)
    live_through(agencies, timedelta(days=1))
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert not list_events(agencies.azerbaijan, EventFilter(), sort="date", limit=10, offset=0).rows
    assert ("ran_out", "retention") in acts(agencies.azerbaijan, str(report.id))


def test_the_originators_own_date_of_deletion_comes_first(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    live_through(agencies, timedelta(days=4))
    assert held(agencies.azerbaijan, agencies.iran, report.id)
    live_through(agencies, timedelta(days=1))
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert ("ran_out", "delete_by") in acts(agencies.azerbaijan, str(report.id))


def test_the_originator_gets_a_receipt_and_shows_it_at_the_release(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    live_through(agencies, timedelta(days=5))
    agencies.exchange()
    agreement = agreement_with(agencies.iran, agencies.azerbaijan)
    assert notice(agencies.iran, agencies.azerbaijan, report, agreement) == START.date() + timedelta(days=5)
    (told,) = releases_of(agencies.iran, report.group)
    assert told.ran_out is not None
    assert told.ran_out.date() == START.date() + timedelta(days=5)
    assert held(agencies.iran, agencies.iran, report.id), "the originator's own copy has no such end"


def test_the_bytes_that_brought_it_go_too_and_the_chain_can_still_be_proved(agencies: Agencies) -> None:
    kept = given(agencies)
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    azerbaijan, stream = agencies.azerbaijan, stream_of(agreement_with(agencies.iran, agencies.azerbaijan))
    assert str(report.id).encode() in bytes_in(azerbaijan, RECEIVED)
    live_through(agencies, timedelta(days=5))
    bodies = bytes_in(azerbaijan, RECEIVED)
    assert str(report.id).encode() not in bodies
    assert str(kept.id).encode() in bodies
    with azerbaijan.database.transaction() as connection:
        rows = connection.execute(
            "SELECT body FROM nominal.bundle_in WHERE stream = %s ORDER BY first_seq", (stream,)
        ).fetchall()
        end = connection.execute("SELECT chain FROM stream_in WHERE stream = %s", (stream,)).fetchone()
    chain = "0" * 64
    for (body,) in rows:
        chain = advance_all(chain, [leaf(bytes(message)) for message in Bundle.from_own_json(body).msgs])[-1]
    assert end == (chain,)


def test_the_originator_lets_go_of_the_message_once_it_has_the_receipt(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    name = str(report.group).encode()
    assert name in bytes_in(agencies.iran, SENT)
    live_through(agencies, timedelta(days=5))
    agencies.exchange()
    assert name not in bytes_in(agencies.iran, SENT)


def test_what_has_run_out_is_not_taken_up_again_under_the_same_agreement(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    agreement = agreement_with(agencies.iran, agencies.azerbaijan)
    agencies.clock.turn(timedelta(days=5))
    let_run_out(agencies.azerbaijan)
    later = replace(report, parties=(), handling=Handling(code=HandlingCode.H0))
    stream = stream_named("again")
    raw = message(agencies.iran, later, agreement)
    receive(agencies.azerbaijan, frame(agencies.iran, agencies.azerbaijan, [raw], first_seq=1, stream=stream))
    assert verdicts(agencies.azerbaijan, stream) == [("rejected", "ran_out")]


def test_own_records_with_a_date_of_deletion_go_here_and_from_what_waits(agencies: Agencies) -> None:
    iran = agencies.iran
    report = new_report(iran, handling=Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=5)))
    release(iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    let_run_out(iran)
    agencies.clock.turn(timedelta(days=5))
    let_run_out(iran)
    assert held(iran, iran, report.id) is None
    assert str(report.group).encode() not in bytes_in(iran, SENT)
    agencies.exchange()
    assert held(agencies.azerbaijan, iran, report.id) is None
    stream = stream_of(agreement_with(iran, agencies.azerbaijan))
    with agencies.azerbaijan.database.transaction() as connection:
        rows = connection.execute("SELECT acceptance, rule FROM inbox WHERE stream = %s", (stream,)).fetchall()
    assert rows == [("rejected", "erased")]
    later = given(agencies)
    assert held(agencies.azerbaijan, iran, later.id), "the stream goes on"


def test_an_event_keeps_what_others_say_of_it(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    azerbaijan = agencies.azerbaijan
    own = new_report(azerbaijan, substance="opium")
    with azerbaijan.database.transaction() as connection:
        (event,) = connection.execute("SELECT event_id FROM report WHERE id = %s", (report.id,)).fetchone() or ()
        connection.execute("UPDATE report SET event_id = %s WHERE id = %s", (event, own.id))
    live_through(agencies, timedelta(days=5))
    rows = list_events(azerbaijan, EventFilter(), sort="date", limit=10, offset=0).rows
    assert [(row.id, row.reports, row.substances) for row in rows if row.id == event] == [(event, 1, ["opium"])]


def test_a_clock_that_leaps_ahead_erases_nothing_until_a_person_has_confirmed_it(agencies: Agencies) -> None:
    report = given(agencies)
    azerbaijan = agencies.azerbaijan
    let_run_out(azerbaijan)
    agencies.clock.turn(timedelta(days=3650))
    new_report(azerbaijan)
    for _ in range(2):
        let_run_out(azerbaijan)
        assert held(azerbaijan, agencies.iran, report.id)
    assert "hamkar doctor --clock-is-right" in sentence(azerbaijan)
    believe_clock(azerbaijan, BY)
    assert sentence(azerbaijan) == ""
    let_run_out(azerbaijan)
    assert held(azerbaijan, agencies.iran, report.id) is None


def test_a_clock_that_comes_back_needs_no_confirmation(agencies: Agencies) -> None:
    report = given(agencies)
    azerbaijan = agencies.azerbaijan
    let_run_out(azerbaijan)
    agencies.clock.turn(timedelta(days=3650))
    let_run_out(azerbaijan)
    assert sentence(azerbaijan)
    agencies.clock.turn(-timedelta(days=3650))
    let_run_out(azerbaijan)
    assert sentence(azerbaijan) == ""
    assert held(azerbaijan, agencies.iran, report.id)


def sentence(node: Node) -> str:
    """What status says of the clock."""
    with node.database.transaction() as connection:
        return doubted_clock(node, connection)


def test_a_legal_hold_stops_it_until_its_day(agencies: Agencies) -> None:
    report = given(agencies, delete_by=START.date() + timedelta(days=5))
    azerbaijan = agencies.azerbaijan
    with azerbaijan.database.transaction() as connection:
        connection.execute(
            "INSERT INTO legal_hold (record, originator, ground, until, placed_by, placed_at)"
            " VALUES (%s, %s, 'court_order', %s, %s, %s)",
            (report.id, agencies.iran.id, START.date() + timedelta(days=8), BY, azerbaijan.now()),
        )
    live_through(agencies, timedelta(days=8))
    assert held(azerbaijan, agencies.iran, report.id)
    live_through(agencies, timedelta(days=1))
    assert held(azerbaijan, agencies.iran, report.id) is None


def test_the_content_of_a_rejected_message_goes_after_thirty_days(agencies: Agencies) -> None:
    report = new_report(agencies.iran, handling=Handling(code=HandlingCode.H0, delete_by=START.date()))
    azerbaijan = agencies.azerbaijan
    send_against_the_rules(agencies, report)
    assert str(report.id).encode() in bytes_in(azerbaijan, RECEIVED)
    live_through(agencies, timedelta(days=31))
    assert str(report.id).encode() not in bytes_in(azerbaijan, RECEIVED)


def send_against_the_rules(agencies: Agencies, report: Report) -> None:
    """Send a report without asking this node's own rules."""
    agreement = agreement_with(agencies.iran, agencies.azerbaijan)
    raw = message(agencies.iran, report, agreement)
    receive(
        agencies.azerbaijan,
        frame(agencies.iran, agencies.azerbaijan, [raw], first_seq=1, stream=stream_named("rejected")),
    )


SHORT_AND_WIDE = replace(
    TERMS,
    title="Synthetic agreement on people, for ten days",
    categories=(Category.DRUG_SEIZURE, Category.PERSON),
    fields=(*TERMS.fields, ReportField.NOTES),
    retention_days=10,
)


def another_agreement(agencies: Agencies) -> str:
    """A second agreement, under which more is granted for a shorter time."""
    proposed = agreements.propose(agencies.iran, agencies.azerbaijan.id, SHORT_AND_WIDE, by=BY)
    agencies.exchange()
    agreements.sign(agencies.azerbaijan, proposed.id, by=BY)
    agencies.exchange()
    return proposed.id


def test_of_a_record_under_two_agreements_only_what_the_lasting_one_grants_is_left(agencies: Agencies) -> None:
    report = given(agencies)
    wider = another_agreement(agencies)
    fuller = replace(report, parties=(), notes="Synthetic notes")
    raw = message(agencies.iran, fuller, wider)
    receive(agencies.azerbaijan, frame(agencies.iran, agencies.azerbaijan, [raw], first_seq=1, stream=stream_of(wider)))
    before = held(agencies.azerbaijan, agencies.iran, report.id)
    live_through(agencies, timedelta(days=10))
    after = held(agencies.azerbaijan, agencies.iran, report.id)
    assert before is not None
    assert after is not None
    assert (before.notes, after.notes, after.lines) == ("Synthetic notes", "", report.lines)
    bodies = bytes_in(agencies.azerbaijan, RECEIVED)
    assert b"Synthetic notes" not in bodies
    assert str(report.group).encode() in bodies, "what came under the lasting agreement is still evidence"


def test_who_the_people_of_a_report_are_goes_with_it(agencies: Agencies) -> None:
    wider = another_agreement(agencies)
    report = replace(
        new_report(agencies.iran, handling=Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=5))),
        parties=(),
    )
    entity = Entity(
        id=agencies.iran.new_id(),
        report=report.id,
        ref="1",
        originator=agencies.iran.id,
        schema="Person",
        role=EntityRole.SUSPECT,
        properties=named("Synthetic Person"),
        minor=False,
        handling=Handling(code=HandlingCode.H0),
        synthetic=True,
    )
    person = encode_message(
        Message(
            id=agencies.iran.new_id(),
            kind=MessageKind.ENTITY,
            record=str(entity.id),
            agreement=wider,
            purpose=Purpose.INVESTIGATION,
            handling=entity.handling,
            body=Raw(entity.to_json()),
        )
    )
    messages = [message(agencies.iran, report, wider), person]
    receive(
        agencies.azerbaijan, frame(agencies.iran, agencies.azerbaijan, messages, first_seq=1, stream=stream_of(wider))
    )
    assert names_held(agencies.azerbaijan) == 1
    live_through(agencies, timedelta(days=5))
    assert names_held(agencies.azerbaijan) == 0
    assert b"Synthetic Person" not in bytes_in(agencies.azerbaijan, RECEIVED)


def names_held(node: Node) -> int:
    """How many people and things the node holds."""
    with node.database.transaction() as connection:
        row = connection.execute("SELECT count(*) FROM nominal.entity").fetchone()
    return int(row[0]) if row else 0


def test_a_record_of_another_agency_that_bears_an_own_ones_identifier_takes_nothing_with_it(agencies: Agencies) -> None:
    own = new_report(agencies.azerbaijan)
    release(agencies.azerbaijan, own.id, agencies.iran.id, Purpose.INVESTIGATION, by=BY)
    handling = Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=5))
    alike = replace(own, originator=agencies.iran.id, parties=(), handling=handling)
    raw = message(agencies.iran, alike, agreement_with(agencies.iran, agencies.azerbaijan))
    stream = stream_named("alike")
    receive(agencies.azerbaijan, frame(agencies.iran, agencies.azerbaijan, [raw], first_seq=1, stream=stream))
    assert verdicts(agencies.azerbaijan, stream) == [("accepted", "accepted")]
    live_through(agencies, timedelta(days=5))
    assert held(agencies.azerbaijan, agencies.azerbaijan, own.id)
    agencies.exchange()
    assert held(agencies.iran, agencies.azerbaijan, own.id)


def test_a_record_past_its_date_of_deletion_leaves_as_its_leaf_although_retention_has_not_run(
    agencies: Agencies,
) -> None:
    handling = Handling(code=HandlingCode.H0, delete_by=START.date() + timedelta(days=1))
    ending, lasting = new_report(agencies.iran, handling=handling), new_report(agencies.iran)
    for report in (ending, lasting):
        release(agencies.iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    agencies.clock.turn(timedelta(days=1))
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, ending.id) is None
    assert held(agencies.azerbaijan, agencies.iran, lasting.id)
    assert str(ending.id).encode() not in bytes_in(agencies.azerbaijan, RECEIVED)
    stream = stream_of(agreement_with(agencies.iran, agencies.azerbaijan))
    assert verdicts(agencies.azerbaijan, stream) == [("rejected", "erased"), ("accepted", "accepted")]
