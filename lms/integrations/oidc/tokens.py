"""From an authorization code to what the provider vouches for: exchange, signature, claims.

Every check of OpenID Connect Core 3.1.3.7 for the code flow; a token that fails one is refused.
"""

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lms.base import clock
from lms.integrations.oidc.provider import (
    Provider,
    ProviderFault,
    get_json,
    keys_of,
    metadata_of,
    post_form,
)

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Public-key signatures alone: never "none", never a key that both sides know."""
LEEWAY = 60
MOST_AGE = 600


class TokenRefused(Exception):
    """What came back does not prove who somebody is; the words are for the record."""


def authorization_address(provider: Provider, state: str, nonce: str, verifier: str) -> str:
    """Where to send the browser: the code flow with PKCE (S256), state and nonce."""
    scope = "openid email" if provider.claim == "email" else "openid profile"
    address: str = prepare_grant_uri(
        metadata_of(provider)["authorization_endpoint"],
        provider.client_id,
        "code",
        redirect_uri=provider.redirect_uri,
        scope=scope,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return address


def check_sender(provider: Provider, answered_issuer: str | None) -> None:
    """The answer must come from our provider (RFC 9207), where it says so or must say so."""
    must_say = metadata_of(provider).get("authorization_response_iss_parameter_supported") is True
    if answered_issuer is None and not must_say:
        return
    if answered_issuer != provider.issuer:
        raise TokenRefused("iss of the answer")


def claims_for_code(provider: Provider, code: str, verifier: str, nonce: str) -> Mapping[str, Any]:
    """Exchange a code and return the checked claims, with the configured one from the userinfo
    endpoint where the token lacks it. TokenRefused or ProviderFault if anything is amiss."""
    metadata = metadata_of(provider)
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "code_verifier": verifier,
    }
    auth = None
    if provider.client_secret:
        auth = (provider.client_id, provider.client_secret)
    else:
        data["client_id"] = provider.client_id
    answer = post_form(metadata["token_endpoint"], provider, data, auth)
    claims = dict(check_id_token(provider, str(answer.get("id_token") or ""), nonce))
    userinfo = metadata.get("userinfo_endpoint")
    if provider.claim not in claims and isinstance(userinfo, str) and answer.get("access_token"):
        more = get_json(userinfo, provider, access_token=str(answer["access_token"]))
        if more.get("sub") != claims["sub"]:
            raise TokenRefused("sub of the userinfo")
        claims = {**more, **claims}
    return claims


def check_id_token(provider: Provider, token: str, nonce: str) -> Mapping[str, Any]:
    """The claims of an ID token after every check; TokenRefused names the one that failed."""
    claims = _verified(provider, token)
    present = clock.now().timestamp()
    if claims.get("iss") != provider.issuer:
        raise TokenRefused("iss")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if provider.client_id not in audiences:
        raise TokenRefused("aud")
    if len(audiences) > 1 and "azp" not in claims:
        raise TokenRefused("azp missing")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise TokenRefused("azp")
    if _moment(claims, "exp") <= present - LEEWAY:
        raise TokenRefused("exp")
    if not present - MOST_AGE <= _moment(claims, "iat") <= present + LEEWAY:
        raise TokenRefused("iat")
    if "nbf" in claims and _moment(claims, "nbf") > present + LEEWAY:
        raise TokenRefused("nbf")
    if not nonce or claims.get("nonce") != nonce:
        raise TokenRefused("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise TokenRefused("sub")
    return claims


def _verified(provider: Provider, token: str) -> Mapping[str, Any]:
    """The claims of a token whose signature is the provider's. New keys are fetched once."""
    for is_fresh in (False, True):
        try:
            keys = KeySet.import_key_set(keys_of(provider, is_fresh))  # type: ignore[arg-type]
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, KeyError, TypeError) as error:
            if is_fresh:
                raise TokenRefused(f"signature: {type(error).__name__}") from error
    raise ProviderFault("no keys")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    """A claim that is a number of seconds; TokenRefused if it is missing or anything else."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(name)
    return float(value)
