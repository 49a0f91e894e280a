"""Putting people and things on record by the pages of a seizure, on which nobody is named."""

import re
from dataclasses import replace
from typing import Any

import pytest

from fixtures_node import file_reports
from fixtures_web import Officer, synthetic_reports, words_of
from hamkar.actions.export_entities import entities_about
from hamkar.actions.node import Node
from hamkar.model.entity import Entity
from hamkar.model.report import Report
from reports import numbered

_groups = iter(range(3000, 9000, 10))
NAME = "Nemuneh (synthetic)"


@pytest.fixture
def report(node: Node) -> Report:
    """The first own report of a seizure of this test's own."""
    made = synthetic_reports(node, next(_groups))
    file_reports(node, *made)
    return made[0]


def send(officer: Officer, report: Report, *, schema: str = "Person", **form: Any) -> tuple[int, str]:
    """Send the form as a browser does; the status of the answer and its words."""
    properties = form.pop("properties", {"name": NAME})
    fields = {"name_of": list(properties), "value_of": list(properties.values())}
    answer = officer.send(f"/seizures/{report.group}/entities", report=str(report.id), schema=schema, **fields, **form)
    return answer.status_code, words_of(answer.text)


def on_record(node: Node, report: Report) -> list[Entity]:
    return entities_about(node, report.id)


def test_a_person_is_recorded_with_names_in_two_scripts_and_a_day_of_the_persian_calendar(
    officer: Officer, node: Node, report: Report
) -> None:
    properties = {"name": f"{NAME}\r\nنمونه (ساختگی)", "birthDate": "1359/01/01", "nationality": "IR"}
    status, page = send(officer, report, role="suspect", properties=properties)
    assert (status, "Person suspect H0 no" in page) == (200, True)
    (made,) = on_record(node, report)
    assert made.names == (NAME, "نمونه (ساختگی)")
    assert (made.values("birthDate"), made.values("nationality")) == (("1980-03-21",), ("ir",))
    assert NAME not in page + officer.read(f"/seizures/{report.group}")


def test_each_kind_of_thing_has_a_form_with_its_own_fields(officer: Officer, node: Node, report: Report) -> None:
    page = officer.browser.get(f"/seizures/{report.group}/entities?schema=Vehicle").text
    names = re.findall(r'name="name_of" value="(\w+)"', page)
    assert names == ["registrationNumber", "type", "model", "country"]
    status, _ = send(
        officer, report, schema="Vehicle", role="transport", properties={"registrationNumber": "12 SYN 345"}
    )
    assert (status, [each.schema for each in on_record(node, report)]) == (200, ["Vehicle"])


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"role": "user"}, "Users of drugs are not targets: whose only tie to the event is use is not put on record"),
        ({"role": "witness"}, "A witness is recorded only with a written necessity"),
        ({"role": "suspect", "minor": "yes", "necessity": "Synthetic"}, "A minor is recorded under H2 or stricter"),
        ({"role": "transport"}, "cannot have the role transport"),
        ({"role": "suspect", "handling": "H3"}, "H3 means a restriction in words"),
    ],
)
def test_what_the_rules_refuse_is_said_and_what_was_written_is_kept(
    officer: Officer, node: Node, report: Report, form: dict[str, str], why: str
) -> None:
    status, page = send(officer, report, **form)
    assert (status, why.casefold() in page.casefold()) == (409, True), page
    assert on_record(node, report) == []
    assert NAME in page


def test_a_person_without_a_role_waits_for_it_and_the_page_takes_it(
    officer: Officer, node: Node, report: Report
) -> None:
    _, page = send(officer, report)
    assert "no role found yet" in page
    (waiting,) = on_record(node, report)
    address = f"/seizures/{report.group}/entities/role"
    answer = officer.send(address, entity=str(waiting.id), role="contact", case="Synthetic 7", minor="no")
    assert answer.status_code == 200
    (known,) = on_record(node, report)
    assert (known.id, known.role, known.minor) == (waiting.id, "contact", False)


def test_nobody_records_with_another_agencys_report(officer: Officer, node: Node, report: Report) -> None:
    group = next(_groups)
    theirs = replace(report, id=numbered(group), group=numbered(group), originator="another", parties=())
    file_reports(node, theirs)
    assert "Put a person or thing on record" not in officer.read(f"/seizures/{theirs.group}/entities")
    status, page = send(officer, theirs, role="suspect")
    assert (status, "is not this agency's" in page) == (409, True)
