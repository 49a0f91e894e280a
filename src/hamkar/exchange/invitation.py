"""Introducing two nodes by an invitation: what each says, and the words by which people find that nobody is between.

The invited node commits to its card and its randomness before it sees the other's, so that whoever stands between has
one try at words of 60 bits and cannot search for two conversations with the same words (Vaudenay, "Secure
communications over insecure channels based on short authenticated strings", CRYPTO 2005).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hamkar.crypto import dsse
from hamkar.crypto.certificate import der_of
from hamkar.crypto.check_words import NONCE_BYTES, SECRET_BYTES, check_words, is_proof, proof
from hamkar.crypto.fingerprint import NODE_ID
from hamkar.crypto.key_holder import Signer
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import MAX_CARD_BYTES, SignedCard, is_endpoint
from hamkar.exchange.document import read_document
from hamkar.exchange.public_key import raw_bytes
from hamkar.model.agency import NodeCard
from hamkar.model.invitation import Introduction, Invitation, Welcome
from hamkar.model.moment import is_moment

INVITATION_TYPE = "application/vnd.hamkar.invitation+json"
MAX_INVITATION_BYTES = 4096
MAX_INTRODUCTION_BYTES = 2 * MAX_CARD_BYTES
LONGEST_INVITATION = timedelta(hours=24)

_ASKING, _WELCOMING = b"hamkar/introduction/v1", b"hamkar/welcome/v1"
_DIGEST_LETTERS = 64


@dataclass(frozen=True, slots=True)
class SignedInvitation:
    """An invitation and its signed envelope; the signature can be checked once the inviter's card is there."""

    invitation: Invitation
    envelope: bytes

    @property
    def id(self) -> str:
        """The SHA-256 (hex) of the secret: names the invitation without giving it away."""
        return invitation_id(self.invitation.secret)

    @property
    def code(self) -> str:
        """The same as one line of text to paste."""
        return base64.urlsafe_b64encode(self.envelope).decode("ascii")


def invitation_id(secret: bytes) -> str:
    """The name of the invitation with this secret."""
    return hashlib.sha256(secret).hexdigest()


def make_invitation(card: NodeCard, signer: Signer, secret: bytes, expires: datetime) -> SignedInvitation:
    """An invitation by the node of this card, signed with a key on it."""
    invitation = Invitation(
        v=1,
        inviter=card.agency.node,
        endpoint=card.endpoint,
        certificate=certificate_digest(der_of(card.certificate)),
        secret=secret,
        expires=expires,
    )
    return SignedInvitation(invitation, dsse.sign(INVITATION_TYPE, invitation.to_json(), signer).to_json())


def certificate_digest(der: bytes) -> str:
    """The fingerprint of a certificate: the SHA-256 (hex) of its DER bytes."""
    return hashlib.sha256(der).hexdigest()


def read_invitation(given: bytes, now: datetime) -> SignedInvitation:
    """The invitation in a file or in a line of text, if its time is not over. Raises ProtocolError.

    Its signature is not checked yet: nobody is known here whose it could be.
    """
    envelope = given.strip() if given.lstrip().startswith(b"{") else _decoded(given)
    invitation = read_document(dsse.read_envelope(envelope, INVITATION_TYPE, MAX_INVITATION_BYTES).payload, Invitation)
    broken = next((rule for rule, holds in INVITATION_RULES if not holds(invitation)), None)
    if broken:
        msg = f"this invitation is not sound: {broken}; ask the agency for a new one"
        raise ProtocolError(msg)
    if now >= invitation.expires:
        msg = f"this invitation was good until {invitation.expires:%Y-%m-%d %H:%M} UTC; ask the agency for a new one"
        raise ProtocolError(msg)
    if invitation.expires > now + 2 * LONGEST_INVITATION:
        msg = f"this invitation lasts until {invitation.expires:%Y-%m-%d}, longer than any may; compare both clocks"
        raise ProtocolError(msg)
    return SignedInvitation(invitation, envelope)


def require_inviter(signed: SignedInvitation, card: SignedCard, certificate: bytes) -> None:
    """Raises ProtocolError unless this card, fetched where this certificate (DER) was shown, is that of the inviter."""
    invitation, who = signed.invitation, card.card.agency.name
    envelope = dsse.read_envelope(signed.envelope, INVITATION_TYPE, MAX_INVITATION_BYTES)
    if certificate_digest(certificate) != invitation.certificate:
        msg = f"{invitation.endpoint} does not show the certificate of the invitation; somebody may be between: call"
    elif der_of(card.card.certificate) != certificate or card.card.endpoint != invitation.endpoint:
        msg = f"the card of {who} has another address or certificate than the invitation; ask for a new one"
    elif card.node != invitation.inviter:
        msg = f"the invitation is from another node than the one at {invitation.endpoint}, which is {who}; call both"
    elif not any(envelope.signed_by(key.id, raw_bytes(key)) for key in card.card.signing_keys):
        msg = f"the invitation is not signed by a key on the card of {who}; ask for a new one"
    else:
        return
    raise ProtocolError(msg)


