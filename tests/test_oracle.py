"""The judge finds nothing in what the product lets out, over thousands of random records, and bites where it must."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fixtures_node import BY, START, TERMS
from hamkar.actions import agreements
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.node import Node
from hamkar.actions.release import release_many
from hamkar.crypto import dsse
from hamkar.crypto.dsse import pae
from hamkar.crypto.sealing import Suite, seal
from hamkar.exchange.agreement import SignedAgreement, counter_sign, propose
from hamkar.exchange.bundle import BUNDLE_TYPE
from hamkar.exchange.checkpoint import SILENT
from hamkar.exchange.padding import padded_size
from hamkar.exchange.receipt import sign_receipt
from hamkar.model.agreement import Agreement, AgreementState, Category, Purpose, ReportField
from hamkar.model.entity import Entity, EntityRole
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.receipt import Acceptance, MessageVerdict, Receipt
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.store import reports
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.reports import Filed
from oracle import DUTY_RULES, FRAME_RULES, RECORD_RULES, REQUEST_RULES, TERMS_RULES, Told
from people import named
from random_records import is_precursor_seizure, random_report, random_terms
from reports import kilograms, line
from simulator import Blueprint, Member, Simulation, blueprint, simulation

RECORDS = int(os.environ.get("RECORDS", "10000"))
AT_ONCE = 250
AGREEMENTS = 12


@pytest.fixture(scope="module")
def made(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blueprint]:
    """A world to copy."""
    with blueprint(postgres, tmp_path_factory.mktemp("world")) as made:
        yield made


def test_nothing_outside_an_agreement_leaves_a_node(made: Blueprint, capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(20260302)  # noqa: S311 - invented records
    with simulation(made, 1) as world:
        _agree(world, random)
        decisions, filed = 0, 0
        while filed < RECORDS:
            for sender in world.members.values():
                decisions += _give(world, sender, random)
                filed += AT_ONCE
            _change_terms(world, random)
            world.drain()
            world.turn(timedelta(days=random.choice((0, 1, 3))))
            if world.members["IR"].clock() > START + timedelta(days=60):
                world.renew_cards()
        with capsys.disabled():
            print(  # noqa: T201 - the figures are for whoever runs the tests
                f"\noracle: {filed} records, {decisions} decisions to give, {world.oracle.judged} messages in"
                f" {world.frames} frames opened, {len(world.findings)} findings"
            )
        assert not world.findings[:3]
        assert world.oracle.judged > RECORDS / 2


def _agree(world: Simulation, random: Random) -> None:
    for _ in range(AGREEMENTS):
        one, two = random.sample(sorted(world.members), 2)
        terms = random_terms(random, world.members[one].node.today)
        proposed = agreements.propose(world.members[one].node, world.members[two].id, terms, by=BY)
        world.drain()
        if random.random() < 0.9:
            agreements.sign(world.members[two].node, proposed.id, by=BY)
    world.drain()


def _give(world: Simulation, sender: Member, random: Random) -> int:
    """File many records and decide on each of them for everybody."""
    node = sender.node
    new = [random_report(random, node) for _ in range(AT_ONCE)]
    for report in new:
        world.oracle.learn_record(report.to_json(), precursor=is_precursor_seizure(report))
    with node.database.transaction() as connection:
        rows = [Filed(report, report.group, report.id.bytes) for report in new]
        reports.copy_reports(connection, rows, received_at=node.now())
    given = 0
    for partner in world.members.values():
        if partner is not sender:
            purpose = random.choice(tuple(Purpose))
            for decided in release_many(node, [report.id for report in new], partner.id, purpose, by=BY):
                if decided.release.outcome is Outcome.RELEASED:
                    world.oracle.learn_decision(str(decided.release.record), partner.id)
                    given += 1
    return given


def _change_terms(world: Simulation, random: Random) -> None:
    """Somebody stops an agreement under which much waits, and somebody takes that back."""
    member = random.choice(list(world.members.values()))
    for one in agreements.list_standing(member.node):
        stopped = member.id in one.row.suspended_by
        if one.state is AgreementState.IN_FORCE and random.random() < 0.3:
            agreements.suspend(member.node, one.row.id, by=BY)
            member.known.suspend(one.row.id, member.id, on=True)
        elif stopped:
            agreements.resume(member.node, one.row.id, by=BY)
            member.known.suspend(one.row.id, member.id, on=False)


# --- that it bites


@dataclass(slots=True)
class Scene:
    """A message on its way from Iran to Azerbaijan, in parts that can each be changed before the judge sees them."""

    world: Simulation
    message: dict[str, Any]
    record: Report
    sender: Member
    to: Member
    told: dict[str, Told] = field(default_factory=dict)
    stream: str = ""
    at: datetime = START
    head: dict[str, object] = field(default_factory=dict)
    signer: Node | None = None
    padding: bytes = b""
    bend: Callable[[bytes], bytes] = bytes
    """What happens to the frame on its way out."""

    @property
    def body(self) -> dict[str, Any]:
        """The record it carries."""
        found: dict[str, Any] = self.message["body"]
        return found

    def agreed(self, between: tuple[Member, Member] | None = None, **changed: Any) -> None:
        """Let it go under other terms, which both have signed."""
        signed = _signed(between or (self.sender, self.to), **changed)
        self.message["agreement"] = signed.id
        self.told = {signed.id: Told(signed.to_json())}
        self.stream = f"a{signed.id[:31]}"

    def frame(self) -> bytes:
        """The frame, put together here as docs/protocol.md says."""
        head = {
            "v": 1,
            "sender": self.sender.id,
            "to": self.to.id,
            "stream": self.stream,
            "epoch": 1,
            "first_seq": 1,
            "prev_chain": "0" * 64,
            "issued_at": self.at.isoformat(),
            "logs": "",
            **self.head,
        }
        body = json.dumps({**head, "msgs": [self.message]}, separators=(",", ":"), ensure_ascii=False).encode()
        signature = (self.signer or self.sender.node).keys.signer.sign(pae(BUNDLE_TYPE, body))
        plaintext = len(body).to_bytes(4) + body + signature
        plaintext = plaintext.ljust(padded_size(len(plaintext)), b"\0") + self.padding
        keys = self.sender.node.keys.signer.key_id + self.to.node.keys.sealing[0].key_id
        info = f"hamkar/v1|2|{self.sender.id}|{self.to.id}".encode()
        sealed = seal(Suite.HYBRID, self.to.node.keys.sealing[0].public, plaintext, info)
        return self.bend(b"HAMKAR\x01\x02" + bytes.fromhex(keys) + sealed)

    def objections(self) -> set[str]:
        """The rules by which the judge objects."""
        return {finding.rule for finding in self.world.oracle.judge(self.frame(), self.at, self.told)}


NAME = "Synthetic Person of Interest"
ALL_TERMS = replace(TERMS, categories=tuple(Category), fields=tuple(ReportField), purposes=(Purpose.INVESTIGATION,))


def _signed(between: tuple[Member, Member], **changed: Any) -> SignedAgreement:
    one, two = (member.node for member in between)
    terms = replace(ALL_TERMS, **changed)
    filled = {name: getattr(terms, name) for name in DraftTerms.__slots__}
    agreement = Agreement(v=1, parties=(one.agency, two.agency), proposed_at=START, **filled)
    proposed = propose(agreement, one.signed_card.card, one.keys.signer)
    return counter_sign(proposed, two.signed_card.card, two.keys.signer)


@pytest.fixture(scope="module")
def world(made: Blueprint) -> Iterator[Simulation]:
    """A world whose judge knows one report and one person."""
    with simulation(made, 2) as world:
        yield world


@pytest.fixture
def scene(world: Simulation) -> Scene:
    """A report on its way under an agreement that lets it go, in a message with nothing wrong."""
    sender, to = world.members["IR"], world.members["AZ"]
    report = Report(
        id=sender.node.new_id(),
        originator=sender.id,
        group=sender.node.new_id(),
        lineage="synthetic press office",
        handling=Handling(code=HandlingCode.H1),
        agency="Synthetic border post",
        lines=(line("heroin", kilograms("12")),),
    )
    _known(world, report, to)
    scene = Scene(world, _message(report.to_json(), "report", "H1"), report, sender, to)
    scene.body["lineage"] = "a pseudonym"
    scene.agreed()
    world.oracle.forget_history()
    return scene


def _known(world: Simulation, record: Report | Entity, to: Member) -> None:
    world.oracle.learn_record(record.to_json())
    world.oracle.learn_decision(str(record.id), to.id)


def _message(body: bytes, kind: str, code: str) -> dict[str, Any]:
    record = json.loads(body)
    return {
        "id": "019cacb3-f200-7831-91e1-5d823e056e0c",
        "kind": kind,
        "record": record.get("id", "agreement"),
        "agreement": "",
        "purpose": "investigation",
        "handling": {"code": code, "conditions": [], "delete_by": None, "restriction": ""},
        "body": record,
    }


def _person(scene: Scene) -> None:
    """Let the message say who somebody is."""
    entity = Entity(
        id=scene.sender.node.new_id(),
        report=scene.record.id,
        ref="1",
        originator=scene.sender.id,
        schema="Person",
        role=EntityRole.SUSPECT,
        properties=named(NAME),
        minor=False,
        handling=Handling(code=HandlingCode.H1),
        synthetic=True,
    )
    _known(scene.world, entity, scene.to)
    agreement = scene.message["agreement"]
    scene.message = {**_message(entity.to_json(), "entity", "H1"), "agreement": agreement}


def _without_a_role(scene: Scene) -> None:
    _person(scene)
    scene.body["role"] = None


def _to_the_observer(scene: Scene) -> None:
    scene.to = scene.world.members["UN"]
    scene.agreed()
    _person(scene)


def _of_a_third(scene: Scene) -> None:
    scene.body["originator"] = scene.world.members["TR"].id


def _signed_by_one(scene: Scene) -> None:
    (name,) = scene.told
    envelope = json.loads(scene.told[name].envelope)
    scene.told = {name: Told(json.dumps({**envelope, "signatures": envelope["signatures"][:1]}).encode())}


def _suspended(scene: Scene) -> None:
    scene.told = {name: replace(told, suspended_by=frozenset({scene.to.id})) for name, told in scene.told.items()}


def _with_a_third(scene: Scene) -> None:
    scene.agreed((scene.sender, scene.world.members["TR"]))


def _flagged(scene: Scene) -> None:
    scene.agreed(fields=(ReportField.LINES, ReportField.AGENCY))
    scene.body["flags"] = [{"column": "town", "text": "?", "doubt": "unknown_country"}]


def _delete_by(scene: Scene) -> None:
    scene.message["handling"]["delete_by"] = scene.at.date().isoformat()


def _unpromised(scene: Scene) -> None:
    scene.agreed(conditions=())
    scene.message["handling"]["conditions"] = ["no_court_use"]


def _loosened(scene: Scene) -> None:
    for said in (scene.message, scene.body):
        said["handling"] = {**said["handling"], "code": "H0"}


def _recalled(scene: Scene) -> None:
    scene.world.oracle.decided.discard((str(scene.record.id), scene.to.id))
    scene.world.oracle.learn_recall(str(scene.record.id))
    scene.world.oracle.learn_decision(str(scene.record.id), scene.to.id)


def _undecided(scene: Scene) -> None:
    scene.world.oracle.decided.discard((str(scene.record.id), scene.to.id))


def _naming(scene: Scene) -> None:
    _person(scene)
    scene.message = _message(scene.record.to_json(), "report", "H1") | {"agreement": scene.message["agreement"]}
    scene.body["notes"] = f"with {NAME}"


BREAKS_OF_RECORDS: dict[str, Callable[[Scene], object]] = {
    "agreement_known": lambda scene: scene.told.clear(),
    "agreement_signed_by_both": _signed_by_one,
    "agreement_between_these_two": _with_a_third,
    "agreement_in_force": _suspended,
    "stream_of_its_agreement": lambda scene: setattr(scene, "stream", "terms"),
    "purpose_covered": lambda scene: scene.message.update(purpose="training"),
    "category_covered": lambda scene: scene.agreed(categories=(Category.PERSON,)),
    "field_granted": lambda scene: scene.agreed(fields=(ReportField.AGENCY,)),
    "flag_goes_with_its_field": _flagged,
    "handling_not_above": lambda scene: scene.agreed(highest_handling=HandlingCode.H0),
    "conditions_honoured": _unpromised,
    "handling_as_carried": lambda scene: scene.message["handling"].update(code="H0"),
    "handling_never_looser": _loosened,
    "originator_is_sender": _of_a_third,
    "not_past_deletion": _delete_by,
    "not_recalled": _recalled,
    "decided_by_somebody": _undecided,
    "observer_gets_nothing_nominal": _to_the_observer,
    "person_may_be_named": _without_a_role,
    "names_stay_in_nominal_messages": _naming,
    "shape_as_listed": lambda scene: scene.body.update(telephone="+98 000"),
    "as_recorded": lambda scene: scene.body.update(agency="Synthetic other post"),
    "named_as_it_is": lambda scene: scene.message.update(record="another"),
    "lineage_under_pseudonym": lambda scene: scene.body.update(lineage="synthetic press office"),
}


def _on_terms(scene: Scene, between: tuple[Member, Member] | None = None, **changed: Any) -> None:
    """Let the message say that an agreement is suspended."""
    signed = _signed(between or (scene.sender, scene.to), **changed)
    scene.message = {**_message(signed.to_json(), "agreement_suspended", "H0"), "agreement": signed.id, "purpose": None}
    scene.stream = "terms"


def _signed_by_the_other(scene: Scene) -> None:
    scene.body["signatures"] = scene.body["signatures"][1:]


def _title_names(scene: Scene) -> None:
    _person(scene)
    _on_terms(scene, title=f"Synthetic agreement on {NAME}")


BREAKS_OF_TERMS: dict[str, Callable[[Scene], object]] = {
    "agreement_known": lambda scene: scene.message.update(agreement="0" * 64),
    "agreement_between_these_two": lambda scene: _on_terms(scene, (scene.sender, scene.world.members["TR"])),
    "on_the_stream_of_terms": lambda scene: setattr(scene, "stream", "a" + "0" * 31),
    "signed_by_its_sender": _signed_by_the_other,
    "says_no_more": lambda scene: scene.body.update(unsigned="more"),
    "names_nobody": _title_names,
}


def _asking(scene: Scene, kind: str = "substance", question: str = "Is this known?") -> None:
    """Let the message ask a question about something of this kind."""
    body = {
        "id": "019cacb3-f200-7831-91e1-00000000000a",
        "agreement": scene.message["agreement"],
        "asker": scene.sender.id,
        "asked": scene.to.id,
        "purpose": "investigation",
        "urgency": "normal",
        "question": question,
        "subjects": [{"kind": kind, "value": "synthetic"}],
        "case": "",
        "why": "",
        "handling": {"code": "H0", "conditions": [], "delete_by": None, "restriction": ""},
        "asked_at": "2026-03-02T03:00:00Z",
        "deadlines": "bilateral",
        "due": "2026-03-09T03:00:00Z",
    }
    agreement = scene.message["agreement"]
    scene.message = {**_message(json.dumps(body).encode(), "request", "H0"), "agreement": agreement}


def _asking_about_a_phone(scene: Scene) -> None:
    scene.agreed(categories=(Category.DRUG_SEIZURE,))
    _asking(scene, "phone")


def _asking_for_a_person(scene: Scene) -> None:
    scene.to = scene.world.members["UN"]
    scene.agreed()
    _asking(scene, "person_name")


def _asking_by_name(scene: Scene) -> None:
    _person(scene)
    _asking(scene, "substance", f"Who is {NAME}?")


BREAKS_OF_REQUESTS: dict[str, Callable[[Scene], object]] = {
    "agreement_known": lambda scene: scene.told.clear(),
    "agreement_signed_by_both": _signed_by_one,
    "agreement_between_these_two": _with_a_third,
    "agreement_in_force": _suspended,
    "stream_of_its_agreement": lambda scene: setattr(scene, "stream", "terms"),
    "purpose_covered": lambda scene: scene.message.update(purpose="training"),
    "question_category_covered": _asking_about_a_phone,
    "handling_not_above": lambda scene: scene.message["handling"].update(code="H3"),
    "conditions_honoured": _unpromised,
    "observer_gets_nothing_nominal": _asking_for_a_person,
    "names_stay_in_nominal_messages": _asking_by_name,
    "question_as_listed": lambda scene: scene.body.update(officer="Synthetic officer"),
}


def _noticing(scene: Scene) -> None:
    """Let the message say that a record was looked at."""
    body = {"records": [{"record": str(scene.record.id), "seen_on": "2026-03-02"}]}
    agreement = scene.message["agreement"]
    scene.message = {**_message(json.dumps(body).encode(), "seen", "H0"), "agreement": agreement, "purpose": None}
    scene.stream = "terms"


def _noticing_a_third(scene: Scene) -> None:
    _with_a_third(scene)
    scene.stream = "terms"


def _noticing_by_name(scene: Scene) -> None:
    _person(scene)
    _noticing(scene)
    scene.body["records"][0]["record"] = NAME


BREAKS_OF_DUTIES: dict[str, Callable[[Scene], object]] = {
    "agreement_known": lambda scene: scene.told.clear(),
    "agreement_signed_by_both": _signed_by_one,
    "agreement_between_these_two": _noticing_a_third,
    "on_the_stream_of_terms": lambda scene: setattr(scene, "stream", "a" + "0" * 31),
    "duty_as_listed": lambda scene: scene.body.update(by="Synthetic officer"),
    "duty_names_nobody": _noticing_by_name,
}


def _told_apart(scene: Scene) -> None:
    scene.objections()
    scene.message["id"] = "019cacb3-f200-7831-91e1-000000000000"


def _naming_in_the_head(scene: Scene) -> None:
    _person(scene)
    scene.head["logs"] = NAME


BREAKS_OF_FRAMES: dict[str, Callable[[Scene], object]] = {
    "frame_sound": lambda scene: setattr(scene, "bend", lambda frame: frame[:10]),
    "key_known": lambda scene: setattr(scene, "bend", lambda frame: frame[:8] + bytes(8) + frame[16:]),
    "opens": lambda scene: setattr(scene, "bend", lambda frame: frame[:-1] + bytes([frame[-1] ^ 1])),
    "padded": lambda scene: setattr(scene, "padding", b"\0"),
    "signed": lambda scene: setattr(scene, "signer", scene.to.node),
    "body_sound": lambda scene: scene.head.update(more=1),
    "addressed": lambda scene: scene.head.update(to=scene.world.members["TR"].id),
    "one_history": _told_apart,
    "message_sound": lambda scene: scene.message.update(more=1),
    "kind_known": lambda scene: scene.message.update(kind="gossip"),
    "names_in_the_head": _naming_in_the_head,
}


def test_nothing_is_wrong_with_a_message_that_breaks_no_rule(scene: Scene) -> None:
    assert scene.objections() == set()
    _on_terms(scene)
    scene.world.oracle.forget_history()
    assert scene.objections() == set()


def finds_only_the_break(scene: Scene, rule: str, break_it: Callable[[Scene], object]) -> None:
    """What is sound is let pass; once it breaks the rule, that rule finds it."""
    assert scene.objections() == set()
    scene.world.oracle.forget_history()
    break_it(scene)
    assert rule in scene.objections()


@pytest.mark.parametrize("rule", sorted(BREAKS_OF_RECORDS))
def test_a_message_that_breaks_a_rule_of_records_is_found_by_that_rule(scene: Scene, rule: str) -> None:
    BREAKS_OF_RECORDS[rule](scene)
    assert rule in scene.objections()


@pytest.mark.parametrize("rule", sorted(BREAKS_OF_TERMS))
def test_a_message_that_breaks_a_rule_of_terms_is_found_by_that_rule(scene: Scene, rule: str) -> None:
    _on_terms(scene)
    BREAKS_OF_TERMS[rule](scene)
    assert rule in scene.objections()


@pytest.mark.parametrize("rule", sorted(BREAKS_OF_REQUESTS))
def test_a_question_that_breaks_a_rule_is_found_by_that_rule(scene: Scene, rule: str) -> None:
    _asking(scene)
    finds_only_the_break(scene, rule, BREAKS_OF_REQUESTS[rule])


@pytest.mark.parametrize("rule", sorted(BREAKS_OF_DUTIES))
def test_a_word_about_records_that_breaks_a_rule_is_found_by_that_rule(scene: Scene, rule: str) -> None:
    _noticing(scene)
    finds_only_the_break(scene, rule, BREAKS_OF_DUTIES[rule])


@pytest.mark.parametrize(("recipient", "objections"), [("AZ", set()), ("UN", {"originator_is_sender"})])
def test_the_record_of_a_third_goes_only_with_its_consent_for_this_recipient(
    scene: Scene, recipient: str, objections: set[str]
) -> None:
    third = scene.world.members["TR"]
    _known(scene.world, replace(scene.record, originator=third.id), scene.to)
    scene.body["originator"] = third.id
    consent = {
        "v": 1,
        "id": "019cacb3-f200-7831-91e1-00000000000b",
        "record": str(scene.record.id),
        "kind_of_record": "report",
        "originator": third.id,
        "holder": scene.sender.id,
        "to": scene.world.members[recipient].id,
        "purposes": ["investigation"],
        "handling": {"code": "H0", "conditions": [], "delete_by": None, "restriction": ""},
        "until": "2026-12-31",
        "issued_at": "2026-03-02T03:00:00Z",
    }
    kind = "application/vnd.hamkar.consent+json"
    envelope = dsse.sign(kind, json.dumps(consent).encode(), third.node.keys.signer).to_json()
    scene.message["body"] = {"record": scene.body, "consent": json.loads(envelope)}
    assert scene.objections() - {"as_recorded"} == objections


@pytest.mark.parametrize(
    "more",
    [{"code": "H2"}, {"conditions": ["no_capital_use"]}, {"delete_by": "2026-06-01"}, {"restriction": "Synthetic"}],
    ids=lambda more: next(iter(more)),
)
def test_nobody_passes_a_record_on_under_less_than_it_came_with(scene: Scene, more: dict[str, object]) -> None:
    handling = scene.message["handling"]
    scene.body["handling"] = scene.message["handling"] = {**handling, **more}
    assert "handling_never_looser" not in scene.objections()
    scene.world.oracle.forget_history()
    scene.sender, scene.to = scene.to, scene.world.members["TR"]
    scene.agreed()
    scene.body["handling"] = scene.message["handling"] = handling
    assert "handling_never_looser" in scene.objections()


def test_a_recall_that_its_originator_has_not_signed_is_found(scene: Scene) -> None:
    _noticing(scene)
    recall = {"v": 1, "record": str(scene.record.id), "originator": scene.world.members["TR"].id}
    kind = "application/vnd.hamkar.recall+json"
    envelope = dsse.sign(kind, json.dumps(recall).encode(), scene.sender.node.keys.signer).to_json()
    scene.message.update(kind="recall", body=json.loads(envelope))
    assert scene.objections() == {"duty_as_listed"}


@pytest.mark.parametrize("rule", sorted(BREAKS_OF_FRAMES))
def test_a_frame_that_breaks_a_rule_is_found_by_that_rule(scene: Scene, rule: str) -> None:
    BREAKS_OF_FRAMES[rule](scene)
    assert rule in scene.objections()


def test_an_agreement_is_over_when_its_last_day_is(scene: Scene) -> None:
    scene.at = datetime(2028, 1, 1, tzinfo=UTC)
    assert "agreement_in_force" in scene.objections()


def test_every_rule_of_the_judge_is_shown_to_bite() -> None:
    assert set(BREAKS_OF_RECORDS) == set(RECORD_RULES)
    assert set(BREAKS_OF_TERMS) == set(TERMS_RULES)
    assert set(BREAKS_OF_REQUESTS) == set(REQUEST_RULES)
    assert set(BREAKS_OF_DUTIES) == set(DUTY_RULES)
    assert set(BREAKS_OF_FRAMES) == set(FRAME_RULES)


def test_a_receipt_that_names_somebody_is_found(scene: Scene) -> None:
    _person(scene)
    verdict = MessageVerdict(seq=1, acceptance=Acceptance.REJECTED, rule="well_formed", reason=f"{NAME} is unknown")
    receipt = Receipt(
        v=1,
        receiver=scene.to.id,
        sender=scene.sender.id,
        stream="terms",
        epoch=1,
        upto_seq=1,
        chain="0" * 64,
        issued_at=START,
        verdicts=(verdict,),
        logs=SILENT,
    )
    envelope = sign_receipt(receipt, scene.to.node.keys.signer)
    assert [finding.why for finding in scene.world.oracle.judge_receipt(envelope)] == [f"it names {NAME}"]


def test_the_judge_is_written_apart_from_the_product() -> None:
    source = (Path(__file__).parent / "oracle.py").read_text("utf-8")
    assert "hamkar." not in source.replace("vnd.hamkar.", "")
