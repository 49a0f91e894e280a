"""Passkeys (W3C Web Authentication): what a browser is asked, and whether its answer proves anything."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
_PATIENCE_MILLISECONDS = 240_000
_WRONG = (WebAuthnException, ValueError, KeyError, TypeError)
"""Whatever reading and checking an answer raises: for the asker all of it is one thing, no proof."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys count: the exact origin of the pages, and the host name in it."""

    origin: str
    host: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """What a node keeps of a passkey: its id, its public key, and how often it says it was used."""

    credential: bytes
    public_key: bytes
    sign_count: int


def new_challenge() -> bytes:
    """What a passkey is to sign, once."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(site: Site, agency: str, account: str, challenge: bytes, known: Sequence[bytes]) -> str:
    """What a browser needs to make a passkey that no ``known`` key already holds, as JSON.

    The person is to be verified (by a PIN or a finger), and the key is to know by itself whose it is, so that
    signing in needs no name.
    """
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=agency,
        user_name=account,
        user_id=hashlib.sha256(f"{agency}/{account}".encode()).digest(),
        challenge=challenge,
        timeout=_PATIENCE_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


def request_options(site: Site, challenge: bytes, known: Sequence[bytes] = ()) -> str:
    """What a browser needs to use a passkey, one of ``known`` or any where that is empty, as JSON."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=_PATIENCE_MILLISECONDS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def challenge_of(answer: str) -> bytes | None:
    """The challenge that an answer says it answers; None where it says none. Nothing of it is proved yet."""
    try:
        return parse_client_data_json(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"])).challenge
    except _WRONG:
        return None


def credential_of(answer: str) -> bytes | None:
    """The passkey that an answer says it comes from; None where it says none. Nothing of it is proved yet."""
    try:
        return parse_authentication_credential_json(answer).raw_id
    except _WRONG:
        return None


def made_passkey(answer: str, challenge: bytes, site: Site) -> Passkey | None:
    """The passkey that was made for this challenge at this site by a verified person; None where the answer is none."""
    try:
        made = verify_registration_response(
            credential=parse_registration_credential_json(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def used_passkey(answer: str, challenge: bytes, site: Site, kept: Passkey) -> int | None:
    """The passkey's new count of uses, if it signed this challenge at this site for a verified person; else None.

    A count that does not grow is a copy of the key (section 6.1.1), and proves nothing.
    """
    try:
        used = verify_authentication_response(
            credential=parse_authentication_credential_json(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    return used.new_sign_count
