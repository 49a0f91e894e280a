"""The pages of oversight: names for a case, files that say who took them, what inspectors see, what observers see."""

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from closed_year import many_seizures
from fixtures_node import PASSWORD
from fixtures_web import Officer, words_of
from hamkar.actions.accounts import add_account
from hamkar.actions.node import Node
from hamkar.actions.publish_totals import publish_totals
from hamkar.actions.record_entity import record_entity
from hamkar.model.entity import Entity
from hamkar.model.role import Person, Role
from hamkar.store import canaries
from hamkar.store.canaries import InspectionHold
from people import somebody
from reports import numbered

NAME = "Behrouz Nemuneh (synthetic)"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@contextmanager
def signed_in_as(node: Node, url: str, role: Role) -> Iterator[Officer]:
    """Somebody of one role, with a browser of their own."""
    name = f"synthetic-{role}"
    with node.database.transaction() as connection:
        known = connection.execute("SELECT 1 FROM account WHERE name = %s", (name,)).fetchone()
    if not known:
        add_account(node, name, frozenset({role}), PASSWORD, by="admin")
    with Officer.at(url) as made:
        answer = made.browser.post("/sign-in", data={"name": name, "password": PASSWORD, "back": "/"})
        assert answer.status_code == 303
        yield made


def send(officer: Officer, page: str, address: str, **form: str) -> str:
    """Send a form that stands on a page; the text of where that leads."""
    found = _TOKEN.search(officer.browser.get(page).text)
    assert found
    data = {"token": html.unescape(found[1]), **form}
    answer = officer.browser.post(address, data=data, follow_redirects=True)
    assert answer.status_code == 200, words_of(answer.text)
    return answer.text


@pytest.fixture(scope="module")
def person(node: Node, event: str) -> Entity:
    """Somebody on record with the first report of the seizure."""
    assert event
    return record_entity(node, numbered(901), somebody(NAME), by="synthetic-border-officer")


@pytest.fixture(scope="module")
def analyst(node: Node, url: str) -> Iterator[Officer]:
    """An analyst."""
    with signed_in_as(node, url, Role.ANALYST) as made:
        yield made


@pytest.fixture(scope="module")
def inspector(node: Node, url: str) -> Iterator[Officer]:
    """The data-protection officer."""
    with signed_in_as(node, url, Role.DATA_PROTECTION_OFFICER) as made:
        yield made


@pytest.fixture(scope="module")
def observer(node: Node, url: str) -> Iterator[Officer]:
    """An observer, and totals of a closed year to be seen."""
    many_seizures(node)
    publish_totals(node, Person(name="synthetic", roles=frozenset({Role.STATISTICIAN}), stepped_up=True))
    with signed_in_as(node, url, Role.OBSERVER) as made:
        yield made


# Names


def test_a_name_is_shown_after_a_case_and_a_purpose_were_given(analyst: Officer, person: Entity) -> None:
    address = f"/entities/{person.id}"
    assert "Nemuneh" not in analyst.read(address)
    page = send(analyst, address, address, case="synthetic case 7", purpose="investigation")
    assert NAME in words_of(page)
    assert "read for case synthetic case 7" in words_of(page)


def test_what_is_looked_for_is_in_no_address(analyst: Officer, person: Entity) -> None:
    page = send(analyst, "/entities", "/entities", case="synthetic case 7", purpose="analysis", words="nemuneh")
    assert NAME in words_of(page)
    assert f'href="/entities/{person.id}"' in page
    assert "nemuneh" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page)).lower()


def test_without_a_case_nothing_is_shown(analyst: Officer, person: Entity) -> None:
    address = f"/entities/{person.id}"
    token = html.unescape(_TOKEN.search(analyst.browser.get(address).text)[1])  # type: ignore[index] # it is there
    answer = analyst.browser.post(address, data={"token": token, "case": " ", "purpose": "investigation"})
    assert answer.status_code == 409
    assert "states its case number and its purpose" in words_of(answer.text)


def test_a_canary_looks_like_any_other_and_the_inspector_is_told(
    node: Node, analyst: Officer, inspector: Officer, person: Entity
) -> None:
    canary = record_entity(node, numbered(901), somebody("Canary Nemuneh (synthetic)"), by="synthetic-border-officer")
    hold = InspectionHold(
        record=canary.id, originator=node.id, canary=True, held_by="x", held_at=node.now(), reason="synthetic"
    )
    with node.database.transaction() as connection:
        canaries.put_hold(connection, hold)
    pages = []
    for each, name in ((person, NAME), (canary, "Canary Nemuneh (synthetic)")):
        page = send(analyst, f"/entities/{each.id}", f"/entities/{each.id}", case="c", purpose="investigation")
        pages.append(page.replace(str(each.id), "ID").replace(name, "NAME"))
    assert pages[0] == pages[1]
    assert "a canary was read" in inspector.read("/oversight")


# Oversight


def test_the_inspector_sees_who_read_what_and_filters_it(analyst: Officer, inspector: Officer, person: Entity) -> None:
    send(analyst, f"/entities/{person.id}", f"/entities/{person.id}", case="case 77", purpose="investigation")
    page = inspector.read(f"/oversight?view=reads&case=case+77&record={person.id}&account=synthetic-analyst")
    assert "1 entry" in page
    assert "case 77 investigation 1" in page
    assert "0 entries" in inspector.read("/oversight?view=reads&case=another")


