"""The list of seizures and the page of one: what is known, on whose word, and what people may decide."""

import re
from dataclasses import replace

import pytest

from fixtures_node import file_reports
from fixtures_web import Officer, synthetic_reports, words_of
from hamkar.actions.node import Node
from hamkar.model.quantity import Qualifier
from hamkar.model.stated_date import DateKind
from reports import claim, kilograms, line, numbered, on

MANY = 60


@pytest.fixture(scope="module", autouse=True)
def many(node: Node) -> None:
    """Enough small seizures for two pages, one a day."""
    for number in range(MANY):
        day = on(DateKind.EVENT, f"2021-{1 + number // 28:02}-{1 + number % 28:02}")
        made = claim(2_000 + number, f"l{number}", line("opium", kilograms(str(number + 1))), dates=(day,))
        file_reports(node, replace(made, originator=node.id, group=numbered(2_000 + number)))


def test_the_list_shows_amounts_with_the_words_they_were_reported_in(officer: Officer, node: Node) -> None:
    vague = claim(1_501, "x", line("cocaine", kilograms("2400", Qualifier.OVER)))
    file_reports(node, replace(vague, originator=node.id, group=numbered(1_501)))
    page = officer.read("/seizures?substance=cocaine")
    assert "1 seizure fits." in page
    assert "over 2,400 kg" in page


def test_the_list_says_what_it_covers(officer: Officer, node: Node) -> None:
    silent = claim(1_502, "x", line("fentanyl", None))
    file_reports(node, replace(silent, originator=node.id, group=numbered(1_502)))
    assert "a quantity is stated for 0 of the 1 seizure shown" in officer.read("/seizures?substance=fentanyl")
    assert "a quantity is stated for 50 of the 50 seizures shown" in officer.read("/seizures?substance=opium")


def test_the_list_is_read_page_by_page_with_links(officer: Officer) -> None:
    first = officer.browser.get("/seizures?substance=opium").text
    assert "60 seizures fit." in words_of(first)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = officer.read(following[1].replace("&amp;", "&"))
    assert "Page 2 of 2" in second
    assert len(re.findall(r"Opium [0-9]+ kg", second)) == MANY - 50


@pytest.mark.parametrize(
    ("sort", "first", "last"), [("date", "4 Mar 2021", "11 Jan 2021"), ("-date", "1 Jan 2021", "22 Feb 2021")]
)
def test_the_list_is_sorted_as_its_heads_say(officer: Officer, sort: str, first: str, last: str) -> None:
    page = officer.read(f"/seizures?substance=opium&sort={sort}")
    days = re.findall(r"[0-9]+ [A-Z][a-z]+ 2021", page)
    assert (days[0], days[-1]) == (first, last)


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        ("2021-03", "", 4),
        ("2021-01-01", "2021-01-31", 28),
        ("1399/10/12", "1399-10-13", 2),
        ("", "۱۳۹۹/۱۰/۱۲", 1),
        ("2022", "", 0),
    ],
)
def test_days_are_read_in_both_calendars(officer: Officer, since: str, until: str, fits: int) -> None:
    page = officer.browser.get("/seizures", params={"substance": "opium", "since": since, "until": until})
    assert f"{fits} seizure" in words_of(page.text)


def test_a_day_that_cannot_be_read_is_said_and_kept_in_the_form(officer: Officer) -> None:
    page = officer.browser.get("/seizures?since=soon").text
    assert "is not a date that can be read" in words_of(page)
    assert 'value="soon"' in page


@pytest.mark.parametrize("asked", ["country=Iran", "sort=kilograms", "page=0", "page=9999", "substance=<"])
def test_a_filter_that_no_form_makes_is_refused_in_a_sentence(officer: Officer, asked: str) -> None:
    answer = officer.browser.get(f"/seizures?{asked}")
    assert answer.status_code == 400
    assert "cannot be used" in words_of(answer.text)


def test_only_disputed_seizures_are_shown_where_asked(officer: Officer) -> None:
    page = officer.read("/seizures?disputed=yes")
    assert "disputed Agency credited" in page
    assert "Opium 60 kg" not in page


