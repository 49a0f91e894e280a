"""A cell that should hold a date."""

import re

from hamkar.errors import BadInput
from hamkar.model.stated_date import Calendar, DateKind, Precision, StatedDate
from hamkar.text.stated_date import read_date

# What spreadsheets and databases add to a day when they store it as a moment.
_MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0+)?)?Z?$")


def read_stated_date(column: str, text: str, kind: DateKind) -> StatedDate:
    """The days the text can mean, with the text as written. Raises BadInput naming the column.

    Dates before 1900 are none: 30 December 1899 is what a spreadsheet makes of an empty date.
    """
    try:
        reading = read_date(_MIDNIGHT.sub("", text))
    except BadInput as error:
        msg = f"{column}: {error}"
        raise BadInput(msg) from error
    return StatedDate(
        kind=kind,
        earliest=reading.earliest,
        latest=reading.latest,
        precision=Precision(reading.precision),
        calendar=Calendar(reading.calendar),
        text=text,
    )
