"""What forms and addresses may hold, before anybody looks at what it means."""

import datetime as dt
from typing import Annotated

from fastapi import Query
from pydantic import Field

from hamkar.errors import BadInput
from hamkar.text.stated_date import read_date

LINE = r"^[^\x00-\x1f\x7f]*$"
"""One line of text without control characters."""

TEXT = r"^[^\x00]*$"
"""Text of any kind; the database takes no NUL."""

REASON_LENGTH = 2_000

Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH, pattern=TEXT)]
"""Why somebody did something, in their words."""

PAGE_SIZE = 50
LAST_PAGE = 200
"""Lists end there: whoever wants more narrows what is asked for."""

PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE)]


def one_day(text: str) -> dt.date:
    """The day that somebody wrote, in either calendar. Raises BadInput where it is none or several."""
    reading = read_date(text)
    if reading.earliest != reading.latest:
        msg = f"“{text[:40]}” is not one day; write it as YYYY-MM-DD, or 1403/06/20"
        raise BadInput(msg)
    return reading.earliest
