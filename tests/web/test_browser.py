"""The pages in a real browser: for everybody, from the keyboard, without script, on every screen."""

from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from playwright.sync_api import Browser, BrowserContext, Page

import gate_passing
from exchanging import new_report
from fixtures_node import BY, PASSWORD, Agencies, file_reports
from fixtures_web import synthetic_reports
from hamkar.actions import gate_ask
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release
from hamkar.actions.request_moves import Saying, move
from hamkar.actions.requests import DraftRequest, ask
from hamkar.actions.status import status
from hamkar.model.agreement import Purpose
from hamkar.model.handling import FREE
from hamkar.model.request import MoveKind, Subject, SubjectKind, Urgency
from people import new_person, somebody
from reports import numbered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not at /usr/bin/chromium"),
]

PAGES = (
    "/",
    "/seizures",
    "/seizures?disputed=yes&since=soon",
    "/seizures/{event}",
    "/seizures/{event}/entities",
    "/seizures/{event}/entities?schema=Vessel",
    "/seizures/{event}/release",
    "/seizures/{event}/release?to={partner}&purpose=investigation&done=yes",
    "/inbox",
    "/status",
    "/partners",
    "/agreements",
    "/agreements/new",
    "/agreements/{agreement}",
    "/imports",
    "/requests",
    "/requests/new",
    "/requests/{request}",
    "/gate",
    "/gate/assurances",
    "/gate/entities/{person}?to={observer}",
    "/gate/assessments/{assessment}",
    "/nowhere",
)
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 400, "height": 800}


@pytest.fixture(scope="module")
def addresses(agencies: Agencies, event: str, url: str) -> list[str]:
    """Every page, with something on each."""
    release(agencies.iran, numbered(900), agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    file_reports(agencies.azerbaijan, *synthetic_reports(agencies.azerbaijan, 400))
    release(agencies.azerbaijan, numbered(400), agencies.iran.id, Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    new_person(agencies.iran, numbered(901), "Synthetic")
    record_entity(agencies.iran, numbered(901), somebody("Synthetic", role=None), by=BY)
    with agencies.iran.database.transaction() as connection:
        [agreement, _] = [row[0] for row in connection.execute("SELECT id FROM agreement ORDER BY id")]
    request = _asked(agencies)
    places = {"event": event, "partner": agencies.azerbaijan.id, "agreement": agreement, "request": request}
    places |= _at_gate(agencies)
    return [url + page.format(**places) for page in PAGES]


def _at_gate(agencies: Agencies) -> dict[str, object]:
    """A person whose life could be at risk with the observer, and the assessment that waits."""
    person = new_person(agencies.iran, new_report(agencies.iran).id, "Synthetic")
    assurance = gate_passing.assure(agencies.iran, "UN")
    waiting = gate_ask.ask(agencies.iran, gate_passing.draft(person.id, "UN", assurance.id), gate_passing.OFFICER)
    return {"person": person.id, "observer": agencies.observer.id, "assessment": waiting.id}


def _asked(agencies: Agencies) -> UUID:
    """A request that waits for this node's answer."""
    draft = DraftRequest(
        partner=agencies.iran.id,
        question="Is anything known of it?",
        subjects=(Subject(kind=SubjectKind.PLACE, value="Synthetic Astara"),),
        purpose=Purpose.INVESTIGATION,
        urgency=Urgency.URGENT,
        agreement="",
        case="S-1",
        why="Synthetic",
        handling=FREE,
        again="",
    )
    request = ask(agencies.azerbaijan, draft, by=BY)
    agencies.exchange()
    move(agencies.iran, request.id, Saying(kind=MoveKind.ACKNOWLEDGE, text="Read"), by=BY)
    return request.id


def sign_in(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url + "/sign-in")
    page.fill("#name", "admin")
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


@pytest.mark.parametrize(
    ("scheme", "language", "screen"),
    [("light", "en", WIDE), ("dark", "fa", WIDE), ("dark", "ru", NARROW)],
)
def test_no_page_shuts_anybody_out(
    chromium: Browser, addresses: list[str], url: str, scheme: str, language: str, screen: dict[str, int]
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport=screen)  # type: ignore[arg-type] # plain words here
    complaints: list[str] = []
    page = sign_in(context, url)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{url}/language/{language}")
    faults = {}
    for address in [url + "/sign-in", *addresses]:
        page.goto(address)
        found = Axe().run(page)
        if found.violations_count:
            faults[address] = found.generate_report()
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{address} is {overflow} px wider than the screen"
    context.close()
    assert not faults, "\n".join(faults.values())
    assert [one for one in complaints if "404" not in one] == []


def press_until(page: Page, selector: str, limit: int = 200) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(limit):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} was not reached from the keyboard")


def test_an_officer_signs_in_and_releases_from_the_keyboard_alone(
    chromium: Browser, agencies: Agencies, url: str
) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 200))
    before = status(agencies.iran).released
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{url}/seizures/{numbered(200)}")
    press_until(page, "#name")
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/seizures/{numbered(200)}")
    press_until(page, 'a[href$="/release"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/release")
    press_until(page, f'form:has(input[value="{agencies.azerbaijan.id}"]) button')
    page.keyboard.press("Enter")
    page.wait_for_url("**done=yes")
    assert "Released; it waits to be sent." in page.inner_text("main")
    assert status(agencies.iran).released == before + 3
    context.close()


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(chromium: Browser, url: str) -> None:
    context = chromium.new_context()
    page = sign_in(context, url)
    page.goto(url + "/seizures")
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("#words:focus").count() == 1
    context.close()


def test_everything_works_where_no_script_runs(chromium: Browser, agencies: Agencies, url: str) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 100))
    context = chromium.new_context(java_script_enabled=False)
    page = sign_in(context, url)
    page.goto(f"{url}/seizures/{numbered(100)}")
    page.click("label[for^=agency-]:has-text('Synthetic Border Guard')")
    page.fill("#agency-reason", "their own report")
    page.click("form:has(#agency-reason) button")
    assert "decided by admin" in page.inner_text("main")
    page.check("#split-3")
    page.fill("#split-reason", "another load")
    page.click("form[action$=split] button")
    assert "1 report" in page.inner_text("main")
    page.click("text=فارسی")
    assert page.get_attribute("html", "dir") == "rtl"
    page.click("form[action='/sign-out'] button")
    assert page.url.endswith("/sign-in")
    context.close()


def test_on_paper_there_is_what_is_known_and_not_how_to_change_it(chromium: Browser, event: str, url: str) -> None:
    context = chromium.new_context(viewport={"width": 794, "height": 1100})
    page = sign_in(context, url)
    page.goto(f"{url}/seizures/{event}")
    page.emulate_media(media="print")
    assert page.locator("text=What each report says").is_visible()
    for gone in (".bar nav", "form.inline-form", ".button", ".choose", "button"):
        assert not [each for each in page.locator(gone).all() if each.is_visible()], gone
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()
