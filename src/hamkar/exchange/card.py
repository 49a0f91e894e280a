"""Node cards: how a node says who it is, and how another keeps that up to date (after TUF, root metadata).

Source: The Update Framework specification 1.0, section 5.3, with one root key instead of a threshold.
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from hamkar.crypto import dsse, signing
from hamkar.crypto.certificate import der_of
from hamkar.crypto.dsse import Envelope
from hamkar.crypto.fingerprint import KEY_ID, NODE_ID, node_id, spoken
from hamkar.crypto.key_holder import Signer
from hamkar.crypto.keys import NodeKeys
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.document import read_document
from hamkar.exchange.plain_line import is_plain_line
from hamkar.exchange.public_key import is_sealing_key, is_signing_key, public_key, raw_bytes
from hamkar.model.agency import Agency, NodeCard, PublicKey, Revocation, StreamEnd
from hamkar.model.moment import is_moment

CARD_TYPE = "application/vnd.hamkar.card+json"
MAX_CARD_BYTES = 64 * 1024
MAX_CARD_LIFE = timedelta(days=90)
MAX_CLOCK_AHEAD = timedelta(days=1)

_MAX_KEYS = 8
_MAX_VERSION = 2**31 - 1
_MAX_REVOKED = 64
_MAX_POINT = 2**53 - 1
_STREAM = re.compile(r"[a-z0-9-]{1,32}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_ENDPOINT = re.compile(
    r"https://(?:\[(?P<ipv6>[0-9a-f:.]{2,45})\]|(?P<name>[A-Za-z0-9.-]{1,253}))(?::(?P<port>[0-9]{1,5}))?\Z"
)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_MAX_PORT = 65535
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_DIGEST_OR_NOTHING = re.compile(r"(?:[0-9a-f]{64})?\Z")


@dataclass(frozen=True, slots=True)
class SignedCard:
    """A card whose root key has signed exactly ``payload``, with the envelope to store and hand on."""

    card: NodeCard
    payload: bytes
    envelope: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) of the exact card; the next card names it as ``previous``."""
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def node(self) -> str:
        """The node this card is of."""
        return self.card.agency.node


def first_card(
    agency: Agency, root: Signer, keys: NodeKeys, *, endpoint: str, certificate: str, issued: datetime
) -> SignedCard:
    """The first card of a new node, signed by its root key and valid for 90 days.

    ``endpoint`` is "https://host:port"; ``certificate`` the PEM certificate shown there. Raises BadInput.
    """
    card = NodeCard(
        v=1,
        agency=agency,
        version=1,
        previous="",
        issued=issued,
        expires=issued + MAX_CARD_LIFE,
        root_key=public_key(signing.ALGORITHM, root.public),
        signing_keys=tuple(public_key(signing.ALGORITHM, key.public) for key in keys.signing),
        sealing_keys=tuple(public_key(key.suite.algorithm, key.public) for key in keys.sealing),
        endpoint=endpoint,
        certificate=certificate,
    )
    return _sign(card, root)


def reissue(held: SignedCard, changed: NodeCard, root: Signer) -> SignedCard:
    """The card that follows ``held`` and says what ``changed`` says; its number and ``previous`` are set here.

    Raises BadInput, also for another node's root key.
    """
    return _sign(replace(changed, version=held.card.version + 1, previous=held.digest), root)


def own_again(offered: bytes) -> SignedCard:
    """A card that its root key has signed, whatever its time: one that was lost is followed also where it has ended.

    Raises ProtocolError.
    """
    return _verified(dsse.read_envelope(offered, CARD_TYPE, MAX_CARD_BYTES))


def accept(held: SignedCard | None, offered: bytes, now: datetime) -> SignedCard:
    """The card to hold after a node has offered this one; ``held`` itself where it is the same card again.

    A number never falls, one number never has two contents, and the next number names the card before it. A card that
    skips numbers is taken, because a node that was away for long has missed some and the root key vouches for it.
    Raises ProtocolError.
    """
    envelope = dsse.read_envelope(offered, CARD_TYPE, MAX_CARD_BYTES)
    if held and envelope.payload == held.payload:
        return held
    found = _verified(envelope)
    _refuse_wrong_time(found.card, now)
    if held:
        _refuse_break(held, found)
    return found


