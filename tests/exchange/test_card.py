"""Node cards: made, accepted, renewed, and refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mutation import MANY, mutated
from exchange.nodes import CERTIFICATE, ISSUED, NORTH, NOW, SOUTH, STRANGER, make_node
from hamkar.crypto import dsse
from hamkar.crypto.fingerprint import node_id
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import (
    CARD_TYPE,
    MAX_CARD_BYTES,
    MAX_CARD_LIFE,
    SignedCard,
    accept,
    first_card,
    is_endpoint,
    reissue,
    require_current,
    stored_card,
)
from hamkar.exchange.public_key import public_key
from hamkar.model.agency import NodeCard

SECOND = reissue(NORTH.signed, replace(NORTH.card, endpoint="https://192.0.2.7"), NORTH.root)
THIRD = reissue(SECOND, SECOND.card, NORTH.root)


def signed_anyhow(card: NodeCard, root: SigningKey = NORTH.root) -> bytes:
    """A card under a good signature, whatever it says."""
    return dsse.sign(CARD_TYPE, card.to_json(), root).to_json()


def test_a_new_node_is_known_by_the_hash_of_its_root_key_for_90_days() -> None:
    card = NORTH.card
    assert card.agency.node == node_id(NORTH.root.public)
    assert (card.version, card.previous) == (1, "")
    assert card.expires - card.issued == timedelta(days=90)
    assert [key.algorithm for key in card.sealing_keys] == ["mlkem768-x25519"]


def test_a_first_card_is_accepted_from_its_bytes_alone() -> None:
    assert accept(None, NORTH.signed.envelope, NOW) == NORTH.signed


def test_the_same_card_again_changes_nothing_even_after_it_expired() -> None:
    assert accept(NORTH.signed, NORTH.signed.envelope, NOW + timedelta(days=400)) is NORTH.signed


def test_a_card_that_follows_replaces_the_one_held() -> None:
    assert accept(NORTH.signed, SECOND.envelope, NOW) == SECOND
    assert (SECOND.card.version, SECOND.card.previous) == (2, NORTH.signed.digest)


def test_a_node_that_was_away_may_miss_a_card() -> None:
    assert accept(NORTH.signed, THIRD.envelope, NOW) == THIRD


def test_a_stored_card_is_the_card_that_was_accepted() -> None:
    assert stored_card(SECOND.envelope) == SECOND


def test_an_older_card_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"card 1 of Northern .* is older than card 2"):
        accept(SECOND, NORTH.signed.envelope, NOW)


def test_two_cards_with_one_number_are_refused() -> None:
    other = reissue(NORTH.signed, NORTH.card, NORTH.root)
    with pytest.raises(ProtocolError, match="two different cards with number 2"):
        accept(SECOND, other.envelope, NOW)


def test_a_card_that_follows_another_history_is_refused() -> None:
    elsewhere = reissue(NORTH.signed, replace(NORTH.card, endpoint="https://192.0.2.8"), NORTH.root)
    with pytest.raises(ProtocolError, match="does not follow the card 2"):
        accept(SECOND, reissue(elsewhere, SECOND.card, NORTH.root).envelope, NOW)


def test_another_nodes_card_never_takes_a_nodes_place() -> None:
    with pytest.raises(ProtocolError, match="this is the card of پلیس"):
        accept(NORTH.signed, SOUTH.signed.envelope, NOW)


def test_an_expired_card_is_refused_and_says_since_when() -> None:
    with pytest.raises(ProtocolError, match="expired on 13 June 2026"):
        accept(None, NORTH.signed.envelope, ISSUED + MAX_CARD_LIFE)
    with pytest.raises(ProtocolError, match="expired"):
        require_current(NORTH.card, ISSUED + MAX_CARD_LIFE)
    require_current(NORTH.card, ISSUED + MAX_CARD_LIFE - timedelta(seconds=1))


def test_a_clock_may_be_a_day_ahead_and_no_more() -> None:
    assert accept(None, NORTH.signed.envelope, ISSUED - timedelta(days=1)) == NORTH.signed
    with pytest.raises(ProtocolError, match="compare both clocks"):
        accept(None, NORTH.signed.envelope, ISSUED - timedelta(days=1, seconds=1))


def test_a_card_signed_by_another_root_is_refused() -> None:
    with pytest.raises(ProtocolError, match="not signed by its root key"):
        accept(None, signed_anyhow(NORTH.card, STRANGER.root), NOW)


def test_a_card_is_not_made_with_another_nodes_root_key() -> None:
    with pytest.raises(BadInput, match="signed by the root key it names"):
        reissue(NORTH.signed, NORTH.card, STRANGER.root)


def test_a_card_is_not_made_for_another_nodes_id() -> None:
    with pytest.raises(BadInput, match="follow from its root key"):
        first_card(
            SOUTH.card.agency,
            NORTH.root,
            NORTH.keys,
            endpoint="https://node.example",
            certificate=CERTIFICATE,
            issued=ISSUED,
        )


def key_under_another_id(card: NodeCard) -> NodeCard:
    return replace(card, signing_keys=(replace(card.signing_keys[0], id="0" * 16),))


def key_with_spaces(card: NodeCard) -> NodeCard:
    return replace(card, signing_keys=(replace(card.signing_keys[0], public=card.signing_keys[0].public + "\n"),))


def low_order_key(card: NodeCard) -> NodeCard:
    return replace(card, signing_keys=(public_key("ed25519", bytes(32)),))


def zero_sealing_key(card: NodeCard) -> NodeCard:
    return replace(card, sealing_keys=(public_key("x25519", bytes(32)),))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda card: replace(card, v=2), "format has to be version 1"),
        (lambda card: replace(card, version=0), "number has to be 1 or more"),
        (lambda card: replace(card, version=2**31), "number has to be 1 or more"),
        (lambda card: replace(card, previous="x"), "SHA-256 of the card before"),
        (lambda card: replace(card, previous="0" * 64), "only card 1"),
        (lambda card: replace(card, version=2), "only card 1"),
        (lambda card: replace(card, issued=card.issued.replace(tzinfo=None)), "state their zone"),
        (lambda card: replace(card, expires=card.issued), "end after it starts"),
        (lambda card: replace(card, expires=card.expires + timedelta(seconds=1)), "90 days at most"),
        (lambda card: replace(card, agency=replace(card.agency, name=" ")), "plain letters"),
        (lambda card: replace(card, agency=replace(card.agency, name="a\u202eb")), "plain letters"),
        (lambda card: replace(card, agency=replace(card.agency, name="a\nb")), "plain letters"),
        (lambda card: replace(card, agency=replace(card.agency, name="a" * 201)), "plain letters"),
        (lambda card: replace(card, agency=replace(card.agency, country="az")), "two capital letters"),
        (lambda card: replace(card, agency=SOUTH.card.agency), "follow from its root key"),
        (lambda card: replace(card, signing_keys=()), "whole signing keys"),
        (lambda card: replace(card, signing_keys=card.signing_keys * 2), "whole signing keys"),
        (lambda card: replace(card, signing_keys=card.sealing_keys), "whole signing keys"),
        (lambda card: replace(card, signing_keys=(card.root_key,)), "may not be a signing key"),
        (key_under_another_id, "whole signing keys"),
        (key_with_spaces, "whole signing keys"),
        (low_order_key, "whole signing keys"),
        (lambda card: replace(card, sealing_keys=()), "whole sealing keys"),
        (lambda card: replace(card, sealing_keys=card.signing_keys), "whole sealing keys"),
        (zero_sealing_key, "whole sealing keys"),
        (lambda card: replace(card, endpoint="http://node.example"), "https://host"),
        (lambda card: replace(card, endpoint="https://node.example/path"), "https://host"),
        (lambda card: replace(card, certificate="none"), "PEM certificate"),
        (lambda card: replace(card, certificate=card.certificate * 2), "PEM certificate"),
    ],
)
def test_a_card_that_breaks_a_rule_is_neither_made_nor_accepted(
    spoil: Callable[[NodeCard], NodeCard], reason: str
) -> None:
    spoilt = spoil(NORTH.card)
    with pytest.raises(ProtocolError, match=reason):
        accept(None, signed_anyhow(spoilt), NOW)


def test_the_same_rules_hold_for_ones_own_card() -> None:
    with pytest.raises(BadInput, match="two capital letters"):
        make_node("Somewhere (synthetic)", "somewhere")


@pytest.mark.parametrize("payload", [b"", b"[]", b"\xff", b"{}", b'{"v":1,"v":2}', b"[" * 40_000, b"9" * 5000])
def test_a_signed_document_that_is_no_card_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        accept(None, dsse.sign(CARD_TYPE, payload, NORTH.root).to_json(), NOW)


def test_a_field_this_version_does_not_know_is_refused() -> None:
    payload = json.dumps(json.loads(NORTH.signed.payload) | {"later": 1}).encode()
    with pytest.raises(ProtocolError, match="later is not a field"):
        accept(None, dsse.sign(CARD_TYPE, payload, NORTH.root).to_json(), NOW)


def test_a_name_that_stands_twice_is_refused() -> None:
    payload = NORTH.signed.payload.replace(b'"v":1', b'"v":1,"v":1')
    with pytest.raises(ProtocolError, match="“v” stands twice"):
        accept(None, dsse.sign(CARD_TYPE, payload, NORTH.root).to_json(), NOW)


def test_a_card_of_absurd_size_is_refused() -> None:
    with pytest.raises(ProtocolError, match="may have 65,536"):
        accept(None, NORTH.signed.envelope + b" " * MAX_CARD_BYTES, NOW)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_card_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        accept(None, data, NOW)


@MANY
@given(data=st.data())
def test_a_changed_card_is_refused_or_says_what_was_signed(data: st.DataObject) -> None:
    changed = mutated(data, NORTH.signed.envelope)
    try:
        found = accept(None, changed, NOW)
    except ProtocolError:
        return
    assert found.payload == NORTH.signed.payload


@MANY
@given(data=st.data())
def test_a_changed_card_under_a_good_signature_is_a_card_or_a_protocol_error(data: st.DataObject) -> None:
    payload = mutated(data, NORTH.signed.payload)
    try:
        found = accept(None, dsse.sign(CARD_TYPE, payload, NORTH.root).to_json(), NOW)
    except ProtocolError:
        return
    assert found.node == NORTH.id
    assert isinstance(found, SignedCard)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://node.example", True),
        ("https://node.example:8443", True),
        ("https://127.0.0.1:1", True),
        ("https://[::1]:8443", True),
        ("https://node.example/", False),
        ("https://user@node.example", False),
        ("https://node.example:8443?x", False),
        ("https://node.example\n", False),
        ("https://", False),
        ("ftp://node.example", False),
        ("https://127.0.0.1:65535", True),
        ("https://127.0.0.1:65536", False),
        ("https://127.0.0.1:0", False),
        ("https://[2001:db8::192.0.2.7]", True),
        ("https://[:::::::]", False),
        ("https://[192.0.2.7]", False),
        ("https://192.0.2.256", False),
        ("https://192.0.2", False),
        ("https://xn--mgba3a4f16a.example", True),
        ("https://xn--zzzzzzz-.com", False),
        ("https://-node.example", False),
        ("https://node..example", False),
        ("https://" + "a" * 63 + ".example", True),
        ("https://" + "a" * 64 + ".example", False),
    ],
)
def test_an_address_is_https_a_host_and_perhaps_a_port(text: str, *, is_one: bool) -> None:
    assert is_endpoint(text) == is_one
