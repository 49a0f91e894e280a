"""Why a field of a seizure stands as it does, in one sentence for a person."""

from typing import Any

from hamkar.model.seizure import Derived
from hamkar.web.language import Language
from hamkar.web.words import N_

_SENTENCES = {
    "no_claim": N_("no report states it"),
    "more_lineages": N_("more independent sources say so than say otherwise"),
    "better_grade": N_("the better graded source says so"),
    "contradiction": N_("the sources contradict one another"),
}


def why(language: Language, derived: Derived[Any]) -> str:
    """The rule or the person that decided, and on how many independent sources."""
    text = language.translations
    sources = len({claim.lineage for claim in derived.claims})
    if derived.rule == "decided_by_person":
        return text.gettext("decided by {name}").format(name=derived.decided_by)
    if derived.rule == "one_lineage":
        reports = sum(len(claim.reports) for claim in derived.claims)
        found = text.ngettext("{n} report, confirmed by nobody else", "{n} reports of one origin count once", reports)
        return found.format(n=language.digits(str(reports)))
    if derived.rule == "all_compatible":
        found = text.ngettext("{n} independent source agrees", "{n} independent sources agree", sources)
        return found.format(n=language.digits(str(sources)))
    return text.gettext(_SENTENCES[derived.rule]) if derived.rule in _SENTENCES else derived.rule
