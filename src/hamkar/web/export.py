"""Taking the seizures of a filter out in a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel

from hamkar.actions.export import MOST_SEIZURES, Layout, export_seizures
from hamkar.model.agreement import Purpose
from hamkar.web.seizure_list import Asked, asked_of
from hamkar.web.visit import Acting, Visited

router = APIRouter(include_in_schema=False)

_TYPES = {
    Layout.CSV: "text/csv; charset=utf-8",
    Layout.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Layout.JSON: "application/json",
}


class ExportForm(BaseModel):
    """What kind of file, and for what."""

    layout: Layout
    purpose: Purpose


@router.get("/exports/new")
def ask(visit: Visited, asked: Annotated[Asked, Depends(asked_of)]) -> Response:
    """The page that says what would go out, and asks for what."""
    return visit.page(
        "export.html",
        asked=asked,
        wanted=asked.filter(),
        layouts=tuple(Layout),
        purposes=tuple(Purpose),
        most=MOST_SEIZURES,
    )


@router.post("/exports/new")
def take_out(
    visit: Acting, asked: Annotated[Asked, Depends(asked_of)], form: Annotated[ExportForm, Form()]
) -> Response:
    """The file."""
    made = export_seizures(visit.node, visit.person, asked.filter(), form.layout, form.purpose)
    name = f"seizures-{made.export.id}.{form.layout}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made.data, media_type=_TYPES[form.layout], headers=headers)
