"""Two agencies become partners by an invitation, and nobody gets between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_node import Straight
from hamkar.actions.invite import (
    Pending,
    confirm,
    forget_invitations,
    invite,
    join,
    list_pending,
    receive_introduction,
)
from hamkar.actions.node import Node
from hamkar.actions.partners import current_card, list_partners
from hamkar.crypto.certificate import der_of
from hamkar.errors import BadInput, NotFound, ProtocolError, Refused
from hamkar.exchange.answer import Declined
from hamkar.exchange.invitation import SignedInvitation, introduce
from hamkar.store.postgres.cluster import Cluster
from two_nodes import Two, acts, say, send, strangers

OFFICER, SECOND = "os:first", "os:second"


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two nodes of this test's own that do not know one another."""
    with strangers(postgres, tmp_path) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Shown:
    """What an address shows."""

    data: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Way:
    """The way to whatever node stands at the address of an invitation."""

    to: Node

    def look(self, _endpoint: str) -> Shown:
        """The card and certificate shown."""
        card = current_card(self.to)
        return Shown(card.envelope, der_of(card.card.certificate))

    def __call__(self, _card: object) -> "Way":
        """The same way, connected."""
        return self

    def __enter__(self) -> Straight:
        return Straight(self.to)

    def __exit__(self, *_: object) -> None:
        pass


def joined(node: Node, inviter: Node, invitation: SignedInvitation) -> Pending:
    way = Way(inviter)
    return join(node, invitation.envelope, by=OFFICER, look=way.look, connect=way)


def introduced(two: Two) -> str:
    """The words, once south has taken up an invitation of north's."""
    return joined(two.south, two.north, invite(two.north, hours=24, by=OFFICER)).row.words


def test_both_sides_see_the_same_words_and_are_partners_once_both_have_confirmed(two: Two) -> None:
    north, south = two.north, two.south
    words = introduced(two)
    (waiting,) = list_pending(north)
    assert waiting.row.words == words
    assert list_partners(north) == list_partners(south) == []
    confirm(north, south.id, words, by=SECOND)
    confirm(south, north.id, words.upper(), by=SECOND)
    assert list_pending(north) == list_pending(south) == []
    say(north, south)
    assert not [d.stopped for d in send(north, south) if d.stopped]


def test_nothing_flows_before_both_have_confirmed(two: Two) -> None:
    north, south = two.north, two.south
    words = introduced(two)
    with pytest.raises(NotFound, match="no single partner"):
        say(north, south)
    confirm(north, south.id, words, by=SECOND)
    say(north, south)
    (delivered,) = send(north, south)
    assert "knows no partner with that signing key" in delivered.stopped


def test_whoever_invited_or_joined_cannot_confirm(two: Two) -> None:
    words = introduced(two)
    for node, other in ((two.north, two.south), (two.south, two.north)):
        with pytest.raises(Refused, match="a second person") as refused:
            confirm(node, other.id, words, by=OFFICER)
        assert refused.value.rule == "second_person"


def test_wrong_words_three_times_drop_the_introduction(two: Two) -> None:
    north, south = two.north, two.south
    words = introduced(two)
    for left in ("2 tries left", "1 try left", "is dropped"):
        with pytest.raises(BadInput, match=left):
            confirm(north, south.id, "bakil tunar lisub kamis ratik", by=SECOND)
    with pytest.raises(NotFound):
        confirm(north, south.id, words, by=SECOND)
    assert acts(north).count("words_differ") == 3


def test_an_invitation_is_good_once(two: Two) -> None:
    north, south = two.north, two.south
    invitation = invite(north, hours=24, by=OFFICER)
    joined(south, north, invitation)
    with pytest.raises(ProtocolError, match="was used before"):
        joined(south, north, invitation)
    assert "introduction_refused" in acts(north)
    assert "join_refused" in acts(south)


def test_an_introduction_that_is_replayed_is_refused(two: Two) -> None:
    north, south = two.north, two.south
    invitation = invite(north, hours=24, by=OFFICER)
    said = introduce(invitation.invitation, south.signed_card, bytes(32)).to_json()
    assert not isinstance(receive_introduction(north, said), Declined)
    again = receive_introduction(north, said)
    assert isinstance(again, Declined)
    assert "was used before" in again.reason


def test_an_invitation_that_is_over_is_refused_on_both_sides(two: Two) -> None:
    north, south = two.north, two.south
    invitation = invite(north, hours=1, by=OFFICER)
    said = introduce(invitation.invitation, south.signed_card, bytes(32)).to_json()
    two.clock.turn(timedelta(hours=1))
    with pytest.raises(ProtocolError, match="was good until"):
        joined(south, north, invitation)
    answer = receive_introduction(north, said)
    assert isinstance(answer, Declined)
    assert "was good until" in answer.reason
    assert "introduction_refused" in acts(north)


def test_an_invitation_of_one_node_does_not_lead_to_another(two: Two) -> None:
    with pytest.raises(ProtocolError, match="somebody may be between"):
        joined(two.south, two.south, invite(two.north, hours=24, by=OFFICER))
    assert "join_refused" in acts(two.south)


def test_whoever_intercepts_an_invitation_locks_the_invited_out_and_shows_other_words(two: Two) -> None:
    north, south = two.north, two.south
    first, second = (joined(south, north, invite(north, hours=24, by=OFFICER)).row.words for _ in range(2))
    (seen,) = list_pending(north)
    assert first != second == seen.row.words


def test_an_introduction_without_the_secret_is_refused_and_does_not_use_the_invitation_up(two: Two) -> None:
    north, south = two.north, two.south
    invitation = invite(north, hours=24, by=OFFICER)
    said = introduce(invitation.invitation, south.signed_card, bytes(32)).to_json()
    answer = receive_introduction(north, said.replace(b'"nonce":"AAAA', b'"nonce":"BAAA'))
    assert isinstance(answer, Declined)
    assert "does not prove" in answer.reason
    joined(south, north, invitation)


def test_an_invitation_that_nobody_gave_is_refused_without_a_trace(two: Two) -> None:
    north, south = two.north, two.south
    foreign = invite(south, hours=24, by=OFFICER)
    before = acts(north)
    answer = receive_introduction(north, introduce(foreign.invitation, south.signed_card, bytes(32)).to_json())
    assert isinstance(answer, Declined)
    assert "no such invitation" in answer.reason
    assert acts(north) == before


def test_partners_need_no_invitation(two: Two) -> None:
    words = introduced(two)
    confirm(two.north, two.south.id, words, by=SECOND)
    confirm(two.south, two.north.id, words, by=SECOND)
    with pytest.raises(ProtocolError, match="is a partner already"):
        introduced(two)


def test_an_introduction_that_nobody_confirms_is_forgotten_after_a_week(two: Two) -> None:
    words = introduced(two)
    two.clock.turn(timedelta(days=7))
    assert list_pending(two.north) == []
    with pytest.raises(NotFound, match="waiting: nobody"):
        confirm(two.north, two.south.id, words, by=SECOND)
    forget_invitations(two.north)
    two.clock.turn(timedelta(days=-1))
    assert list_pending(two.north) == []
