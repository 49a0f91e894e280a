"""A partner that errs or means ill gets a verdict, and harms neither this node nor anybody else's records."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchanging import agreement_with, frame, held, message, new_report, stream_named, verdicts
from fixtures_node import BY, Agencies, file_reports
from hamkar.actions import agreements
from hamkar.actions.node import Node
from hamkar.actions.partners import add_partner
from hamkar.actions.receive_bundle import receive
from hamkar.actions.release import release
from hamkar.crypto.keys import new_node_keys, root_from_bytes
from hamkar.exchange.answer import Acknowledged
from hamkar.exchange.card import reissue
from hamkar.exchange.public_key import public_key
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.grade import Grade
from hamkar.model.place import Place
from hamkar.model.quantity import Qualifier, Quantity
from hamkar.model.report import Report
from hamkar.store.keyfile import read_secret
from reports import kilograms, line


def report_of(node: Node, **parts: object) -> Report:
    """A report that nobody has filed."""
    plain = Report(
        id=node.new_id(), originator=node.id, group=node.new_id(), lineage="x", lines=(line("heroin", None),)
    )
    return replace(plain, **parts)  # type: ignore[arg-type] # parts by name


def amount(text: str) -> tuple[object, ...]:
    """A line with that amount of heroin."""
    quantity = Quantity(amount=Decimal(text), unit="kg", unit_text="kg", qualifier=Qualifier.OVER)
    return (line("heroin", quantity),)


def unchecked_grade() -> Grade:
    """A grade of no grid, as a node that checks nothing would send it."""
    grade = Grade()
    object.__setattr__(grade, "source", "Z")
    return grade


HOSTILE: dict[str, dict[str, object]] = {
    "a huge amount": {"lines": amount("9E+999999")},
    "an amount of endless digits": {"lines": amount("1E-20000")},
    "a null character": {"agency": "Customs\0"},
    "an endless country": {"place": Place(country="A" * 4000)},
    "an endless text": {"agency": "word " * 10_000},
    "a grade of no grid": {"grade": unchecked_grade()},
}


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_report_that_cannot_be_borne_is_rejected_and_the_next_is_filed(
    agencies: Agencies, request: pytest.FixtureRequest, parts: dict[str, object]
) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    agreement, stream = agreement_with(giver, taker), stream_named(request.node.name)
    good = report_of(giver)
    sent = [message(giver, report_of(giver, **parts), agreement), message(giver, good, agreement)]
    assert isinstance(receive(taker, frame(giver, taker, sent, first_seq=1, stream=stream)), Acknowledged)
    assert verdicts(taker, stream) == [("rejected", "well_formed"), ("accepted", "accepted")]
    assert held(taker, giver, good.id)


texts = st.text(max_size=40)
contents = st.fixed_dictionaries(
    {
        "agency": texts,
        "place": st.none()
        | st.builds(Place, country=st.none() | st.sampled_from(["IR", "AZ", "zz"]), text=texts, crossing_text=texts),
        "lines": st.lists(
            st.builds(
                line,
                st.sampled_from(["heroin", "opium"]),
                st.none()
                | st.builds(
                    lambda number, unit, qualifier: kilograms(str(number), qualifier, unit=unit),
                    st.decimals(0, allow_nan=False, allow_infinity=False),
                    st.sampled_from(["kg", "tablet", ""]),
                    st.sampled_from(Qualifier),
                ),
            ),
            max_size=4,
        ).map(tuple),
        "grade": st.builds(Grade, source=st.sampled_from("ABCX"), information=st.sampled_from("1234")),
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(contents, min_size=1, max_size=4), number=st.integers(0, 1 << 60))
def test_whatever_reports_say_each_gets_a_verdict(
    agencies: Agencies, parts: list[dict[str, object]], number: int
) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    agreement, group = agreement_with(giver, taker), giver.new_id()
    sent = [message(giver, report_of(giver, group=group, **part), agreement) for part in parts]
    stream = stream_named(f"{number} {giver.new_id()}")
    assert isinstance(receive(taker, frame(giver, taker, sent, first_seq=1, stream=stream)), Acknowledged)
    assert len(verdicts(taker, stream)) == len(parts)


def test_nobody_takes_the_identifier_of_another_agencys_report(agencies: Agencies) -> None:
    taker = agencies.iran
    genuine = new_report(agencies.azerbaijan)
    squatter = report_of(agencies.observer, id=genuine.id)
    agreement = agreement_with(agencies.observer, taker)
    sent = [message(agencies.observer, squatter, agreement)]
    receive(taker, frame(agencies.observer, taker, sent, first_seq=1, stream=stream_named("squatter")))
    release(agencies.azerbaijan, genuine.id, "IR", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    assert held(taker, agencies.azerbaijan, genuine.id)


def test_a_release_that_the_partner_rejected_can_be_made_again(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    agreement = agreement_with(giver, taker)
    report = new_report(giver)
    in_transit(agencies, agreement, lambda: release(giver, report.id, "AZ", Purpose.INVESTIGATION, by=BY))
    assert held(taker, giver, report.id) is None
    (again,) = release(giver, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert again.fresh
    agencies.exchange()
    assert held(taker, giver, report.id)


def in_transit(agencies: Agencies, agreement: str, act: Callable[[], object]) -> None:
    """Do something whose message arrives after the taker has suspended the agreement, which the giver does not know."""
    with agencies.azerbaijan.database.transaction() as connection:
        connection.execute("UPDATE agreement SET suspended_by = ARRAY['test'] WHERE id = %s", (agreement,))
    act()
    agencies.exchange()
    with agencies.azerbaijan.database.transaction() as connection:
        connection.execute("UPDATE agreement SET suspended_by = '{}' WHERE id = %s", (agreement,))


def test_a_fuller_version_of_a_report_takes_the_place_of_the_poorer(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    agreement, stream = agreement_with(giver, taker), stream_named("fuller")
    poor = report_of(giver)
    full = replace(poor, agency="Customs")
    sent = [message(giver, each, agreement) for each in (poor, full, poor)]
    receive(taker, frame(giver, taker, sent, first_seq=1, stream=stream))
    assert held(taker, giver, poor.id) == full


def test_a_copy_of_an_agreement_with_fewer_signatures_takes_none_away(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    (standing,) = [s for s in agreements.list_standing(giver) if s.row.id == agreement_with(giver, taker)]
    ours, theirs = (replace(standing.signed, signatures=(each,)) for each in standing.signed.signatures)
    assert ours.joined(theirs).is_signed_by_both
    assert theirs.joined(ours).joined(ours) == theirs.joined(ours)


def test_agreements_stand_after_a_partner_has_changed_its_signing_key(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.observer
    root = root_from_bytes(read_secret(giver.home / "root.key"))
    new_key = public_key("ed25519", new_node_keys().signer.public)
    changed = replace(giver.signed_card.card, signing_keys=(new_key, *giver.signed_card.card.signing_keys))
    rotated = reissue(giver.signed_card, replace(changed, signing_keys=(new_key,)), root)
    add_partner(taker, rotated.envelope, fingerprint=giver.id, by=BY)
    assert AgreementState.IN_FORCE in {s.state for s in agreements.list_standing(taker)}


def test_a_doubtful_amount_stays_doubtful_at_the_partner(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    report = report_of(giver, lines=(line("heroin", kilograms("4500000")),), notes="withheld")
    flagged = Report.from_dict(
        {**report.to_dict(), "flags": [{"column": "amount", "text": "4500000", "doubt": "implausible_amount"}]}
    )
    file_reports(giver, flagged)
    release(giver, flagged.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    arrived = held(taker, giver, flagged.id)
    assert arrived is not None
    assert arrived.flags == flagged.flags
