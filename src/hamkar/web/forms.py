"""What forms and addresses may hold, before anybody looks at what it means."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

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
