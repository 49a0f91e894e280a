"""People and things to and from FollowTheMoney, and lines that somebody hostile wrote."""

import json
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftm_library import LIBRARY, needs_library
from hamkar.errors import BadInput
from hamkar.formats.ftm_read import LONGEST_LINE, MOST_LINES, FtmEntity, read_ftm
from hamkar.formats.ftm_write import ftm_lines
from hamkar.formats.outcome import Rejected
from hamkar.model.entity import Entity, Property
from hamkar.model.grade import Grade
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.policy.recording import roles_for
from hamkar.seizures.soundness import unsound_entity
from hamkar.vocab.ftm import Schema, schemata

REPORT = UUID(int=7)
_VALUES = {
    "date": st.dates().map(lambda day: day.isoformat()[: 10 - 3 * (day.day % 3)]),
    "country": st.sampled_from(["ir", "az", "tr"]),
    "gender": st.sampled_from(["male", "female", "other"]),
    "number": st.decimals(0, 300, places=1).map(str),
}
_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)


def entities() -> st.SearchStrategy[Entity]:
    """Sound records of every schema, with no property that names another record."""
    return st.sampled_from(schemata()).flatmap(_of)


def _of(schema: Schema) -> st.SearchStrategy[Entity]:
    names = [name for name, kind in schema.properties.items() if kind != "entity"]
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    return st.builds(
        Entity,
        id=st.uuids(),
        report=st.uuids(),
        ref=st.sampled_from(["", "1"]),
        originator=st.just("synthetic"),
        schema=st.just(schema.name),
        role=st.sampled_from([None, *sorted(roles_for(schema.kind))]),
        properties=chosen.flatmap(lambda some: st.tuples(*(_property(schema, name) for name in some))),
        handling=st.builds(
            Handling,
            code=st.sampled_from([HandlingCode.H0, HandlingCode.H2]),
            conditions=st.sampled_from([(), (Condition.NO_CAPITAL_USE,)]),
        ),
        grade=st.sampled_from([Grade(), Grade(source="B", information="2")]),
        minor=st.sampled_from([None, True, False]) if schema.name == "Person" else st.none(),
        necessity=st.sampled_from(["", "Synthetic reason"]),
        synthetic=st.sampled_from([True]),
    )


def _property(schema: Schema, name: str) -> st.SearchStrategy[Property]:
    values = st.lists(_VALUES.get(schema.properties[name], _TEXT), min_size=1, max_size=3)
    return values.map(lambda some: Property(name=name, values=tuple(some)))


@given(entity=entities())
def test_what_is_written_is_read_back_whole(entity: Entity) -> None:
    assert unsound_entity(entity) is None
    (read,) = read_ftm(ftm_lines([entity]).splitlines(), REPORT)
    assert isinstance(read, FtmEntity), read
    new = read.new
    assert (read.own_id, read.originator, read.left_out) == (entity.id, entity.originator, ())
    assert (new.schema, new.role, new.properties) == (entity.schema, entity.role, entity.properties)
    assert (new.handling, new.grade, new.minor) == (entity.handling, entity.grade, entity.minor)
    assert (new.necessity, new.synthetic) == (entity.necessity, entity.synthetic)


@needs_library
@given(entity=entities())
def test_the_library_reads_what_is_written_and_writes_what_is_read(entity: Entity) -> None:
    proxy = LIBRARY.get_proxy(json.loads(ftm_lines([entity])))
    assert proxy.schema.name == entity.schema
    theirs = {name: set(proxy.get(name)) for name in proxy.properties}
    assert theirs == {each.name: set(each.values) for each in entity.properties}
    (read,) = read_ftm([json.dumps(proxy.to_dict()).encode()], REPORT)
    assert isinstance(read, FtmEntity), read
    assert {each.name: set(each.values) for each in read.new.properties} == theirs


def test_what_names_another_entity_of_the_file_names_it_as_it_is_known_here() -> None:
    lines = [
        b'{"id": "p", "schema": "Person", "properties": {"name": ["Nemuneh (synthetic)"]}}',
        b'{"id": "v", "schema": "Vehicle", "properties": {"model": ["Synthetic"], "owner": ["p"]}}',
    ]
    person, vehicle = read_ftm(lines, REPORT)
    assert isinstance(person, FtmEntity)
    assert isinstance(vehicle, FtmEntity)
    owner = next(each for each in vehicle.new.properties if each.name == "owner")
    assert owner.values == (str(person.known_as),) == (str(uuid5(REPORT, "p")),)


def test_what_another_tool_adds_is_passed_over_and_what_is_not_kept_is_named() -> None:
    line = (
        b'{"id": "p", "schema": "Person", "caption": "N", "datasets": ["x"], "referents": [],'
        b' "properties": {"name": ["Nemuneh (synthetic)"], "ethnicity": ["x"], "topics": ["crime"], "alias": []}}'
    )
    (read,) = read_ftm([line, b"", b"  \n"], REPORT)
    assert isinstance(read, FtmEntity)
    assert read.left_out == ("ethnicity", "topics")
    assert [each.name for each in read.new.properties] == ["name"]
    assert (read.new.role, read.originator, read.own_id) == (None, "", None)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"rubbish", "it is no FollowTheMoney entity"),
        (b"[]", "it is no FollowTheMoney entity"),
        (b'{"id": "p", "schema": "Person", "properties": {"name": "Nemuneh"}}', "Expected `array`"),
        (b'{"id": "p", "schema": "Person", "properties": {"name": [7]}}', "Expected `str`"),
        (b'{"id": 7, "schema": "Person"}', "Expected `str`"),
        (b'{"schema": "Person"}', "missing required field `id`"),
        (b'{"id": "", "schema": "Person"}', "its id is empty"),
        (b'{"id": "' + b"x" * 600 + b'", "schema": "Person"}', "its id is empty or longer"),
        (b'{"id": "p", "schema": "LegalEntity"}', 'its schema "LegalEntity" is not kept here'),
        (b'{"id": "p", "schema": "\xe2\x80\xaenosreP"}', "is not kept here"),
        (b'{"id": "p", "schema": "Person", "properties": ' + b"[" * 50_000, "it is no FollowTheMoney entity"),
        (b'{"id": "\xff", "schema": "Person"}', "it is no FollowTheMoney entity"),
        (b'{"id": "\\ud800", "schema": "Person"}', "it is no FollowTheMoney entity"),
        (b" " * LONGEST_LINE + b"{}", "it is longer than"),
        (b'{"id": "p", "schema": "Person", "hamkar": {"originator": "x", "role": "user"}}', "Invalid enum value"),
        (b'{"id": "p", "schema": "Person", "hamkar": {"originator": "x"}}', "says that a node wrote it"),
    ],
)
def test_a_hostile_line_costs_one_sentence_with_its_number(line: bytes, why: str) -> None:
    good = b'{"id": "p", "schema": "Person", "properties": {"name": ["Nemuneh (synthetic)"]}}'
    first, second = read_ftm([good, line], REPORT)
    assert isinstance(first, FtmEntity)
    assert isinstance(second, Rejected)
    assert (second.row, why in second.reason) == (2, True), second.reason
    assert second.reason.isprintable()
    assert len(second.reason) < 300


@given(line=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_give_an_entity_or_a_sentence(line: bytes) -> None:
    assert all(isinstance(each, FtmEntity | Rejected) for each in read_ftm([line], REPORT))


def test_a_file_without_an_end_is_not_read_to_its_end() -> None:
    with pytest.raises(BadInput, match="has more than"):
        list(read_ftm((b"" for _ in range(MOST_LINES + 1)), REPORT))
