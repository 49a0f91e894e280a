"""Control characters that can make text read as something it is not."""

_CONTROLS = [
    "\u061c",  # Arabic letter mark
    *map(chr, range(0x200E, 0x2010)),  # left-to-right and right-to-left marks
    *map(chr, range(0x202A, 0x202F)),  # embeddings, overrides and their end
    *map(chr, range(0x2066, 0x2070)),  # isolates and the deprecated format characters
]
_DROP = dict.fromkeys(map(ord, _CONTROLS))


def strip_bidi(text: str) -> str:
    """The text without bidirectional controls, so that it shows in the order its letters stand.

    Use it on whatever a peer, a file or a form gave before it is shown. The zero-width non-joiner stays: Persian
    spelling needs it. Source: Unicode Standard Annex 9; "Trojan Source" (CVE-2021-42574).
    """
    return text if text.isascii() else text.translate(_DROP)
