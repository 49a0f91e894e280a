"""Whom a node knows."""

from dataclasses import replace

import pytest

from exchange.nodes import NORTH, NOW, OBSERVER, SOUTH, STRANGER
from hamkar.errors import ProtocolError
from hamkar.exchange.card import reissue
from hamkar.exchange.trust import Trust


def test_trust_starts_empty_and_knows_no_sender() -> None:
    trust = Trust.of(())
    assert not trust.cards
    assert not trust.senders


def test_every_signing_key_leads_to_the_card_it_is_on() -> None:
    trust = Trust.of((NORTH.signed, SOUTH.signed))
    assert trust.senders == {NORTH.keys.signer.key_id: NORTH.card, SOUTH.keys.signer.key_id: SOUTH.card}
    assert STRANGER.keys.signer.key_id not in trust.senders


def test_a_first_card_adds_a_partner_and_leaves_the_others() -> None:
    trust, card = Trust.of((NORTH.signed, SOUTH.signed)).accept(OBSERVER.signed.envelope, NOW)
    assert card == OBSERVER.signed
    assert set(trust.cards) == {NORTH.id, SOUTH.id, OBSERVER.id}


def test_a_newer_card_takes_the_place_of_the_one_held_and_its_dropped_key_is_known_no_more() -> None:
    newer = reissue(NORTH.signed, replace(NORTH.card, signing_keys=STRANGER.card.signing_keys), NORTH.root)
    trust, card = Trust.of((NORTH.signed, SOUTH.signed)).accept(newer.envelope, NOW)
    assert card == newer
    assert trust.cards[NORTH.id] == newer
    assert NORTH.keys.signer.key_id not in trust.senders


def test_an_older_card_changes_nothing() -> None:
    newer = reissue(NORTH.signed, NORTH.card, NORTH.root)
    with pytest.raises(ProtocolError, match="older"):
        Trust.of((newer,)).accept(NORTH.signed.envelope, NOW)


def test_a_partner_that_copies_anothers_signing_key_is_refused() -> None:
    copied = replace(SOUTH.card, signing_keys=(*SOUTH.card.signing_keys, *NORTH.card.signing_keys))
    thief = reissue(SOUTH.signed, copied, SOUTH.root)
    with pytest.raises(ProtocolError, match="both claim the signing key"):
        Trust.of((NORTH.signed, SOUTH.signed)).accept(thief.envelope, NOW)
