"""Partners, agreements, the inbox and what waits: the pages about other nodes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fixtures_node import BY, TERMS, Agencies, Straight, file_reports
from fixtures_web import Officer, served, synthetic_reports, words_of
from hamkar.actions import agreements
from hamkar.actions.agreements import list_standing
from hamkar.actions.deliver import deliver
from hamkar.actions.partners import list_partners
from hamkar.actions.release import release
from hamkar.asgi import officer_app
from hamkar.crypto.fingerprint import spoken
from hamkar.errors import Unreachable
from hamkar.exchange.answer import Answer
from hamkar.model.agreement import Purpose
from reports import numbered


class Cut:
    """A line that is down."""

    def post_bundle(self, frame: bytes) -> Answer:
        """Nothing arrives."""
        msg = f"the line is down; {len(frame) > 0 and 'try again later'}"
        raise Unreachable(msg)


@pytest.fixture
def colleague(agencies: Agencies) -> Iterator[Officer]:
    """An officer of the other agency, signed in there."""
    with served(officer_app(agencies.azerbaijan, secure=False)) as url, Officer.at(url) as made:
        made.sign_in()
        yield made


def test_partners_stand_with_their_fingerprint_in_groups_of_four(officer: Officer, agencies: Agencies) -> None:
    page = officer.read("/partners")
    assert spoken(agencies.azerbaijan.id) in page
    assert "Synthetic UN office United Nations observer" in page
    assert "version 1, valid until 31 May 2026" in page


def test_the_own_card_is_downloaded_exactly_as_signed(officer: Officer, agencies: Agencies) -> None:
    answer = officer.browser.get("/partners/own-card")
    assert answer.content == agencies.iran.signed_card.envelope
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("way", ["pasted", "uploaded"])
def test_a_partner_is_added_by_card_and_fingerprint(officer: Officer, agencies: Agencies, way: str) -> None:
    envelope = agencies.azerbaijan.signed_card.envelope
    form = {"token": officer.token(), "fingerprint": spoken(agencies.azerbaijan.id).upper()}
    files = {"file": ("card.json", envelope)} if way == "uploaded" else {"file": ("", b"")}
    pasted = envelope.decode() if way == "pasted" else ""
    answer = officer.browser.post("/partners", data={**form, "card": pasted}, files=files)
    assert answer.status_code == 303
    assert len(list_partners(agencies.iran)) == 2


@pytest.mark.parametrize(
    ("card", "fingerprint", "status", "why"),
    [
        ("own", "other", 400, "its fingerprint is not the one given"),
        ("own", "own", 400, "this is the node's own card"),
        ("other", "nonsense", 400, "is not a node id"),
        ("", "other", 400, "no card was given"),
        ("{}", "other", 400, "not a signed document"),
        ("\x00", "other", 400, "not a signed document"),
    ],
)
def test_a_card_that_is_not_that_of_the_fingerprint_is_refused(
    officer: Officer, agencies: Agencies, card: str, fingerprint: str, status: int, why: str
) -> None:
    cards = {"own": agencies.iran.signed_card.envelope, "other": agencies.azerbaijan.signed_card.envelope}
    prints = {"own": agencies.iran.id, "other": agencies.azerbaijan.id}
    answer = officer.send(
        "/partners", card=cards.get(card, card.encode()).decode(), fingerprint=prints.get(fingerprint, fingerprint)
    )
    assert answer.status_code == status
    assert why in words_of(answer.text).lower()


def proposal(agencies: Agencies) -> dict[str, object]:
    """The form to propose an agreement, filled in."""
    return {
        "partner": agencies.azerbaijan.id,
        "title": "Synthetic agreement on precursors",
        "legal_basis": "Synthetic memorandum",
        "rights_clause": "No capital use",
        "purposes": ["prevention", "training"],
        "categories": ["precursor_seizure"],
        "fields": ["dates", "lines"],
        "highest_handling": "H1",
        "onward": "never",
        "retention_days": "365",
        "deadlines": "",
        "valid_from": "2026-01-01",
        "valid_until": "1406/12/29",
    }


def test_an_agreement_is_proposed_here_and_signed_there(
    officer: Officer, colleague: Officer, agencies: Agencies
) -> None:
    proposed = officer.send("/agreements", **proposal(agencies))
    page = words_of(proposed.text)
    assert "proposed, not signed by both" in page
    assert "Valid 1 Jan 2026 – 19 Mar 2028" in page.replace("1 Jan 2026 – 19 Mar", "1 Jan 2026 – 19 Mar")
    assert "Sign for this agency" not in page
    agencies.exchange()
    assert "waits for this node's signature" in colleague.read("/")
    address = proposed.url.path
    signed = colleague.send(f"{address}/sign")
    assert "in force" in words_of(signed.text)
    assert colleague.send(f"{address}/sign").status_code == 409
    agencies.exchange()
    assert "in force" in officer.read(address)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"purposes": []}, "it has to name a purpose"),
        ({"valid_until": "2020-01-01"}, "cannot end"),
        ({"valid_until": "2027"}, "is not one day"),
        ({"valid_until": "soon"}, "is not a date"),
        ({"legal_basis": " "}, "must be written"),
        ({"title": ""}, "title cannot be used"),
        ({"retention_days": "0"}, "retention_days cannot be used"),
        ({"highest_handling": "H9"}, "highest_handling cannot be used"),
        ({"title": "two\nlines"}, "title cannot be used"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_a_sentence(
    officer: Officer, agencies: Agencies, changed: dict[str, object], why: str
) -> None:
    before = len(list_standing(agencies.iran))
    answer = officer.send("/agreements", **{**proposal(agencies), **changed})
    assert answer.status_code == 400
    assert why in words_of(answer.text).lower()
    assert len(list_standing(agencies.iran)) == before


def test_an_agreement_is_suspended_and_resumed(officer: Officer, agencies: Agencies) -> None:
    signed = agreements.propose(
        agencies.iran, agencies.observer.id, replace(TERMS, title="Synthetic agreement to suspend"), by=BY
    )
    agencies.exchange()
    agreements.sign(agencies.observer, signed.id, by=BY)
    agencies.exchange()
    suspended = words_of(officer.send(f"/agreements/{signed.id}/suspend").text)
    assert "suspended by Synthetic Police of Iran" in suspended
    resumed = words_of(officer.send(f"/agreements/{signed.id}/resume").text)
    assert "in force" in resumed
    agencies.exchange()


def test_an_unknown_agreement_is_not_there(officer: Officer) -> None:
    assert officer.browser.get("/agreements/" + "0" * 64).status_code == 404
    assert officer.browser.get("/agreements/zz").status_code == 400
    assert officer.send("/agreements/" + "0" * 64 + "/sign").status_code == 404
    assert officer.send("/agreements/" + "0" * 64 + "/burn").status_code == 404


def test_what_waits_says_for_whom_since_when_and_why(officer: Officer, agencies: Agencies) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 300))
    release(agencies.iran, numbered(300), agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    deliver(agencies.iran, agencies.azerbaijan.id, Cut())
    page = officer.read("/status")
    assert "Synthetic Police of Azerbaijan" in page
    assert "the line is down; try again later" in page
    assert "3 messages wait for Synthetic Police of Azerbaijan" in officer.read("/")
    agencies.exchange()
    assert "Nothing waits" in officer.read("/status")


def test_a_received_report_leads_to_its_seizure(colleague: Officer, agencies: Agencies) -> None:
    agencies.exchange()
    page = colleague.browser.get("/inbox").text
    assert f'href="/seizures/{numbered(300)}"' in page or "report of a seizure" in page
    assert "accepted" in words_of(page)
    assert "received from Synthetic Police of Iran" in colleague.read("/seizures")


def test_a_rejected_message_is_shown_with_its_rule_and_reason(
    officer: Officer, colleague: Officer, agencies: Agencies
) -> None:
    file_reports(agencies.azerbaijan, *synthetic_reports(agencies.azerbaijan, 400))
    release(agencies.azerbaijan, numbered(400), agencies.iran.id, Purpose.INVESTIGATION, by=BY)
    [standing] = [s for s in list_standing(agencies.iran) if s.signed.agreement.title == TERMS.title]
    agreements.suspend(agencies.iran, standing.row.id, by=BY)
    deliver(agencies.azerbaijan, agencies.iran.id, Straight(agencies.iran))
    page = officer.read("/inbox")
    assert "rejected The agreement is not in force." in page
    assert "3 received messages were rejected by a rule" in officer.read("/")
    told = colleague.read(f"/seizures/{numbered(400)}")
    assert told.count("Delivered, but the partner's rules rejected it") == 3
    agreements.resume(agencies.iran, standing.row.id, by=BY)
    agencies.exchange()
