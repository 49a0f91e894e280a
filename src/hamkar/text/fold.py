"""The form in which labels are compared, so that spelling habits of four scripts do not keep equal labels apart."""

import re
from unicodedata import category, normalize

from hamkar.text.bidi import strip_bidi
from hamkar.text.digits import ascii_digits

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\u0640\u200b\u200d\u2060\ufeff"))
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " "})
# Letters without a decomposition whose usual English transliteration drops what sets them apart.
_PLAIN_LETTERS = str.maketrans("ıəǝøđł", "iaaodl")
_APOSTROPHES = dict.fromkeys(map(ord, "'`´ʹʻʼʽʾʿ‘’‛′"))
_JOINERS = re.compile(r"[-‐‑‒–—_]")


def fold(label: str) -> str:
    """The label as compared: compatibility characters, case and runs of spaces evened out.

    Arabic yeh and kaf become the Persian letters, the zero-width non-joiner a space, Persian and Arabic digits ASCII;
    tatweel, soft hyphens, other invisible characters and bidirectional controls go. Folding twice changes nothing.
    """
    if not label.isascii():
        label = _even_out(normalize("NFKC", _even_out(label)).casefold())
        label = ascii_digits(normalize("NFKC", label).translate(_LETTERS))
    return " ".join(label.casefold().split())


def fold_plain(label: str) -> str:
    """The label as names of places are compared: as `fold`, and without diacritics, apostrophes and hyphens.

    ``Bilāsuvar`` and ``Biləsuvar`` are one name, and so are ``Syunik'`` and ``Syunik``, ``Jalal-Abad`` and
    ``Jalal Abad``. Letters that differ, as in ``Füzuli`` and ``Fizuli``, stay different.
    """
    letters = normalize("NFKD", fold(label)).translate(_PLAIN_LETTERS).translate(_APOSTROPHES)
    bare = "".join(c for c in letters if category(c) != "Mn")
    return fold(_JOINERS.sub(" ", bare))


def _even_out(label: str) -> str:
    return strip_bidi(label).translate(_INVISIBLE)
