"""The nodes and servers that these tests use."""

from fixtures_node import agencies
from fixtures_web import event, node, officer, signed_in, stranger, url

__all__ = ["agencies", "event", "node", "officer", "signed_in", "stranger", "url"]
