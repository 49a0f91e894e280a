"""The words by which reporters say that they do not know."""

STATED_UNKNOWN = frozenset({"Unknown", "unknown", "UNKNOWN", "Not known", "not known", "--"})
"""A cell that says so is filled but knows nothing. "--" and "not known" are the marks of UNODC's questionnaires."""


def is_known(cell: str) -> bool:
    """Whether a cell states something; a blank one and a stated unknown do not."""
    bare = cell.strip()
    return bool(bare) and bare not in STATED_UNKNOWN
