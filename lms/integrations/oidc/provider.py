"""The one provider that is configured: its settings, its metadata, and every request to it.

Nothing is asked of any other address: the metadata must name the configured issuer to the letter,
its endpoints are https (or this machine, where we are on this machine ourselves), a host other
than the issuer's must be a public one, and no redirect is followed.
"""

import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import current_app
from flask_babel import gettext as _

from lms.base import clock
from lms.config import is_loopback

SECONDS = 5
MOST_BYTES = 256 * 1024
KEPT_SECONDS = 600


class ProviderFault(Exception):
    """The provider cannot be reached, or says what it must not."""


@dataclass(frozen=True)
class Provider:
    """What the environment says: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_CLAIM."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    label: str
    redirect_uri: str


def find_provider() -> Provider | None:
    """The configured provider; None where there is none."""
    config = current_app.config
    if not (config["OIDC_ISSUER"] and config["OIDC_CLIENT_ID"]):
        return None
    return Provider(
        issuer=config["OIDC_ISSUER"],
        client_id=config["OIDC_CLIENT_ID"],
        client_secret=config["OIDC_CLIENT_SECRET"],
        claim=config["OIDC_CLAIM"],
        label=config["OIDC_LABEL"] or _("Đăng nhập bằng tài khoản của tổ chức"),
        redirect_uri=f"{config['BASE_URL'].rstrip('/')}/oidc/callback",
    )


def metadata_of(provider: Provider) -> Mapping[str, Any]:
    """The provider's metadata, kept for ten minutes. ProviderFault if it is not its own."""
    kept = _cache().get(("metadata", provider.issuer))
    if kept and kept[0] > clock.now().timestamp():
        metadata: Mapping[str, Any] = kept[1]
        return metadata
    _refuse_address(provider.issuer, provider)
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    metadata = get_json(address, provider)
    if metadata.get("issuer") != provider.issuer:
        raise ProviderFault("the metadata names another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(metadata.get(name), str):
            raise ProviderFault(f"the metadata has no {name}")
    if urlsplit(metadata["authorization_endpoint"]).scheme not in ("https", "http"):
        raise ProviderFault("the authorization endpoint is no web address")
    _cache()["metadata", provider.issuer] = (clock.now().timestamp() + KEPT_SECONDS, metadata)
    return metadata


def keys_of(provider: Provider, is_fresh: bool = False) -> dict[str, Any]:
    """The provider's public keys (a JWK set), kept for ten minutes unless asked for afresh."""
    kept = _cache().get(("keys", provider.issuer))
    if kept and not is_fresh and kept[0] > clock.now().timestamp():
        keys: dict[str, Any] = kept[1]
        return keys
    keys = get_json(metadata_of(provider)["jwks_uri"], provider)
    _cache()["keys", provider.issuer] = (clock.now().timestamp() + KEPT_SECONDS, keys)
    return keys


def get_json(address: str, provider: Provider, access_token: str = "") -> dict[str, Any]:
    """A JSON object from the provider."""
    headers = {"Accept": "application/json"}
    if access_token:
        headers["Authorization"] = f"Bearer {access_token}"
    return _json_of("GET", address, provider, headers=headers)


def post_form(
    address: str, provider: Provider, data: Mapping[str, str], auth: tuple[str, str] | None
) -> dict[str, Any]:
    """The JSON answer to a form sent to the provider."""
    return _json_of("POST", address, provider, data=dict(data), auth=auth)


def forget_provider() -> None:
    """Drop what is kept of the metadata and keys."""
    _cache().clear()


def _json_of(method: str, address: str, provider: Provider, **options: Any) -> dict[str, Any]:
    _refuse_address(address, provider)
    try:
        with requests.request(
            method, address, timeout=SECONDS, allow_redirects=False, stream=True, **options
        ) as response:
            body = response.raw.read(MOST_BYTES + 1, decode_content=True)
            if response.status_code != 200 or len(body) > MOST_BYTES:
                raise ProviderFault(f"{method} answered {response.status_code}")
            found = json.loads(body)
    except (requests.RequestException, OSError, ValueError) as error:
        raise ProviderFault(f"{method} failed: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise ProviderFault("the answer is no JSON object")
    return found


def _refuse_address(address: str, provider: Provider) -> None:
    """ProviderFault for an address that a provider has no business to send us to."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if current_app.config["IS_LOOPBACK"] and is_loopback(address):
        if parts.netloc == urlsplit(provider.issuer).netloc:
            return
        raise ProviderFault("another address of this machine")
    if parts.scheme != "https" or not host or parts.username:
        raise ProviderFault("an address that is not https")
    if host == urlsplit(provider.issuer).hostname:
        return
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ProviderFault("a host that is not known") from error
    if not all(ipaddress.ip_address(one[4][0]).is_global for one in found):
        raise ProviderFault("a host of a private network")


def _cache() -> dict[Any, Any]:
    cache: dict[Any, Any] = current_app.extensions.setdefault("oidc_cache", {})
    return cache
