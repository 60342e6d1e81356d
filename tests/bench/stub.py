"""The product's beacon without its database: what the same endpoint costs beside the storing."""

from __future__ import annotations

from collections.abc import Sequence

from lms import create_app
from lms.base import clock
from lms.viewing.coverage import Cover
from lms.viewing.crediting import Beacon, Facts, Watched, judge
from lms.viewing.services.beacons import Answer
from lms.viewing.views.door import BeaconDoor

FACTS = Facts(True, False, 0.8, True, 10_800.0)
WATCHED = Watched(Cover([(0.0, 0.1)], []), [], 0.0, False, False)


def credit(beacons: Sequence[Beacon]) -> list[Answer]:
    """Judge each as if it were the member's first, and store nothing."""
    now = clock.now()
    return [judge(beacon, FACTS, None, WATCHED, now).receipt for beacon in beacons]


app = create_app()
door = app.wsgi_app
assert isinstance(door, BeaconDoor)
app.wsgi_app = BeaconDoor(app, credit, door.headers)  # type: ignore[method-assign]