def read_card(offered: bytes) -> SignedCard:
    """The card in these bytes if its root key has signed it, whenever it is or was in use. Raises ProtocolError."""
    return _verified(dsse.read_envelope(offered, CARD_TYPE, MAX_CARD_BYTES))


@lru_cache(maxsize=1024)
def stored_card(envelope: bytes) -> SignedCard:
    """The card in an envelope that this node accepted before it stored it; the signature is not checked again."""
    parsed = dsse.read_envelope(envelope, CARD_TYPE, MAX_CARD_BYTES)
    return SignedCard(NodeCard.from_own_json(parsed.payload), parsed.payload, envelope)


def require_current(card: NodeCard, now: datetime) -> None:
    """Raises ProtocolError where the card has expired: nothing goes to its node or comes from it meanwhile."""
    if now >= card.expires:
        msg = f"the card of {_who(card)} expired on {card.expires:%d %B %Y}; fetch its current card, then try again"
        raise ProtocolError(msg)


def revoked_keys(card: NodeCard) -> frozenset[str]:
    """The ids of the keys that count no more, whatever they sign."""
    return frozenset(revocation.key for revocation in card.revoked)


def is_endpoint(text: str) -> bool:
    """Whether this is the address of a node: https, a host, perhaps a port from 1 to 65535, and nothing else.

    A host is an IPv4 address, an IPv6 address in brackets, or a name in ASCII (RFC 1123, section 2.1).
    """
    found = _ENDPOINT.match(text)
    if found is None or not 1 <= int(found["port"] or 1) <= _MAX_PORT:
        return False
    return _is_ip(found["ipv6"], 6) if found["ipv6"] else _is_host(found["name"])


def _is_host(name: str) -> bool:
    labels = name.split(".")
    return _is_ip(name, 4) if labels[-1].isdecimal() else all(map(_LABEL.match, labels))


