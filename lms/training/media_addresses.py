"""Addresses of recordings, streams and meetings: what is accepted, and the one form it is kept in.

Pure: text in, text out; nothing is ever fetched. What comes back is plain https with a public host
name, so that a page cannot be made to point into a reader's own network.
"""

import ipaddress
import re
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

MOST_LETTERS = 500
LONGEST_SECONDS = 24 * 3600


class Fault(StrEnum):
    """Why an address is not accepted."""

    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    NOT_HLS = "not_hls"
    NOT_YOUTUBE = "not_youtube"
    NOT_VIMEO = "not_vimeo"


class BadAddress(ValueError):
    """An address that is not accepted; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_INNER_ENDINGS = frozenset(
    "localhost localdomain local internal intranet lan home corp private test invalid onion arpa"
    " consul".split()
)
"""Last labels of names that no public name server answers."""

_YOUTUBE_HOSTS = frozenset(
    f"{prefix}{host}"
    for host in ("youtube.com", "youtube-nocookie.com")
    for prefix in ("", "www.", "m.", "music.")
)
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_NOT_ONE_VIDEO = frozenset({"videoseries", "live_stream"})
"""Eleven letters that stand where an id stands, and mean a list or whatever is on."""

_VIMEO_PATHS = (
    re.compile(r"/(?P<id>[1-9]\d{0,14})(?:/(?P<hash>[0-9a-f]{4,64}))?"),
    re.compile(
        r"/(?:channels/[\w-]+|groups/[\w-]+/videos|showcase/\d+/video)/(?P<id>[1-9]\d{0,14})"
    ),
)
_VIMEO_PLAYER = re.compile(r"/video/(?P<id>[1-9]\d{0,14})")
_VIMEO_HASH = re.compile(r"[0-9a-f]{4,64}")

_SERVICES = {
    "zoom.us": "Zoom",
    "zoomgov.com": "Zoom",
    "meet.google.com": "Google Meet",
    "meet.jit.si": "Jitsi Meet",
    "8x8.vc": "Jitsi Meet",
    "vnpt.vn": "VNPT",
    "teams.microsoft.com": "Microsoft Teams",
    "teams.live.com": "Microsoft Teams",
    "webex.com": "Webex",
}


def join_address(text: str) -> str:
    """An address to join a meeting by, as it was typed."""
    return urlunsplit(_public(text))


def hls_address(text: str) -> str:
    """The address of an HLS playlist: its path ends in .m3u8. What follows # is dropped."""
    parts = _public(text)
    if not re.fullmatch(r"/.*[^/]\.m3u8", parts.path, re.IGNORECASE):
        raise BadAddress(Fault.NOT_HLS)
    return urlunsplit(parts._replace(fragment=""))


def youtube_address(text: str) -> str:
    """https://www.youtube.com/watch?v=… of one video, from any usual form of its address."""
    parts = _of_a_service(text, Fault.NOT_YOUTUBE)
    host, steps = parts.hostname or "", (parts.path or "/").split("/")[1:]
    found = None
    if host in ("youtu.be", "www.youtu.be"):
        found = steps[0] if steps[1:] in ([], [""]) else None
    elif host in _YOUTUBE_HOSTS:
        if steps[0] == "watch" and steps[1:] in ([], [""]):
            named = {value for key, value in parse_qsl(parts.query) if key == "v"}
            found = named.pop() if len(named) == 1 else None
        elif steps[0] in ("embed", "live", "shorts", "v") and steps[2:] in ([], [""]):
            found = steps[1] if len(steps) > 1 else None
    if found is None or not _YOUTUBE_ID.fullmatch(found) or found in _NOT_ONE_VIDEO:
        raise BadAddress(Fault.NOT_YOUTUBE)
    return f"https://www.youtube.com/watch?v={found}"


def vimeo_address(text: str) -> str:
    """https://vimeo.com/ID, or /ID/HASH of an unlisted video, from any usual form."""
    parts = _of_a_service(text, Fault.NOT_VIMEO)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    patterns: tuple[re.Pattern[str], ...] = ()
    if host in ("vimeo.com", "www.vimeo.com"):
        patterns = _VIMEO_PATHS
    elif host == "player.vimeo.com":
        patterns = (_VIMEO_PLAYER,)
    match = next(filter(None, (pattern.fullmatch(path) for pattern in patterns)), None)
    if match is None:
        raise BadAddress(Fault.NOT_VIMEO)
    key = match.groupdict().get("hash")
    if key is None:
        named = {value for name, value in parse_qsl(parts.query) if name == "h"}
        key = named.pop() if len(named) == 1 else None
        if named or (key is not None and not _VIMEO_HASH.fullmatch(key)):
            raise BadAddress(Fault.NOT_VIMEO)
    return f"https://vimeo.com/{match['id']}" + (f"/{key}" if key else "")


def service_of(address: str) -> str | None:
    """What the service behind a join link is called; None when its host is not known."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    labels = host.split(".")
    endings = (".".join(labels[at:]) for at in range(len(labels)))
    return next((_SERVICES[ending] for ending in endings if ending in _SERVICES), None)


def parse_length(text: str) -> int | None:
    """Seconds from h:mm:ss or mm:ss; None when it is neither, nothing, or longer than a day."""
    match = re.fullmatch(r"(?:(\d{1,2}):(?=\d\d:))?(\d{1,3}):([0-5]\d)", text.strip(), re.ASCII)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if match[1] is not None and minutes > 59:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return total if 0 < total <= LONGEST_SECONDS else None


def _of_a_service(text: str, fault: Fault) -> SplitResult:
    """An address of a service that is known, which people also type without https://."""
    text = text.strip()
    if text.lower().startswith("http://"):
        text = f"https://{text[7:]}"
    elif not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        text = f"https://{text}"
    try:
        parts = _public(text)
    except BadAddress as error:
        raise BadAddress(fault) from error
    if parts.port not in (None, 443):
        raise BadAddress(fault)
    return parts


def _public(text: str) -> SplitResult:
    """The parts of an https address with a public host; its host in lower case."""
    text = text.strip()
    # A browser reads a backslash as a slash, and drops tabs and line breaks: only what an address
    # is made of gets in.
    if len(text) > MOST_LETTERS or not re.fullmatch(r"[!#-;=?-\[\]_a-z~]+", text):
        raise BadAddress(Fault.NOT_HTTPS)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(Fault.NOT_HTTPS) from error
    is_plain = parts.scheme == "https" and host and "@" not in parts.netloc and port != 0
    if not is_plain or host is None:
        raise BadAddress(Fault.NOT_HTTPS)
    if not _is_public(host):
        raise BadAddress(Fault.NOT_PUBLIC)
    return parts._replace(scheme="https", netloc=parts.netloc.lower())


def _is_public(host: str) -> bool:
    """Whether a host may be on the internet: a name of several labels, or a global address.

    Whatever ends in a number is an IPv4 address to a browser, also 2130706433, 0x7f.1 and 127.1;
    only four plain decimals are taken for one here.
    """
    if ":" in host:
        return _is_global(host)
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _is_global(host)
    is_name = len(labels) > 1 and all(_NAME.fullmatch(label) for label in labels)
    return is_name and labels[-1] not in _INNER_ENDINGS and len(host) <= 253


def _is_global(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address.teredo is not None:
            return False
        if address in _NAT64 or int(address) >> 32 == 0:
            return False
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that carry an IPv4 address inside, as do mapped, 6to4 and Teredo ones."""
