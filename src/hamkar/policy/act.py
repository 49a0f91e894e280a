"""What a person may want to do at a node. Every page, address and command is one of these."""

from enum import StrEnum


class Act(StrEnum):
    """An act that is allowed or refused to a person; those in ``STEP_UP`` ask for a fresh proof of who it is."""

    SEE_STATUS = "see_status"
    SEE_TOTALS = "see_totals"
    READ_SEIZURE = "read_seizure"
    READ_NOMINAL = "read_nominal"
    RECORD = "record"
    SETTLE = "settle"
    CORRECT = "correct"
    RECALL = "recall"
    RELEASE = "release"
    RELEASE_NOMINAL = "release_nominal"
    SEE_GATE = "see_gate"
    AUTHORISE = "authorise"
    REQUEST = "request"
    EXPORT = "export"
    SEE_AGREEMENTS = "see_agreements"
    PROPOSE_AGREEMENT = "propose_agreement"
    SIGN_AGREEMENT = "sign_agreement"
    SUSPEND_AGREEMENT = "suspend_agreement"
    SEE_PARTNERS = "see_partners"
    MANAGE_PARTNERS = "manage_partners"
    MANAGE_KEYS = "manage_keys"
    MANAGE_ACCOUNTS = "manage_accounts"
    INSPECT = "inspect"


STEP_UP = frozenset(
    {
        Act.RELEASE_NOMINAL,
        Act.AUTHORISE,
        Act.EXPORT,
        Act.PROPOSE_AGREEMENT,
        Act.SIGN_AGREEMENT,
        Act.MANAGE_KEYS,
        Act.MANAGE_ACCOUNTS,
    }
)