def test_a_field_says_how_firmly_it_stands_and_why(officer: Officer, event: str) -> None:
    page = officer.read(f"/seizures/{event}")
    assert "3 reports, 2 independent sources" in page
    assert "Country Azerbaijan agreed 2 independent sources agree" in page
    assert "Date 29 Nov 2019 one source 2 reports of one origin count once" in page
    assert "disputed the sources contradict one another" in page


def test_reports_stand_side_by_side_as_given(officer: Officer, event: str) -> None:
    page = officer.browser.get(f"/seizures/{event}").text
    text = words_of(page)
    assert "Report 1 Report 2 Report 3" in text
    for given in ("933.155 kg", "about 933 kg", "over 900 kg", "a synthetic note", "https://example.org/1"):
        assert given in text
    assert "example.org" not in "".join(re.findall(r'href="[^"]*"', page))


def test_an_unknown_seizure_is_not_there(officer: Officer) -> None:
    answer = officer.browser.get(f"/seizures/{numbered(1)}")
    assert answer.status_code == 404
    assert "is held here" in words_of(answer.text)
    assert officer.browser.get("/seizures/not-an-identifier").status_code == 400


@pytest.fixture
def disputed(node: Node, request: pytest.FixtureRequest) -> str:
    """A disputed seizure of the test's own."""
    group = 3_000 + 10 * (hash(request.node.name) % 1_000)
    file_reports(node, *synthetic_reports(node, group))
    return str(numbered(group))


def test_a_person_decides_a_disputed_field_with_a_reason(officer: Officer, disputed: str) -> None:
    answer = officer.send(
        f"/seizures/{disputed}/decisions", field="agency", value="Synthetic Customs", reason="their own log book"
    )
    page = words_of(answer.text)
    assert "Agency credited Synthetic Customs preferred decided by admin" in page
    assert "their own log book" in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"field": "agency", "value": "Nobody", "reason": "x"}, "no report claims"),
        ({"field": "date", "value": "2019", "reason": "x"}, "not a field that can be decided"),
        ({"field": "agency", "value": "Synthetic Customs", "reason": ""}, "reason cannot be used"),
        ({"field": "agency", "value": "Synthetic Customs"}, "reason cannot be used"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(officer: Officer, disputed: str, form: dict[str, str], why: str) -> None:
    answer = officer.send(f"/seizures/{disputed}/decisions", **form)
    assert answer.status_code == 400
    assert why in words_of(answer.text).lower()
    assert "decided by admin" not in officer.read(f"/seizures/{disputed}")


def test_a_report_is_split_off_and_merged_back(officer: Officer, disputed: str) -> None:
    page = officer.browser.get(f"/seizures/{disputed}").text
    third = re.findall(r'type="checkbox" name="report" value="([^"]+)"', page)[2]
    alone = officer.send(f"/seizures/{disputed}/split", report=third, reason="another load")
    assert "1 report, 1 independent source" in words_of(alone.text)
    new = alone.url.path.rpartition("/")[2]
    assert "1 report split off to" in officer.read(f"/seizures/{disputed}")
    merged = officer.send(f"/seizures/{disputed}/merge", other=new, reason="the same load after all")
    assert "3 reports, 2 independent sources" in words_of(merged.text)
    assert "1 report taken in from" in words_of(merged.text)
    assert officer.browser.get(f"/seizures/{new}").status_code == 404


def test_nothing_chosen_or_everything_is_no_split(officer: Officer, disputed: str) -> None:
    page = officer.browser.get(f"/seizures/{disputed}").text
    every = re.findall(r'type="checkbox" name="report" value="([^"]+)"', page)
    for chosen in ([], every):
        answer = officer.send(f"/seizures/{disputed}/split", report=chosen, reason="x")
        assert answer.status_code == 400
        assert "some but not all" in words_of(answer.text)


def test_a_seizure_is_not_merged_with_itself_or_with_nothing(officer: Officer, disputed: str) -> None:
    for other, status in ((disputed, 400), ("not an identifier", 400), (str(numbered(2)), 404)):
        answer = officer.send(f"/seizures/{disputed}/merge", other=other, reason="x")
        assert answer.status_code == status
