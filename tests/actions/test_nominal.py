"""Who reads a name says for which case and why, within a budget, and leaves a trace that others can follow."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from exchanging import new_report
from fixtures_node import BY, TERMS, Agencies
from gate_passing import pass_gate
from hamkar.actions import agreements
from hamkar.actions.accounts import add_account
from hamkar.actions.budget import set_budget
from hamkar.actions.node import Node
from hamkar.actions.nominal import forget_sought_words, read_entity, search_entities
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release
from hamkar.actions.seen import tell_seen
from hamkar.errors import NotAllowed, NotFound, Refused
from hamkar.model.agreement import Category, Purpose
from hamkar.model.entity import Entity, EntityRole
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.oversight import AlarmKind, Reading
from hamkar.model.release import Outcome
from hamkar.model.role import Person, Role
from hamkar.policy.budget import DAILY, BudgetKind
from hamkar.policy.look import ReadPurpose
from hamkar.store import alarms, canaries, entities, log, nominal_reads
from hamkar.store.canaries import InspectionHold
from hamkar.store.log import LogFilter
from hamkar.store.nominal_reads import OversightFilter
from people import somebody

CASE = "synthetic case 7"
WHY = ReadPurpose.INVESTIGATION
ANALYST = Person(name="synthetic-analyst", roles=frozenset({Role.ANALYST}))
LIAISON = Person(name="synthetic-liaison", roles=frozenset({Role.LIAISON_OFFICER}))
INSPECTOR = Person(name="synthetic-dpo", roles=frozenset({Role.DATA_PROTECTION_OFFICER}))
ADMINISTRATOR = Person(name=BY, roles=frozenset({Role.ADMINISTRATOR}), stepped_up=True)


@pytest.fixture
def iran(agencies: Agencies) -> Node:
    """The node at which people read, and nobody has yet."""
    with agencies.iran.database.transaction() as connection:
        connection.execute(
            "TRUNCATE nominal.reading, nominal.alarm, nominal.inspection_hold, nominal.entity, budget, seen"
        )
        connection.execute("DELETE FROM account WHERE name = %s", (ANALYST.name,))
    return agencies.iran


def on_record(
    node: Node, *names: str, handling: HandlingCode = HandlingCode.H0, role: EntityRole | None = None
) -> Entity:
    """Somebody on record at a node; a suspect unless another role is given."""
    restriction = "synthetic restriction" if handling is HandlingCode.H3 else ""
    new = somebody(*names, role=role or EntityRole.SUSPECT, handling=Handling(code=handling, restriction=restriction))
    return record_entity(node, new_report(node).id, new, by="synthetic-border-officer")


def readings(node: Node, **wanted: object) -> list[Reading]:
    """What was read and sought at a node, the newest first."""
    with node.database.transaction() as connection:
        return nominal_reads.readings(connection, OversightFilter(**wanted), limit=100, offset=0)  # type: ignore[arg-type] # names of its fields


def alarm_kinds(node: Node) -> list[AlarmKind]:
    """Which alarms were raised, the newest first."""
    with node.database.transaction() as connection:
        return [alarm.kind for alarm in alarms.alarms(connection, limit=100, offset=0)]


def test_a_name_is_read_for_a_case_and_a_purpose_and_the_log_says_so(iran: Node) -> None:
    entity = on_record(iran, "Behrouz Nemuneh (synthetic)")
    assert read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY).names == ("Behrouz Nemuneh (synthetic)",)
    (reading,) = readings(iran, record=entity.id)
    assert (reading.account, reading.case_number, reading.purpose) == (ANALYST.name, CASE, "investigation")
    with iran.database.transaction() as connection:
        (entry,) = log.entries(connection, LogFilter(subject=str(entity.id), act="nominal_read"), 10)
    assert f"case {CASE}, investigation: read" in (entry.event or "")


@pytest.mark.parametrize(("case", "purpose"), [("", WHY), ("   ", WHY), (CASE, None)])
def test_without_a_case_or_a_purpose_nothing_is_read(iran: Node, case: str, purpose: ReadPurpose | None) -> None:
    entity = on_record(iran)
    with pytest.raises(Refused, match="case number and its purpose"):
        read_entity(iran, ANALYST, entity.id, case=case, purpose=purpose)
    assert readings(iran)[0].refused_by == "case_and_purpose"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.STATISTICIAN, Role.OBSERVER])
def test_whose_role_reads_no_names_is_told_so(iran: Node, role: Role) -> None:
    with pytest.raises(NotAllowed):
        read_entity(iran, Person(name="x", roles=frozenset({role})), on_record(iran).id, case=CASE, purpose=WHY)


def test_a_record_that_may_not_be_seen_is_as_if_it_were_not_held(iran: Node) -> None:
    hidden = on_record(iran, handling=HandlingCode.H3)
    unknown = UUID(int=7)
    for wanted in (hidden.id, unknown):
        with pytest.raises(NotFound, match=f"^no record {wanted} is held here$"):
            read_entity(iran, ANALYST, wanted, case=CASE, purpose=WHY)
    assert [each.refused_by for each in readings(iran)] == ["not_held", "not_held"]
    assert read_entity(iran, LIAISON, hidden.id, case=CASE, purpose=WHY) == hidden


def test_a_search_shows_what_may_be_seen_and_counts_each_name(iran: Node) -> None:
    open_one = on_record(iran, "Elçin Nümunəzadə (synthetic)")
    on_record(iran, "Elçin Məxfi (synthetic)", handling=HandlingCode.H3)
    on_record(iran, "Эльчин Свидетель (synthetic)", handling=HandlingCode.H0)
    found = search_entities(iran, ANALYST, "elc", case=CASE, purpose=WHY)
    assert open_one in found
    assert all(entity.handling.code is HandlingCode.H0 for entity in found)
    (reading,) = readings(iran)
    assert (reading.sought, reading.counted, len(reading.entities)) == ("elc", len(found), len(found))


def test_what_is_searched_for_is_not_in_the_log(iran: Node) -> None:
    search_entities(iran, ANALYST, "Nemuneh", case=CASE, purpose=WHY)
    with iran.database.transaction() as connection:
        entries = log.entries(connection, LogFilter(act="nominal_search"), 10)
    assert entries
    assert all("Nemuneh" not in (entry.event or "") for entry in entries)


def test_the_words_of_a_search_are_forgotten_after_a_year_and_the_search_is_not(iran: Node) -> None:
    search_entities(iran, ANALYST, "Nemuneh", case=CASE, purpose=WHY)
    forget_sought_words(iran)
    assert [each.sought for each in readings(iran)] == ["Nemuneh"]
    with iran.database.transaction() as connection:
        connection.execute("UPDATE nominal.reading SET at = at - interval '366 days'")
    forget_sought_words(iran)
    assert [(each.sought, each.case_number) for each in readings(iran)] == [("", CASE)]


def test_an_inspector_reads_names_for_subject_access_only_and_nobody_else_does(iran: Node) -> None:
    entity = on_record(iran)
    assert read_entity(iran, INSPECTOR, entity.id, case=CASE, purpose=ReadPurpose.SUBJECT_ACCESS) == entity
    for person, purpose in ((INSPECTOR, WHY), (ANALYST, ReadPurpose.SUBJECT_ACCESS)):
        with pytest.raises(Refused, match="to answer the person named"):
            read_entity(iran, person, entity.id, case=CASE, purpose=purpose)


def test_whose_record_it_is_is_told_the_day_on_which_it_was_read(agencies: Agencies, iran: Node) -> None:
    foreign = replace(on_record(iran), originator=agencies.azerbaijan.id)
    with iran.database.transaction() as connection:
        entities.put_entity(connection, foreign, iran.now())
        connection.execute("DELETE FROM nominal.entity WHERE id = %s AND originator = %s", (foreign.id, iran.id))
    read_entity(iran, ANALYST, foreign.id, case=CASE, purpose=WHY)
    with iran.database.transaction() as connection:
        noted = connection.execute("SELECT originator, record, seen_by FROM seen").fetchall()
    assert noted == [(agencies.azerbaijan.id, foreign.id, ANALYST.name)]
    tell_seen(iran)


def test_the_giver_of_a_name_learns_on_which_day_it_was_read_and_not_by_whom(agencies: Agencies, iran: Node) -> None:
    azerbaijan = agencies.azerbaijan
    terms = replace(TERMS, title="Synthetic agreement on people", categories=(Category.DRUG_SEIZURE, Category.PERSON))
    proposed = agreements.propose(azerbaijan, iran.id, terms, by=BY)
    agencies.exchange()
    agreements.sign(iran, proposed.id, by=BY)
    agencies.exchange()
    entity = on_record(azerbaijan, "Nümunə (synthetic)")
    pass_gate(azerbaijan, entity.id, iran.id)
    for record in (entity.report, entity.id):
        (gone,) = release(azerbaijan, record, iran.id, Purpose.INVESTIGATION, by=BY)
        assert gone.release.outcome is Outcome.RELEASED, gone.release.reason
        agencies.exchange()
    read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    tell_seen(iran)
    agencies.exchange()
    with azerbaijan.database.transaction() as connection:
        told = connection.execute("SELECT * FROM seen_there WHERE record = %s", (entity.id,)).fetchall()
    assert told == [(iran.id, entity.id, iran.today)]


# Budgets


def test_past_the_budget_nothing_is_read_and_the_officer_is_told(iran: Node) -> None:
    add_account(iran, ANALYST.name, ANALYST.roles, "a long synthetic password", by=BY)
    set_budget(iran, ADMINISTRATOR, ANALYST.name, BudgetKind.NOMINAL_READS, 2)
    entity = on_record(iran)
    for _ in range(2):
        read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    with pytest.raises(Refused, match="budget of synthetic-analyst for this is spent; go on tomorrow") as caught:
        read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    assert caught.value.rule == "budget_spent"
    assert alarm_kinds(iran) == [AlarmKind.BUDGET_SPENT]


def test_a_search_shows_no_more_than_the_budget_has_left(iran: Node) -> None:
    add_account(iran, ANALYST.name, ANALYST.roles, "a long synthetic password", by=BY)
    set_budget(iran, ADMINISTRATOR, ANALYST.name, BudgetKind.NOMINAL_READS, 2)
    for _ in range(3):
        on_record(iran, "Nemuneh (synthetic)")
    assert len(search_entities(iran, ANALYST, "nemuneh", case=CASE, purpose=WHY)) == 2


def test_the_budget_is_new_each_day(agencies: Agencies, iran: Node) -> None:
    entity = on_record(iran)
    with iran.database.transaction() as connection:
        connection.execute("INSERT INTO budget VALUES (%s, 'nominal_reads', 1, 'x', %s)", (ANALYST.name, iran.now()))
    read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    agencies.clock.turn(timedelta(days=1))
    assert read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)


def test_ten_times_the_usual_raises_an_alarm_once_a_day(iran: Node) -> None:
    entity = on_record(iran)
    for _ in range(29):
        read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    assert alarm_kinds(iran) == []
    for _ in range(3):
        read_entity(iran, ANALYST, entity.id, case=CASE, purpose=WHY)
    assert alarm_kinds(iran) == [AlarmKind.UNUSUAL]


def test_every_role_that_reads_names_has_a_budget(iran: Node) -> None:
    assert iran
    assert all(daily > 0 for daily in DAILY[BudgetKind.NOMINAL_READS].values())


# Canaries


def test_reading_a_canary_shows_it_like_any_other_and_tells_the_officer(iran: Node) -> None:
    canary, other = on_record(iran, "Canary (synthetic)"), on_record(iran, "Canary Two (synthetic)")
    hold = InspectionHold(
        record=canary.id, originator=iran.id, canary=True, held_by="x", held_at=iran.now(), reason="synthetic"
    )
    with iran.database.transaction() as connection:
        canaries.put_hold(connection, hold)
    read_entity(iran, ANALYST, other.id, case=CASE, purpose=WHY)
    assert alarm_kinds(iran) == []
    assert read_entity(iran, ANALYST, canary.id, case=CASE, purpose=WHY) == canary
    assert len(search_entities(iran, LIAISON, "canary", case=CASE, purpose=WHY)) == 2
    assert alarm_kinds(iran) == [AlarmKind.CANARY, AlarmKind.CANARY]
