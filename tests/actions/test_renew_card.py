"""A card is renewed with the root key, and partners take the new one up."""

from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_node import BY, Agencies
from hamkar.actions.node import ROOT_KEY
from hamkar.actions.partners import add_partner, list_partners
from hamkar.actions.renew_card import renew_card
from hamkar.errors import BadInput, NotReady, ProtocolError


def test_a_renewed_card_rises_in_version_and_replaces_the_old_one_at_a_partner(agencies: Agencies) -> None:
    node = agencies.iran
    old = node.signed_card.envelope
    agencies.clock.turn(timedelta(days=60))
    renewed = renew_card(node, node.home / ROOT_KEY, by=BY)
    assert renewed.card.version == 2
    assert renewed.card.expires - agencies.clock() > timedelta(days=89)
    add_partner(agencies.azerbaijan, renewed.envelope, fingerprint=node.id, by=BY)
    assert next(p.version for p in list_partners(agencies.azerbaijan) if p.node == node.id) == 2
    with pytest.raises(ProtocolError):
        add_partner(agencies.azerbaijan, old, fingerprint=node.id, by=BY)


def test_another_nodes_root_key_renews_nothing(agencies: Agencies) -> None:
    with pytest.raises(BadInput, match="root key"):
        renew_card(agencies.iran, agencies.observer.home / ROOT_KEY, by=BY)


def test_a_root_key_that_is_not_there_is_said_to_be_missing(agencies: Agencies, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="--root"):
        renew_card(agencies.iran, tmp_path / "root.key", by=BY)


def test_a_card_is_taken_only_with_the_fingerprint_that_was_compared(agencies: Agencies) -> None:
    with pytest.raises(BadInput, match="read its fingerprint out again"):
        add_partner(agencies.iran, agencies.observer.signed_card.envelope, fingerprint=agencies.azerbaijan.id, by=BY)
