"""How a person belongs to the organisation: a word that the tables and the pure modules share."""

from enum import StrEnum


class Standing(StrEnum):
    FULL = "full"
    PROBATIONARY = "probationary"
    GUEST = "guest"
