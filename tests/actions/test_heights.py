"""A seizure with reports at several heights: nobody learns from it what only a report above them says."""

from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from fixtures_node import BY, Agencies, file_reports
from hamkar.actions.correct import correct
from hamkar.actions.events import merge, settle_field, show_event, split
from hamkar.actions.export_entities import entities_about
from hamkar.actions.inbox import list_received
from hamkar.actions.node import Node
from hamkar.actions.recall import Ground, recall, recalls_of_event
from hamkar.actions.release import release, releases_of
from hamkar.actions.seen import note_seen
from hamkar.errors import NotFound
from hamkar.model.agreement import Purpose
from hamkar.model.entity import Entity, EntityRole, Property
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.place import Place
from hamkar.model.recall import RecallKind
from hamkar.model.report import Report
from hamkar.model.role import Person, Role
from hamkar.model.seizure import Decision
from hamkar.policy.condition import OfRecord
from hamkar.policy.sight import HANDLING, WHOLE, Sight
from hamkar.seizures.summary import Summary, summaries
from hamkar.store import decisions, entities, events, reports
from hamkar.store.database import Connection
from hamkar.store.events import EventFilter
from reports import claim, kilograms, line

ABOVE = "Synthetic words from above"
OFFICER = Person(name="officer", roles=frozenset({Role.BORDER_OFFICER}))
ANALYST = Person(name="analyst", roles=frozenset({Role.ANALYST}))
LIAISON = Person(name="liaison", roles=frozenset({Role.LIAISON_OFFICER}))


def marked(code: HandlingCode) -> Handling:
    """A marking of this code."""
    return Handling(code=code, restriction="Synthetic restriction" if code is HandlingCode.H3 else "")


def report_at(
    node: Node, code: HandlingCode, *, agency: str, group: UUID | None = None, originator: str = ""
) -> Report:
    """An invented report of this marking, not filed."""
    identifier = node.new_id()
    return replace(
        claim(1, str(identifier), line("heroin", kilograms("3")), agency=agency),
        id=identifier,
        group=group or identifier,
        originator=originator or node.id,
        handling=marked(code),
    )


def two_heights(node: Node) -> tuple[Report, Report]:
    """One seizure with an open report and one above everybody but few."""
    low = report_at(node, HandlingCode.H0, agency="Synthetic Customs")
    high = report_at(node, HandlingCode.H3, agency=ABOVE, group=low.group)
    file_reports(node, low, high)
    return low, high


def recorded(node: Node, report: Report, code: HandlingCode, role: EntityRole = EntityRole.SUSPECT) -> Entity:
    """An invented person of a report, on record."""
    made = Entity(
        id=node.new_id(),
        report=report.id,
        originator=node.id,
        schema="Person",
        role=role,
        properties=(Property(name="name", values=("Synthetic Person",)),),
        handling=marked(code),
        synthetic=True,
    )
    with node.database.transaction() as connection:
        entities.put_entity(connection, made, node.now(), author=BY)
    return made


def told(node: Node, event: UUID, person: Person) -> str:
    """Everything that the pages of a seizure tell somebody of it."""
    here = node.seen_by(person)
    return repr((show_event(here, event), releases_of(here, event), recalls_of_event(here, event)))


def decided(node: Node, event: UUID, value: str, *, reason: str) -> None:
    """A liaison officer's word on the agency."""
    word = Decision(event=event, field="agency", value=value, by=LIAISON.name, at=node.now(), reason=reason)
    settle_field(node.seen_by(LIAISON), word)


def test_a_decision_for_a_value_from_above_is_not_told(agencies: Agencies) -> None:
    node = agencies.iran
    low, _ = two_heights(node)
    decided(node, low.group, ABOVE, reason=f"{ABOVE}: why")
    assert ABOVE in told(node, low.group, LIAISON)
    assert ABOVE not in told(node, low.group, ANALYST)
    decided(node, low.group, "Synthetic Customs", reason="synthetic")
    assert "synthetic" in told(node, low.group, OFFICER)


def test_a_move_of_reports_from_above_is_not_told_nor_counted(agencies: Agencies) -> None:
    node = agencies.iran
    low, high = two_heights(node)
    other = report_at(node, HandlingCode.H0, agency="Synthetic Guard")
    file_reports(node, other)
    merge(node.seen_by(LIAISON), low.group, other.group, by=LIAISON.name, reason="synthetic merge")
    (move,) = show_event(node.seen_by(OFFICER), other.group).moves
    assert (move.reports, move.reason) == (1, "synthetic merge")
    assert [each.reports for each in show_event(node.seen_by(LIAISON), other.group).moves] == [2]
    made = split(node.seen_by(LIAISON), other.group, [high.id], by=LIAISON.name, reason=ABOVE)
    assert ABOVE in told(node, other.group, LIAISON)
    for hidden in (ABOVE, str(made.id) if made.id != low.group else ABOVE):
        assert hidden not in told(node, other.group, ANALYST)
    with pytest.raises(NotFound):
        show_event(node.seen_by(ANALYST), made.id)


