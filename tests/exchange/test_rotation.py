"""Cards that follow one another: renewed, with new keys, and with keys that count no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.nodes import ISSUED, NORTH, NOW, SOUTH, seed
from hamkar.crypto.keys import NodeKeys
from hamkar.crypto.sealing import DEFAULT_SUITE, SealingKey
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import SignedCard, accept, reissue
from hamkar.exchange.rotation import renewed, with_new_keys, with_revoked
from hamkar.exchange.trust import Trust
from hamkar.model.agency import NodeCard, Revocation, StreamEnd

NEWER = NodeKeys((SigningKey(seed("newer signing")),), (SealingKey(DEFAULT_SUITE, seed("newer sealing")),))
OLD = NORTH.keys.signer.key_id
LOST = Revocation(
    key=OLD, reason="A synthetic theft", last_good=(StreamEnd(stream="terms", epoch=1, seq=3, chain="0" * 64),)
)


def follow(held: SignedCard, changed: NodeCard) -> SignedCard:
    return reissue(held, changed, NORTH.root)


ROTATED = follow(NORTH.signed, with_new_keys(NORTH.card, NEWER))
REVOKED = follow(ROTATED, with_revoked(ROTATED.card, [LOST]))


def test_a_rotated_card_lists_the_new_signing_key_first_and_invites_to_seal_to_the_new_key_only() -> None:
    assert [key.id for key in ROTATED.card.signing_keys] == [NEWER.signer.key_id, OLD]
    assert [key.id for key in ROTATED.card.sealing_keys] == [NEWER.sealing[0].key_id]


def test_a_renewed_card_drops_the_keys_that_its_node_no_longer_holds() -> None:
    card = renewed(ROTATED.card, NEWER.ids, NOW)
    assert [key.id for key in card.signing_keys] == [NEWER.signer.key_id]
    assert (card.issued, card.expires) == (NOW, NOW + timedelta(days=90))


def test_both_signing_keys_of_a_rotated_card_name_the_sender() -> None:
    trust = Trust.of((ROTATED, SOUTH.signed))
    assert trust.senders[OLD] == trust.senders[NEWER.signer.key_id] == ROTATED.card


def test_a_revoked_key_names_no_sender() -> None:
    trust, _ = Trust.of((ROTATED, SOUTH.signed)).accept(REVOKED.envelope, NOW)
    assert OLD not in trust.senders
    assert trust.senders[NEWER.signer.key_id] == REVOKED.card


def test_a_revoked_key_never_comes_back() -> None:
    back = replace(REVOKED.card, signing_keys=(*REVOKED.card.signing_keys, *NORTH.card.signing_keys))
    with pytest.raises(BadInput, match="a revoked key may be neither"):
        follow(REVOKED, back)


def test_a_card_that_forgets_a_revocation_is_refused_even_where_cards_were_missed() -> None:
    next_card = follow(REVOKED, replace(REVOKED.card, revoked=()))
    later = follow(next_card, next_card.card)
    for forgetful in (next_card, later):
        with pytest.raises(ProtocolError, match=f"no longer says that key {OLD} is revoked"):
            accept(REVOKED, forgetful.envelope, NOW)


def test_a_node_that_missed_the_rotation_takes_the_card_that_revokes() -> None:
    assert accept(NORTH.signed, REVOKED.envelope, NOW) == REVOKED


def test_the_card_before_a_revocation_does_not_come_back() -> None:
    with pytest.raises(ProtocolError, match="older"):
        accept(REVOKED, ROTATED.envelope, NOW)


def test_a_key_is_revoked_once() -> None:
    with pytest.raises(BadInput, match="was revoked before"):
        with_revoked(REVOKED.card, [LOST])


@pytest.mark.parametrize(
    "spoilt",
    [
        replace(LOST, key="not a key"),
        replace(LOST, reason=" "),
        replace(LOST, reason="a\u202eb"),
        replace(LOST, last_good=(replace(LOST.last_good[0], seq=0),)),
        replace(LOST, last_good=(replace(LOST.last_good[0], epoch=0),)),
        replace(LOST, last_good=(replace(LOST.last_good[0], stream="Terms!"),)),
        replace(LOST, last_good=(replace(LOST.last_good[0], chain="0"),)),
    ],
)
def test_a_revocation_names_a_key_a_reason_and_whole_points(spoilt: Revocation) -> None:
    with pytest.raises(BadInput, match="it revokes up to 64 keys"):
        follow(ROTATED, with_revoked(ROTATED.card, [spoilt]))


def test_a_revocation_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="each once"):
        follow(REVOKED, replace(REVOKED.card, revoked=REVOKED.card.revoked * 2))


def test_a_card_that_would_be_too_large_to_read_is_not_made() -> None:
    ends = tuple(StreamEnd(stream=f"a{n}", epoch=1, seq=1, chain="0" * 64) for n in range(800))
    with pytest.raises(BadInput, match="may have 65,536"):
        follow(ROTATED, with_revoked(ROTATED.card, [replace(LOST, last_good=ends)]))


def test_a_clock_that_is_far_ahead_makes_no_card_that_others_take() -> None:
    ahead = follow(NORTH.signed, renewed(NORTH.card, NORTH.keys.ids, ISSUED + timedelta(days=300)))
    with pytest.raises(ProtocolError, match="compare both clocks"):
        accept(NORTH.signed, ahead.envelope, NOW)
