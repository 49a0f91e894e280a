"""People and things by name: asked for with a case and a purpose, and sent by form, so that no address holds a name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field

from hamkar.actions.nominal import MOST_SHOWN, read_entity, search_entities
from hamkar.model.role import Role
from hamkar.policy.look import ReadPurpose
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LINE
from hamkar.web.visit import Acting, Visit, Visited

router = APIRouter(include_in_schema=False)

CASE_LENGTH = 100


class ReadingForm(BaseModel):
    """For which case and purpose somebody reads."""

    case: str = Field(pattern=LINE, max_length=CASE_LENGTH)
    purpose: ReadPurpose


class SearchForm(ReadingForm):
    """What is looked for besides."""

    words: str = Field(pattern=LINE, min_length=1, max_length=200)


@router.get("/entities")
def ask_words(visit: Visited) -> Response:
    """The page that asks what is looked for, and why."""
    return visit.page("entities.html", asked=None, found=None, purposes=purposes_of(visit), most=MOST_SHOWN)


@router.post("/entities")
def search(visit: Acting, form: Annotated[SearchForm, Form()]) -> Response:
    """What was found."""
    found = search_entities(visit.node, visit.person, form.words, case=form.case, purpose=form.purpose)
    return visit.page("entities.html", asked=form, found=found, purposes=purposes_of(visit), most=MOST_SHOWN)


@router.get("/entities/{entity}")
def ask_reason(visit: Visited, entity: UUID) -> Response:
    """The page that asks for which case and purpose a record is read, before anybody looks whether it is held."""
    return visit.page("entity_reason.html", wanted=entity, purposes=purposes_of(visit))


@router.post("/entities/{entity}")
def read(visit: Acting, entity: UUID, form: Annotated[ReadingForm, Form()]) -> Response:
    """The record."""
    found = read_entity(visit.node, visit.person, entity, case=form.case, purpose=form.purpose)
    return visit.page("entity.html", entity=found, asked=form, agencies=agency_names(visit.node))


def purposes_of(visit: Visit) -> tuple[ReadPurpose, ...]:
    """The purposes for which somebody of these roles may read."""
    if Role.DATA_PROTECTION_OFFICER in visit.session.roles:
        return (ReadPurpose.SUBJECT_ACCESS,)
    return tuple(purpose for purpose in ReadPurpose if purpose is not ReadPurpose.SUBJECT_ACCESS)
