"""The people and things of a seizure: which there are, and putting one on record. Nobody is named on these pages."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel, Field

from hamkar.actions.events import show_event
from hamkar.actions.export_entities import entities_about
from hamkar.actions.find_role import FoundRole, find_role
from hamkar.actions.record_entity import record_entity
from hamkar.errors import BadInput, Refused
from hamkar.model.entity import EntityRole, NewEntity, Property
from hamkar.model.handling import Handling, HandlingCode
from hamkar.policy.recording import role_in_words, roles_for
from hamkar.text.stated_date import read_date
from hamkar.vocab.ftm import schema, schemata
from hamkar.web.forms import LINE, TEXT
from hamkar.web.visit import Acting, Visit, Visited, go

router = APIRouter(include_in_schema=False)

_REFUSED: Final = 409
CODES: Final = (HandlingCode.H0, HandlingCode.H1, HandlingCode.H2)
"""The codes that need no words; H3 is given with `hamkar entity add`."""

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "Person": ("name", "birthDate", "nationality", "idNumber", "passportNumber", "phone", "address"),
    "Organization": ("name", "registrationNumber", "jurisdiction", "phone", "address"),
    "Company": ("name", "registrationNumber", "jurisdiction", "phone", "address"),
    "Vehicle": ("registrationNumber", "type", "model", "country"),
    "Vessel": ("name", "imoNumber", "mmsi", "callSign", "flag"),
    "Airplane": ("registrationNumber", "type", "model", "country"),
    "Identification": ("number", "type", "country", "authority"),
    "Passport": ("passportNumber", "country", "surname", "givenName", "birthDate"),
    "UserAccount": ("phone", "service", "username", "email"),
    "BankAccount": ("accountNumber", "iban", "bankName"),
    "CryptoWallet": ("cryptoAddress", "currencySymbol"),
    "Address": ("full", "city", "country"),
}
"""The properties that the form asks for; `hamkar entity add --property` takes every other."""

_Words = Annotated[str, Field(pattern=TEXT, max_length=5_000)]


class EntityForm(BaseModel):
    """Who or what is put on record, with which own report; a property has a value on each line."""

    report: UUID
    schema_: Annotated[str, Field(alias="schema", pattern=LINE, max_length=40)]
    role: Annotated[str, Field(pattern=LINE, max_length=40)] = ""
    name_of: list[Annotated[str, Field(pattern=LINE, max_length=40)]] = Field(default_factory=list, max_length=20)
    value_of: list[_Words] = Field(default_factory=list, max_length=20)
    minor: Literal["", "yes", "no"] = ""
    necessity: _Words = ""
    handling: HandlingCode = HandlingCode.H0

    def wanted(self) -> NewEntity:
        """What the form asks to record. Raises Refused and BadInput."""
        return NewEntity(
            schema=self.schema_,
            properties=tuple(_properties(self.schema_, dict(zip(self.name_of, self.value_of, strict=False)))),
            role=role_in_words(self.role),
            minor=_minor(self.minor),
            necessity=_lines(self.necessity),
            handling=_handling(self.handling),
        )

    def value(self, name: str) -> str:
        """What was written for a property, to be shown again."""
        return dict(zip(self.name_of, self.value_of, strict=False)).get(name, "")


class RoleForm(BaseModel):
    """The role that was found for a person on record, and for which case."""

    entity: UUID
    role: EntityRole
    case: Annotated[str, Field(pattern=LINE, max_length=100)]
    minor: Literal["", "yes", "no"] = ""
    necessity: _Words = ""
    handling: HandlingCode | Literal[""] = ""


@router.get("/seizures/{event}/entities")
def show(
    visit: Visited, event: UUID, kind: Annotated[str, Query(alias="schema", pattern=LINE, max_length=40)] = "Person"
) -> Response:
    """Which people and things are on record with a seizure, and the form to add one."""
    return _page(visit, event, kind)


@router.post("/seizures/{event}/entities")
def record(visit: Acting, event: UUID, form: Annotated[EntityForm, Form()]) -> Response:
    """Put a person or a thing on record; where that is refused, the form again with why."""
    show_event(visit.node, event)
    try:
        record_entity(visit.node, form.report, form.wanted(), by=visit.session.account)
    except (Refused, BadInput) as error:
        return _page(visit, event, form.schema_, form, str(error))
    return go(f"/seizures/{event}/entities?schema={form.schema_}")


@router.post("/seizures/{event}/entities/role")
def give_role(visit: Acting, event: UUID, form: Annotated[RoleForm, Form()]) -> Response:
    """Give somebody on record the role that was found; where that is refused, the page again with why."""
    answer = FoundRole(
        role=form.role,
        minor=_minor(form.minor),
        necessity=_lines(form.necessity),
        handling=_handling(HandlingCode(form.handling)) if form.handling else None,
    )
    try:
        find_role(visit.node, visit.person, form.entity, answer, case=form.case)
    except (Refused, BadInput) as error:
        return _page(visit, event, "Person", None, str(error))
    return go(f"/seizures/{event}/entities")


def _page(visit: Visit, event: UUID, kind: str, form: EntityForm | None = None, problem: str = "") -> Response:
    shown = show_event(visit.node, event)
    chosen = schema(kind) or schemata()[0]
    page = visit.page(
        "event_entities.html",
        event=event,
        held=entities_about(visit.node, event),
        numbers={report.id: number for number, report in enumerate(shown.reports, 1)},
        own=[report for report in shown.reports if report.originator == visit.node.id],
        chosen=chosen,
        asked=ASKED[chosen.name],
        roles=[role for role in EntityRole if role in roles_for(chosen.kind)],
        people_roles=[role for role in EntityRole if role in roles_for("person")],
        codes=CODES,
        form=form,
        problem_told=problem,
    )
    page.status_code = _REFUSED if problem else page.status_code
    return page


def _properties(kind: str, given: Mapping[str, str]) -> list[Property]:
    found = schema(kind)
    types = found.properties if found else {}
    lines = {name: [line.strip() for line in text.splitlines() if line.strip()] for name, text in given.items()}
    return [
        Property(name=name, values=tuple(_value(types.get(name, ""), value) for value in values))
        for name, values in lines.items()
        if values
    ]


def _value(kind: str, value: str) -> str:
    """A value as it is kept: a country's code in lower case, a day of either calendar as YYYY-MM-DD."""
    if kind == "country":
        return value.lower()
    if kind == "date":
        read = read_date(value)
        return read.earliest.isoformat() if read.earliest and read.earliest == read.latest else value
    return value


def _minor(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()).strip()


def _handling(code: HandlingCode) -> Handling:
    if code not in CODES:
        msg = "H3 means a restriction in words; record it with `hamkar entity add --handling H3 --restriction`"
        raise BadInput(msg)
    return Handling(code=code)
