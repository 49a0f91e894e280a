"""docs/protocol.md says what the code does: every rule, every limit, every name on the wire."""

from dataclasses import fields
from pathlib import Path

import pytest

from hamkar.crypto.dsse import MAX_SIGNATURES
from hamkar.crypto.sealing import Suite
from hamkar.exchange import agreement, bundle, card, document, invitation, letter, message, padding, receipt
from hamkar.model.agency import NodeCard, Revocation, StreamEnd
from hamkar.model.agreement import Agreement, Category, Onward, Purpose, ReportField
from hamkar.model.bundle import MAX_BODY_BYTES, Bundle, Message, MessageKind
from hamkar.model.invitation import Introduction, Invitation, Welcome
from hamkar.model.letter import Head, Letter, Sent
from hamkar.model.receipt import MessageVerdict, Receipt
from hamkar.transport import https

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "rules"),
    [
        ("## Card", [rule for rule, _ in card.CARD_RULES]),
        ("## Agreement", [rule for rule, _ in agreement.AGREEMENT_RULES]),
        ("## Bundle", [rule for rule, _ in bundle.BUNDLE_RULES]),
        ("## Invitation", [rule for rule, _ in invitation.INVITATION_RULES]),
        ("## Letter", [rule for rule, _ in letter.LETTER_RULES]),
    ],
    ids=["card", "agreement", "bundle", "invitation", "letter"],
)
def test_the_rules_of_a_document_are_listed_as_they_are_asked(heading: str, rules: list[str]) -> None:
    section = PAGE.split(f"\n{heading}\n")[1].split("\n## ")[0]
    assert [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")] == rules


@pytest.mark.parametrize(
    "record",
    [
        *(NodeCard, Revocation, StreamEnd, Agreement, Message, Bundle, Receipt, MessageVerdict),
        *(Invitation, Introduction, Welcome),
        *(Letter, Head, Sent),
    ],
)
def test_every_field_on_the_wire_is_named(record: type) -> None:
    assert not [
        field.name for field in fields(record) if f"`{field.name}`" not in PAGE and f'"{field.name}"' not in PAGE
    ]


@pytest.mark.parametrize("words", [Purpose, Category, ReportField, Onward, MessageKind])
def test_every_word_of_a_closed_list_is_named(words: type[Purpose]) -> None:
    assert not [word for word in words if f"`{word}`" not in PAGE]


@pytest.mark.parametrize(
    "text",
    [
        card.CARD_TYPE,
        agreement.AGREEMENT_TYPE,
        receipt.RECEIPT_TYPE,
        bundle.BUNDLE_TYPE,
        bundle.CONTENT_TYPE,
        f"`POST {https.BUNDLE_PATH}`",
        f"`GET {https.CARD_PATH}`",
        f"`POST {https.CARD_PATH}`",
        f"`POST {https.INTRODUCTION_PATH}`",
        f"`POST {https.PULL_PATH}`",
        letter.LETTER_TYPE,
        f"At most {letter.MAX_FRAMES} frames",
        f"at most {letter.RECEIPT_ROOM:,} bytes",
        invitation.INVITATION_TYPE,
        f"{invitation.MAX_INVITATION_BYTES:,} bytes",
        f"within {https.WAIT_SECONDS:g} seconds",
        f"{card.MAX_CARD_BYTES:,} bytes",
        f"{agreement.MAX_AGREEMENT_BYTES:,} bytes",
        f"{receipt.MAX_RECEIPT_BYTES:,} bytes",
        f"{message.MAX_MESSAGE_BYTES:,} bytes",
        f"{MAX_BODY_BYTES:,} bytes",
        f"{bundle.MAX_FRAME_BYTES:,} bytes",
        f"is {padding.MIN_PADDED:,} where",
        f"deeper than {document.MAX_DEPTH} levels",
        f"1 to {MAX_SIGNATURES} signatures",
        f"rule at most {receipt.MAX_RULE} and reason at most {receipt.MAX_REASON} letters",
        *(f"`{suite.algorithm}`" for suite in Suite),
        *(f"| {suite.overhead:,} bytes |" for suite in Suite),
    ],
)
def test_every_name_and_limit_is_stated(text: str) -> None:
    assert text in PAGE
