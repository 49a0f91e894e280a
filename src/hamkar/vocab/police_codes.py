"""The file of police and reporting codes, read once for the vocabularies that stand in it."""

from collections.abc import Mapping
from functools import cache

from hamkar.vocab.document import read_document
from hamkar.vocab.resource import data_text

FILE = "police_and_reporting_codes.json"


@cache
def police_codes() -> Mapping[str, object]:
    """The whole document; each block in it says in ``verified`` how far it was checked against its source."""
    return read_document(data_text(FILE), FILE)
