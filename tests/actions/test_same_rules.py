"""A list shows exactly what the decision would allow: generated people, records and agreements, in a real database."""

import itertools
from collections.abc import Sequence
from random import Random
from uuid import UUID

import pytest

from fixtures_node import BY, Agencies, file_reports
from hamkar.actions import agreements
from hamkar.actions.events import list_events, show_event
from hamkar.actions.going import may_go
from hamkar.actions.node import Node
from hamkar.actions.release import explain
from hamkar.errors import NotFound
from hamkar.model.agreement import Purpose
from hamkar.model.entity import Entity, EntityRole, Property
from hamkar.model.report import Report
from hamkar.model.role import ALONE, Person, Role
from hamkar.policy.act import Act
from hamkar.policy.look import Look, ReadPurpose, Seen
from hamkar.policy.people import clearance, decide_look, sees_minors, visible
from hamkar.policy.sight import sight_of
from hamkar.store import entities
from hamkar.store.events import EventFilter
from hamkar.store.row_security import Reader, reading_as, wall_stands
from random_records import random_handling, random_report, random_terms

AUTHORS = ("", "amina", "babak")
PEOPLE = [
    Person(name=name, roles=frozenset(roles), stepped_up=True)
    for name, roles in itertools.product(
        AUTHORS[1:], [*[(role,) for role in Role], *itertools.combinations(sorted(set(Role) - ALONE), 2)]
    )
]


def chance(seed: int) -> Random:
    """What generates the records of a test."""
    return Random(seed)  # noqa: S311 - invented records


