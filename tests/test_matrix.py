"""Every role, every marking, every page and address: who is let in, and what does not exist for them.

The expected answers come from the policy alone. An act that a role may not do is refused (403) before anything is
looked up; a record above somebody's clearance is answered, to the letter, like one that does not exist (404).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
import pytest
from starlette.routing import Route

from fixtures_node import BY, PASSWORD, TERMS, Agencies, file_reports
from fixtures_web import served
from hamkar.actions import agreements
from hamkar.actions.accounts import add_account
from hamkar.actions.node import Node
from hamkar.actions.requests import DraftRequest, ask, due_requests
from hamkar.api.acts import ACTS as OPERATIONS
from hamkar.asgi import officer_app
from hamkar.errors import Refused
from hamkar.model.agreement import Category
from hamkar.model.entity import Entity, EntityRole, Property
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.request import Request, Subject, SubjectKind, Urgency
from hamkar.model.role import Person, Role
from hamkar.policy.act import Act
from hamkar.policy.people import CLEARANCE, GRANTED, NOTHING, sees_minors
from hamkar.store import entities
from hamkar.web import pages
from hamkar.web.acts import ACTS as PAGES
from reports import claim, kilograms, line

NOBODYS = UUID("01a20c57-cca5-7b6e-985f-b88cc4c42129")
"""An identifier of nothing."""

OPEN = frozenset(
    {
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-in/passkey",
        "POST /sign-in/passkey",
        "GET /sign-in/single-sign-on",
        "GET /sign-in/return",
        "GET /new-password",
        "POST /new-password",
        "GET /language/{code}",
    }
)
"""What is there for whoever has not signed in."""

WORDS = "Synthetic words that nobody below may read"


@dataclass(frozen=True, slots=True)
class World:
    """A running node with something at every height: identifiers by handling rank."""

    node: Node
    url: str
    seizures: Mapping[int, UUID]
    reports: Mapping[int, UUID]
    people: Mapping[int, UUID]


@pytest.fixture(scope="module")
def world(agencies: Agencies) -> Iterator[World]:
    """One seizure and one suspect of each marking, and an account for every role."""
    node = agencies.iran
    seizures, reports, people = {}, {}, {}
    for code in HandlingCode:
        rank = code.rank
        marking = Handling(code=code, restriction="Synthetic restriction" if rank == 3 else "")
        report = replace(
            claim(7000 + rank, f"matrix {rank}", line("heroin", kilograms("3"))),
            id=node.new_id(),
            group=node.new_id(),
            originator=node.id,
            handling=marking,
            agency=f"{WORDS} {rank}",
        )
        file_reports(node, report)
        seizures[rank], reports[rank] = report.group, report.id
        people[rank] = recorded(node, report.id, marking)
    for role in Role:
        add_account(node, role, frozenset({role}), PASSWORD, by=BY)
    with served(officer_app(node, secure=False)) as url:
        yield World(node, url, seizures, reports, people)


def recorded(node: Node, report: UUID, marking: Handling) -> UUID:
    """An invented suspect."""
    entity = Entity(
        id=node.new_id(),
        report=report,
        originator=node.id,
        schema="Person",
        role=EntityRole.SUSPECT,
        properties=(Property(name="name", values=(f"Synthetic Matrix {marking.code}",)),),
        handling=marking,
        synthetic=True,
    )
    with node.database.transaction() as connection:
        entities.put_entity(connection, entity, node.now(), author="somebody else")
    return entity.id


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody of one role, with a browser that keeps its session and a token for what changes something."""

    role: Role
    browser: httpx.Client
    token: str
    addresses: Mapping[tuple[str, str], str]

    def page(self, key: str, parts: Mapping[str, object], form: Mapping[str, object]) -> httpx.Response:
        """What a page answers."""
        method, path = key.split(" ")
        address = path.format_map(parts)
        if method == "GET":
            return self.browser.get(address)
        return self.browser.post(address, data={"token": self.token, **form})

    def operation(self, name: str, parts: Mapping[str, object], body: object) -> httpx.Response:
        """What an address of the API answers."""
        method, path = next(key for key, called in self.addresses.items() if called == name)
        headers = {"X-Hamkar-Token": self.token}
        json = None if method == "get" else body
        return self.browser.request(method, path.format_map(parts), json=json, headers=headers)