def test_a_release_of_somebody_above_is_not_told(agencies: Agencies) -> None:
    node = agencies.iran
    low, high = two_heights(node)
    person = recorded(node, low, HandlingCode.H3)
    for record in (low.id, high.id, person.id):
        release(node.seen_by(LIAISON), record, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=LIAISON.name)
    assert {one.release.record for one in releases_of(node.seen_by(LIAISON), low.group)} == {low.id, high.id, person.id}
    assert {one.release.record for one in releases_of(node.seen_by(ANALYST), low.group)} == {low.id}
    assert str(person.id) not in told(node, low.group, ANALYST)
    assert entities_about(node.seen_by(ANALYST), low.id) == []


def test_a_recall_of_somebody_above_is_not_told(agencies: Agencies) -> None:
    node = agencies.iran
    low, _ = two_heights(node)
    person = recorded(node, low, HandlingCode.H3)
    recall(node.seen_by(LIAISON), person.id, Ground(kind=RecallKind.WRONG, reason=ABOVE), by=LIAISON.name)
    assert ABOVE in told(node, low.group, LIAISON)
    assert ABOVE not in told(node, low.group, ANALYST)


def test_nobody_learns_that_a_witness_is_on_record_who_may_see_none(agencies: Agencies) -> None:
    node = agencies.iran
    low, _ = two_heights(node)
    witness = recorded(node, low, HandlingCode.H2, EntityRole.WITNESS)
    release(node.seen_by(LIAISON), witness.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=LIAISON.name)
    assert [each.id for each in entities_about(node.seen_by(LIAISON), low.id)] == [witness.id]
    assert entities_about(node.seen_by(ANALYST), low.id) == []
    assert "witness" in told(node, low.group, LIAISON)
    assert "witness" not in told(node, low.group, ANALYST)
    assert str(witness.id) not in told(node, low.group, ANALYST)


def test_the_version_before_a_correction_keeps_its_marking(agencies: Agencies) -> None:
    node = agencies.iran
    low, high = two_heights(node)
    release(node.seen_by(LIAISON), high.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=LIAISON.name)
    changes = {"agency": "Synthetic Police", "handling": FREE.to_dict()}
    made = correct(node.seen_by(LIAISON), high.id, changes, ABOVE, by=LIAISON.name)
    assert str(made.record.id) in told(node, low.group, ANALYST)
    assert ABOVE in told(node, low.group, LIAISON)
    assert ABOVE not in told(node, low.group, ANALYST)
    assert [one.release.record for one in releases_of(node.seen_by(ANALYST), low.group)] == []
    with pytest.raises(NotFound):
        correct(node.seen_by(ANALYST), high.id, {"notes": "x"}, "synthetic", by=ANALYST.name)


def test_looking_at_a_seizure_is_not_looking_at_what_is_above(agencies: Agencies) -> None:
    node = agencies.iran
    low = report_at(node, HandlingCode.H0, agency="Synthetic Customs")
    there = report_at(node, HandlingCode.H0, agency="x", group=low.group, originator=agencies.azerbaijan.id)
    above = report_at(node, HandlingCode.H3, agency=ABOVE, group=low.group, originator=agencies.azerbaijan.id)
    file_reports(node, low, there, above)
    assert note_seen(node.seen_by(OFFICER), low.group, OFFICER.name) == 1
    assert note_seen(node.seen_by(LIAISON), low.group, LIAISON.name) == 1


