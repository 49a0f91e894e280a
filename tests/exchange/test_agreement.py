"""Agreements: signed by both, named by their hash, and in force only when everything is in order."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mutation import MANY, mutated
from exchange.nodes import NORTH, OBSERVER, SOUTH, STRANGER, Node, terms
from hamkar.crypto import dsse
from hamkar.crypto.dsse import Envelope
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.agreement import (
    AGREEMENT_TYPE,
    SignedAgreement,
    agreement_id,
    counter_sign,
    propose,
    read_agreement,
    state,
)
from hamkar.exchange.card import reissue
from hamkar.model.agency import Standing
from hamkar.model.agreement import Agreement, AgreementState

CARDS = (NORTH.card, SOUTH.card)
PROPOSED = propose(terms(), NORTH.card, NORTH.keys.signer)
SIGNED = counter_sign(PROPOSED, SOUTH.card, SOUTH.keys.signer)
IN_TERM = date(2026, 6, 1)


def signed_anyhow(document: bytes, *signers: Node) -> bytes:
    envelopes = [dsse.sign(AGREEMENT_TYPE, document, node.keys.signer) for node in signers]
    return Envelope(AGREEMENT_TYPE, document, tuple(each.signatures[0] for each in envelopes)).to_json()


def test_a_proposal_is_signed_by_its_proposer_alone() -> None:
    assert PROPOSED.signers == {NORTH.id}
    assert not PROPOSED.is_signed_by_both


def test_an_agreement_is_named_by_the_hash_of_its_exact_bytes() -> None:
    assert SIGNED.document == terms().to_json()
    assert SIGNED.id == PROPOSED.id == agreement_id(terms().to_json())


@pytest.mark.parametrize("signed", [PROPOSED, SIGNED], ids=["proposed", "signed by both"])
def test_an_agreement_survives_the_trip_with_its_signatures(signed: SignedAgreement) -> None:
    assert read_agreement(signed.to_json(), CARDS) == signed


def test_an_agreement_whose_bytes_were_laid_out_otherwise_keeps_those_bytes() -> None:
    document = json.dumps(terms().to_dict(), indent=2, ensure_ascii=False).encode()
    back = read_agreement(signed_anyhow(document, NORTH, SOUTH), CARDS)
    assert back.document == document
    assert back.id == agreement_id(document) != SIGNED.id


def test_a_signature_stays_good_after_its_key_was_replaced() -> None:
    renewed = reissue(NORTH.signed, replace(NORTH.card, signing_keys=OBSERVER.card.signing_keys), NORTH.root)
    assert read_agreement(SIGNED.to_json(), (renewed.card, *CARDS)) == SIGNED
    with pytest.raises(ProtocolError, match="on no card held here"):
        read_agreement(SIGNED.to_json(), (renewed.card, SOUTH.card))


def test_a_new_name_of_an_agency_does_not_undo_its_signature() -> None:
    renamed = replace(NORTH.card, agency=replace(NORTH.card.agency, name="Northern Service (synthetic)"))
    assert read_agreement(SIGNED.to_json(), (renamed, SOUTH.card)) == SIGNED


def test_an_agreement_that_calls_an_observer_an_agency_is_refused() -> None:
    promoted = replace(OBSERVER.card.agency, standing=Standing.AGENCY)
    agreed = replace(terms(NORTH, OBSERVER), parties=(NORTH.card.agency, promoted))
    with pytest.raises(ProtocolError, match="compare node, country and standing"):
        read_agreement(signed_anyhow(agreed.to_json(), NORTH, OBSERVER), (NORTH.card, OBSERVER.card))
    with pytest.raises(BadInput, match="is no party"):
        counter_sign(propose(agreed, NORTH.card, NORTH.keys.signer), OBSERVER.card, OBSERVER.keys.signer)


def test_only_a_party_signs_and_only_once_and_with_a_key_on_its_card() -> None:
    with pytest.raises(BadInput, match="is no party"):
        propose(terms(), STRANGER.card, STRANGER.keys.signer)
    with pytest.raises(BadInput, match="already signed"):
        counter_sign(PROPOSED, NORTH.card, NORTH.keys.signer)
    with pytest.raises(BadInput, match="not on this node's card"):
        counter_sign(PROPOSED, SOUTH.card, STRANGER.keys.signer)


def test_a_strangers_signature_is_refused_even_beside_good_ones() -> None:
    with pytest.raises(ProtocolError, match="on no card held here"):
        read_agreement(signed_anyhow(SIGNED.document, NORTH, SOUTH, STRANGER), (*CARDS, STRANGER.card))


def test_two_signatures_of_one_party_are_refused() -> None:
    with pytest.raises(ProtocolError, match=r"signed the agreement .* twice"):
        read_agreement(signed_anyhow(SIGNED.document, NORTH, NORTH), CARDS)


def test_a_copied_key_does_not_sign_for_two_parties() -> None:
    thief = replace(SOUTH.card, signing_keys=NORTH.card.signing_keys)
    with pytest.raises(ProtocolError, match="both parties claim"):
        read_agreement(PROPOSED.to_json(), (NORTH.card, thief))


def test_a_signature_for_other_terms_is_refused() -> None:
    other = replace(terms(), retention_days=3650)
    moved = Envelope(
        AGREEMENT_TYPE, other.to_json(), dsse.read_envelope(SIGNED.to_json(), AGREEMENT_TYPE, 10**6).signatures
    )
    with pytest.raises(ProtocolError, match="is not good"):
        read_agreement(moved.to_json(), CARDS)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda agreed: replace(agreed, v=2), "format has to be version 1"),
        (lambda agreed: replace(agreed, title=" "), "needs a title"),
        (lambda agreed: replace(agreed, title="terms\x1b[2J"), "needs a title of plain letters"),
        (
            lambda agreed: replace(agreed, parties=(agreed.parties[0], replace(agreed.parties[1], name=""))),
            "need names",
        ),
        (lambda agreed: replace(agreed, purposes=()), "name a purpose"),
        (lambda agreed: replace(agreed, categories=()), "name a category"),
        (lambda agreed: replace(agreed, fields=()), "grant a field"),
        (lambda agreed: replace(agreed, retention_days=0), "1 to 36,500 days"),
        (lambda agreed: replace(agreed, retention_days=36_501), "1 to 36,500 days"),
        (lambda agreed: replace(agreed, proposed_at=agreed.proposed_at.replace(tzinfo=None)), "state its zone"),
    ],
)
def test_terms_that_break_a_rule_are_neither_proposed_nor_accepted(
    spoil: Callable[[Agreement], Agreement], reason: str
) -> None:
    spoilt = spoil(terms())
    with pytest.raises(BadInput, match=reason):
        propose(spoilt, NORTH.card, NORTH.keys.signer)
    with pytest.raises(ProtocolError, match=reason):
        read_agreement(signed_anyhow(spoilt.to_json(), NORTH, SOUTH), CARDS)


def test_a_clause_nobody_knows_is_refused_not_passed_over() -> None:
    document = json.dumps(terms().to_dict() | {"secret_annex": "…"}).encode()
    with pytest.raises(ProtocolError, match="secret_annex"):
        read_agreement(signed_anyhow(document, NORTH, SOUTH), CARDS)


def test_a_clause_that_stands_twice_is_refused() -> None:
    document = SIGNED.document.replace(b'"retention_days":365', b'"retention_days":1,"retention_days":365')
    with pytest.raises(ProtocolError, match="stands twice"):
        read_agreement(signed_anyhow(document, NORTH, SOUTH), CARDS)


@pytest.mark.parametrize(
    ("signed", "suspended", "today", "expected"),
    [
        (PROPOSED, False, IN_TERM, AgreementState.PROPOSED),
        (PROPOSED, True, IN_TERM, AgreementState.PROPOSED),
        (SIGNED, False, date(2026, 2, 28), AgreementState.NOT_YET_VALID),
        (SIGNED, False, date(2026, 3, 1), AgreementState.IN_FORCE),
        (SIGNED, False, date(2026, 12, 31), AgreementState.IN_FORCE),
        (SIGNED, False, date(2027, 1, 1), AgreementState.EXPIRED),
        (SIGNED, True, IN_TERM, AgreementState.SUSPENDED),
        (SIGNED, True, date(2026, 2, 28), AgreementState.SUSPENDED),
        (SIGNED, True, date(2027, 1, 1), AgreementState.EXPIRED),
    ],
)
def test_an_agreement_is_in_force_only_signed_by_both_not_suspended_and_in_its_term(
    signed: SignedAgreement, today: date, expected: AgreementState, *, suspended: bool
) -> None:
    assert state(signed, suspended=suspended, superseded_from=None, today=today) is expected


@pytest.mark.parametrize(
    ("first_day", "expected"),
    [
        (IN_TERM - timedelta(days=1), AgreementState.SUPERSEDED),
        (IN_TERM, AgreementState.SUPERSEDED),
        (IN_TERM + timedelta(days=1), AgreementState.IN_FORCE),
    ],
)
def test_an_agreement_ends_on_the_first_day_of_the_one_that_takes_its_place(
    first_day: date, expected: AgreementState
) -> None:
    assert state(SIGNED, suspended=False, superseded_from=first_day, today=IN_TERM) is expected


@given(data=st.binary(max_size=300))
def test_any_bytes_are_an_agreement_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_agreement(data, CARDS)


@MANY
@given(data=st.data())
def test_a_changed_agreement_is_refused_or_says_what_was_signed(data: st.DataObject) -> None:
    try:
        back = read_agreement(mutated(data, SIGNED.to_json()), CARDS)
    except ProtocolError:
        return
    assert back.document == SIGNED.document


@MANY
@given(data=st.data())
def test_changed_terms_under_good_signatures_are_an_agreement_or_a_protocol_error(data: st.DataObject) -> None:
    document = mutated(data, SIGNED.document)
    try:
        back = read_agreement(signed_anyhow(document, NORTH, SOUTH), CARDS)
    except ProtocolError:
        return
    assert back.id == agreement_id(document)
