"""What a hostile report, partner or form says is shown as text and does nothing."""

import re
from dataclasses import replace

import pytest

from fixtures_node import file_reports
from fixtures_web import Officer, synthetic_reports, words_of
from hamkar.actions.node import Node
from hamkar.model.place import Place, RoutePoint, Routing
from hamkar.model.report import Doubt, Flag, Source, SourceKind
from reports import line, numbered

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}"
REVERSED = "abc\u202egpj.exe\u2066\u200f"


@pytest.fixture(scope="module")
def hostile_event(node: Node) -> str:
    """A seizure whose every text is an attack."""
    report = replace(
        synthetic_reports(node, 700)[0],
        lineage=HOSTILE,
        source=Source(kind=SourceKind.PRESS, name=HOSTILE, url=f"javascript:alert(1)//{HOSTILE}", ref=HOSTILE),
        place=Place(text=HOSTILE, admin1_text=HOSTILE, crossing_text=REVERSED, country_text=HOSTILE, setting=HOSTILE),
        agency=HOSTILE + REVERSED,
        lines=(line(HOSTILE, None),),
        stated_total=HOSTILE,
        routing=Routing(origin=RoutePoint(country=None, text=HOSTILE), transport=HOSTILE, concealment=REVERSED),
        joint_with=(HOSTILE,),
        notes=HOSTILE,
        flags=(Flag(column=HOSTILE, text=HOSTILE, doubt=Doubt.UNKNOWN_UNIT),),
    )
    other = replace(report, id=numbered(799), lineage="second", agency="<b>another</b>")
    file_reports(node, report, other)
    return str(numbered(700))


@pytest.mark.parametrize("address", ["/seizures/{}", "/seizures/{}/release", "/seizures?words=alert", "/"])
def test_a_report_is_shown_as_text_and_nothing_else(officer: Officer, hostile_event: str, address: str) -> None:
    page = officer.browser.get(address.format(hostile_event)).text
    marks = set(re.findall(r"<(\w+)", page))
    assert not marks & {"script", "img", "b"} - ({"b"} if "<b>H" in page else set())
    assert "<b>another" not in page
    assert "onerror=alert" not in re.sub(r"&lt;img src=x onerror=alert", "", page)
    assert 'href="javascript' not in page


def test_the_text_itself_can_be_read(officer: Officer, hostile_event: str) -> None:
    assert "<script>alert(1)</script>" in words_of(officer.browser.get(f"/seizures/{hostile_event}").text)


def test_no_hidden_control_turns_the_text_around(officer: Officer, hostile_event: str) -> None:
    page = re.sub(r' value="[^"]*"', "", officer.browser.get(f"/seizures/{hostile_event}").text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", page)
    assert "abcgpj.exe" in page


def test_text_of_another_script_says_so_and_keeps_its_own_direction(officer: Officer, event: str) -> None:
    page = officer.browser.get(f"/seizures/{event}").text
    assert '<bdi lang="und-Cyrl">Астара</bdi>' in page
    assert '<bdi lang="und-Arab">آستارا</bdi>' in page


@pytest.mark.parametrize("value", [HOSTILE, REVERSED, "\x00", "'; DROP TABLE event; --", "\\", "%", "a:*|!"])
def test_what_is_typed_into_the_filter_is_sought_and_nothing_else(officer: Officer, value: str) -> None:
    answer = officer.browser.get("/seizures", params={"words": value, "since": value})
    assert answer.status_code == 200
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "address", ["/seizures/<b>x</b>", "/agreements/<b>x</b>", "/<b>x</b>", "/language/<b>?back=<b>"]
)
def test_an_address_is_not_repeated_as_markup(officer: Officer, address: str) -> None:
    assert "<b>x" not in officer.browser.get(address, follow_redirects=True).text


def test_a_decision_in_hostile_words_is_kept_as_words(officer: Officer, hostile_event: str) -> None:
    answer = officer.send(
        f"/seizures/{hostile_event}/decisions", field="agency", value="<b>another</b>", reason=HOSTILE
    )
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert HOSTILE in words_of(answer.text.replace("<bdi>", ""))
