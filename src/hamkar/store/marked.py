"""Which of some records somebody sees, whatever they are: by the marking of each, wherever it is kept."""

from collections.abc import Sequence
from uuid import UUID

from psycopg import Connection

from hamkar.policy.sight import Sight

_MARKINGS = (
    "SELECT id, handling, false FROM report WHERE id = ANY(%(records)s)"
    " UNION ALL SELECT id, handling, coalesce(minor, false) OR coalesce(role = 'witness', false) FROM nominal.entity"
    " WHERE id = ANY(%(records)s)"
    " UNION ALL SELECT id, substring(body->'handling'->>'code' FROM 2)::smallint,"
    " coalesce(body->>'minor' = 'true', false) OR coalesce(body->>'role' = 'witness', false) FROM nominal.set_aside"
    " WHERE id = ANY(%(records)s)"
    " UNION ALL SELECT id, substring(body->'handling'->>'code' FROM 2)::smallint, false FROM nominal.request_text"
    " WHERE id = ANY(%(records)s)"
)


def seen_among(connection: Connection, records: Sequence[UUID], sight: Sight) -> set[UUID]:
    """Those of these reports, people, things and requests that are seen, in use or out of it.

    Of what is here no more nobody knows the marking, so only who sees everything sees that it was here. Of records of
    several originators under one identifier none is seen where one is not.
    """
    if sight.whole:
        return set(records)
    rows = connection.execute(_MARKINGS, {"records": list(records)}).fetchall()
    hidden = {record for record, rank, guarded in rows if not sight.sees(rank) or (guarded and not sight.protected)}
    return {record for record, _, _ in rows} - hidden
