"""Reading a file of seizures into claims."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from hamkar.actions.import_file import Imported, Wanted, import_file
from hamkar.actions.list_imports import list_imports as actions_list
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.formats.quality import Quality
from hamkar.model.handling import Handling, HandlingCode

router = APIRouter(prefix="/imports", tags=["imports"])

FileCode = Literal[HandlingCode.H0, HandlingCode.H1, HandlingCode.H2]
"""H3 needs words of its own for each record, which a whole file cannot have."""

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV, ZIP with one CSV in it, or XLSX.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: how many claims are new or were held already, and the file's quality."""

    imported: int
    held_already: int
    seconds: float
    dry_run: bool
    quality: Quality


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that was made, with the quality of its file as it was found then."""

    id: UUID
    file_name: str
    sha256: str
    layout: str
    imported_by: str
    imported_at: datetime
    quality: Mapping[str, Any]


@router.get("", operation_id="list_imports", responses=problems())
def list_imports(caller: Called, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[PastImport]:
    """The newest imports."""
    return [
        PastImport(
            id=row.id,
            file_name=row.file_name,
            sha256=row.sha256.hex(),
            layout=row.layout,
            imported_by=row.imported_by,
            imported_at=row.imported_at,
            quality=row.quality,
        )
        for row in actions_list(caller.node, limit)
    ]


@router.post("", operation_id="import_file", responses=problems(413), openapi_extra=_BODY)
async def take(
    request: Request,
    caller: Acting,
    name: Annotated[str, Query(pattern=r"^[\w()\[\]-][\w.()\[\] -]{0,119}$", description="The file's name.")],
    handling: FileCode = HandlingCode.H0,
    layout: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,40}$", description="Recognised by itself if empty.")] = "",
    dry_run: Annotated[bool, Query(description="Read and judge the file, keep nothing.")] = False,  # noqa: FBT002 - a query parameter is named by whoever sends it
) -> ImportResult:
    """File every claim of the file that is not held yet. The same file twice adds nothing."""
    with tempfile.TemporaryDirectory(prefix="hamkar-upload-") as folder:
        path = Path(folder) / re.sub(r"[/\\]", "_", name)
        await _keep(request, path)
        wanted = Wanted(
            path=path,
            layout=layout or None,
            handling=Handling(code=handling),
            dry_run=dry_run,
        )
        return _shown(await run_in_threadpool(import_file, caller.node, wanted, by=caller.session.account), wanted)


async def _keep(request: Request, path: Path) -> None:
    with path.open("wb") as file:
        async for chunk in request.stream():
            await run_in_threadpool(file.write, chunk)


def _shown(done: Imported, wanted: Wanted) -> ImportResult:
    return ImportResult(done.imported, done.held_already, done.seconds, wanted.dry_run, done.quality)
