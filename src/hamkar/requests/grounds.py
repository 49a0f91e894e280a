"""The grounds of refusal, each with what it means and where it stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hamkar.model.request import Ground

_DIRECTIVE: Final = "Directive (EU) 2023/977, article"

GROUNDS: Final[Mapping[Ground, tuple[str, str]]] = MappingProxyType(
    {
        Ground.NATIONAL_SECURITY: (
            "it would harm essential interests of national security",
            f"{_DIRECTIVE} 6(1)(f)(i); 1988 Convention, article 7(15)(b)",
        ),
        Ground.ONGOING_INVESTIGATION: (
            "it would jeopardise an investigation that is under way",
            f"{_DIRECTIVE} 6(1)(f)(ii)",
        ),
        Ground.SAFETY_OF_A_PERSON: ("it would jeopardise the safety of a person", f"{_DIRECTIVE} 6(1)(f)(ii)"),
        Ground.JUDICIAL_AUTHORISATION: (
            "a judicial authorisation that it needs is missing or was refused",
            f"{_DIRECTIVE} 6(1)(c)",
        ),
        Ground.DEFICIENT_REQUEST: (
            "the request does not say what a request must say",
            f"{_DIRECTIVE} 6(1)(b) with article 4; 1988 Convention, article 7(15)(a)",
        ),
        Ground.DISPROPORTIONATE: (
            "what is asked for is not pertinent to the purpose, or out of proportion to it",
            "Framework Decision 2006/960/JHA, article 10(1)(c); Directive (EU) 2016/680, article 4(1)(c)",
        ),
        Ground.MINOR_OFFENCE: ("the offence is punishable by one year or less", f"{_DIRECTIVE} 6(1)(g)(i)"),
        Ground.NO_OFFENCE: ("the matter is no offence under the law of the asked side", f"{_DIRECTIVE} 6(1)(g)(ii)"),
        Ground.THIRD_PARTY_CONSENT: (
            "it came from a third party that has not consented",
            f"{_DIRECTIVE} 6(1)(h)",
        ),
        Ground.INACCURATE: (
            "what is held was found inaccurate, incomplete or out of date",
            f"{_DIRECTIVE} 6(1)(e); Directive (EU) 2016/680, article 7(2)",
        ),
        Ground.DOMESTIC_LAW: (
            "the law of the asked side forbids it",
            "1988 Convention, article 7(15)(c) and (d)",
        ),
        Ground.POLITICAL_CHARACTER: (
            "the matter is political, military, religious or racial",
            "Constitution of INTERPOL, article 3",
        ),
        Ground.CAPITAL_EXPOSURE: (
            "it could contribute to a sentence of death",
            "A/70/304, paragraphs 84 and 96; Directive (EU) 2016/680, recital 71",
        ),
        Ground.RIGHTS: (
            "it could contribute to torture or another grave breach of rights",
            "International Guidelines on Human Rights and Drug Policy, IV.3; Convention against Torture, article 3",
        ),
    }
)
"""What each ground means, and its source."""
