"""Whatever somebody writes, in whichever script, every page shows it as words, in the order in which it stands."""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest

import gate_passing
import hamkar.web
from fixtures_node import BY, TERMS, Agencies, file_reports
from fixtures_web import Officer, words_of
from hamkar.actions import agreements, gate_ask
from hamkar.actions.clear_evidence import Clearing, clear_evidence
from hamkar.actions.events import settle_field
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release
from hamkar.actions.request_moves import Saying, move
from hamkar.actions.requests import DraftRequest, ask
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.place import Place, RoutePoint, Routing
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.request import MoveKind, Subject, SubjectKind, Urgency
from hamkar.model.seizure import Decision
from people import somebody
from reports import line

ATTACK = "\"'></title></textarea></script><x-attack onxattack=1>{{ 7*7 }}{% x %}&lt;"
TURNED = "\u202egpj\u2066.exe\u200f"
NAMES = ("Nemunə Əliyev (synthetic)", "Образец Примеров (synthetic)", "نمونه رضایی (synthetic)", "Sample (synthetic)")
HOSTILE = tuple(f"{name}{ATTACK}{TURNED}" for name in NAMES)
TEXT = HOSTILE[0]
LINE = f"Synthetic {ATTACK}"
CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass
class Seen(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, and its words."""

    elements: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words.append(data)


def seen(page: str) -> Seen:
    """What a browser would make of this page."""
    reader = Seen()
    reader.feed(page)
    return reader


def hostile_report(node_id: str, number: int, group: UUID) -> Report:
    """A report whose every text is an attack."""
    return Report(
        id=UUID(int=number),
        originator=node_id,
        group=group,
        lineage=TEXT,
        handling=Handling(code=HandlingCode.H1),
        source=Source(kind=SourceKind.PRESS, name=TEXT, url=f"javascript:{LINE}", ref=TEXT),
        place=Place(text=TEXT, admin1_text=TEXT, crossing_text=TEXT, country_text=TEXT, setting=TEXT),
        agency=f"{HOSTILE[number % 4]} {number}",
        lines=(line(TEXT, None),),
        stated_total=TEXT,
        routing=Routing(
            origin=RoutePoint(country=None, text=TEXT),
            departure=RoutePoint(country=None, text=TEXT),
            destination=RoutePoint(country=None, text=TEXT),
            border=TEXT,
            transport=TEXT,
            concealment=TEXT,
        ),
        joint_with=HOSTILE,
        notes=TEXT,
        flags=(Flag(column=TEXT, text=TEXT, doubt=Doubt.UNKNOWN_UNIT),),
    )


@dataclass(frozen=True)
class Hostile:
    """The addresses of pages on which an attack stands."""

    places: dict[str, object]
    people: tuple[UUID, ...]


@pytest.fixture(scope="module")
def hostile(agencies: Agencies) -> Hostile:
    """A node on which everybody who could write something wrote an attack."""
    iran, azerbaijan = agencies.iran, agencies.azerbaijan
    group = UUID(int=7_000)
    reports = [replace(hostile_report(iran.id, number, group), lineage=f"{TEXT}{number}") for number in (7_001, 7_002)]
    file_reports(iran, *reports)
    settled = Decision(event=group, field="agency", value=reports[0].agency, by=LINE, at=iran.now(), reason=TEXT)
    settle_field(iran, settled)
    people = tuple(record_entity(iran, UUID(int=7_001), somebody(name), by=BY).id for name in HOSTILE)
    signed = agreements.propose(azerbaijan, iran.id, replace(TERMS, title=LINE, legal_basis=TEXT), by=BY)
    agencies.exchange()
    release(iran, UUID(int=7_001), azerbaijan.id, Purpose.INVESTIGATION, by=LINE)
    clear_evidence(iran, UUID(int=7_001), Clearing(holder=azerbaijan.id, case=LINE, reason=TEXT), by=LINE)
    assurance = gate_passing.assure(iran, "UN")
    waiting = gate_ask.ask(
        iran, gate_passing.draft(people[0], "UN", assurance.id, necessity=TEXT, risk=TEXT), gate_passing.OFFICER
    )
    places = {
        "event": group,
        "agreement": signed.id,
        "request": _asked(agencies),
        "person": people[0],
        "observer": agencies.observer.id,
        "assessment": waiting.id,
    }
    return Hostile(places, people)


def _asked(agencies: Agencies) -> UUID:
    draft = DraftRequest(
        partner=agencies.iran.id,
        question=LINE,
        subjects=(Subject(kind=SubjectKind.PLACE, value=LINE),),
        purpose=Purpose.INVESTIGATION,
        urgency=Urgency.URGENT,
        agreement="",
        case=LINE[:90],
        why=LINE,
        handling=Handling(code=HandlingCode.H0),
        again="",
    )
    request = ask(agencies.azerbaijan, draft, by=BY)
    agencies.exchange()
    move(agencies.iran, request.id, Saying(kind=MoveKind.ACKNOWLEDGE, text=LINE), by=BY)
    return request.id


PAGES = (
    "/",
    "/seizures",
    "/seizures?words=x-attack",
    "/seizures/{event}",
    "/seizures/{event}/entities",
    "/seizures/{event}/release",
    "/entities",
    "/entities/{person}",
    "/inbox",
    "/status",
    "/partners",
    "/agreements",
    "/agreements/{agreement}",
    "/requests",
    "/requests/{request}",
    "/gate",
    "/gate/assurances",
    "/gate/entities/{person}?to={observer}",
    "/gate/assessments/{assessment}",
    "/imports",
    "/totals",
    "/account",
    "/accounts",
)


def assert_inert(page: str) -> None:
    """Nothing that was written became an element, an attribute, an address or a turn of direction."""
    found = seen(page)
    assert "x-attack" not in found.elements
    assert not {name for name in found.attributes if name.startswith("on") or "attack" in name}
    assert 'href="javascript' not in page
    assert not CONTROLS.search("".join(found.words))
    assert "49" not in re.findall(r"1>(\d+)", page)


@pytest.mark.parametrize("address", PAGES)
def test_what_is_stored_does_nothing_on_any_page(officer: Officer, hostile: Hostile, address: str) -> None:
    answer = officer.browser.get(address.format(**hostile.places))
    assert answer.status_code == 200, words_of(answer.text)
    assert_inert(answer.text)


@pytest.mark.parametrize(
    "address",
    [
        "/seizures/{event}",
        "/seizures/{event}/release",
        "/agreements",
        "/agreements/{agreement}",
        "/requests/{request}",
        "/gate/assessments/{assessment}",
    ],
)
def test_the_attack_did_stand_there(officer: Officer, hostile: Hostile, address: str) -> None:
    page = officer.browser.get(address.format(**hostile.places)).text
    assert ATTACK in "".join(seen(page).words)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=["Azerbaijani", "Russian", "Persian", "Latin"])
def test_a_name_is_shown_as_words_in_every_script(officer: Officer, hostile: Hostile, number: int) -> None:
    form = {"case": "Synthetic 1", "purpose": "investigation"}
    answer = officer.send(f"/entities/{hostile.people[number]}", **form)
    assert answer.status_code == 200, words_of(answer.text)
    assert_inert(answer.text)
    assert NAMES[number] + ATTACK in "".join(seen(answer.text).words)
    found = officer.send("/entities", words=NAMES[number].split()[0], **form)
    assert found.status_code == 200, words_of(found.text)
    assert_inert(found.text)


def test_a_name_with_marks_that_its_script_needs_is_found_by_what_is_typed(
    officer: Officer, agencies: Agencies
) -> None:
    made = record_entity(
        agencies.iran,
        UUID(int=7_002),
        somebody("نمونه\u200c\u200fزاده (synthetic)", "\u200eMarkless (synthetic)"),
        by=BY,
    )
    for words in ("نمونه\u200cزاده", "markless"):
        found = officer.send("/entities", words=words, case="Synthetic 1", purpose="investigation")
        assert str(made.id) in found.text


def test_no_template_lets_text_through_unescaped() -> None:
    templates = list((Path(hamkar.web.__file__).parent / "templates").glob("*.html"))
    assert len(templates) > 20
    for each in templates:
        text = each.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|\son\w+=", text), each.name
