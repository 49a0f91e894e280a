"""A grade as a page shows it: its codes, what they mean in the reader's language, and how it reads in the 4x4."""

from dataclasses import dataclass

from hamkar.model.grade import Grade
from hamkar.vocab.grades import grid
from hamkar.web.language import Language
from hamkar.web.words import word


@dataclass(frozen=True, slots=True)
class GradeShown:
    """``code`` as given in the grid called ``grid``; ``view`` is how it reads in the 4x4, "" where it is of that."""

    code: str
    grid: str
    source: str
    information: str
    view: str


def grade_shown(language: Language, grade: Grade) -> GradeShown:
    """What to show of a grade."""
    known = grid(grade.grid)
    meanings = (known.source[grade.source], known.information[grade.information]) if known else ("", "")
    source, information = (word(language, "grade_meaning", meaning) for meaning in meanings)
    view = "" if grade.view == grade else str(grade.view)
    return GradeShown(str(grade), known.name if known else grade.grid, source, information, view)
