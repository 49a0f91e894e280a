"""Reading a file of seizures into claims, and what was wrong with the files read so far."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hamkar.actions.import_file import FILE_CODES, Wanted, import_file
from hamkar.actions.list_imports import list_imports
from hamkar.errors import BadInput
from hamkar.model.handling import Handling, HandlingCode
from hamkar.web.visit import Acting, Visited

router = APIRouter(include_in_schema=False)

_SHOWN = 50


@router.get("/imports")
def show(visit: Visited) -> Response:
    """The form and the newest imports."""
    return visit.page("imports.html", rows=list_imports(visit.node, _SHOWN), done=None, dry_run=False, codes=FILE_CODES)


async def _uploaded(visit: Acting) -> AsyncIterator[Wanted]:
    """The uploaded file, under its own name in a folder of its own that goes when the answer has been given."""
    form = await visit.request.form()
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        msg = "no file was chosen; choose a CSV, ZIP or XLSX file and send the form again"
        raise BadInput(msg)
    code = str(form.get("handling", HandlingCode.H0))
    if code not in FILE_CODES:
        msg = f"{code[:20]!r} is not a handling code for a whole file; choose one of {', '.join(FILE_CODES)}"
        raise BadInput(msg)
    with tempfile.TemporaryDirectory(prefix="hamkar-upload-") as folder:
        path = Path(folder) / _safe_name(file.filename)
        await run_in_threadpool(_keep, file, path)
        yield Wanted(path=path, handling=Handling(code=HandlingCode(code)), dry_run=form.get("act") != "import")


@router.post("/imports")
def take(visit: Acting, wanted: Annotated[Wanted, Depends(_uploaded)]) -> Response:
    """Read the file; keep what can be used unless it is a dry run, and show its quality."""
    done = import_file(visit.node, wanted, by=visit.session.account)
    return visit.page(
        "imports.html", rows=list_imports(visit.node, _SHOWN), done=done, dry_run=wanted.dry_run, codes=FILE_CODES
    )


def _keep(file: UploadFile, path: Path) -> None:
    with path.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)


def _safe_name(name: str) -> str:
    """The last part of a file's name with nothing in it that a path or a terminal could mind."""
    plain = re.sub(r"[^\w.()\[\] -]", "_", name.replace("\\", "/").rpartition("/")[2]).lstrip(".")
    return plain[-120:] or "upload"