@pytest.mark.parametrize("view", ["alarms", "reads", "exports", "gate", "recalls", "purges", "access", "holds"])
def test_every_list_is_there(inspector: Officer, view: str) -> None:
    assert "Oversight" in inspector.read(f"/oversight?view={view}")


@pytest.mark.parametrize("asked", ["view=everything", "view=reads&record=x", "view=reads&since=soon", "page=0"])
def test_a_filter_that_cannot_be_is_refused(inspector: Officer, asked: str) -> None:
    assert inspector.browser.get(f"/oversight?{asked}").status_code == 400


def test_an_alarm_is_looked_into(node: Node, inspector: Officer) -> None:
    with node.database.transaction() as connection:
        connection.execute(
            "INSERT INTO nominal.alarm (id, at, day, kind, account, subject, detail)"
            " VALUES (%s, %s, %s, 'unusual', 'somebody', 'x', 'y')",
            (UUID(int=99), node.now(), node.today),
        )
    page = send(inspector, "/oversight", f"/oversight/alarms/{UUID(int=99)}/seen")
    assert "synthetic-data_protection_officer" in words_of(page)


def test_a_record_is_held_back_and_let_go(inspector: Officer, person: Entity) -> None:
    page = send(inspector, "/oversight", "/oversight/holds", record=str(person.id), reason="a synthetic doubt")
    assert "a synthetic doubt" in words_of(page)
    page = send(inspector, "/oversight", f"/oversight/holds/{person.id}/let-go")
    assert "a synthetic doubt" not in words_of(page)


def test_subject_access_goes_from_receipt_to_answer(inspector: Officer, person: Entity) -> None:
    assert person
    page = send(inspector, "/oversight?view=access", "/oversight/access", name="Nemuneh", received="2026-02-20")
    assert "received, due on 20 Mar 2026" in words_of(page)
    here = re.findall(r'action="(/oversight/access/[^/"]+)/steps"', page)[0]
    page = send(inspector, here, f"{here}/steps", step="identify", detail="passport shown")
    page = send(inspector, here, f"{here}/search", words="nemuneh")
    assert NAME in words_of(page)
    page = send(inspector, here, f"{here}/steps", step="answer_in_part", ground="inquiry", detail="the rest was given")
    assert "answered, due on 20 Mar 2026" in words_of(page)
    assert "/steps" not in page


def test_who_does_not_inspect_sees_nothing_of_it(analyst: Officer) -> None:
    assert analyst.browser.get("/oversight").status_code in {403, 404}
    assert "/oversight" not in analyst.browser.get("/seizures").text


# Files


@pytest.mark.parametrize("layout", ["csv", "xlsx", "json"])
def test_a_file_says_in_every_row_who_took_it_out(
    node: Node, url: str, inspector: Officer, event: str, layout: str
) -> None:
    with signed_in_as(node, url, Role.STATISTICIAN) as statistician:
        page = statistician.browser.get("/exports/new?country=AZ", follow_redirects=True)
        token = html.unescape(_TOKEN.search(page.text)[1])  # type: ignore[index] # it is there
        answer = statistician.browser.post(
            "/exports/new?country=AZ", data={"token": token, "layout": layout, "purpose": "statistics"}
        )
    assert answer.status_code == 200, words_of(answer.text)
    assert f'.{layout}"' in answer.headers["content-disposition"]
    told = text_of(answer.content, layout)
    assert event in told
    assert "synthetic-statistician" in told
    assert "synthetic-statistician statistics" in inspector.read("/oversight?view=exports")


def text_of(data: bytes, layout: str) -> str:
    """Every text in an exported file."""
    if layout != "xlsx":
        return data.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(data), read_only=True)
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


# Totals


def test_an_observer_sees_totals_and_hidden_cells_as_hidden(observer: Officer) -> None:
    page = observer.read("/totals?table=substance-year")
    assert "Opium 12" in page
    assert "Cocaine" not in page
    page = observer.read("/totals?table=country-substance")
    assert "Azerbaijan 12" in page
    assert "Türkiye" not in page


@pytest.mark.parametrize(
    "address",
    [
        *("/seizures", "/seizures/00000000-0000-0000-0000-000000000001", "/entities", "/oversight", "/status", "/gate"),
        *("/partners", "/agreements", "/requests", "/inbox", "/imports", "/accounts", "/exports/new"),
        *("/totals/publish", "/api/v1/seizures", "/api/v1/status", "/api/v1/partners"),
    ],
)
def test_an_observer_sees_nothing_else(observer: Officer, address: str) -> None:
    assert observer.browser.get(address).status_code in {403, 404}


def test_the_first_page_of_an_observer_is_that_of_totals(observer: Officer) -> None:
    answer = observer.browser.get("/", follow_redirects=True)
    assert answer.url.path == "/totals"
    assert re.findall(r'<li><a href="(/[a-z]*)"', answer.text).count("/totals") == 1
