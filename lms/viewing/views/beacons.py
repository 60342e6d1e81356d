"""What a player reports: JSON in, JSON out. No account is loaded here.

The route is the one description of the beacon, and takes what has to go the ordinary way; most
are answered by the door before Flask (door.py), which shares the reading and the answers.
"""

from typing import Any

import orjson
from flask import Response, request
from flask.typing import ResponseReturnValue

from lms.base import clock
from lms.base.guards import takes_upload, token
from lms.extensions import csrf, limiter
from lms.viewing.coverage import BadIntervals
from lms.viewing.crediting import Beacon, Receipt, parse_flag
from lms.viewing.grants import BadGrant, read_grant
from lms.viewing.services.beacons import credit_beacon
from lms.viewing.views.blueprint import bp, secret, sign_in_hash

BEACONS = "/viewing/beacons"
BEACON_LIMIT = 32 * 1024
FAILURE = "lms.beacon_failure"
"""Key of the WSGI environment by which the door hands over what failed."""


@bp.post(BEACONS)
@limiter.exempt
@csrf.exempt
@takes_upload(BEACON_LIMIT)
@token
def record_beacon() -> ResponseReturnValue:
    """Credit what a player reports. The grant is the proof of who and of our own page."""
    if FAILURE in request.environ:
        raise request.environ[FAILURE]
    if not request.is_json:
        return json_answer(400, refusal(400, "not-json"))
    try:
        beacon = read_beacon(request.get_data(cache=False), secret(), sign_in_hash())
        receipt = credit_beacon(beacon)
    except (BadGrant, BadIntervals) as bad:
        return json_answer(*refused(bad))
    return json_answer(200, accepted(receipt))


def read_beacon(body: bytes, key: str, token_hash: str) -> Beacon:
    """The beacon in a request's body. BadIntervals for what is none, BadGrant without the right."""
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadIntervals("not-json") from error
    if not isinstance(fields, dict):
        raise BadIntervals("not-an-object")
    grant = read_grant(fields.get("grant"), key, token_hash, clock.now())
    is_offline, is_kept = (parse_flag(fields.get(name, False)) for name in ("offline", "kept"))
    return Beacon(
        grant, token_hash, fields.get("intervals"), fields.get("position"), is_offline, is_kept
    )


def accepted(receipt: Receipt) -> bytes:
    """The body that tells the page what the server holds now, and what it did not credit."""
    return orjson.dumps(
        {
            "covered_seconds": receipt.covered_seconds,
            "covered_ratio": receipt.covered_ratio,
            "intervals": receipt.intervals,
            "offline_intervals": receipt.offline_intervals,
            "uncredited": receipt.uncredited,
            "closed": not receipt.is_open,
            "late": receipt.is_late,
            "position": receipt.position,
        }
    )


def refused(error: BadGrant | BadIntervals) -> tuple[int, bytes]:
    """Status and body for a beacon that is none, or comes without the right."""
    if isinstance(error, BadGrant):
        return 403, refusal(403, "bad-grant")
    return 400, refusal(400, error.reason)


def refusal(status: int, reason: str) -> bytes:
    body: dict[str, Any] = {"error": reason, "status": status}
    return orjson.dumps(body)


def json_answer(status: int, body: bytes) -> Response:
    """An answer for a page's own script."""
    return Response(body, status, mimetype="application/json")
