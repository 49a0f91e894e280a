"""The code lists of UNODC's Individual Drug Seizures, as published for 2011 to 2016."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

from hamkar.text.fold import fold
from hamkar.vocab.lookup import lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import read_table

IdsVariable = Literal[
    "REGION", "SUBREGION", "DRUG_NAME", "DRUG_UNIT", "HIDING_PLACE", "INSTALLATION", "TRANSPORT", "ROUTING"
]

_FILE = "ids_codelists.csv"
_HEADER = "variable,code_label,n_rows_2011_2016_excl_cannabis"
_BLANK = "(blank)"


def ids_labels(variable: IdsVariable) -> tuple[str, ...]:
    """The labels of a variable, the most used first."""
    return _codelists().get(variable, ())


def ids_label(variable: IdsVariable, text: str) -> str | None:
    """The label that the text is, in the list's own spelling (capitals and spaces may differ), or None."""
    return _find(variable)(text)


def known(variable: IdsVariable, label: str) -> bool:
    """Whether the label is one of the variable's. A blank cell is no label."""
    return ids_label(variable, label) is not None


def read_codelists(text: str, file: str) -> dict[str, tuple[str, ...]]:
    """The labels of a CSV text by variable. Raises BadInput naming file, line and column."""
    found: dict[str, list[str]] = {}
    for row in read_table(text, file, _HEADER):
        labels = found.setdefault(row.text("variable"), [])
        if row.text("code_label") in labels:
            row.reject("code_label", "the variable has this label already")
        labels.append(row.text("code_label"))
    return {variable: tuple(label for label in labels if label != _BLANK) for variable, labels in found.items()}


@cache
def _codelists() -> Mapping[str, tuple[str, ...]]:
    return read_codelists(data_text(_FILE), _FILE)


@cache
def _find(variable: IdsVariable) -> Callable[[str], str | None]:
    """UNODC lists two labels that differ in capitals alone, so the spelling as it stands goes before the folded."""
    labels = ids_labels(variable)
    exactly = frozenset(labels)
    folded = lookup(fold, ((label, label) for label in labels))
    return lambda text: text if text in exactly else folded(text)
