"""OpenID Connect (core 1.0): the code flow with PKCE (RFC 7636) and a nonce, for a provider that the agency runs."""

import json
import ssl
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped] # it ships no types
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped] # it ships no types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # it ships no types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.transport.provider import Asked, Identity

WAIT_SECONDS = 10.0
LARGEST = 1 << 20
ALGORITHMS: Final[Sequence[str]] = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures that only the provider can make; a shared secret or none is never taken."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LEEWAY_SECONDS = 60
_OK = 200

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this node as; ``secret`` is "" for a client that has none."""

    issuer: str
    name: str
    secret: str = ""


class OpenIdProvider:
    """A provider whose every statement was signed by a key that it shows at its own address."""

    def __init__(self, client: Client) -> None:
        self._client = client
        _require_safe(client.issuer)

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return self._client.issuer

    def address(self, asked: Asked) -> str:
        """Where to send the browser. Raises Unreachable or ProtocolError."""
        more = {"prompt": "login", "max_age": "0"} if asked.fresh else {}
        address: str = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            client_id=self._client.name,
            response_type="code",
            redirect_uri=asked.redirect,
            scope="openid",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            **more,
        )
        return address

    def redeem(self, code: str, asked: Asked, at: datetime) -> Identity:
        """Whom the code that came back stands for. Raises Unreachable or ProtocolError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.redirect,
            "client_id": self._client.name,
            "code_verifier": asked.verifier,
        }
        if self._client.secret:
            form["client_secret"] = self._client.secret
        given = self._json(self._endpoint("token_endpoint"), form)
        claims = self._claims(str(given.get("id_token", "")), asked, at)
        said = claims.get("auth_time")
        proved_at = min(datetime.fromtimestamp(said, UTC), at) if said else None
        return Identity(self.issuer, str(claims["sub"]), proved_at)

    def _claims(self, token: str, asked: Asked, at: datetime) -> Json:
        """What the provider signed, if it is for this node and for this very way."""
        keys = self._json(self._endpoint("jwks_uri"))
        try:
            signed = jwt.decode(token, KeySet.import_key_set(cast("Any", keys)), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client.name},
                },
                {"nonce": asked.nonce, "client_id": self._client.name, "max_age": asked.fresh},
            )
            claims.validate(now=int(at.timestamp()), leeway=_LEEWAY_SECONDS)
            datetime.fromtimestamp(claims.get("auth_time") or 0, UTC)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError, OSError) as error:
            msg = f"{self.issuer} vouched for somebody in a way that does not hold ({error}); sign in once more"
            raise ProtocolError(msg) from error
        return cast("Json", claims)

    def _endpoint(self, name: str) -> str:
        """An address from what the provider says of itself, read anew so that its keys may change."""
        said = self._json(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        address = said.get(name)
        if said.get("issuer") != self.issuer or not isinstance(address, str):
            msg = f"what is at {self.issuer} does not describe that provider; check HAMKAR_OIDC_ISSUER"
            raise ProtocolError(msg)
        _require_safe(address)
        return address

    def _json(self, address: str, form: Mapping[str, str] | None = None) -> Json:
        status, body = _call(address, form)
        try:
            said = json.loads(body) if status == _OK else None
        except ValueError:
            said = None
        if not isinstance(said, dict):
            msg = f"{address} answered with status {status} and not as a provider of single sign-on does; try again"
            raise ProtocolError(msg)
        return said


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        msg = f"“{address[:200]}” is not an address of a provider; write it as https://host/…"
        raise BadInput(msg)


def _call(address: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
    """Status and body. No proxy setting is read and no redirect followed: the answer is the provider's own."""
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    body = urlencode(form) if form is not None else None
    try:
        with closing(_line(parts.scheme, parts.hostname or "", parts.port)) as line:
            line.request("GET" if form is None else "POST", target, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read(LARGEST)
    except (OSError, HTTPException) as error:
        msg = f"the single sign-on at {parts.hostname} cannot be reached ({error}); try again, or use another way in"
        raise Unreachable(msg) from error


def _line(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=WAIT_SECONDS)
    return HTTPSConnection(host, port, timeout=WAIT_SECONDS, context=ssl.create_default_context())
