"""A vocabulary file in JSON, read so that a mistake in it names its file and place."""

import json
from collections.abc import Mapping

from hamkar.errors import BadInput


def read_document(text: str, file: str) -> Mapping[str, object]:
    """The JSON object in this text. Raises BadInput naming file, line and column where it is not one."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"vocabulary file {file}, line {error.lineno}, column {error.colno}: {error.msg}; mend the file"
        raise BadInput(msg) from error
    except (RecursionError, ValueError) as error:
        msg = f"vocabulary file {file}, line 1, column 1: too deep, or a number too long; mend the file"
        raise BadInput(msg) from error
    if not isinstance(document, dict):
        msg = f"vocabulary file {file}, line 1, column 1: it is not a JSON object; mend the file"
        raise BadInput(msg)
    return document


def section(document: Mapping[str, object], file: str, key: str) -> Mapping[str, object]:
    """The object that stands under ``key``. Raises BadInput naming file and key where there is none."""
    found = document.get(key)
    if not isinstance(found, dict):
        msg = f"vocabulary file {file}, key {key}: there is no object; mend the file"
        raise BadInput(msg)
    return found


def words(document: Mapping[str, object], file: str, key: str) -> str:
    """The text that stands under ``key``. Raises BadInput naming file and key where there is none."""
    found = document.get(key)
    if not isinstance(found, str):
        msg = f"vocabulary file {file}, key {key}: there is no text; mend the file"
        raise BadInput(msg)
    return found
