"""What a player reports: JSON in, JSON out. No account is loaded here."""

from typing import Any

import orjson
from flask import Response, request
from flask.typing import ResponseReturnValue

from lms.base import clock
from lms.base.guards import takes_upload, token
from lms.extensions import csrf, limiter
from lms.viewing.coverage import BadIntervals
from lms.viewing.grants import BadGrant, read_grant
from lms.viewing.services.beacons import credit_beacon
from lms.viewing.views.blueprint import bp, secret, sign_in_hash

BEACON_LIMIT = 32 * 1024


@bp.post("/viewing/beacons")
@limiter.exempt
@csrf.exempt
@takes_upload(BEACON_LIMIT)
@token
def record_beacon() -> ResponseReturnValue:
    """Credit what a player reports. The grant is the proof of who and of our own page."""
    if not request.is_json:
        return _refuse(400, "not-json")
    try:
        beacon = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        return _refuse(400, "not-json")
    if not isinstance(beacon, dict):
        return _refuse(400, "not-an-object")
    token_hash = sign_in_hash()
    try:
        grant = read_grant(beacon.get("grant"), secret(), token_hash, clock.now())
        receipt = credit_beacon(grant, token_hash, beacon.get("intervals"), beacon.get("position"))
    except BadGrant:
        return _refuse(403, "bad-grant")
    except BadIntervals as bad:
        return _refuse(400, bad.reason)
    return _json(
        200,
        {
            "covered_seconds": receipt.covered_seconds,
            "covered_ratio": receipt.covered_ratio,
            "intervals": receipt.intervals,
            "closed": not receipt.is_open,
            "late": receipt.is_late,
        },
    )


def _refuse(status: int, reason: str) -> Response:
    return _json(status, {"error": reason, "status": status})


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
