"""The demo for an observer: totals with small cells hidden, and nothing else."""

from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from hamkar.actions.events import list_events
from hamkar.actions.publish_totals import publish_totals, show_totals
from hamkar.cli.demo.agencies import Agency
from hamkar.model.role import Person, Role
from hamkar.statistics.published_table import TableKind
from hamkar.store.events import EventFilter

STATISTICIAN = Person(name="statistician", roles=frozenset({Role.STATISTICIAN}), stepped_up=True)

_ELSEWHERE = (
    *("/seizures", "/entities", "/inbox", "/requests", "/status", "/partners", "/agreements", "/imports", "/accounts"),
    *("/gate", "/oversight", "/exports/new", "/totals/publish", "/api/v1/seizures", "/api/v1/status"),
)
_SECONDS = 20


def observe(office: Agency) -> tuple[bool, str]:
    """The closed years are published; the observer's account sees them, and is shut out everywhere else."""
    years = publish_totals(office.node, STATISTICIAN)
    browser = _signed_in(office)
    seizure = list_events(office.node, EventFilter(), sort="date", limit=1, offset=0).rows[0].id
    pages = [_status(browser, f"{office.url}/totals?table={kind}") for kind in TableKind]
    shut = [_status(browser, office.url + address) for address in (*_ELSEWHERE, f"/seizures/{seizure}")]
    table = show_totals(office.node, TableKind.SUBSTANCE_YEAR)
    hidden = sum(figure is None for row in table.figures for figure in row)
    detail = (
        f"{len(years)} closed years published: {table.seizures} seizures counted, {hidden} cells of substance and year"
        f" hidden; the observer sees {pages.count(200)} tables of totals and is shut out of {len(shut)} other addresses"
    )
    ok = set(pages) == {200} and set(shut) <= {403, 404} and table.seizures > 0 and hidden > 0
    return ok, detail


def _signed_in(office: Agency) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = urlencode({"name": "observer", "password": office.password, "code": "", "back": "/"}).encode()
    browser.open(f"{office.url}/sign-in", form, timeout=_SECONDS).close()
    return browser


def _status(browser: OpenerDirector, address: str) -> int:
    try:
        with browser.open(address, timeout=_SECONDS) as answer:
            status: int = answer.status
            return status
    except HTTPError as error:
        with error:
            return error.code
