"""Moments that another node states."""

from datetime import datetime
from typing import Final

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999


def is_moment(at: datetime) -> bool:
    """Whether this states its zone and is not so far away that no calendar and no database can count on from it."""
    return at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR
