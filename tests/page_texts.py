"""Every text of the pages, as it stands in templates and code; run as a script it brings the catalogues up to date.

    .venv/bin/python tests/page_texts.py

New texts are added untranslated at their place, unused ones go; the tests fail until every text is translated.
"""

from importlib.resources import files
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(str(files("hamkar.web")))
LOCALE = WEB / "locale"
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {
    "templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
}


def texts(language: str | None = None) -> Catalog:
    """Every text to be translated, in the order of files and lines; the language decides how many plurals there are."""
    catalogue = Catalog(locale=language)
    found = extract_from_dir(WEB, _METHODS, _OPTIONS, directory_filter=lambda _: True)
    for file, line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalogue


def held(language: str) -> Catalog:
    """The catalogue that ships for a language."""
    return read_po(BytesIO((LOCALE / f"{language}.po").read_bytes()), locale=language)


def update(language: str) -> None:
    """Write the catalogue of a language anew with exactly the texts there are, under the head it had."""
    file = LOCALE / f"{language}.po"
    head = file.read_bytes().partition(b"\n\n")[0]
    old, new = held(language), texts(language)
    for message in new:
        found = old.get(message.id) if message.id else None
        message.string = found.string if found else message.string
    written = BytesIO()
    write_po(written, new, width=0, no_location=True, omit_header=True)
    file.write_bytes(head + b"\n\n" + written.getvalue())


if __name__ == "__main__":
    for each in ("fa", "az", "ru"):
        update(each)
