"""A small provider of single sign-on that signs what it says, and lies where a test tells it to."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT = "hamkar-synthetic"
SECRET = "a synthetic client secret"  # noqa: S105 - of a provider that lives as long as a test


@dataclass
class SyntheticProvider:
    """Vouches for ``subject``, who proved it at ``proved_at`` (now, where None); ``lies`` replace what it would say."""

    now: Callable[[], datetime]
    issuer: str = ""
    subject: str = "synthetic-subject"
    proved_at: datetime | None = None
    lies: dict[str, object] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: ECKey | OctKey | None = None
    algorithm: str = "ES256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """What it answers."""
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.describe)
        app.add_api_route("/keys", self.keys)
        app.add_api_route("/authorize", self.authorize)
        app.add_api_route("/token", self.token, methods=["POST"])
        return app

    def describe(self) -> dict[str, str]:
        """What it says of itself."""
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in names.items()}}

    def keys(self) -> dict[str, Any]:
        """The keys with which its statements are checked."""
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, request: Request) -> Response:
        """Send the browser back with a code, as if its person had signed in here."""
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", status_code=303)

    def token(
        self,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
        client_id: str = Form(),
        client_secret: str = Form(default=""),
    ) -> Any:
        """What the code stands for, once, to whoever began with the verifier."""
        asked = self.asked.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        said = (client_id, client_secret, redirect_uri, challenge)
        if asked is None or said != (CLIENT, SECRET, asked["redirect_uri"], asked["code_challenge"]):
            return Response(status_code=400)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self._statement(asked)}

    def _statement(self, asked: dict[str, str]) -> str:
        now = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "auth_time": int(self.proved_at.timestamp()) if self.proved_at else now,
            **self.lies,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, said, self.signs_with or self.key, [self.algorithm])