def filed_at_heights(node: Node, random: Random, count: int) -> list[Report]:
    """Reports of all markings; some speak of one seizure."""
    made = [random_report(random, node, handling=None) for _ in range(count)]
    grouped = [
        Report.from_dict({**report.to_dict(), "group": str(made[place // 2 * 2].group)})
        for place, report in enumerate(made)
    ]
    file_reports(node, *grouped)
    return grouped


@pytest.mark.parametrize("seed", range(3))
def test_everybody_is_listed_the_seizures_they_can_open(agencies: Agencies, seed: int) -> None:
    node = agencies.iran
    made = filed_at_heights(node, chance(seed), 40)
    for person in PEOPLE:
        here = node.seen_by(person)
        listed = {
            row.id: row.reports for row in list_events(here, EventFilter(), sort="date", limit=999, offset=0).rows
        }
        look = Look(person=person, act=Act.READ_SEIZURE)
        seen: dict[UUID, set[UUID]] = {}
        for report in made:
            record = Seen(handling=report.handling.code.rank)
            if decide_look(Look(person=look.person, act=look.act, record=record))[0]:
                seen.setdefault(report.group, set()).add(report.id)
        ours = {report.group for report in made}
        assert {event: listed[event] for event in ours & set(listed)} == {key: len(held) for key, held in seen.items()}
        for event in ours:
            assert opened(here, event) == seen.get(event)


def opened(node: Node, event: UUID) -> set[UUID] | None:
    """The reports on the page of a seizure; None where there is none."""
    try:
        shown = show_event(node, event)
    except NotFound:
        return None
    assert set(shown.event.reports) == {report.id for report in shown.reports}
    return {report.id for report in shown.reports}


@pytest.mark.parametrize("seed", range(6))
def test_what_may_go_to_a_partner_is_listed_as_it_is_decided(agencies: Agencies, seed: int) -> None:
    random, giver, taker = chance(seed), agencies.iran, agencies.azerbaijan
    for _ in range(3):
        draft = random_terms(random, giver.today)
        proposed = agreements.propose(giver, taker.id, draft, by=BY)
        agencies.exchange()
        if random.random() < 0.8:
            agreements.sign(taker, proposed.id, by=BY)
            agencies.exchange()
    reports = filed_at_heights(giver, random, 40)
    for purpose in Purpose:
        rule = may_go(giver, taker.id, purpose)
        rows = list_events(giver, EventFilter(going=rule), sort="date", limit=999, offset=0).rows
        decided = {
            one.event
            for report in reports
            for one in explain(giver, report.id, taker.id, purpose)
            if one.answer.allowed
        }
        assert {row.id for row in rows} & {report.group for report in reports} == decided


def recorded(node: Node, random: Random, reports: Sequence[Report]) -> dict[UUID, tuple[Entity, str]]:
    """People and things of all kinds, each with who recorded it."""
    made = {}
    for report in reports:
        person = random.random() < 0.8
        entity = Entity(
            id=node.new_id(),
            report=report.id,
            originator=node.id,
            schema="Person" if person else "Vehicle",
            role=random.choice((None, EntityRole.SUSPECT, EntityRole.WITNESS)) if person else EntityRole.TRANSPORT,
            properties=(Property(name="name", values=(f"Synthetic Nemuneh{reports[0].id.hex}",)),),
            handling=random_handling(random, node.today),
            minor=random.choice((None, True, False)) if person else None,
            synthetic=True,
        )
        made[entity.id] = entity, random.choice(AUTHORS)
    with node.database.transaction() as connection:
        for entity, author in made.values():
            entities.put_entity(connection, entity, node.now(), author=author)
    return made


def about(entity: Entity, author: str) -> Seen:
    """What the rules look at in it."""
    return Seen(
        handling=entity.handling.code.rank,
        author=author,
        role=entity.role,
        minor=entity.minor,
        quarantined=entity.subject.quarantined,
    )


@pytest.mark.parametrize("seed", range(2))
def test_a_search_for_names_finds_what_could_be_read_one_by_one(agencies: Agencies, seed: int) -> None:
    node, random = agencies.iran, chance(seed)
    reports = filed_at_heights(node, random, 60)
    made, word = recorded(node, random, reports), f"nemuneh{reports[0].id.hex}"
    for person, purpose in itertools.product(PEOPLE, ReadPurpose):
        look = Look(person=person, act=Act.READ_NOMINAL, case="IR-1", purpose=purpose)
        allowed = {
            key
            for key, (entity, author) in made.items()
            if decide_look(
                Look(
                    person=person,
                    act=look.act,
                    record=about(entity, author),
                    case="IR-1",
                    purpose=purpose,
                )
            )[0]
        }
        reader = Reader(person.name, clearance(look), sees_minors=sees_minors(person))
        with node.database.transaction() as connection:
            found = {one.id for one in entities.search(connection, word, visible(look), 999)}
            with reading_as(connection, reader):
                walled = {one.id for one in entities.search(connection, word, visible(look), 999)}
                everything = connection.execute("SELECT id FROM nominal.entity").fetchall()
        assert found == walled == allowed
        ranks = [made[key][0].handling.code.rank for (key,) in everything if key in made]
        assert max(ranks, default=0) <= max(clearance(look), 2)


def test_the_wall_of_the_database_stands_and_hides_what_a_forgotten_filter_would_show(agencies: Agencies) -> None:
    node, random = agencies.iran, chance(7)
    made = recorded(node, random, filed_at_heights(node, random, 60))
    with node.database.transaction() as connection:
        assert wall_stands(connection)
        with reading_as(connection, Reader("amina", 1, sees_minors=False)):
            rows = {key for (key,) in connection.execute("SELECT id FROM nominal.entity").fetchall()}
        after = {key for (key,) in connection.execute("SELECT id FROM nominal.entity").fetchall()}
    assert rows & set(made) == {
        key
        for key, (entity, author) in made.items()
        if (entity.handling.code.rank <= 1 and not entity.subject.protected)
        or (author == "amina" and entity.handling.code.rank <= 2)
    }
    assert after >= set(made)


def test_a_sight_filters_rows_and_reports_alike() -> None:
    for person in PEOPLE:
        sight = sight_of(person)
        for rank in range(4):
            look = Look(person=person, act=Act.READ_SEIZURE, record=Seen(handling=rank))
            assert sight.sees(rank) == decide_look(look)[0]
