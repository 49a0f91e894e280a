"""Which files were imported here, and what was wrong with them."""

from hamkar.actions.node import Node
from hamkar.store import imports
from hamkar.store.imports import ImportRow


def list_imports(node: Node, limit: int) -> list[ImportRow]:
    """The newest imports, at most ``limit``."""
    with node.database.transaction() as connection:
        return imports.list_imports(connection, limit, node.sight)
