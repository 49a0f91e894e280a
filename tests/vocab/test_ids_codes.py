"""The code lists of the IDS."""

import pytest

from hamkar.errors import BadInput
from hamkar.vocab.ids_codes import IdsVariable, ids_label, ids_labels, known, read_codelists


@pytest.mark.parametrize(
    ("variable", "count"),
    [
        ("REGION", 5),
        ("SUBREGION", 16),
        ("DRUG_NAME", 343),
        ("DRUG_UNIT", 43),
        ("HIDING_PLACE", 37),
        ("INSTALLATION", 79),
        ("TRANSPORT", 15),
        ("ROUTING", 6),
    ],
)
def test_every_label_is_there_and_blank_is_none(variable: IdsVariable, count: int) -> None:
    assert len(ids_labels(variable)) == count
    assert all(known(variable, label) for label in ids_labels(variable))
    assert not known(variable, "(blank)")
    assert not known(variable, "")


def test_a_label_is_given_back_in_the_lists_own_spelling() -> None:
    assert ids_label("ROUTING", "border -  inbound ") == "Border - inbound"
    assert ids_label("TRANSPORT", "Camel") is None


def test_two_labels_that_differ_in_capitals_alone_stay_two() -> None:
    one, other = "Non-specified sedatives and Tranquilizers", "Non-specified Sedatives and Tranquilizers"
    assert (ids_label("DRUG_NAME", one), ids_label("DRUG_NAME", other)) == (one, other)
    assert ids_label("DRUG_NAME", one.upper()) is None


def test_a_label_that_stands_twice_is_refused() -> None:
    text = "variable,code_label,n_rows_2011_2016_excl_cannabis\nROUTING,Other,1\nROUTING,Other,2\n"
    with pytest.raises(BadInput, match=r"ids\.csv, line 3, column code_label"):
        read_codelists(text, "ids.csv")
