"""What requests are about, in the form in which two of them are compared."""

from hamkar.model.request import Subject, SubjectKind
from hamkar.text.fold import fold, fold_plain

_NUMBERS = frozenset({SubjectKind.PHONE, SubjectKind.VEHICLE, SubjectKind.DOCUMENT})
_INTERNATIONAL = "00"


def compared(subject: Subject) -> str:
    """The subject's value without habits of spelling: numbers as letters and digits alone, names without accents.

    A value in which nothing is left to compare stands folded as it is.
    """
    if subject.kind not in _NUMBERS:
        return fold_plain(subject.value)
    folded = fold(subject.value)
    bare = "".join(char for char in folded if char.isalnum())
    if subject.kind is SubjectKind.PHONE:
        bare = bare.removeprefix(_INTERNATIONAL)
    return bare or folded
