"""The gate as a pure decision: it is open only where everything is there, whatever order things came in."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.agreement import Purpose
from hamkar.model.assessment import Assessment
from hamkar.model.assurance import Assurance, AssuranceScope
from hamkar.model.gate_decision import GateDecision
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.policy.exposure import Ground, Reason
from hamkar.policy.gate import NOT_AT_RISK, Dossier, attached, gate

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ENTITY, ASSURANCE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
EXPOSED = (Reason(Ground.OVER_THRESHOLD, "what was seized can reach the threshold (synthetic)"),)
PEOPLE = ("officer", "senior", "recorder")

assurances = st.builds(
    Assurance,
    id=st.sampled_from([ASSURANCE, OTHER]),
    partner=st.sampled_from(["i" * 32, "z" * 32]),
    issuer=st.just("Synthetic Ministry"),
    authority=st.just("Synthetic decree"),
    scope=st.just(AssuranceScope.GENERAL),
    text=st.just("no capital use (synthetic)"),
    given_on=st.just(date(2026, 1, 1)),
    expires_on=st.sampled_from([date(2026, 2, 1), date(2026, 12, 31)]),
    evidence=st.just("none yet"),
    recorded_by=st.just("officer"),
    recorded_at=st.just(NOW),
)
assessments = st.builds(
    lambda who, purpose, threat: Assessment(
        id=UUID(int=9),
        entity=ENTITY,
        originator="z" * 32,
        partner="i" * 32,
        purpose=purpose,
        necessity="synthetic",
        risk="synthetic",
        assurances=(ASSURANCE,),
        grounds=(Ground.OVER_THRESHOLD,),
        table="1",
        asked_by=who,
        asked_at=NOW,
        threat="synthetic" if threat else "",
        minimum=("name",) if threat else (),
        hours=6 if threat else 0,
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from([Purpose.INVESTIGATION, Purpose.ANALYSIS]),
    st.booleans(),
)
decisions = st.builds(
    GateDecision,
    assessment=st.just(UUID(int=9)),
    granted=st.booleans(),
    reason=st.just("synthetic"),
    decided_by=st.sampled_from(PEOPLE),
    decided_at=st.just(NOW),
    until=st.sampled_from([NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    unreached=st.sampled_from(["", "called twice (synthetic)"]),
)
dossiers = st.builds(
    Dossier,
    entity=st.just(ENTITY),
    partner=st.just("i" * 32),
    partner_name=st.just("Synthetic Police"),
    purpose=st.just(Purpose.INVESTIGATION),
    author=st.sampled_from(["", *PEOPLE]),
    now=st.just(NOW),
    assessment=st.none() | assessments,
    decision=st.none() | decisions,
    used=st.booleans(),
    assurances=st.lists(assurances, max_size=3).map(tuple),
    revoked=st.frozensets(st.sampled_from([ASSURANCE, OTHER])),
)


def may_go(dossier: Dossier) -> bool:
    """Whether everything is there, written down apart from the gate: every condition at once."""
    asked, decided = dossier.assessment, dossier.decision
    if asked is None or decided is None or not decided.granted or dossier.used:
        return False
    if asked.purpose is not dossier.purpose or decided.until < NOW:
        return False
    promised = any(
        one.id not in dossier.revoked and one.partner == dossier.partner and one.expires_on >= NOW.date()
        for one in dossier.assurances
    )
    alone = bool(decided.unreached)
    two = decided.decided_by not in {asked.asked_by, dossier.author}
    return (asked.saves_life or promised) and (asked.saves_life if alone else two)


@given(dossiers)
def test_an_exposed_record_goes_exactly_where_everything_is_there(dossier: Dossier) -> None:
    found = gate(EXPOSED, dossier)
    assert found.open == may_go(dossier)
    assert found.lacking is None or (len(found.lacking.what) > 20 and found.lacking.remedy)


@given(dossiers)
def test_where_nothing_is_exposed_the_gate_asks_for_nothing(dossier: Dossier) -> None:
    assert gate((), dossier) == NOT_AT_RISK


@given(
    conditions=st.sets(st.sampled_from(Condition)).map(tuple),
    code=st.sampled_from(HandlingCode),
    own=st.none() | st.dates(),
    until=st.none() | st.dates(),
)
def test_what_is_attached_only_ever_adds(
    *, conditions: tuple[Condition, ...], code: HandlingCode, own: date | None, until: date | None
) -> None:
    before = Handling(code=code, conditions=conditions, delete_by=own, restriction="synthetic")
    after = attached(before, until)
    assert after.obeys(before)
    assert set(after.conditions) == set(Condition)
