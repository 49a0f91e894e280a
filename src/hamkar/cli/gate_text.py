"""What the commands of the gate print: facts for ``--json``, and the same in words."""

from collections.abc import Mapping
from datetime import datetime

from hamkar.actions.gate_ask import Checked
from hamkar.cli.here import table
from hamkar.model.case_outcome import Breach
from hamkar.store.gate import AssessmentRow, GateReleaseRow
from hamkar.vocab.jurisdictions import CapitalLaw

HONEST = (
    "What has been given can be copied, and no software can keep it from being used in a capital trial.\n"
    "Before giving a name, see whether an answer “known” or “not known”, or facts that name nobody, are enough."
)


def checked_facts(checked: Checked) -> dict[str, object]:
    """What the gate says of a record and a partner, as JSON types."""
    found = checked.at_gate
    lacking = found.gate.lacking
    return {
        "partner": checked.partner,
        "country": found.exposure.country,
        "table": found.exposure.version,
        "exposed": found.exposure.exposed,
        "grounds": [{"ground": each.ground, "sentence": each.sentence} for each in found.exposure.reasons],
        "cleared": found.exposure.cleared,
        "open": found.gate.open,
        "lacking": {"what": lacking.what, "remedy": lacking.remedy} if lacking else None,
        "facts": [{"fact": f.aggravator, "applies": f.present, "basis": f.basis} for f in checked.facts],
    }


def checked_text(checked: Checked) -> str:
    """The same in words, with what no software can do."""
    found = checked.at_gate
    if not found.exposure.exposed:
        return f"no life is at risk with {checked.partner}: {found.exposure.cleared} (table {found.exposure.version})"
    lacking = found.gate.lacking
    lines = [
        f"a life could be at risk with {checked.partner} (table {found.exposure.version}):",
        *(f"  {each.sentence}" for each in found.exposure.reasons),
        f"lacking: {lacking.what}; {lacking.remedy}" if lacking else "nothing is lacking; it may be released",
        HONEST,
    ]
    return "\n".join(lines)


def assessment_facts(row: AssessmentRow) -> dict[str, object]:
    """An assessment with its decision and its release, as JSON types."""
    decided = row.decision.to_dict() if row.decision else None
    return {**row.assessment.to_dict(), "decision": decided, "release": row.release and str(row.release)}


def assessment_text(row: AssessmentRow) -> str:
    """The same in words, without what is empty."""
    made, decided = row.assessment, row.decision
    grounds = ", ".join(each.replace("_", " ") for each in made.grounds)
    lines = [
        f"{made.id}: {_state(row)}",
        f"record {made.entity} to node {made.partner[:8]} for {made.purpose}",
        f"asked by {made.asked_by}, {made.asked_at:%Y-%m-%d %H:%M} UTC",
        f"a life could be at risk: {grounds} (table {made.table})",
        f"necessity: {made.necessity}",
        f"risk: {made.risk}",
        *(f"assurance {each}" for each in made.assurances),
        *(
            [f"threat to life: {made.threat}", f"only {', '.join(made.minimum)}, in {made.hours} hours"]
            * bool(made.threat)
        ),
        *([f"{decided.decided_by}: {decided.reason}"] if decided else []),
        *([f"decided alone: {decided.unreached}"] if decided and decided.unreached else []),
        *([f"release {row.release}"] if row.release else []),
    ]
    return "\n".join(lines)


def release_facts(row: GateReleaseRow) -> dict[str, object]:
    """A release through the gate with what is owed on it, as JSON types."""
    return {
        "release": str(row.release),
        "assessment": str(row.assessment),
        "scope": row.scope,
        "released_at": _moment(row.released_at),
        "outcome_due": row.outcome_due.isoformat(),
        "outcome_at": _moment(row.outcome_at),
        "review_due": _moment(row.review_due),
        "reviewed_at": _moment(row.reviewed_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def listed_text(assessed: list[AssessmentRow], released: list[GateReleaseRow], breaches: list[Breach]) -> str:
    """Assessments, releases and breaches in words."""
    lines = [
        table(("assessment", "record", "to", "purpose", "asked by", "state"), [_assessed_row(row) for row in assessed]),
        *(f"release {row.release} ({row.scope}): {_owed(row)}" for row in released),
        *(f"breach {each.id}: nothing nominal under agreement {each.agreement[:12]}: {each.what}" for each in breaches),
    ]
    return "\n".join(lines)


def _assessed_row(row: AssessmentRow) -> tuple[str, ...]:
    made = row.assessment
    return str(made.id), str(made.entity), made.partner[:8], made.purpose, made.asked_by, _state(row)


def _state(row: AssessmentRow) -> str:
    if row.release is not None:
        return "released"
    if row.decision is None:
        return "waits"
    return f"authorised until {row.decision.until:%Y-%m-%d %H:%M}" if row.decision.granted else "refused"


def _owed(row: GateReleaseRow) -> str:
    outcome_ = "outcome told" if row.outcome_at else f"outcome due {row.outcome_due}"
    if row.review_due is None:
        return outcome_
    return f"{outcome_}, {'reviewed' if row.reviewed_at else f'review due {row.review_due:%Y-%m-%d %H:%M} UTC'}"


def law_row(one: CapitalLaw) -> tuple[str, ...]:
    """A line of the table of jurisdictions, as cells."""
    from_kg = f"{(one.threshold / 1000).normalize():f}" if one.threshold is not None else ""
    verified = one.verified_on.isoformat() if one.verified_on else "no"
    return one.country, one.status, one.substance_class, from_kg, one.valid_from.isoformat(), verified, one.source


def law_facts(one: CapitalLaw) -> Mapping[str, object]:
    """A line of the table of jurisdictions, as JSON types."""
    return {
        "country": one.country,
        "status": one.status,
        "substance_class": one.substance_class,
        "substances": sorted(one.substances),
        "threshold_g": one.threshold and str(one.threshold),
        "aggravators": list(one.aggravators),
        "valid_from": one.valid_from.isoformat(),
        "source": one.source,
        "verified_by": one.verified_by,
        "verified_on": one.verified_on and one.verified_on.isoformat(),
        "note": one.note,
    }
