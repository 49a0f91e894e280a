"""Which act each address of the API is; one that is not listed answers nobody."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request

from hamkar.policy.act import Act

ACTS: Final[Mapping[str, Act | None]] = {
    "show_session": None,
    "step_up": None,
    "sign_out": None,
    "show_status": Act.SEE_STATUS,
    "list_seizures": Act.READ_SEIZURE,
    "show_seizure": Act.READ_SEIZURE,
    "list_claims": Act.READ_SEIZURE,
    "list_releases": Act.READ_SEIZURE,
    "decide_field": Act.SETTLE,
    "merge_seizures": Act.SETTLE,
    "split_seizure": Act.SETTLE,
    "explain_release": Act.RELEASE,
    "release": Act.RELEASE,
    "list_requests": Act.REQUEST,
    "ask_request": Act.REQUEST,
    "show_request": Act.REQUEST,
    "move_request": Act.REQUEST,
    "list_inbox": Act.REQUEST,
    "list_partners": Act.SEE_PARTNERS,
    "add_partner": Act.MANAGE_PARTNERS,
    "show_own_card": Act.SEE_PARTNERS,
    "list_agreements": Act.SEE_AGREEMENTS,
    "show_agreement": Act.SEE_AGREEMENTS,
    "propose_agreement": Act.PROPOSE_AGREEMENT,
    "sign_agreement": Act.SIGN_AGREEMENT,
    "suspend_agreement": Act.SUSPEND_AGREEMENT,
    "resume_agreement": Act.SUSPEND_AGREEMENT,
    "list_imports": Act.RECORD,
    "import_file": Act.RECORD,
}
"""By the name of the operation; None for whoever is signed in."""


def act_of(request: Request) -> Act | None:
    """The act that a call is. Raises KeyError for an address that nobody has listed: it stays shut until then."""
    return ACTS[request.scope["route"].operation_id]
