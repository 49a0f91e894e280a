"""The pages of oversight and of totals in a real browser: for everybody, right to left too, and on a narrow screen."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from playwright.sync_api import Browser, Page

from closed_year import many_seizures
from exchanging import new_report
from fixtures_node import PASSWORD, Agencies
from hamkar.actions.accounts import add_account
from hamkar.actions.canary import add_canary
from hamkar.actions.nominal import read_entity
from hamkar.actions.publish_totals import publish_totals
from hamkar.actions.subject_access import open_access
from hamkar.model.role import Person, Role
from hamkar.policy.look import ReadPurpose
from people import somebody

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not at /usr/bin/chromium"),
]

INSPECTOR = Person(name="dpo", roles=frozenset({Role.DATA_PROTECTION_OFFICER}))
ANALYST = Person(name="analyst", roles=frozenset({Role.ANALYST}))
OBSERVER = Person(name="observer", roles=frozenset({Role.OBSERVER}))
STATISTICIAN = Person(name="statistician", roles=frozenset({Role.STATISTICIAN}), stepped_up=True)
VIEWS = ("alarms", "reads", "exports", "gate", "recalls", "purges", "access", "holds")
TABLES = ("substance-year", "country-year", "country-substance")


@pytest.fixture(scope="module")
def pages(agencies: Agencies, event: str, url: str) -> dict[str, list[str]]:
    """The pages of each account, with something on each."""
    assert event
    node = agencies.iran
    for person in (INSPECTOR, ANALYST, OBSERVER, STATISTICIAN):
        add_account(node, person.name, person.roles, PASSWORD, by="admin")
    many_seizures(node)
    publish_totals(node, STATISTICIAN)
    canary = add_canary(node, INSPECTOR, new_report(node).id, somebody("Nemuneh (synthetic)"), reason="a test")
    read_entity(node, ANALYST, canary.id, case="synthetic case", purpose=ReadPurpose.INVESTIGATION)
    access = open_access(node, INSPECTOR, "Nemuneh", contact="here", received_on=date(2025, 12, 1))
    return {
        "dpo": [*(f"{url}/oversight?view={view}" for view in VIEWS), f"{url}/oversight/access/{access.row.id}"],
        "analyst": [f"{url}/entities", f"{url}/entities/{canary.id}", f"{url}/totals", f"{url}/seizures"],
        "statistician": [f"{url}/exports/new?country=AZ&since=2020", f"{url}/totals/publish"],
        "observer": [f"{url}/totals?table={table}" for table in TABLES],
    }


def sign_in(page: Page, url: str, name: str, language: str) -> None:
    """Sign in by the form and choose a language."""
    page.goto(f"{url}/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{url}/language/{language}")


@pytest.mark.parametrize("account", ["dpo", "analyst", "statistician", "observer"])
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fa", 400)])
def test_no_page_shuts_anybody_out(
    chromium: Browser, pages: dict[str, list[str]], url: str, account: str, language: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, url, account, language)
    faults = {}
    for address in pages[account]:
        page.goto(address)
        found = Axe().run(page)
        if found.violations_count:
            faults[address] = found.generate_report()
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{address} is {overflow} px wider than the screen"
    context.close()
    assert not faults, "\n".join(faults.values())


def test_a_name_is_read_where_no_script_runs(chromium: Browser, pages: dict[str, list[str]], url: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, url, "analyst", "en")
    page.goto(pages["analyst"][0])
    page.fill("#words", "nemuneh")
    page.fill("#case", "synthetic case")
    page.click("form[role=search] button")
    page.click("table a")
    page.fill("#case", "synthetic case")
    page.click("main button")
    assert "Nemuneh (synthetic)" in page.inner_text("h1")
    assert "nemuneh" not in page.url.lower()
    context.close()
