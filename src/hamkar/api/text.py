"""What texts in requests may hold, before anybody looks at what they mean."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=1_000)]
"""One line without control characters."""

Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=10_000)]
"""Text of any kind; the database takes no NUL."""

Reason = Annotated[Text, Field(min_length=1, max_length=2_000, description="Why, in the words of whoever decides.")]

NodeId = Annotated[str, Field(pattern=r"^[a-z2-7]{32}$", description="A node's id: 32 letters and digits.")]

AgreementId = Annotated[str, Path(pattern=r"^[0-9a-f]{8,64}$", description="An agreement's id, or its beginning.")]

Page = Annotated[int, Query(ge=1, le=1_000, description="The page, from 1.")]
PerPage = Annotated[int, Query(ge=1, le=200, description="Rows a page.")]
