"""Secrets of this node that never leave it and outlive its keys."""

from psycopg import Connection


def lineage_secret(connection: Connection) -> bytes:
    """The secret under which lineages get their pseudonyms for partners; the same for the life of the database."""
    row = connection.execute("SELECT value FROM secret WHERE name = 'lineage'").fetchone()
    assert row is not None, "the migration makes it"  # noqa: S101 - an invariant, not a check of input
    return bytes(row[0])