def _is_ip(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version
    except ValueError:
        return False


def _sign(card: NodeCard, root: Signer) -> SignedCard:
    if root.public != raw_bytes(card.root_key):
        msg = f"the card of {_who(card)} is signed by the root key it names; use that one"
        raise BadInput(msg)
    broken = _broken_rule(card)
    if broken:
        msg = f"the card of {_who(card)} cannot be signed: {broken}; change that"
        raise BadInput(msg)
    envelope = dsse.sign(CARD_TYPE, card.to_json(), root)
    data = envelope.to_json()
    if len(data) > MAX_CARD_BYTES:
        msg = f"the card of {_who(card)} has {len(data):,} bytes and may have {MAX_CARD_BYTES:,}; name fewer streams"
        raise BadInput(msg)
    return SignedCard(card, envelope.payload, data)


def _verified(envelope: Envelope) -> SignedCard:
    card = read_document(envelope.payload, NodeCard)
    if not envelope.signed_by(card.root_key.id, raw_bytes(card.root_key)):
        msg = f"the card of {_who(card)} is not signed by its root key; ask the agency for the card its node printed"
        raise ProtocolError(msg)
    broken = _broken_rule(card)
    if broken:
        msg = f"the card of {_who(card)} is not sound: {broken}; ask the agency for a corrected one"
        raise ProtocolError(msg)
    return SignedCard(card, envelope.payload, envelope.to_json())


def _refuse_wrong_time(card: NodeCard, now: datetime) -> None:
    if card.issued > now + MAX_CLOCK_AHEAD:
        msg = f"the card of {_who(card)} is dated {card.issued:%d %B %Y}, ahead of the clock here; compare both clocks"
        raise ProtocolError(msg)
    require_current(card, now)


def _refuse_break(held: SignedCard, offered: SignedCard) -> None:
    """Raises ProtocolError where ``offered`` cannot follow ``held``."""
    old, new, who = held.card.version, offered.card.version, _who(held.card)
    if offered.node != held.node:
        msg = f"this is the card of {_who(offered.card)} and not of {who}; add it as a partner of its own"
    elif new < old:
        msg = f"card {new} of {who} is older than card {old}, which is held here; ask the agency for its newest"
    elif new == old:
        msg = f"{who} has signed two different cards with number {old}; keep both and call the agency before going on"
    elif new == old + 1 and offered.card.previous != held.digest:
        msg = f"card {new} of {who} does not follow the card {old} held here; keep both and call the agency"
    elif missing := revoked_keys(held.card) - revoked_keys(offered.card):
        msg = f"card {new} of {who} no longer says that key {min(missing)} is revoked; call the agency before going on"
    else:
        return
    raise ProtocolError(msg)


def _who(card: NodeCard) -> str:
    name = card.agency.name if is_plain_line(card.agency.name) else "an agency without a readable name"
    return f"{name} (node {spoken(card.agency.node) if NODE_ID.match(card.agency.node) else 'without a usable id'})"


def _timed(card: NodeCard) -> bool:
    return is_moment(card.issued) and is_moment(card.expires)


def _all_keys_sound(keys: tuple[PublicKey, ...], sound: Callable[[PublicKey], bool]) -> bool:
    return 1 <= len(keys) <= _MAX_KEYS and len({key.id for key in keys}) == len(keys) and all(map(sound, keys))


def _shows_certificate(card: NodeCard) -> bool:
    try:
        return bool(der_of(card.certificate))
    except BadInput:
        return False


def _all_revocations_sound(card: NodeCard) -> bool:
    each_once = len(revoked_keys(card)) == len(card.revoked) <= _MAX_REVOKED
    return each_once and all(map(_is_sound_revocation, card.revoked))


def _is_sound_revocation(revocation: Revocation) -> bool:
    names_key = bool(KEY_ID.match(revocation.key)) and is_plain_line(revocation.reason)
    return names_key and all(map(_is_sound_end, revocation.last_good))


def _is_sound_end(end: StreamEnd) -> bool:
    counted = 1 <= end.epoch <= _MAX_VERSION and 1 <= end.seq <= _MAX_POINT
    return counted and bool(_STREAM.match(end.stream)) and bool(_DIGEST.match(end.chain))


def _lists_no_revoked_key(card: NodeCard) -> bool:
    return revoked_keys(card).isdisjoint(key.id for key in (*card.signing_keys, *card.sealing_keys))


CARD_RULES: tuple[tuple[str, Callable[[NodeCard], bool]], ...] = (
    ("its format has to be version 1", lambda card: card.v == 1),
    ("its number has to be 1 or more", lambda card: 1 <= card.version <= _MAX_VERSION),
    ("it has to name the SHA-256 of the card before", lambda card: bool(_DIGEST_OR_NOTHING.match(card.previous))),
    ("only card 1 has no card before it", lambda card: (card.version == 1) == (card.previous == "")),
    ("its times have to state their zone, from 2000 to 2999", _timed),
    ("it has to end after it starts", lambda card: card.issued < card.expires),
    ("it may be valid for 90 days at most", lambda card: card.expires - card.issued <= MAX_CARD_LIFE),
    ("the agency needs a name of plain letters", lambda card: is_plain_line(card.agency.name)),
    ("its country has to be two capital letters (ISO 3166-1)", lambda card: bool(_COUNTRY.match(card.agency.country))),
    ("its root key has to be a whole Ed25519 key", lambda card: is_signing_key(card.root_key)),
    ("its node id has to follow from its root key", lambda card: card.agency.node == node_id(raw_bytes(card.root_key))),
    ("it needs 1 to 8 whole signing keys", lambda card: _all_keys_sound(card.signing_keys, is_signing_key)),
    ("its root key may not be a signing key", lambda card: card.root_key not in card.signing_keys),
    ("it needs 1 to 8 whole sealing keys", lambda card: _all_keys_sound(card.sealing_keys, is_sealing_key)),
    ("its address has to be https://host or https://host:port", lambda card: is_endpoint(card.endpoint)),
    ("it has to hold the one PEM certificate its address shows", _shows_certificate),
    ("it revokes up to 64 keys, each once, with a reason and whole points of streams", _all_revocations_sound),
    ("a revoked key may be neither a signing nor a sealing key", _lists_no_revoked_key),
)
"""What has to hold of every card, in an order in which each rule may rely on those before it."""


def _broken_rule(card: NodeCard) -> str | None:
    return next((rule for rule, holds in CARD_RULES if not holds(card)), None)
