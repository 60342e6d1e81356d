"""The product with a door that answers before the commit: the broken control of durability."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from lms import create_app
from lms.extensions import db
from lms.viewing.crediting import Beacon, Receipt
from lms.viewing.services.beacons import Answer, credit_together
from lms.viewing.views.door import BeaconDoor

LATER = 0.5

app = create_app()
with app.app_context():
    engine = db.engine


def answer_first(beacons: Sequence[Beacon]) -> list[Answer]:
    """Say that all was credited, and credit it half a second later."""

    def commit() -> None:
        time.sleep(LATER)
        credit_together(engine, beacons)

    threading.Thread(target=commit, daemon=True).start()
    return [
        Receipt(0.0, 0.0, [tuple(span) for span in beacon.intervals], [], [], True, False, 0.0)  # type: ignore[attr-defined]
        for beacon in beacons
    ]


door = app.wsgi_app
assert isinstance(door, BeaconDoor)
app.wsgi_app = BeaconDoor(app, answer_first, door.headers)  # type: ignore[method-assign]
