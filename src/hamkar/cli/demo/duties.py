"""The second half of the story: asking with a clock, carrying by hand, taking back, and proving."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from hamkar.actions.check_log import check_log
from hamkar.actions.courier_export import export
from hamkar.actions.courier_import import import_
from hamkar.actions.events import list_reports
from hamkar.actions.log_proof import prove_log
from hamkar.actions.recall import Ground, list_recalls, recall
from hamkar.actions.release import release, release_many
from hamkar.actions.request_moves import Saying, move
from hamkar.actions.requests import DraftRequest, ask, show_request
from hamkar.actions.status import status
from hamkar.cli.demo.agencies import BY, Agencies, Agency
from hamkar.cli.demo.patience import until
from hamkar.errors import NotFound, ProtocolError, Refused
from hamkar.exchange.log_proof import check_proof
from hamkar.model.agreement import Category, Purpose
from hamkar.model.handling import FREE
from hamkar.model.recall import RecallKind, RecallOutcome
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.model.request import MoveKind, RequestState, Subject, SubjectKind, Urgency
from hamkar.policy.redact import category
from hamkar.store.log import LogFilter
from hamkar.text.counted import counted


def request(agencies: Agencies, own: Mapping[str, list[Report]]) -> tuple[bool, str]:
    """Azerbaijan asks Iran, which answers with a record; asking the same again is pointed out before it goes."""
    asker, asked = agencies.azerbaijan, agencies.iran
    draft = DraftRequest(
        partner=asked.node.id,
        question="Which of your seizures used this way of hiding it? (invented for the demo)",
        subjects=(Subject(kind=SubjectKind.PLACE, value="Bilasuvar"),),
        purpose=Purpose.INVESTIGATION,
        urgency=Urgency.URGENT,
        agreement="",
        case="demo-1",
        why="an invented case",
        handling=FREE,
        again="",
    )
    made = ask(asker.node, draft, by=BY)
    until(lambda: _state(asked, made.id) is RequestState.ASKED, "the request to arrive")
    move(asked.node, made.id, Saying(kind=MoveKind.ACKNOWLEDGE), by=BY)
    saying = Saying(kind=MoveKind.ANSWER_FINALLY, text="One, given with this answer (invented).")
    move(asked.node, made.id, saying, by=BY, records=[own["IR"][0].id])
    until(lambda: _state(asker, made.id) is RequestState.ANSWERED, "the answer")
    try:
        ask(asker.node, draft, by=BY)
    except Refused as error:
        due = f"due {made.due:%Y-%m-%d %H:%M} UTC by the profile of the agreement"
        return True, f"AZ asked IR, {due}; acknowledged and answered. Asked once more: {error}"
    return False, "the same question went out twice"


def _state(agency: Agency, wanted: UUID) -> RequestState | None:
    try:
        return show_request(agency.node, wanted).row.state
    except NotFound:
        return None


def carry(agencies: Agencies, own: Mapping[str, list[Report]], folder: Path) -> tuple[bool, str]:
    """The line of the UNODC office is cut: it gives Azerbaijan reports by files, and the receipts come back so too."""
    giver, taker = agencies.unodc, agencies.azerbaijan
    stick, back = folder / "stick", folder / "back"
    giver.serving.stop()
    chosen = [report.id for report in own["UN"] if category(report) is Category.DRUG_SEIZURE][:10]
    decided = release_many(giver.node, chosen, taker.node.id, Purpose.STATISTICS, by=BY)
    gone = sum(one.release.outcome is Outcome.RELEASED for one in decided)
    before = status(taker.node).received
    out = export(giver.node, taker.node.id, stick, most_bytes=None, again=False)
    for _ in range(2):
        import_(taker.node, [stick])
    export(taker.node, giver.node.id, back, most_bytes=None, again=False)
    import_(giver.node, [back])
    arrived, waiting = status(taker.node).received - before, status(giver.node).waiting
    for carried in (stick, back):
        shutil.rmtree(carried)
    giver.serving.start()
    giver.serving.wait_until_ready()
    detail = (
        f"the line of UN is cut: {out.messages} messages in {counted(out.files, 'file')} of {out.size:,} sealed bytes"
    )
    return arrived == gone and not waiting, f"{detail}, read twice, arrived once at AZ; the receipts came back by file"


def take_back(agencies: Agencies, recorded: Report) -> tuple[bool, str]:
    """Iran gives an invented report, then takes it back: the copy is erased there and the answer is signed."""
    giver, taker = agencies.iran, agencies.azerbaijan
    release(giver.node, recorded.id, taker.node.id, Purpose.INVESTIGATION, by=BY)
    until(lambda: recorded.id in _held(taker, giver), "the report to arrive")
    recall(giver.node, recorded.id, Ground(kind=RecallKind.WITHDRAWN, reason="invented for the demo"), by=BY)
    until(lambda: all(h.outcome for state in list_recalls(giver.node) for h in state.holders), "the answer")
    (state,) = list_recalls(giver.node)
    gone = recorded.id not in _held(taker, giver)
    ok = gone and [holder.outcome for holder in state.holders] == [RecallOutcome.ERASED]
    return ok, f"IR took a report back; {'; '.join(holder.sentence() for holder in state.holders)}"


def _held(agency: Agency, originator: Agency) -> set[UUID]:
    return {report.id for report in list_reports(agency.node, originator.node.id, 10_000)}


def verify_logs(agencies: Agencies, folder: Path) -> tuple[bool, str]:
    """Every log is checked against what partners cosigned; an exported proof is checked with nothing but its file."""
    until(lambda: all(check_log(agency.node).cosigned for agency in agencies), "the logs to be cosigned")
    checked = [check_log(agency.node) for agency in agencies]
    file = folder / "proof.json"
    file.write_bytes(prove_log(agencies.iran.node, LogFilter(act="released"), by=BY).to_json())
    whole = file.read_bytes()
    proof = check_proof(whole, agencies.iran.node.id)
    file.unlink()
    try:
        check_proof(whole.replace(b'"released', b'"Released', 1), agencies.iran.node.id)
    except ProtocolError as error:
        altered = str(error)
    else:
        return False, "an altered proof was taken for good"
    sizes = ", ".join(f"{a.node.agency.country} {c.entries} entries" for a, c in zip(agencies, checked, strict=True))
    ok = all(c.broken_at is None and not c.contradictions for c in checked) and len(proof.cosignatures) > 0
    detail = f"logs sound and cosigned by partners: {sizes}; a proof of {len(proof.entries)} releases holds offline"
    return ok, f"{detail}; altered, it is refused: {altered}"
