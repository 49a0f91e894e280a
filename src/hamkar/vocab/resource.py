"""The vocabulary files of the installed package; the one place in this layer that reads bytes it was not handed."""

from pathlib import Path

# Not importlib.resources: it costs every command 40 ms, and the package is never run from inside an archive.
_DATA = Path(__file__).with_name("data")


def data_bytes(name: str) -> bytes:
    """The bytes of a shipped file, named relative to ``vocab/data``, such as ``public/public_seizure_reports.csv``.

    The files are listed with origin, terms and caveats in ``vocab/data/SOURCES.md``.
    """
    return (_DATA / name).read_bytes()


def data_text(name: str) -> str:
    """The same file as text; all of them are UTF-8."""
    return data_bytes(name).decode("utf-8")
