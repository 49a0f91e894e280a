"""Dead Simple Signing Envelope, version 1.0.2: a signature over exact bytes and over what they are.

Source: github.com/secure-systems-lab/dsse, protocol.md and envelope.md.
"""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from hamkar.crypto.fingerprint import KEY_ID
from hamkar.crypto.key_holder import Signer
from hamkar.crypto.signing import SIGNATURE_BYTES, verify
from hamkar.errors import ProtocolError

MAX_SIGNATURES = 4

_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who says to have signed, and the signature; the key id is a hint and is not itself signed."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Exact bytes, what they are, and one or more signatures over both. Nothing here is verified yet."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def to_json(self) -> bytes:
        """The JSON envelope (envelope.md)."""
        signatures = tuple(_WireSignature(keyid=each.key_id, sig=_to_base64(each.value)) for each in self.signatures)
        return msgspec.json.encode(_WireEnvelope(self.payload_type, _to_base64(self.payload), signatures))

    def signed_by(self, key_id: str, public: bytes) -> bool:
        """Whether a signature under this key id is truly by this key."""
        data = pae(self.payload_type, self.payload)
        return any(each.key_id == key_id and verify(public, data, each.value) for each in self.signatures)


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: type and payload, each behind its length (protocol.md, "PAE")."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, signer: Signer) -> Envelope:
    """The payload in an envelope with one signature."""
    return Envelope(payload_type, payload, (Signature(signer.key_id, signer.sign(pae(payload_type, payload))),))


def read_envelope(data: bytes, payload_type: str, limit: int) -> Envelope:
    """The envelope in at most ``limit`` bytes of JSON whose payload is of this type; signatures are not verified.

    Fields this version does not know are passed over, as envelope.md demands: they are not signed and mean nothing.
    Raises ProtocolError.
    """
    if len(data) > limit:
        msg = f"the signed document has {len(data):,} bytes and may have {limit:,}; ask the partner for a smaller one"
        raise ProtocolError(msg)
    try:
        wire = msgspec.json.decode(data, type=_WireEnvelope)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = f"this is not a signed document (DSSE envelope): {error}; ask the partner to send it again"
        raise ProtocolError(msg) from error
    if wire.payloadType != payload_type:
        msg = f"the signed document is a “{wire.payloadType[:100]}” where a “{payload_type}” belongs; send that instead"
        raise ProtocolError(msg)
    if not 1 <= len(wire.signatures) <= MAX_SIGNATURES:
        msg = f"a signed document has 1 to {MAX_SIGNATURES} signatures, not {len(wire.signatures)}; sign it again"
        raise ProtocolError(msg)
    return Envelope(payload_type, _from_base64(wire.payload, "payload"), tuple(map(_signature, wire.signatures)))


class _WireSignature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


class _WireEnvelope(msgspec.Struct, frozen=True):
    payloadType: str  # noqa: N815 - the name the specification gives it
    payload: str
    signatures: tuple[_WireSignature, ...]


def _signature(wire: _WireSignature) -> Signature:
    value = _from_base64(wire.sig, "signature")
    if not KEY_ID.match(wire.keyid) or len(value) != SIGNATURE_BYTES:
        msg = f"a signature names its key by 16 hex digits and has {SIGNATURE_BYTES} bytes; this one does not"
        raise ProtocolError(msg)
    return Signature(wire.keyid, value)


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str, place: str) -> bytes:
    """The bytes of standard or URL-safe base64, which envelope.md both allows; only the one text that encodes them."""
    try:
        standard = text.encode("ascii").translate(_STANDARD_ALPHABET)
        data = base64.b64decode(standard, validate=True)
    except (binascii.Error, ValueError) as error:
        msg = f"the {place} of the signed document is not base64: {error}; ask the partner to send it again"
        raise ProtocolError(msg) from error
    if base64.b64encode(data) != standard:
        msg = (
            f"the {place} of the signed document is not base64 in its one exact form; ask the partner to send it again"
        )
        raise ProtocolError(msg)
    return data
