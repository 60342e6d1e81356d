"""The campaign of an organiser's page: theirs to manage marking in, or not found."""

from flask import current_app, request, url_for

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base.addresses import MOST_ID
from lms.training.models import Campaign
from lms.training.queries.campaigns import get_campaign


def campaign_of(campaign_id: int) -> Campaign:
    """A campaign inside the organiser's scope; NotFound otherwise."""
    return get_campaign(campaign_id, current_scope(Permission.MARKING_MANAGE))


def number_asked(name: str) -> int | None:
    """A number from the address; None where it is missing or odd."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= MOST_ID else None


def campaign_url(campaign: Campaign) -> str | None:
    """The campaign's page for organisers; None while the product has none."""
    endpoint = "planning.campaign"
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, campaign_id=campaign.id)
