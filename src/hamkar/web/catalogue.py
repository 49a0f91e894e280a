"""The translations that ship with the pages: one ``.po`` file a language, read as it stands, so nothing is compiled."""

from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"


def catalogue(language: str) -> NullTranslations:
    """The translations into a language that ships; English, in which the texts are written, needs none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    return read_catalogue(files("hamkar.web").joinpath("locale", f"{language}.po").read_bytes())


def read_catalogue(po: bytes) -> GNUTranslations:
    """The translations in a ``.po`` file; those marked fuzzy are not used."""
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(po)))
    compiled.seek(0)
    return GNUTranslations(compiled)
