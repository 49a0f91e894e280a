"""The story of the demo, step by step; every step checks what it claims."""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from hamkar.actions import agreements
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.check_log import check_log
from hamkar.actions.events import list_reports
from hamkar.actions.import_file import Wanted, import_file
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release, release_many
from hamkar.actions.status import status
from hamkar.cli.demo import gate
from hamkar.cli.demo.agencies import BY, Agencies, Agency
from hamkar.cli.demo.duties import carry, request, take_back, verify_logs
from hamkar.cli.demo.observer import observe
from hamkar.cli.demo.patience import until
from hamkar.errors import HamkarError
from hamkar.formats.credited_country import credited_country
from hamkar.formats.outcome import Read
from hamkar.formats.reading import read
from hamkar.model.agreement import AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.entity import Entity, EntityRole, NewEntity, Property
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.policy.redact import category
from hamkar.vocab.resource import data_bytes

PUBLIC_REPORTS = "public/public_seizure_reports.csv"
RESTRICTED = Handling(code=HandlingCode.H2)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: whether it went as it should, how long it took, and what happened."""

    name: str
    ok: bool
    seconds: float
    detail: str

    def text(self) -> str:
        """The step as printed."""
        return f"{'ok  ' if self.ok else 'FAIL'} {self.name:<13} {self.seconds:6.2f} s  {self.detail}"


@dataclass(slots=True)
class _Scene:
    """What the steps hand on to one another."""

    agencies: Agencies
    folder: Path
    own: dict[str, list[Report]] = field(default_factory=dict)
    people: dict[str, Entity] = field(default_factory=dict)
    restricted: Report | None = None


def tell(agencies: Agencies, folder: Path) -> Iterator[Step]:
    """Play the steps in order; the first that fails is the last."""
    scene = _Scene(agencies, folder)
    for name, play in _STEPS.items():
        started = time.monotonic()
        try:
            ok, detail = play(scene)
        except HamkarError as error:
            ok, detail = False, str(error)
        yield Step(name, ok, time.monotonic() - started, detail)
        if not ok:
            return


def _import(scene: _Scene) -> tuple[bool, str]:
    """Give each public report to the agency it credits; restrict one seizure, and invent two people."""
    files = _split(scene)
    counts = []
    for agency in scene.agencies:
        country = agency.node.agency.country
        imported = 0
        for path, handling in files[country]:
            imported += import_file(agency.node, Wanted(path=path, handling=handling), by=BY).imported
            path.unlink()
        scene.own[country] = list_reports(agency.node, agency.node.id, _ALL_REPORTS)
        counts.append((agency, imported, status(agency.node).events))
    marked = [r for r in scene.own["AZ"] if r.handling == RESTRICTED]
    scene.restricted = marked[0]
    for agency, names in ((scene.agencies.iran, _INVENTED_IR), (scene.agencies.azerbaijan, _INVENTED_AZ)):
        country = agency.node.agency.country
        report = next(r for r in scene.own[country] if r.parties and r.handling == FREE)
        scene.people[country] = record_entity(agency.node, report.id, _invented_person(names), by=BY)
    total = sum(count for _, count, _ in counts)
    shares = "; ".join(f"{agency.node.agency.name} {count} reports of {events}" for agency, count, events in counts)
    return total == _ALL_REPORTS, f"{total} public reports: {shares} seizures; 2 invented people (synthetic)"


def _invented_person(names: tuple[str, ...]) -> NewEntity:
    return NewEntity(
        schema="Person",
        properties=(Property(name="name", values=names),),
        role=EntityRole.SUSPECT,
        minor=False,
        synthetic=True,
    )


_ALL_REPORTS = 417
_INVENTED_IR = ("Behrouz Nemuneh (synthetic)", "بهروز نمونه (ساختگی)")
_INVENTED_AZ = ("Elçin Nümunəzadə (synthetic)", "Эльчин Нумунезаде (вымышлен)")


def _split(scene: _Scene) -> dict[str, list[tuple[Path, Handling]]]:
    """The public file in parts: for each agency the reports that credit its country, the rest for UNODC."""
    node = scene.agencies.unodc.node
    whole = scene.folder / "public.csv"
    whole.write_bytes(data_bytes(PUBLIC_REPORTS))
    reading = read(whole, originator=node.id, new_id=node.new_id, today=node.today)
    owner = {o.report.source.ref: _owner(o.report) for o in reading if isinstance(o, Read) and o.report.source}
    with whole.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        header, lines = list(rows.fieldnames or ()), list(rows)
    whole.unlink()
    restricted = next(line["event_id"] for line in lines if owner[line["report_id"]] == "AZ")
    parts: dict[str, list[tuple[Path, Handling]]] = {}
    for country in ("IR", "AZ", "UN"):
        mine = [line for line in lines if owner[line["report_id"]] == country]
        kept_back = [line for line in mine if country == "AZ" and line["event_id"] == restricted]
        free = [line for line in mine if line not in kept_back]
        parts[country] = [(_write(scene.folder / f"{country}.csv", header, free), FREE)]
        if kept_back:
            parts[country].append((_write(scene.folder / f"{country}-restricted.csv", header, kept_back), RESTRICTED))
    return parts


def _owner(report: Report) -> str:
    country = credited_country(report)
    return country if country in ("IR", "AZ") else "UN"


def _write(path: Path, header: list[str], lines: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(lines)
    return path


def _agree(scene: _Scene) -> tuple[bool, str]:
    """Iran proposes and Azerbaijan signs; Azerbaijan proposes and the UNODC office signs."""
    a = scene.agencies
    bilateral = _sealed(a.iran, a.azerbaijan, _bilateral(a.iran.node.today))
    observed = _sealed(a.azerbaijan, a.unodc, _observed(a.iran.node.today))
    return True, f"“{bilateral}” and “{observed}” are signed by both sides and in force"


def _sealed(proposer: Agency, signer: Agency, draft: DraftTerms) -> str:
    signed = agreements.propose(proposer.node, signer.node.id, draft, by=BY)
    until(lambda: any(s.row.id == signed.id for s in agreements.list_standing(signer.node)), "the proposal to arrive")
    agreements.sign(signer.node, signed.id, by=BY)
    in_force = AgreementState.IN_FORCE
    until(lambda: agreements.find_standing(proposer.node, signed.id).state is in_force, "the signature to arrive")
    return signed.agreement.title


def _bilateral(today: date) -> DraftTerms:
    return DraftTerms(
        title="Online exchange on drug seizures (invented for the demo)",
        legal_basis="UN Convention against Illicit Traffic 1988, article 9",
        rights_clause="No use in capital proceedings; no onward transfer; recall is answered within 72 hours",
        purposes=(Purpose.PREVENTION, Purpose.INVESTIGATION, Purpose.ANALYSIS),
        categories=(Category.DRUG_SEIZURE, Category.PRECURSOR_SEIZURE),
        fields=tuple(f for f in ReportField if f is not ReportField.NOTES),
        highest_handling=HandlingCode.H1,
        onward=Onward.NEVER,
        retention_days=1095,
        deadlines="bilateral",
        valid_from=today,
        valid_until=today + timedelta(days=730),
    )


def _observed(today: date) -> DraftTerms:
    return DraftTerms(
        title="Seizure facts for UNODC (invented for the demo)",
        legal_basis="UN Convention against Illicit Traffic 1988, article 20",
        rights_clause="Statistics only; no nominal part; small cells are not published",
        purposes=(Purpose.STATISTICS,),
        categories=(Category.DRUG_SEIZURE,),
        fields=(ReportField.DATES, ReportField.PLACE, ReportField.LINES, ReportField.ROUTING, ReportField.SOURCE),
        highest_handling=HandlingCode.H0,
        onward=Onward.NEVER,
        retention_days=1095,
        deadlines="bilateral",
        valid_from=today,
        valid_until=today + timedelta(days=730),
    )


def _release(scene: _Scene) -> tuple[bool, str]:
    """Each gives what its agreements allow of all that it holds."""
    a = scene.agencies
    parts = []
    for giver, taker, purpose in (
        (a.iran, a.azerbaijan, Purpose.INVESTIGATION),
        (a.azerbaijan, a.iran, Purpose.INVESTIGATION),
        (a.azerbaijan, a.unodc, Purpose.STATISTICS),
    ):
        own = scene.own[giver.node.agency.country]
        decided = release_many(giver.node, [report.id for report in own], taker.node.id, purpose, by=BY)
        gone = sum(one.release.outcome is Outcome.RELEASED for one in decided)
        parts.append(f"{_short(giver)} to {_short(taker)} {gone} of {len(decided)}")
    return True, f"reports released: {'; '.join(parts)}"


def _receipt(scene: _Scene) -> tuple[bool, str]:
    """Wait for the receipts, then hold what was released against what arrived, and check every log."""
    for agency in scene.agencies:
        until(lambda agency=agency: not status(agency.node).waiting, f"receipts for {_short(agency)}")  # type: ignore[misc] # bound now
    now = [status(agency.node) for agency in scene.agencies]
    released, received = sum(s.released for s in now), sum(s.received for s in now)
    logs = [check_log(agency.node) for agency in scene.agencies]
    whole = all(log.broken_at is None for log in logs)
    rejected, entries = sum(s.rejected for s in now), sum(log.entries for log in logs)
    detail = f"{released} records released, {received} received, {rejected} rejected; {entries} log entries verified"
    return released == received and whole and not rejected, detail


def _refuse(scene: _Scene) -> tuple[bool, str]:
    """What is not covered is refused, each with its rule and reason."""
    asked = [
        (giver, taker, rule, release(giver.node, record, taker.node.id, purpose, by=BY)[0].release)
        for giver, taker, record, purpose, rule in _refusals(scene)
    ]
    ok = all(made.outcome is Outcome.REFUSED and made.rule == rule for _, _, rule, made in asked)
    lines = [
        f"\n       {_short(giver)} to {_short(taker)}: {made.reason} [{made.rule}]" for giver, taker, _, made in asked
    ]
    return ok, f"{len(asked)} refused:{''.join(lines)}"


def _refusals(scene: _Scene) -> Iterator[tuple[Agency, Agency, UUID, Purpose, str]]:
    """Who asks to give what to whom, and the rule that must stand against it."""
    a = scene.agencies
    iran, azerbaijan, unodc = a.iran, a.azerbaijan, a.unodc
    assert scene.restricted is not None, "the first step marked one"  # noqa: S101 - an invariant of the story
    some = scene.own["IR"][0].id
    precursor = next(r.id for r in scene.own["AZ"] + scene.own["IR"] if category(r) is Category.PRECURSOR_SEIZURE)
    received = list_reports(azerbaijan.node, iran.node.id, 1)[0].id
    yield azerbaijan, unodc, scene.people["AZ"].id, Purpose.STATISTICS, "observer_gets_nothing_nominal"
    yield iran, azerbaijan, scene.people["IR"].id, Purpose.INVESTIGATION, "category_covered"
    yield azerbaijan, iran, scene.restricted.id, Purpose.INVESTIGATION, "handling_not_above"
    yield iran, azerbaijan, some, Purpose.TRAINING, "purpose_covered"
    yield iran, unodc, some, Purpose.STATISTICS, "no_agreement"
    yield azerbaijan, unodc, received, Purpose.STATISTICS, "originator_in_control"
    if precursor in {r.id for r in scene.own["AZ"]}:
        yield azerbaijan, unodc, precursor, Purpose.STATISTICS, "category_covered"


def _invented(scene: _Scene) -> Report:
    """A report that Iran records only to take it back: a row of the public file under an invented name."""
    node = scene.agencies.iran.node
    whole = csv.DictReader(data_bytes(PUBLIC_REPORTS).decode("utf-8").splitlines())
    row = next(line for line in whole if line["report_id"] == _ref(scene.own["IR"][0]))
    row |= {"report_id": "invented-1", "event_id": "invented-1"}
    path = _write(scene.folder / "invented.csv", list(row), [row])
    import_file(node, Wanted(path=path, handling=FREE), by=BY)
    path.unlink()
    return next(report for report in list_reports(node, node.id, 2 * _ALL_REPORTS) if _ref(report) == "invented-1")


def _ref(report: Report) -> str:
    return report.source.ref if report.source else ""


def _short(agency: Agency) -> str:
    return agency.node.agency.country


_STEPS: dict[str, Callable[[_Scene], tuple[bool, str]]] = {
    "import": _import,
    "agreement": _agree,
    "release": _release,
    "receipt": _receipt,
    "refuse": _refuse,
    "gate-refused": lambda scene: gate.refused(scene.agencies, scene.people["AZ"], _sealed),
    "gate-released": lambda scene: gate.released(scene.agencies, scene.people["AZ"]),
    "request": lambda scene: request(scene.agencies, scene.own),
    "courier": lambda scene: carry(scene.agencies, scene.own, scene.folder),
    "recall": lambda scene: take_back(scene.agencies, _invented(scene)),
    "observer": lambda scene: observe(scene.agencies.unodc),
    "log-verify": lambda scene: verify_logs(scene.agencies, scene.folder),
}
"""The steps by name; names stay, later work adds its own."""
