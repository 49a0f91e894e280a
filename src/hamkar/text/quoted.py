"""Somebody's text inside a sentence of ours."""

from hamkar.text.bidi import strip_bidi

_LONGEST = 40


def quoted(text: str) -> str:
    """The text in quotation marks, at most 40 characters of it, fit to stand in an error shown on a terminal or page.

    Bidirectional controls are dropped and everything unprintable becomes a question mark: what is quoted here is
    what somebody hostile may have written.
    """
    shown = "".join(c if c.isprintable() else "?" for c in strip_bidi(text[: 2 * _LONGEST]))
    return f'"{shown[:_LONGEST]}…"' if len(text) > _LONGEST else f'"{shown}"'