@pytest.fixture(scope="module", params=Role)
def caller(request: pytest.FixtureRequest, world: World) -> Iterator[Caller]:
    """One of every role, freshly signed in."""
    with httpx.Client(base_url=world.url) as browser:
        answer = browser.post("/api/v1/session", json={"name": request.param, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        yield Caller(request.param, browser, answer.json()["token"], addresses(world.node))


class Blanks(dict[str, object]):
    """What stands for any part of an address that a test does not name: nothing that is there."""

    def __missing__(self, part: str) -> object:
        return _BLANKS.get(part, NOBODYS)


_BLANKS: Mapping[str, object] = {"agreement": "0" * 64, "name": "nobody", "code": "en"}


def may(role: Role, act: Act | None) -> bool:
    """Whether a role may do an act with something; a border officer reads names of their own recording only."""
    own = act is Act.READ_NOMINAL and role is Role.BORDER_OFFICER
    return act is None or role in GRANTED[act] or own


def addresses(node: Node) -> dict[tuple[str, str], str]:
    """The name of every operation of the API, by method and path."""
    paths = officer_app(node, secure=False).openapi()["paths"]
    return {(method, path): each["operationId"] for path, item in paths.items() for method, each in item.items()}


def test_every_page_is_listed_with_its_act_or_open_to_all() -> None:
    there = {
        f"{method} {route.path}"
        for router in pages.ROUTERS
        for route in router.routes
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    listed = {re.sub(r"/(sign|suspend|resume)$", "/{change}", key) if "agreements" in key else key for key in PAGES}
    assert there - OPEN == listed


def test_every_address_of_the_api_is_listed_with_its_act(agencies: Agencies) -> None:
    assert set(addresses(agencies.iran).values()) - {"sign_in"} == set(OPERATIONS)


@pytest.mark.parametrize("key", [key for key, act in PAGES.items() if act is not None])
def test_a_page_opens_for_the_roles_whose_act_it_is(caller: Caller, key: str) -> None:
    answer = caller.page(key, Blanks(), {})
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) is not may(caller.role, PAGES[key]), answer.text


@pytest.mark.parametrize("operation", [name for name, act in OPERATIONS.items() if act is not None])
def test_an_address_of_the_api_answers_the_roles_whose_act_it_is(caller: Caller, operation: str) -> None:
    answer = caller.operation(operation, Blanks(), {})
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) is not may(caller.role, OPERATIONS[operation]), answer.text


OF_SEIZURES: Mapping[str, Mapping[str, object]] = {
    "GET /seizures/{event}": {},
    "POST /seizures/{event}/decisions": {"field": "agency", "value": "x", "reason": "synthetic"},
    "POST /seizures/{event}/split": {"report": "{report}", "reason": "synthetic"},
    "POST /seizures/{event}/merge": {"other": "{seen}", "reason": "synthetic"},
    "POST /seizures/{event}/corrections": {
        "record": "{report}",
        "field": "notes",
        "value": "x",
        "reason": "synthetic",
    },
    "GET /seizures/{event}/entities": {},
    "POST /seizures/{event}/recall": {"record": "{report}", "kind": "wrong", "reason": "synthetic", "sure": "yes"},
    "GET /seizures/{event}/release": {},
}
"""Every page of one seizure, with a form that is filled in."""

OF_SEIZURES_BY_API: Mapping[str, dict[str, object] | None] = {
    "show_seizure": None,
    "list_claims": None,
    "list_releases": None,
    "decide_field": {"field": "agency", "value": "x", "reason": "synthetic"},
    "split_seizure": {"reports": ["{report}"], "reason": "synthetic"},
    "merge_seizures": {"other": str(NOBODYS), "reason": "synthetic"},
}


def test_no_page_of_a_seizure_is_forgotten_here() -> None:
    assert {key for key in PAGES if "{event}" in key} - {
        "POST /seizures/{event}/release",  # what it names is what its page showed
        "POST /seizures/{event}/entities",
        "POST /seizures/{event}/entities/role",
    } <= set(OF_SEIZURES)


def clearance(role: Role, act: Act) -> int:
    """The highest marking that a role sees in an act; no act on a seizure shows more than its page does."""
    return CLEARANCE.get(role, NOTHING) if role in GRANTED[act] else NOTHING


def filled_in(world: World, key: str, report: UUID) -> dict[str, str]:
    """The form of a page about a report, naming a seizure that everybody sees where it asks for another."""
    plain = OF_SEIZURES[key]
    return {
        name: str(value).replace("{report}", str(report)).replace("{seen}", str(world.seizures[0]))
        for name, value in plain.items()
    }


def without(text: str, identifier: UUID) -> str:
    """An answer without the identifier that was asked for, and without what is of this answer only."""
    return re.sub(r'name="token" value="[^"]*"', "", text.replace(str(identifier), "…"))


@pytest.mark.parametrize("key", OF_SEIZURES)
def test_a_seizure_above_somebody_does_not_exist_for_them(world: World, caller: Caller, key: str) -> None:
    act = PAGES[key]
    assert act is not None
    if caller.role not in GRANTED[act]:
        return
    nothing = caller.page(key, {"event": NOBODYS}, filled_in(world, key, NOBODYS))
    assert nothing.status_code == 404, nothing.text
    for rank, event in world.seizures.items():
        if key.startswith("POST") and rank <= clearance(caller.role, act):
            continue
        answer = caller.page(key, {"event": event}, filled_in(world, key, world.reports[rank]))
        assert (answer.status_code == 404) is (rank > clearance(caller.role, act)), (rank, answer.text)
        if answer.status_code == 404:
            assert WORDS not in answer.text
            names = without(without(answer.text, event), world.reports[rank])
            assert names == without(nothing.text, NOBODYS)


@pytest.mark.parametrize("operation", OF_SEIZURES_BY_API)
def test_the_api_knows_no_seizure_above_its_caller(world: World, caller: Caller, operation: str) -> None:
    act = OPERATIONS[operation]
    assert act is not None
    if caller.role not in GRANTED[act]:
        return
    body = OF_SEIZURES_BY_API[operation]
    for rank, event in world.seizures.items():
        if body is not None and rank <= clearance(caller.role, act):
            continue
        named = {"reports": [str(world.reports[rank])]} if operation == "split_seizure" else {}
        answer = caller.operation(operation, {"seizure": event}, body and body | named)
        assert (answer.status_code == 404) is (rank > clearance(caller.role, act)), (rank, answer.text)
        assert rank <= clearance(caller.role, act) or WORDS not in answer.text


def test_no_list_shows_what_is_above_somebody(world: World, caller: Caller) -> None:
    seen = CLEARANCE.get(caller.role, NOTHING) if caller.role in GRANTED[Act.READ_SEIZURE] else NOTHING
    for address in (
        "/",
        "/seizures",
        "/seizures?words=synthetic",
        "/inbox",
        "/status",
        "/requests",
        "/api/v1/seizures",
    ):
        text = caller.browser.get(address, follow_redirects=True).text
        for rank in world.seizures:
            assert rank <= seen or f"{WORDS} {rank}" not in text, (address, rank)
            assert f"Synthetic Matrix H{rank}" not in text, address


@pytest.mark.parametrize("purpose", ["investigation", "subject_access", "find_role"])
def test_a_name_above_somebody_does_not_exist_for_them(world: World, caller: Caller, purpose: str) -> None:
    inspects = caller.role is Role.DATA_PROTECTION_OFFICER
    fits = inspects is (purpose == "subject_access")
    top = clearance(caller.role, Act.READ_NOMINAL) if fits else NOTHING
    if not may(caller.role, Act.READ_NOMINAL):
        return
    form = {"case": "IR-1", "purpose": purpose}
    nothing = caller.page("POST /entities/{entity}", {"entity": NOBODYS}, form)
    for rank, entity in world.people.items():
        answer = caller.page("POST /entities/{entity}", {"entity": entity}, form)
        shown = f"Synthetic Matrix H{rank}" in answer.text
        assert shown is (rank <= top), (rank, answer.status_code, answer.text)
        if not shown:
            assert answer.status_code == nothing.status_code
            assert without(answer.text, entity) == without(nothing.text, NOBODYS)


@pytest.mark.parametrize("key", [key for key in PAGES if "{entity}" in key and key != "POST /entities/{entity}"])
def test_no_page_about_a_person_names_somebody_above(world: World, caller: Caller, key: str) -> None:
    for rank, entity in world.people.items():
        answer = caller.page(key, Blanks(entity=entity), {"case": "IR-1", "purpose": "investigation"})
        assert answer.status_code < 500, answer.text
        if rank > clearance(caller.role, Act.READ_NOMINAL):
            assert f"Synthetic Matrix H{rank}" not in answer.text


@pytest.mark.parametrize("operation", ["explain_release", "release"])
def test_no_release_speaks_of_what_is_above_somebody(
    agencies: Agencies, world: World, caller: Caller, operation: str
) -> None:
    """Who may release sees every marking, so what matters is that nobody else gets so far."""
    act = OPERATIONS[operation]
    assert act is not None
    body = {"record": str(world.people[3]), "partner": agencies.azerbaijan.id, "purpose": "investigation"}
    answer = caller.operation(operation, {}, body)
    assert (answer.status_code == 403) is (caller.role not in GRANTED[act])
    assert "Synthetic Matrix" not in answer.text


def test_the_papers_of_the_gate_are_for_those_who_see_every_marking() -> None:
    """They tell what every report of a seizure says, and of minors and witnesses."""
    assert all(CLEARANCE.get(role) == 3 for role in GRANTED[Act.SEE_GATE])
    assert all(sees_minors(Person(name="", roles=frozenset({role}))) for role in GRANTED[Act.SEE_GATE])
    assert {act for key, act in PAGES.items() if key.startswith("GET /gate")} == {Act.SEE_GATE}


def test_a_request_above_somebody_does_not_exist_for_them(agencies: Agencies, world: World, caller: Caller) -> None:
    assert world
    if caller.role not in GRANTED[Act.REQUEST]:
        return
    high = asked_at(agencies, HandlingCode.H3)
    listed = caller.browser.get("/requests").text
    page = caller.browser.get(f"/requests/{high.id}")
    sees = CLEARANCE[caller.role] == 3
    assert (str(high.id) in listed, page.status_code == 200) == (sees, sees)
    moved = caller.page("POST /requests/{wanted}/withdraw", {"wanted": high.id}, {"text": "", "records": ""})
    assert (moved.status_code == 404) is not sees, moved.text


def asked_at(agencies: Agencies, code: HandlingCode) -> Request:
    """A request of this marking, asked under an agreement that carries it."""
    iran, azerbaijan = agencies.iran, agencies.azerbaijan
    draft = replace(TERMS, title="Synthetic high terms", highest_handling=HandlingCode.H3, categories=tuple(Category))
    if not any(each.signed.agreement.title == draft.title for each in agreements.list_standing(iran)):
        proposed = agreements.propose(iran, azerbaijan.id, draft, by=BY)
        agencies.exchange()
        agreements.sign(azerbaijan, proposed.id, by=BY)
        agencies.exchange()
    question = DraftRequest(
        partner=azerbaijan.id,
        question=f"Synthetic question {iran.new_id()}",
        purpose=draft.purposes[1],
        subjects=(Subject(kind=SubjectKind.PLACE, value=f"Synthetic place {iran.new_id()}"),),
        urgency=Urgency.NORMAL,
        agreement="",
        case="",
        why="synthetic",
        again="",
        handling=Handling(code=code, restriction="Synthetic restriction"),
    )
    return ask(iran, question, by=BY)


def test_nobody_is_told_that_somebody_asked_above_them(agencies: Agencies) -> None:
    node = agencies.iran
    high = asked_at(agencies, HandlingCode.H3)
    liaison, analyst = (
        node.seen_by(Person(name="x", roles=frozenset({role}))) for role in (Role.LIAISON_OFFICER, Role.ANALYST)
    )
    again = DraftRequest(
        partner=agencies.azerbaijan.id,
        question="Synthetic question",
        purpose=high.purpose,
        subjects=high.subjects,
        urgency=Urgency.NORMAL,
        agreement="",
        case="",
        why="synthetic",
        again="",
        handling=FREE,
    )
    with pytest.raises(Refused, match=str(high.id)):
        ask(liaison, again, by=BY)
    with node.database.transaction() as connection:
        late = [replace(one, now=lambda: high.due) for one in (liaison, analyst)]
        due = [{each.id for each in due_requests(one, connection)} for one in late]
    assert [high.id in each for each in due] == [True, False]
    assert ask(analyst, again, by=BY).id != high.id
