"""Reads of supervision: campaigns, roll-ups, the names behind a figure."""

from lms.supervision.queries.campaigns import campaigns_of, get_campaign, get_campaign_of_units
from lms.supervision.queries.names import find_audience_name, names_behind
from lms.supervision.queries.rollup import (
    AudienceTally,
    Overview,
    UnitTally,
    get_asked,
    get_overview,
    list_bands,
    tallies_of,
    tallies_of_kept,
    unit_rows,
)

__all__ = [
    "AudienceTally",
    "Overview",
    "UnitTally",
    "campaigns_of",
    "find_audience_name",
    "get_asked",
    "get_campaign",
    "get_campaign_of_units",
    "get_overview",
    "list_bands",
    "names_behind",
    "tallies_of",
    "tallies_of_kept",
    "unit_rows",
]
