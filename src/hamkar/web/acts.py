"""Which act each page is; one that is not listed cannot be opened by anybody."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request

from hamkar.errors import NotFound
from hamkar.policy.act import Act

ACTS: Final[Mapping[str, Act | None]] = {
    "GET /": None,
    "POST /sign-out": None,
    "GET /step-up": None,
    "POST /step-up": None,
    "POST /step-up/passkey": None,
    "GET /step-up/single-sign-on": None,
    "GET /account": None,
    "GET /account/passkeys/new": None,
    "POST /account/passkeys": None,
    "POST /account/passkeys/{passkey}/remove": None,
    "GET /account/generator": None,
    "POST /account/generator": None,
    "POST /account/generator/remove": None,
    "POST /account/codes": None,
    "GET /account/password": None,
    "POST /account/password": None,
    "GET /account/single-sign-on": None,
    "POST /account/single-sign-on/remove": None,
    "POST /account/sessions/{session}/end": None,
    "GET /accounts": Act.MANAGE_ACCOUNTS,
    "POST /accounts": Act.MANAGE_ACCOUNTS,
    "GET /accounts/{name}": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/roles": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/lock": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/unlock": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/end-sessions": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/ask-recovery": Act.MANAGE_ACCOUNTS,
    "POST /accounts/{name}/approve-recovery": Act.MANAGE_ACCOUNTS,
    "GET /seizures": Act.READ_SEIZURE,
    "GET /seizures/{event}": Act.READ_SEIZURE,
    "POST /seizures/{event}/decisions": Act.SETTLE,
    "POST /seizures/{event}/split": Act.SETTLE,
    "POST /seizures/{event}/merge": Act.SETTLE,
    "POST /seizures/{event}/recall": Act.RECALL,
    "POST /seizures/{event}/corrections": Act.CORRECT,
    "GET /seizures/{event}/entities": Act.READ_SEIZURE,
    "POST /seizures/{event}/entities": Act.RECORD,
    "POST /seizures/{event}/entities/role": Act.RECORD,
    "GET /seizures/{event}/release": Act.RELEASE,
    "POST /seizures/{event}/release": Act.RELEASE,
    "GET /entities": Act.READ_NOMINAL,
    "POST /entities": Act.READ_NOMINAL,
    "GET /entities/{entity}": Act.READ_NOMINAL,
    "POST /entities/{entity}": Act.READ_NOMINAL,
    "GET /gate": Act.SEE_GATE,
    "GET /gate/entities/{entity}": Act.SEE_GATE,
    "POST /gate/entities/{entity}/facts": Act.SEE_GATE,
    "POST /gate/entities/{entity}/ask": Act.RELEASE_NOMINAL,
    "POST /gate/entities/{entity}/release": Act.RELEASE_NOMINAL,
    "GET /gate/assessments/{assessment}": Act.SEE_GATE,
    "POST /gate/assessments/{assessment}/authorise": Act.AUTHORISE,
    "POST /gate/assessments/{assessment}/alone": Act.RELEASE_NOMINAL,
    "POST /gate/assessments/{assessment}/refuse": Act.AUTHORISE,
    "POST /gate/releases/{wanted}/outcome": Act.RELEASE_NOMINAL,
    "POST /gate/releases/{wanted}/review": Act.AUTHORISE,
    "POST /gate/breaches": Act.RELEASE_NOMINAL,
    "POST /gate/breaches/{breach}/lift": Act.AUTHORISE,
    "GET /gate/assurances": Act.SEE_GATE,
    "POST /gate/assurances": Act.RELEASE_NOMINAL,
    "POST /gate/assurances/{assurance}/revoke": Act.RELEASE_NOMINAL,
    "GET /requests": Act.REQUEST,
    "GET /requests/new": Act.REQUEST,
    "POST /requests": Act.REQUEST,
    "GET /requests/{wanted}": Act.REQUEST,
    "POST /requests/{wanted}/{change}": Act.REQUEST,
    "GET /inbox": Act.REQUEST,
    "GET /status": Act.SEE_STATUS,
    "GET /partners": Act.SEE_PARTNERS,
    "GET /partners/own-card": Act.SEE_PARTNERS,
    "POST /partners": Act.MANAGE_PARTNERS,
    "GET /agreements": Act.SEE_AGREEMENTS,
    "GET /agreements/new": Act.PROPOSE_AGREEMENT,
    "POST /agreements": Act.PROPOSE_AGREEMENT,
    "GET /agreements/{agreement}": Act.SEE_AGREEMENTS,
    "POST /agreements/{agreement}/sign": Act.SIGN_AGREEMENT,
    "POST /agreements/{agreement}/suspend": Act.SUSPEND_AGREEMENT,
    "POST /agreements/{agreement}/resume": Act.SUSPEND_AGREEMENT,
    "GET /imports": Act.RECORD,
    "POST /imports": Act.RECORD,
    "GET /exports/new": Act.EXPORT,
    "POST /exports/new": Act.EXPORT,
    "GET /totals": Act.SEE_TOTALS,
    "GET /totals/publish": Act.EXPORT,
    "POST /totals/publish": Act.EXPORT,
    "GET /oversight": Act.INSPECT,
    "POST /oversight/alarms/{alarm}/seen": Act.INSPECT,
    "POST /oversight/holds": Act.INSPECT,
    "POST /oversight/holds/{record}/let-go": Act.INSPECT,
    "POST /oversight/access": Act.INSPECT,
    "GET /oversight/access/{request}": Act.INSPECT,
    "POST /oversight/access/{request}/steps": Act.INSPECT,
    "POST /oversight/access/{request}/search": Act.INSPECT,
}
"""By method and path; None for whoever is signed in. A path may name the last part of one that takes several."""


def act_of(request: Request) -> Act | None:
    """The act that a request is. Raises NotFound for a page that is not listed: it stays shut until it is."""
    path = request.scope["route"].path
    named = f"{request.method} {path}"
    if named in ACTS:
        return ACTS[named]
    changed = f"{request.method} {path.replace('{change}', request.path_params.get('change', ''))}"
    if changed not in ACTS:
        msg = "there is nothing at this address; go back and follow a link"
        raise NotFound(msg)
    return ACTS[changed]
