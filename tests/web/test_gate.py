"""The pages of the gate: an officer writes, another person decides, and no page says a name."""

from uuid import UUID

import pytest

from exchanging import new_report
from fixtures_node import Agencies
from fixtures_web import Officer, words_of
from gate_passing import OTHER_SENIOR, assure, draft
from hamkar.actions.gate_ask import ask
from hamkar.actions.record_entity import record_entity
from hamkar.model.entity import Entity, EntityRole, NewEntity, Property

NAMED = "Nümunə <b>bold</b> (synthetic)"


@pytest.fixture
def suspect(agencies: Agencies) -> Entity:
    """An invented suspect at the node whose pages are shown."""
    new = NewEntity(
        schema="Person",
        role=EntityRole.SUSPECT,
        properties=(Property(name="name", values=(NAMED,)),),
        minor=False,
        synthetic=True,
    )
    return record_entity(agencies.iran, new_report(agencies.iran).id, new, by="recorder")


def test_where_no_life_is_at_risk_the_page_says_so(officer: Officer, agencies: Agencies, suspect: Entity) -> None:
    page = officer.read(f"/gate/entities/{suspect.id}?to={agencies.azerbaijan.id}")
    assert "No life is at risk, as far as is known." in page
    assert "Write an assessment" not in page


def test_where_the_law_is_not_known_it_says_why_and_what_is_lacking(
    officer: Officer, agencies: Agencies, suspect: Entity
) -> None:
    page = officer.read(f"/gate/entities/{suspect.id}?to={agencies.observer.id}")
    assert "A life could be at risk. This country is not in the table of jurisdictions." in page
    assert "Lacking: there is no assurance of Synthetic UN office against capital use" in page
    assert "no use in capital proceedings" in page
    assert "software cannot prevent misuse" in page
    assert "facts that name nobody" in page
    assert "Nümunə" not in page


def test_an_officer_writes_and_the_same_person_cannot_decide(
    officer: Officer, agencies: Agencies, suspect: Entity
) -> None:
    assurance = assure(agencies.iran, "UN")
    answer = officer.send(
        f"/gate/entities/{suspect.id}/ask",
        partner=agencies.observer.id,
        purpose="investigation",
        necessity="<script>alert(1)</script> (synthetic)",
        risk="synthetic",
        assurances=str(assurance.id),
    )
    page = words_of(answer.text)
    assert "waits for a second person" in page
    assert "<script>alert" not in answer.text
    address = answer.url.path
    refused = officer.send(f"{address}/authorise", reason="mine (synthetic)")
    assert "cannot authorise it too" in words_of(refused.text)


def test_a_senior_authoriser_decides_on_what_another_wrote(
    officer: Officer, agencies: Agencies, suspect: Entity
) -> None:
    made = ask(agencies.iran, draft(suspect.id, "UN", assure(agencies.iran, "UN").id), OTHER_SENIOR)
    assert "waits for a second person" in officer.read("/gate")
    page = words_of(officer.send(f"/gate/assessments/{made.id}/authorise", reason="weighed (synthetic)").text)
    assert "authorised until" in page
    assert "Release this record to Synthetic UN office" in page


def test_an_assurance_is_written_down_and_no_more_relied_on(officer: Officer, agencies: Agencies) -> None:
    form = {
        "partner": agencies.observer.id,
        "issuer": "Synthetic Registry",
        "authority": "Synthetic decree",
        "text": "nothing of it (synthetic)",
        "given_on": "2026-01-01",
        "expires_on": "1405/06/20",
        "evidence": "none yet",
    }
    page = officer.send("/gate/assurances", **form).text
    assert "Synthetic Registry" in words_of(page)
    address = next(part for part in page.split('"') if part.endswith("/revoke"))
    assert "not relied on any more" in words_of(officer.send(address, reason="withdrawn (synthetic)").text)


@pytest.mark.parametrize("language", ["fa", "az", "ru"])
def test_the_pages_can_be_read_in_every_language(agencies: Agencies, suspect: Entity, url: str, language: str) -> None:
    with Officer.at(url, language=language) as reader:
        reader.sign_in()
        for address in ("/gate", "/gate/assurances", f"/gate/entities/{suspect.id}?to={agencies.observer.id}"):
            assert reader.read(address)


def test_a_record_that_is_not_held_has_no_page(officer: Officer) -> None:
    assert officer.browser.get(f"/gate/entities/{UUID(int=5)}").status_code == 404
    assert officer.browser.get(f"/gate/assessments/{UUID(int=5)}").status_code == 404