def introduce(invitation: Invitation, own: SignedCard, nonce: bytes) -> Introduction:
    """What the invited node says to the inviter."""
    introduction = Introduction(
        v=1, invitation=invitation_id(invitation.secret), card=own.envelope, nonce=nonce, proof=b""
    )
    said = proof(invitation.secret, *_asked(invitation.inviter, own, introduction))
    return replace(introduction, proof=said)


def read_introduction(data: bytes) -> Introduction:
    """The introduction in these bytes; nothing in it is proved. Raises ProtocolError."""
    if len(data) > MAX_INTRODUCTION_BYTES:
        msg = f"an introduction has at most {MAX_INTRODUCTION_BYTES:,} bytes, and this has {len(data):,}; make it anew"
        raise ProtocolError(msg)
    introduction = read_document(data, Introduction)
    if introduction.v != 1 or len(introduction.nonce) != NONCE_BYTES or len(introduction.invitation) != _DIGEST_LETTERS:
        msg = "this is not an introduction of version 1 with 32 random bytes; make it anew"
        raise ProtocolError(msg)
    return introduction


def require_invited(introduction: Introduction, secret: bytes, inviter: str, card: SignedCard) -> None:
    """Raises ProtocolError unless whoever introduces this card has the secret of the invitation."""
    if not is_proof(introduction.proof, secret, *_asked(inviter, card, introduction)):
        msg = "the introduction does not prove that it comes from whoever was invited; ask for a new invitation"
        raise ProtocolError(msg)


def welcome(introduction: Introduction, secret: bytes, own: SignedCard, nonce: bytes) -> Welcome:
    """What the inviter says to an introduction that was proved."""
    return Welcome(v=1, nonce=nonce, proof=proof(secret, *_welcomed(introduction, own, nonce)))


def read_welcome(data: bytes, introduction: Introduction, secret: bytes, inviter: SignedCard) -> Welcome:
    """The inviter's answer, proved to come from whoever has the secret and shows this card. Raises ProtocolError."""
    found = read_document(data, Welcome)
    sound = found.v == 1 and len(found.nonce) == NONCE_BYTES
    if not sound or not is_proof(found.proof, secret, *_welcomed(introduction, inviter, found.nonce)):
        msg = f"the answer does not come from {inviter.card.agency.name}, which made the invitation; ask for a new one"
        raise ProtocolError(msg)
    return found


def words_of(inviter: SignedCard, invited: SignedCard, secret: bytes, asked: bytes, answered: bytes) -> str:
    """The words both sides show, from both root keys, the secret, and what each side made up, the invited one first."""
    roots = (raw_bytes(card.card.root_key) for card in (inviter, invited))
    return check_words(*roots, secret, asked, answered)


def _asked(inviter: str, card: SignedCard, introduction: Introduction) -> tuple[bytes, ...]:
    return (_ASKING, inviter.encode(), card.node.encode(), card.payload, introduction.nonce)


def _welcomed(introduction: Introduction, inviter: SignedCard, nonce: bytes) -> tuple[bytes, ...]:
    return (_WELCOMING, introduction.proof, inviter.payload, nonce)


def _decoded(code: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(code.split()), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        msg = f"this is not an invitation: {error}; give the file or the whole line as it was made"
        raise ProtocolError(msg) from error


INVITATION_RULES: tuple[tuple[str, Callable[[Invitation], bool]], ...] = (
    ("its format has to be version 1", lambda invitation: invitation.v == 1),
    ("the inviter has to be a node id", lambda invitation: bool(NODE_ID.match(invitation.inviter))),
    ("its address has to be https://host or https://host:port", lambda invitation: is_endpoint(invitation.endpoint)),
    (
        "it has to name the SHA-256 of the certificate shown there",
        lambda invitation: len(invitation.certificate) == _DIGEST_LETTERS,
    ),
    ("its secret has to have 32 bytes", lambda invitation: len(invitation.secret) == SECRET_BYTES),
    ("the time of its end has to state its zone, from 2000 to 2999", lambda invitation: is_moment(invitation.expires)),
)
"""What has to hold of every invitation."""


def hours(count: int) -> timedelta:
    """How long an invitation is to be good. Raises BadInput for more than a day or less than an hour."""
    if not timedelta(0) < timedelta(hours=count) <= LONGEST_INVITATION:
        msg = f"an invitation is good for 1 to 24 hours, not {count}; the shorter the safer"
        raise BadInput(msg)
    return timedelta(hours=count)
