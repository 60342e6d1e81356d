"""A provider in Python that lies on demand: each test changes what it signs or how it answers."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

Claims = dict[str, Any]


class HostileProvider:
    """Issues a token for every code. `claims` and `sign` may be changed; `asked` are the requests
    it got."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.claims: Claims = {}
        self.metadata: Claims = {}
        self.userinfo: Claims = {}
        self.sign: Callable[[Claims], str] = self.sign_well
        self.asked: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                owner.answer(self)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        self.asked.append(path)
        body = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": lambda: {"keys": [self.key.as_dict(private=False, use="sig", alg="RS256")]},
            "/token": lambda: {
                "access_token": "an-access-token",
                "token_type": "Bearer",
                "id_token": self.sign(self.claims),
            },
            "/me": lambda: self.userinfo,
        }.get(path)
        if path == "/elsewhere":
            handler.send_response(302)
            handler.send_header("Location", f"{self.issuer}/keys")
            handler.end_headers()
            return
        data = json.dumps(body() if body else {}).encode()
        handler.send_response(200 if body else 404)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def honest_claims(self, sent_nonce: str, number: str, /, **changes: Any) -> Claims:
        """What an honest provider says of the member with this card number."""
        present = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "thu-hoach",
            "sub": f"subject-{number}",
            "nonce": sent_nonce,
            "iat": present,
            "exp": present + 300,
            "card_number": number,
        }
        claims |= changes
        return {name: value for name, value in claims.items() if value is not None}

    def sign_well(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def sign_by_other_key(self, claims: Claims) -> str:
        other = RSAKey.generate_key(2048, {"kid": "one"})
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, other)

    def sign_not_at_all(self, claims: Claims) -> str:
        return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])

    def sign_by_public_key(self, claims: Claims) -> str:
        """HMAC under what everybody knows, hoping that the other side mixes up the algorithms."""
        parts = [{"alg": "HS256", "kid": "one", "typ": "JWT"}, claims]
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in parts)
        proof = hmac.digest(self.key.as_pem(private=False), signed, "sha256")
        return (signed + b"." + _encoded(proof)).decode()

    def strip_signature(self, claims: Claims) -> str:
        return self.sign_well(claims).rsplit(".", 1)[0] + "."

    def _metadata(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
