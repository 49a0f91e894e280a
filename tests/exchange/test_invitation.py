"""Invitations, and what the two sides say to one another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mutation import MANY, mutated
from exchange.nodes import NORTH, NOW, SOUTH, STRANGER, seed
from hamkar.crypto import dsse
from hamkar.crypto.certificate import der_of
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.invitation import (
    INVITATION_TYPE,
    hours,
    introduce,
    make_invitation,
    read_introduction,
    read_invitation,
    read_welcome,
    require_invited,
    require_inviter,
    welcome,
    words_of,
)
from hamkar.model.invitation import Invitation

SECRET = seed("the secret of a synthetic invitation")
SIGNED = make_invitation(NORTH.card, NORTH.keys.signer, SECRET, NOW + timedelta(hours=24))
CERTIFICATE = der_of(NORTH.card.certificate)
ASKED, ANSWERED = seed("what the invited side makes up"), seed("what the inviter makes up")
INTRODUCTION = introduce(SIGNED.invitation, SOUTH.signed, ASKED)


def test_an_invitation_is_read_from_its_file_and_from_its_line_of_text() -> None:
    assert read_invitation(SIGNED.envelope + b"\n", NOW) == SIGNED
    assert read_invitation(SIGNED.code.encode(), NOW) == SIGNED
    broken_in_a_mail = "\n".join(SIGNED.code[start : start + 70] for start in range(0, len(SIGNED.code), 70))
    assert read_invitation(broken_in_a_mail.encode(), NOW) == SIGNED


def test_its_name_does_not_give_its_secret_away() -> None:
    assert SIGNED.id == INTRODUCTION.invitation
    assert SECRET.hex() not in SIGNED.id
    assert SECRET not in INTRODUCTION.to_json()


def test_an_invitation_ends() -> None:
    with pytest.raises(ProtocolError, match="was good until 2026-03-21 08:30 UTC"):
        read_invitation(SIGNED.envelope, NOW + timedelta(hours=24))


def test_an_invitation_that_lasts_longer_than_any_may_is_refused() -> None:
    long = make_invitation(NORTH.card, NORTH.keys.signer, SECRET, NOW + timedelta(days=3))
    with pytest.raises(ProtocolError, match="compare both clocks"):
        read_invitation(long.envelope, NOW)


@pytest.mark.parametrize("count", [0, -1, 25, 10**9])
def test_an_invitation_lasts_a_day_at_most(count: int) -> None:
    with pytest.raises(BadInput, match="1 to 24 hours"):
        hours(count) if count < 10**9 else hours(25)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda i: replace(i, v=2),
        lambda i: replace(i, inviter="x"),
        lambda i: replace(i, endpoint="http://node.example"),
        lambda i: replace(i, certificate=""),
        lambda i: replace(i, secret=b"short"),
        lambda i: replace(i, expires=i.expires.replace(tzinfo=None)),
    ],
)
def test_an_invitation_that_breaks_a_rule_is_refused(spoil: Callable[[Invitation], Invitation]) -> None:
    envelope = dsse.sign(INVITATION_TYPE, spoil(SIGNED.invitation).to_json(), NORTH.keys.signer).to_json()
    with pytest.raises(ProtocolError, match="is not sound"):
        read_invitation(envelope, NOW)


def test_the_node_at_the_address_has_to_be_the_one_that_invited() -> None:
    require_inviter(SIGNED, NORTH.signed, CERTIFICATE)
    for swapped in (
        make_invitation(NORTH.card, STRANGER.keys.signer, SECRET, NOW + timedelta(hours=1)),
        make_invitation(STRANGER.card, NORTH.keys.signer, SECRET, NOW + timedelta(hours=1)),
    ):
        with pytest.raises(ProtocolError):
            require_inviter(swapped, NORTH.signed, CERTIFICATE)


def test_another_certificate_at_the_address_says_that_somebody_may_be_between() -> None:
    with pytest.raises(ProtocolError, match="somebody may be between"):
        require_inviter(SIGNED, NORTH.signed, b"another certificate")


def test_both_sides_prove_that_they_have_the_secret_and_see_the_same_words() -> None:
    asked = read_introduction(INTRODUCTION.to_json())
    require_invited(asked, SECRET, NORTH.id, SOUTH.signed)
    answer = welcome(asked, SECRET, NORTH.signed, ANSWERED).to_json()
    found = read_welcome(answer, INTRODUCTION, SECRET, NORTH.signed)
    words = words_of(NORTH.signed, SOUTH.signed, SECRET, ASKED, found.nonce)
    assert words == words_of(NORTH.signed, SOUTH.signed, SECRET, asked.nonce, ANSWERED)
    assert words != words_of(NORTH.signed, STRANGER.signed, SECRET, ASKED, ANSWERED)


def test_an_introduction_holds_for_its_card_its_inviter_and_its_secret_only() -> None:
    for secret, inviter, card in (
        (seed("another secret"), NORTH.id, SOUTH.signed),
        (SECRET, STRANGER.id, SOUTH.signed),
        (SECRET, NORTH.id, STRANGER.signed),
    ):
        with pytest.raises(ProtocolError, match="does not prove"):
            require_invited(INTRODUCTION, secret, inviter, card)


def test_an_answer_by_somebody_else_is_refused() -> None:
    forged = welcome(INTRODUCTION, seed("another secret"), NORTH.signed, ANSWERED).to_json()
    echoed = replace(welcome(INTRODUCTION, SECRET, NORTH.signed, ANSWERED), proof=INTRODUCTION.proof).to_json()
    for answer in (forged, echoed):
        with pytest.raises(ProtocolError, match="does not come from Northern"):
            read_welcome(answer, INTRODUCTION, SECRET, NORTH.signed)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_an_invitation_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_invitation(data, NOW)
    with pytest.raises(ProtocolError):
        read_introduction(data)


@MANY
@given(data=st.data())
def test_a_changed_introduction_proves_nothing(data: st.DataObject) -> None:
    try:
        found = read_introduction(mutated(data, INTRODUCTION.to_json()))
        require_invited(found, SECRET, NORTH.id, SOUTH.signed)
    except ProtocolError:
        return
    assert (found.nonce, found.proof) == (INTRODUCTION.nonce, INTRODUCTION.proof)


@MANY
@given(data=st.data())
def test_a_changed_invitation_is_refused_or_leads_nowhere_else(data: st.DataObject) -> None:
    try:
        found = read_invitation(mutated(data, SIGNED.code.encode()), NOW)
        require_inviter(found, NORTH.signed, CERTIFICATE)
    except ProtocolError:
        return
    assert found.invitation == SIGNED.invitation
