"""An exported table as one JSON value."""

import json
from collections.abc import Iterable

from hamkar.formats.export_row import COLUMNS, MARK_COLUMN, ExportMark, ExportRow


def export_json(rows: Iterable[ExportRow], mark: ExportMark) -> bytes:
    """The file: the mark once, and in every row; amounts are strings, so that no reader rounds them."""
    taken = {
        "id": str(mark.id),
        "account": mark.account,
        "agency": mark.agency,
        "at": mark.at.isoformat(),
        "purpose": mark.purpose,
    }
    listed = [dict(zip(COLUMNS, row.cells, strict=True)) | {MARK_COLUMN: str(mark.id)} for row in rows]
    return json.dumps({MARK_COLUMN: taken, "seizures": listed}, ensure_ascii=False, default=str).encode("utf-8")
