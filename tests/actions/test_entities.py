"""People and things on record: with which report, by whom, in which role, and for how long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import Raw

from exchanging import frame, message, new_report
from fixtures_node import BY, TERMS, Agencies, open_agencies
from hamkar.actions import agreements
from hamkar.actions.correct import correct
from hamkar.actions.export_entities import entities_about, export_entities
from hamkar.actions.find_role import FoundRole, find_role, let_roleless_go, waiting_for_role
from hamkar.actions.import_entities import EntitiesImported, ForAll, import_entities
from hamkar.actions.node import Node
from hamkar.actions.nominal import read_entity, search_entities
from hamkar.actions.recall import Ground, recall
from hamkar.actions.receive_bundle import receive
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release
from hamkar.actions.retention import LONGEST_LEAP, believe_clock, let_run_out
from hamkar.errors import BadInput, NotAllowed, NotFound, Refused
from hamkar.exchange.message import encode_message
from hamkar.formats.ftm_write import ftm_lines
from hamkar.model.agreement import Category, Purpose
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.checkpoint import LogEvent
from hamkar.model.entity import EntityRole, NewEntity, Property
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.model.recall import RecallKind
from hamkar.model.role import Person, Role
from hamkar.policy.condition import Remainder
from hamkar.policy.look import ReadPurpose
from hamkar.store import entities, inbox, log
from hamkar.store.inbox import Received
from hamkar.store.log import LogFilter
from hamkar.store.outbox import stream_of
from hamkar.store.postgres.cluster import Cluster
from people import named, new_person, somebody

ANALYST = Person(name="synthetic-analyst", roles=frozenset({Role.ANALYST}), stepped_up=True)
LIAISON = Person(name="synthetic-liaison", roles=frozenset({Role.LIAISON_OFFICER}), stepped_up=True)
OFFICER = Person(name="synthetic-officer", roles=frozenset({Role.BORDER_OFFICER}), stepped_up=True)
STATISTICIAN = Person(name="synthetic-statistician", roles=frozenset({Role.STATISTICIAN}), stepped_up=True)
H2 = Handling(code=HandlingCode.H2)
CASE = "Synthetic 7"
EVERYTHING: Remainder = True
HALF_A_YEAR = timedelta(days=185)


@pytest.fixture
def agencies(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Nodes of each test's own: time goes on in them by months."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


@pytest.fixture
def iran(agencies: Agencies) -> Node:
    """The node at which people and things are recorded."""
    return agencies.iran


def held(node: Node, entity: UUID) -> bool:
    with node.database.transaction() as connection:
        return entities.holds(connection, node.id, entity)


def entries(node: Node, act: str) -> list[tuple[str, str, str]]:
    """Who did it to which record, and by which rule."""
    with node.database.transaction() as connection:
        found = log.entries(connection, LogFilter(act=act), 50)
    read = [LogEvent.from_json(each.event.encode()) for each in found if each.event]
    return [(each.actor, each.subject, each.rule) for each in read]


def live_through(agencies: Agencies, node: Node, span: timedelta) -> None:
    """Let time go on with the node running."""
    let_run_out(node)
    while span > timedelta():
        step = min(span, LONGEST_LEAP - timedelta(days=1))
        agencies.clock.turn(step)
        span -= step
        let_run_out(node)
        let_roleless_go(node)


# --- a person without a role


def test_who_has_no_role_is_found_by_nobody_and_goes_nowhere(agencies: Agencies, iran: Node) -> None:
    waiting = record_entity(iran, new_report(iran).id, somebody("Rolelessperson", role=None), by=BY)
    with pytest.raises(Refused, match="no role"):
        read_entity(iran, LIAISON, waiting.id, case=CASE, purpose=ReadPurpose.INVESTIGATION)
    assert search_entities(iran, LIAISON, "rolelessp", case=CASE, purpose=ReadPurpose.INVESTIGATION) == []
    give_people(agencies)
    (decided,) = release(iran, waiting.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    assert decided.release.rule == "person_has_role"


def give_people(agencies: Agencies) -> str:
    """An agreement in force by which people may go to Azerbaijan; its id."""
    wider = replace(TERMS, title="Synthetic agreement on people", categories=(Category.DRUG_SEIZURE, Category.PERSON))
    proposed = agreements.propose(agencies.iran, agencies.azerbaijan.id, wider, by=BY)
    agencies.exchange()
    agreements.sign(agencies.azerbaijan, proposed.id, by=BY)
    agencies.exchange()
    return proposed.id


def test_a_role_that_is_found_is_given_and_logged_with_the_case(iran: Node) -> None:
    waiting = record_entity(iran, new_report(iran).id, somebody("Roleless", role=None, minor=None), by=BY)
    assert [each.id for each in waiting_for_role(iran)] == [waiting.id]
    found = find_role(iran, ANALYST, waiting.id, FoundRole(role=EntityRole.CONTACT, minor=False), case=CASE)
    assert (found.role, found.minor, found.properties) == (EntityRole.CONTACT, False, waiting.properties)
    assert waiting_for_role(iran) == []
    assert entries(iran, "role_found") == [(ANALYST.name, str(waiting.id), "")]
    assert entries(iran, "nominal_read")[0][:2] == (ANALYST.name, str(waiting.id))


def test_a_role_that_asks_for_more_is_given_only_with_it(iran: Node) -> None:
    waiting = record_entity(iran, new_report(iran).id, somebody("Roleless", role=None), by=BY)
    with pytest.raises(Refused) as refused:
        find_role(iran, LIAISON, waiting.id, FoundRole(role=EntityRole.WITNESS), case=CASE)
    assert refused.value.rule == "protected_needs_necessity"
    answer = FoundRole(role=EntityRole.WITNESS, necessity="Synthetic reason", handling=H2)
    assert find_role(iran, LIAISON, waiting.id, answer, case=CASE).handling == H2


def test_a_role_is_given_once_and_only_by_who_may_record(iran: Node) -> None:
    suspect = new_person(iran, new_report(iran).id, "Nemuneh (synthetic)")
    with pytest.raises(Refused, match="not waiting"):
        find_role(iran, ANALYST, suspect.id, FoundRole(role=EntityRole.CONTACT), case=CASE)
    with pytest.raises(NotAllowed):
        find_role(iran, STATISTICIAN, suspect.id, FoundRole(role=EntityRole.CONTACT), case=CASE)


def test_who_has_no_role_for_six_months_goes_and_the_log_says_so(agencies: Agencies, iran: Node) -> None:
    report = new_report(iran)
    waiting = record_entity(iran, report.id, somebody("Unmistakable", role=None), by=BY)
    kept = new_person(iran, report.id, "Nemuneh (synthetic)")
    live_through(agencies, iran, timedelta(days=180))
    assert held(iran, waiting.id)
    live_through(agencies, iran, timedelta(days=5))
    assert (held(iran, waiting.id), held(iran, kept.id)) == (False, True)
    assert (iran.id, str(waiting.id), "no_role") in entries(iran, "ran_out")


def test_no_correction_makes_a_person_without_a_role_stay_longer(agencies: Agencies, iran: Node) -> None:
    waiting = record_entity(iran, new_report(iran).id, somebody("Unmistakable", role=None), by=BY)
    live_through(agencies, iran, timedelta(days=150))
    changed = correct(iran, waiting.id, {"properties": [{"name": "name", "values": ["Other"]}]}, "Slip", by=BY)
    live_through(agencies, iran, timedelta(days=35))
    assert not held(iran, changed.record.id)
    with iran.database.transaction() as connection:
        (row,) = connection.execute("SELECT count(*) FROM nominal.set_aside WHERE body::text LIKE '%Unmistak%'")
    assert row == (0,), "the version before is gone with it"


def test_a_clock_that_leapt_takes_nobody(agencies: Agencies, iran: Node) -> None:
    waiting = record_entity(iran, new_report(iran).id, somebody("Roleless", role=None), by=BY)
    let_run_out(iran)
    agencies.clock.turn(HALF_A_YEAR * 4)
    let_run_out(iran)
    let_roleless_go(iran)
    assert held(iran, waiting.id)
    believe_clock(iran, BY)
    let_roleless_go(iran)
    assert not held(iran, waiting.id)


# --- who records, and with what


def test_who_recorded_it_stays_its_author_through_corrections_of_it_and_of_its_report(iran: Node) -> None:
    report = new_report(iran)
    person = record_entity(iran, report.id, somebody(), by="synthetic-border-officer")
    correct(iran, report.id, {"agency": "Synthetic post"}, "Slip", by=BY)
    new = correct(iran, person.id, {"role": "contact"}, "Slip", by=BY).record
    with iran.database.transaction() as connection:
        assert entities.author_of(connection, iran.id, new.id) == "synthetic-border-officer"


def test_a_correction_is_held_to_the_rules_of_recording(iran: Node) -> None:
    person = new_person(iran, new_report(iran).id, "Nemuneh (synthetic)")
    with pytest.raises(Refused) as refused:
        correct(iran, person.id, {"minor": True}, "Slip", by=BY)
    assert refused.value.rule == "protected_needs_necessity"
    with pytest.raises(BadInput, match="no property"):
        correct(iran, person.id, {"properties": [{"name": "ethnicity", "values": ["x"]}]}, "Slip", by=BY)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (NewEntity(schema="LegalEntity", properties=named("x")), "is no schema that is kept here"),
        (NewEntity(schema="Person", properties=()), "it states nothing"),
        (NewEntity(schema="Person", properties=named(" ")), "a value in it is blank"),
        (NewEntity(schema="Person", properties=named("x") * 2), "one property twice"),
        (NewEntity(schema="Person", properties=(Property(name="name", values=()),)), "without a value"),
        (NewEntity(schema="Person", properties=named("x\0")), "null character"),
        (NewEntity(schema="Vehicle", properties=named("x"), minor=True), "it is no person"),
        (
            NewEntity(schema="Person", properties=(Property(name="birthDate", values=("soon",)),)),
            'birthDate cannot be "soon"; write it as a day',
        ),
    ],
)
def test_what_is_unsound_is_not_recorded(iran: Node, new: NewEntity, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        record_entity(iran, new_report(iran).id, new, by=BY)


def test_people_and_things_are_found_by_beginnings_of_words_in_four_scripts_and_by_numbers(iran: Node) -> None:
    report = new_report(iran)
    named_so = somebody("Bəhruz Nümunə", "بهروز كاظمي", "Бехруз")
    with_phone = replace(
        named_so, properties=(*named_so.properties, Property(name="phone", values=("+98 912 000 00 00",)))
    )
    person = record_entity(iran, report.id, with_phone, by=BY)
    with iran.database.transaction() as connection:
        for text in ("nümu", "بهروز", "کاظمی", "бехр", "98912", "bəhruz"):
            found = entities.search(connection, text, EVERYTHING, 10)
            assert [each.id for each in found] == [person.id], text
        assert entities.search(connection, "' | *:", EVERYTHING, 10) == []


# --- FollowTheMoney

LINES = (
    b'{"id": "p", "schema": "Person", "properties": {"name": ["Nemuneh (synthetic)"], "birthDate": ["1980"]}}',
    b'{"id": "v", "schema": "Vehicle", "properties": {"model": ["Synthetic"], "owner": ["p"], "topics": ["x"]}}',
    b'{"id": "c", "schema": "Person", "properties": {"name": ["Young (synthetic)"], "birthDate": ["2015"]}}',
    b"rubbish",
)


def read_in(node: Node, report: UUID, *lines: bytes, **for_all: object) -> EntitiesImported:
    return import_entities(node, ANALYST, report, lines, ForAll(**for_all))  # type: ignore[arg-type] # its own fields


def test_a_file_is_recorded_line_by_line_and_the_same_file_adds_nothing(iran: Node) -> None:
    report = new_report(iran)
    done = read_in(iran, report.id, *LINES, role=EntityRole.SUSPECT)
    assert [(each.schema, each.role, each.minor) for each in done.made] == [
        ("Person", "suspect", False),
        ("Vehicle", None, None),
    ]
    assert [each.row for each in done.rejected] == [3, 4]
    assert "may be under 18" in done.rejected[0].reason
    assert done.left_out == {"topics": 1}
    again = read_in(iran, report.id, *LINES, *LINES[:1])
    assert (again.made, again.held_already) == ([], 3)


def test_markings_are_joined_and_never_loosened(iran: Node) -> None:
    report = new_report(iran)
    made = record_entity(iran, report.id, replace(somebody(), handling=H2), by=BY)
    other = new_report(iran)
    line = ftm_lines([made]).replace(str(made.id).encode(), str(iran.new_id()).encode())
    condition = Handling(code=HandlingCode.H1, conditions=(Condition.NO_CAPITAL_USE,))
    (copy,) = read_in(iran, other.id, line, handling=condition).made
    assert copy.handling == Handling(code=HandlingCode.H2, conditions=(Condition.NO_CAPITAL_USE,))


def test_what_another_agency_exported_does_not_become_an_own_record(agencies: Agencies, iran: Node) -> None:
    theirs = new_person(agencies.azerbaijan, new_report(agencies.azerbaijan).id, "Nemuneh (synthetic)")
    done = read_in(iran, new_report(iran).id, ftm_lines([theirs]))
    assert (done.made, "another agency's record" in done.rejected[0].reason) == ([], True)


def test_what_was_taken_back_or_corrected_does_not_come_in_again_by_file(iran: Node) -> None:
    report = new_report(iran)
    wrong, vehicle = read_in(iran, report.id, *LINES[:2], role=EntityRole.SUSPECT).made
    recall(iran, wrong.id, Ground(kind=RecallKind.WRONG, reason="Slip"), by=BY)
    correct(iran, vehicle.id, {"role": "transport"}, "Slip", by=BY)
    again = read_in(iran, report.id, *LINES[:2])
    assert again.made == []
    assert ["recalled or corrected" in each.reason for each in again.rejected] == [True]


def test_an_export_holds_what_its_reader_may_see_and_stands_in_the_log(iran: Node) -> None:
    report = new_report(iran)
    free = new_person(iran, report.id, "Nemuneh (synthetic)")
    record_entity(iran, report.id, replace(somebody(), handling=Handling(code=HandlingCode.H3, restriction="x")), by=BY)
    record_entity(iran, report.id, somebody(role=None), by=BY)
    made = export_entities(iran, ANALYST, report.id, case=CASE, purpose=ReadPurpose.INVESTIGATION)
    assert made.data == ftm_lines([free])
    assert (made.taken, made.withheld) == (1, 1), "of what is marked above the reader nothing is said"
    assert entries(iran, "exported") == [(ANALYST.name, str(made.export.id), "")]
    with pytest.raises(NotAllowed):
        export_entities(iran, OFFICER, report.id, case=CASE, purpose=ReadPurpose.INVESTIGATION)
    with pytest.raises(NotFound):
        entities_about(iran, iran.new_id())


# --- what a partner sends


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "accepted"),
        ({"role": None}, "person_has_role"),
        ({"minor": None}, "age_is_stated"),
        ({"role": EntityRole.WITNESS}, "protected_needs_necessity"),
        ({"role": EntityRole.WITNESS, "necessity": "Synthetic"}, "protected_is_marked"),
        ({"role": EntityRole.TRANSPORT}, "role_fits_schema"),
        ({"properties": (Property(name="ethnicity", values=("x",)),)}, "well_formed"),
        ({"schema": "LegalEntity"}, "well_formed"),
    ],
)
def test_a_partner_is_held_to_the_same_rules(agencies: Agencies, changes: dict[str, object], rule: str) -> None:
    agreement = give_people(agencies)
    report = new_report(agencies.iran)
    person = replace(new_person(agencies.iran, report.id, "Nemuneh (synthetic)"), **changes)  # type: ignore[arg-type] # its own fields
    messages = [
        message(agencies.iran, replace(report, parties=()), agreement),
        encode_message(
            Message(
                id=agencies.iran.new_id(),
                kind=MessageKind.ENTITY,
                record=str(person.id),
                agreement=agreement,
                purpose=Purpose.INVESTIGATION,
                handling=person.handling,
                body=Raw(person.to_json()),
            )
        ),
    ]
    stream = stream_of(agreement)
    receive(agencies.azerbaijan, frame(agencies.iran, agencies.azerbaijan, messages, first_seq=1, stream=stream))
    assert [row.rule for row in inbox_of(agencies.azerbaijan) if row.record == str(person.id)] == [rule]


def inbox_of(node: Node) -> list[Received]:
    """What came of every message that the node got."""
    with node.database.transaction() as connection:
        return inbox.list_inbox(connection, limit=100, offset=0)
