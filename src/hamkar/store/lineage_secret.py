"""Secrets of this node that never leave it and outlive its keys."""

from psycopg import Connection

from hamkar.store.ask import ask


def lineage_secret(connection: Connection) -> bytes:
    """The secret under which lineages get their pseudonyms for partners; the same for the life of the database."""
    return bytes(ask(connection, "SELECT value FROM secret WHERE name = 'lineage'")[0][0])
