"""Reports of seizures."""

from hamkar.actions.accepting.carried import Carried, check_not_recalled, take_carried
from hamkar.actions.accepting.desk import Desk, read_as, refuse_unsound
from hamkar.actions.accepting.holdings import check_not_run_out, note_held
from hamkar.actions.accepting.rules import Kind, check_envelope, check_policy
from hamkar.model.agreement import Category
from hamkar.model.bundle import Message
from hamkar.model.report import Report
from hamkar.policy.redact import category, filled
from hamkar.seizures.soundness import unsound


def take_report(desk: Desk, message: Message) -> str:
    """File a report, or the fuller form of one that is held."""
    return take_carried(desk, message, file_report)


def file_report(desk: Desk, message: Message, came: Carried) -> str:
    """File the report that came, if no rule is against it."""
    report = read_as(Report.from_json, came.body)
    check_envelope(desk, message, report, came.consent)
    refuse_unsound(unsound(report))
    check_policy(desk, message, Kind(_category(desk, message, report), filled(report)), came.consent)
    check_not_recalled(desk, report.originator, report.id)
    check_not_run_out(desk, message, report.originator, report.id)
    filing = desk.filing_of(report.originator, report.id)
    outcome, event = filing.file(report)
    note_held(desk, message, came.body, filing.form_of(report))
    if event is not None:
        desk.touched.add(event)
    return outcome


def _category(desk: Desk, message: Message, report: Report) -> Category:
    """The category of a report; where its substances were withheld, whichever the agreement covers."""
    if report.lines:
        return category(report)
    covered = desk.terms_of(message.agreement).agreement.categories
    seizures = (Category.DRUG_SEIZURE, Category.PRECURSOR_SEIZURE)
    return next((each for each in seizures if each in covered), Category.DRUG_SEIZURE)
