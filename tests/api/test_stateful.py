"""Chains of calls as programs of each role make them: no failure of the node, no answer outside its description."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from conforming import CHECKS
from fixtures_node import BY, PASSWORD
from hamkar.actions.accounts import add_account
from hamkar.actions.node import Node
from hamkar.model.role import Role
from hamkar.policy.people import acts_of


@pytest.fixture(scope="module", params=Role)
def headers(request: pytest.FixtureRequest, node: Node, url: str) -> dict[str, str]:
    """The cookie and the token of somebody of one role."""
    role: Role = request.param
    add_account(node, f"chain.{role}", frozenset({role}), PASSWORD, by=BY)
    answer = httpx.post(url + "/api/v1/session", json={"name": f"chain.{role}", "password": PASSWORD})
    cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    return {"cookie": cookie, "X-Hamkar-Token": answer.json()["token"]}


def test_chains_of_calls_of_every_role_get_answers_that_conform(url: str, headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_url(url + "/api/v1/openapi.json")
    machine = schema.exclude(operation_id=["sign_out", "sign_in", "step_up"]).as_state_machine()
    statuses: list[int] = []

    class Chains(machine):  # type: ignore[misc,valid-type] # made from the description
        """What one program does, call after call; identifiers in answers are used in the next calls."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            """Who calls."""
            return {"headers": {**headers, **(case.headers or {}), "X-Hamkar-Token": headers["X-Hamkar-Token"]}}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            """Hold the answer to the description."""
            statuses.append(response.status_code)
            case.validate_response(response, checks=CHECKS)

    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    Chains.run(settings=settings(max_examples=10, stateful_step_count=8, database=None, suppress_health_check=health))
    assert statuses
    assert 401 not in statuses


def test_every_role_has_chains_of_its_own() -> None:
    assert len({acts_of(frozenset({role})) for role in Role}) == len(Role)
