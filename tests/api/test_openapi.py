"""The API is what its description says: every answer to generated requests conforms, and none is a server's error."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from conforming import CHECKS
from fixtures_node import PASSWORD

ENDING = {"sign_out", "sign_in", "step_up"}
"""Not generated: the first ends the session that the others need, the others count failures."""


def described(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(url + "/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, item in document["paths"].items() for method, each in item.items()]


def test_every_operation_has_a_name_a_description_and_its_errors(url: str) -> None:
    found = operations(described(url))
    names = [each["operationId"] for _, _, each in found]
    assert len(names) == len(set(names)) >= 25
    for path, _, each in found:
        assert each["description"], path
        assert {"400", "401", "503"} <= set(each["responses"]), path
        assert "403" in each["responses"], path
        assert "422" not in each["responses"], path


def test_the_description_needs_no_other_site(url: str) -> None:
    assert "://" not in httpx.get(url + "/api/v1/openapi.json").text.replace("https://json-schema.org", "")
    assert {path.split("/")[1] for path in described(url)["paths"]} == {"api"}


@pytest.fixture(scope="module")
def session(url: str) -> tuple[str, str]:
    answer = httpx.post(url + "/api/v1/session", json={"name": "admin", "password": PASSWORD})
    return answer.headers["set-cookie"].partition(";")[0], answer.json()["token"]


def test_generated_requests_get_answers_that_conform(url: str, session: tuple[str, str]) -> None:
    schema = schemathesis.openapi.from_url(url + "/api/v1/openapi.json")
    cookie, token = session
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    tried = [each for each in found if each.definition.raw["operationId"] not in ENDING]
    assert len(tried) >= 23
    for operation in tried:
        conform(operation, {"cookie": cookie, "X-Hamkar-Token": token})


def test_every_operation_stands_in_the_documents(url: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    assert [
        each["operationId"] for *_, each in operations(described(url)) if f"`{each['operationId']}`" not in page
    ] == []


def conform(operation: Any, headers: dict[str, str]) -> None:
    """Try one operation with generated requests, sound and unsound."""

    @settings(
        max_examples=8,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    tried()