def test_the_inbox_names_no_record_from_above(agencies: Agencies) -> None:
    iran, azerbaijan = agencies.iran, agencies.azerbaijan
    sent = [report_at(azerbaijan, code, agency="x") for code in (HandlingCode.H0, HandlingCode.H1)]
    file_reports(azerbaijan, *sent)
    for report in sent:
        release(azerbaijan, report.id, iran.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    ours = {report.id for report in sent}
    assert named_in_inbox(iran, WHOLE) & ours == ours
    assert named_in_inbox(iran, up_to(0)) & ours == {sent[0].id}
    assert named_in_inbox(iran, up_to(-1)) == set()


def named_in_inbox(node: Node, sight: Sight) -> set[UUID]:
    """The records that the inbox names."""
    shown = list_received(replace(node, sight=sight), limit=999, offset=0)
    assert all(row.record for row in shown.rows if row.event)
    return {UUID(row.record) for row in shown.rows if row.kind == "report" and row.record}


def up_to(rank: int) -> Sight:
    """What somebody sees who may see this rank."""
    return Sight(OfRecord(HANDLING, "<=", rank))


_STEPS = 60
_AGENCIES = ("Synthetic Customs", "Synthetic Guard", "Synthetic Police")


@pytest.mark.parametrize("seed", range(4))
def test_every_height_stays_what_its_reports_say_whatever_is_done(agencies: Agencies, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - invented records
    node, theirs = agencies.iran, given_by_a_partner(agencies, random)
    for step in range(_STEPS):
        one_step(node, random)
        if step % 10 == 9:
            recall(agencies.azerbaijan, theirs.pop(), Ground(kind=RecallKind.WRONG, reason="synthetic"), by=BY)
            agencies.exchange()
        with node.database.transaction() as connection:
            for event in filed(connection):
                stands(connection, event)
    with node.database.transaction() as connection:
        for rank in range(4):
            are_found(connection, rank)


def given_by_a_partner(agencies: Agencies, random: Random) -> list[UUID]:
    """Reports of another agency that this node holds, and that it may take back."""
    sent = [
        report_at(
            agencies.azerbaijan, random.choice((HandlingCode.H0, HandlingCode.H1)), agency=random.choice(_AGENCIES)
        )
        for _ in range(_STEPS // 10)
    ]
    file_reports(agencies.azerbaijan, *sent)
    for report in sent:
        release(agencies.azerbaijan, report.id, agencies.iran.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    return [report.id for report in sent]


def one_step(node: Node, random: Random) -> None:
    """Something that a person does with the seizures held."""
    with node.database.transaction() as connection:
        held = filed(connection)
    act = random.choice(("file", "file", "merge", "split", "decide", "decide", "correct"))
    person = node.seen_by(random.choice((ANALYST, LIAISON)))
    if act == "file" or len(held) < 2:
        group = random.choice([None, *held])
        code = random.choice(tuple(HandlingCode))
        made = report_at(node, code, agency=random.choice(_AGENCIES), group=group)
        file_reports(node, replace(made, place=Place(country="IR", text=f"Synthetic {random.randrange(3)}")))
        return
    try:
        _DONE[act](person, random, held)
    except NotFound:
        assert not person.sight.whole, "a liaison officer sees every report"


def merged(node: Node, random: Random, held: list[UUID]) -> None:
    """Two seizures are one."""
    origin, into = random.sample(held, 2)
    merge(node, origin, into, by=BY, reason="synthetic")


def parted(node: Node, random: Random, held: list[UUID]) -> None:
    """A seizure is two, where somebody sees two reports of it."""
    event = random.choice(held)
    seen = [report.id for report in show_event(node, event).reports]
    if len(seen) > 1:
        split(node, event, random.sample(seen, random.randrange(1, len(seen))), by=BY, reason="synthetic")


def settled(node: Node, random: Random, held: list[UUID]) -> None:
    """A person's word on the agency or the place."""
    event, field = random.choice(held), random.choice(("agency", "place"))
    for claimed in getattr(show_event(node, event).event, field).claims[-1:]:
        word = Decision(event=event, field=field, value=claimed.value, by=BY, at=node.now(), reason="synthetic")
        settle_field(node, word)


def corrected(node: Node, random: Random, held: list[UUID]) -> None:
    """A new version of a report, under another marking."""
    own = [one for one in show_event(node, random.choice(held)).reports if one.originator == node.id]
    changes = {"agency": random.choice(_AGENCIES), "handling": marked(random.choice(tuple(HandlingCode))).to_dict()}
    for report in own[:1]:
        correct(node, report.id, changes, "synthetic", by=BY)


_DONE = {"merge": merged, "split": parted, "decide": settled, "correct": corrected}


def filed(connection: Connection) -> list[UUID]:
    """Every seizure that a report or a row speaks of."""
    rows = connection.execute("SELECT event_id FROM report UNION SELECT id FROM event ORDER BY 1").fetchall()
    return [event for (event,) in rows]


def stands(connection: Connection, event: UUID) -> None:
    """What everybody is shown of the seizure is what the reports say that they may see, and nothing else is."""
    held, words = reports.reports_of(connection, event), decisions.decisions_on(connection, event)
    for rank in range(4):
        below = [report for report in held if report.handling.code.rank <= rank]
        row = events.find_events(connection, [event], up_to(rank)).get(event)
        if not below:
            assert row is None
            continue
        assert row is not None
        expected = summaries(event, below, words)[-1]
        lines = events.lines_of(connection, [row])[event]
        assert shown(row) == shown(expected)
        assert [shown(each) for each in lines] == [each._asdict() for each in expected.lines]


def are_found(connection: Connection, rank: int) -> None:
    """Words find a seizure for those alone who see a report that says them."""
    saying = reports.reports_of_events(connection, filed(connection))
    for agency in _AGENCIES:
        found = events.list_events(connection, EventFilter(words=agency), up_to(rank), sort="date", limit=999, offset=0)
        says = {event for event, held in saying.items() for each in up_to(rank).of(held) if each.agency == agency}
        assert {each.id for each in found} & set(saying) == says


_NOT_SHOWN = {"below_rank", "words", "lines", "event_id", "from_rank", "position"}


def shown(row: object) -> dict[str, object]:
    """What a row or a summary says, as far as it is shown."""
    names = Summary._fields if isinstance(row, Summary) else row.__slots__  # type: ignore[attr-defined]
    said = {name: getattr(row, name) for name in names if name not in _NOT_SHOWN}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
