"""How a recording is played on our page. Knows no page and no row; nothing is fetched.

A file of ours plays in a <video>; so does an HLS address. YouTube and Vimeo play in a frame of
theirs, behind an element of ours (static/js/modules/framed-media.js). Whatever comes from elsewhere
is requested only when the member presses play.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lms.training.models import MediaSource

YOUTUBE_FRAME = "https://www.youtube-nocookie.com"
VIMEO_FRAME = "https://player.vimeo.com"

_YOUTUBE = re.compile(r"https://www\.youtube\.com/watch\?v=(?P<video>[A-Za-z0-9_-]{11})")
_VIMEO = re.compile(r"https://vimeo\.com/(?P<video>\d+)(?:/(?P<hash>[0-9a-f]+))?")


@dataclass(frozen=True, slots=True)
class Player:
    """What plays one recording from elsewhere: the element, its attributes, the page's words."""

    source: MediaSource
    link: str  # where to watch without our page
    site: str  # who the member's device will speak to
    origin: str
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def is_framed(self) -> bool:
        """Whether it plays in a frame of another site."""
        return self.source.is_framed


def find_player(source: MediaSource, address: str | None) -> Player | None:
    """The player for an address as it is stored; None for a file of ours, or where no address is
    one that we know how to play."""
    if not address:
        return None
    if source is MediaSource.YOUTUBE and (match := _YOUTUBE.fullmatch(address)):
        return Player(source, address, "YouTube", YOUTUBE_FRAME, match.groupdict())
    if source is MediaSource.VIMEO and (match := _VIMEO.fullmatch(address)):
        named = {name: value for name, value in match.groupdict().items() if value}
        return Player(source, address, "Vimeo", VIMEO_FRAME, named)
    parts = urlsplit(address)
    if source is MediaSource.HLS and parts.scheme in {"https", "http"} and parts.hostname:
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return Player(source, address, parts.hostname, origin)
    return None
