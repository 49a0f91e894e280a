"""The pages on requests: asked, answered and refused by people with a browser."""

import re
from collections.abc import Iterator

import pytest

from fixtures_node import Agencies
from fixtures_web import Officer, served, words_of
from hamkar.asgi import officer_app

QUESTION = "Is anything known of it?\r\nIn what case?"


@pytest.fixture(scope="module")
def colleague(agencies: Agencies) -> Iterator[Officer]:
    """An officer of the partner."""
    with served(officer_app(agencies.azerbaijan, secure=False)) as address, Officer.at(address) as made:
        assert made.sign_in().status_code == 303
        yield made


def asked(officer: Officer, agencies: Agencies, place: str, **more: object) -> str:
    """The address of a request that an officer has just sent, with everything delivered."""
    form = {
        "partner": agencies.azerbaijan.id,
        "question": QUESTION,
        "kind": ["place", "firm", "other", "other"],
        "value": [place, "", "", ""],
        "purpose": "investigation",
        "urgency": "urgent",
        "case": "S-1",
        "why": "Synthetic",
        "handling": "H1",
    }
    answer = officer.send("/requests", **(form | more))
    assert answer.status_code == 200, words_of(answer.text)
    agencies.exchange()
    return str(answer.url.path)


def test_a_partner_is_asked_and_answers(officer: Officer, colleague: Officer, agencies: Agencies) -> None:
    address = asked(officer, agencies, "Synthetic Astara")
    assert "Request to Synthetic Police of Azerbaijan asked Due: 3 Mar" in officer.read(address)
    page = colleague.read(address)
    assert "Request from Synthetic Police of Iran" in page
    assert "Is anything known of it? In what case?" in page
    assert "waits to be sent" in words_of(colleague.send(f"{address}/acknowledge", to_be_obtained="true").text)
    agencies.exchange()
    assert "It has to be obtained from others." in officer.read(address)
    colleague.send(f"{address}/answer", text="Nothing is held", handling="H1")
    agencies.exchange()
    page = officer.read(address)
    assert "answered" in page
    assert "Nothing is held" in page
    assert "Nothing." in page.partition("What can be done")[2]


def test_a_refusal_names_its_ground_and_where_it_stands(
    officer: Officer, colleague: Officer, agencies: Agencies
) -> None:
    address = asked(officer, agencies, "Synthetic Lankaran")
    colleague.send(f"{address}/refuse", ground="political_character")
    agencies.exchange()
    page = officer.read(address)
    assert "The matter is political, military, religious or racial. Constitution of INTERPOL, article 3" in page


def test_what_was_asked_before_brings_the_form_back_with_who_asked(officer: Officer, agencies: Agencies) -> None:
    asked(officer, agencies, "Synthetic Jolfa")
    form = {"partner": agencies.azerbaijan.id, "question": QUESTION, "kind": "place", "value": "SYNTHETIC  JOLFA"}
    answer = officer.send("/requests", **form, purpose="prevention", urgency="normal")
    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "already asked by Synthetic Police of Iran (admin) of Synthetic Police of Azerbaijan on 2026-03-02" in page
    assert "SYNTHETIC  JOLFA" in answer.text
    again = officer.send("/requests", **form, purpose="prevention", urgency="normal", again="A new lead")
    assert "/requests/" in str(again.url)


def test_what_may_not_be_asked_says_why_and_keeps_what_was_typed(officer: Officer, agencies: Agencies) -> None:
    form = {"partner": agencies.azerbaijan.id, "question": QUESTION, "kind": "phone", "value": "+994 50 000 00 09"}
    answer = officer.send("/requests", **form, purpose="investigation", urgency="normal")
    assert answer.status_code == 409
    assert "does not cover person" in words_of(answer.text)
    assert "+994 50 000 00 09" in answer.text


def test_a_request_is_withdrawn(officer: Officer, colleague: Officer, agencies: Agencies) -> None:
    address = asked(officer, agencies, "Synthetic Bileh Savar")
    officer.send(f"{address}/withdraw", text="No longer needed")
    agencies.exchange()
    assert "withdrawn" in colleague.read(address)
    assert colleague.send(f"{address}/answer", text="Too late").status_code == 409


def test_the_list_shows_both_directions_and_how_they_ended(
    officer: Officer, colleague: Officer, agencies: Agencies
) -> None:
    asked(officer, agencies, "Synthetic list")
    assert "is asked: Synthetic Police of Azerbaijan" in officer.read("/requests")
    page = colleague.read("/requests")
    assert "asks us: Synthetic Police of Iran" in page
    assert "How requests ended" in page


def test_what_is_due_today_stands_on_the_first_page(officer: Officer, colleague: Officer, agencies: Agencies) -> None:
    asked(officer, agencies, "Synthetic hurry")
    with agencies.iran.database.transaction() as iran, agencies.azerbaijan.database.transaction() as azerbaijan:
        for connection in (iran, azerbaijan):
            connection.execute("UPDATE request SET due = '2026-03-01T00:00:00Z' WHERE finished_at IS NULL")
    assert "Synthetic Police of Azerbaijan owes an answer, which is overdue" in officer.read("/")
    assert "An answer to Synthetic Police of Iran is overdue" in colleague.read("/")


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ 7*7 }}", "'\"><b>x"])
def test_what_a_partner_asks_is_shown_as_text(
    officer: Officer, colleague: Officer, agencies: Agencies, words: str
) -> None:
    address = asked(officer, agencies, words, question=words, why=words)
    colleague.send(f"{address}/answer", text=words)
    agencies.exchange()
    for page in (officer.browser.get(address).text, colleague.browser.get(address).text):
        assert "<script" not in page
        assert "<b>x" not in page
        assert words in words_of(re.sub(r' value="[^"]*"', "", page))


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/requests", {"question": "x"}),
        ("/requests/{}/answer", {"text": "a", "records": "no uuid"}),
        ("/requests/{}/refuse", {"text": "no ground"}),
        ("/requests/{}/answer", {"text": "a", "handling": "H3"}),
    ],
)
def test_a_form_that_says_too_little_is_refused_in_a_sentence(
    colleague: Officer, officer: Officer, agencies: Agencies, address: str, form: dict[str, str]
) -> None:
    wanted = asked(officer, agencies, f"Synthetic {form}").rpartition("/")[2]
    assert colleague.send(address.format(wanted), **form).status_code == 400
