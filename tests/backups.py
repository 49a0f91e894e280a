"""Backups of a node's database, and nodes put back to them, for tests."""

import itertools

from psycopg import sql

from hamkar.actions.node import Node
from hamkar.store.database import Database
from hamkar.store.postgres.cluster import Cluster

_numbers = itertools.count(1)


class Backups:
    """Copies of nodes' databases on one server."""

    def __init__(self, postgres: Cluster) -> None:
        self._server = Database(postgres, "postgres")

    def take(self, node: Node) -> str:
        """A copy of the node's database as it is now."""
        name = f"backup_{next(_numbers)}_{node.database.name}"
        self._copy(node.database.name, name)
        return name

    def restore(self, node: Node, backup: str) -> None:
        """Put the node back to a backup, as if its machine had been lost since."""
        with self._server.administration() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(node.database.name)))
        self._copy(backup, node.database.name)

    def _copy(self, source: str, to: str) -> None:
        with self._server.administration() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (source,))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(to), sql.Identifier(source))
            )
