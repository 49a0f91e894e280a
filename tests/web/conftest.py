"""The nodes and servers that these tests use."""

from fixtures_browser import chromium
from fixtures_node import agencies
from fixtures_web import event, node, officer, signed_in, stranger, url

__all__ = ["agencies", "chromium", "event", "node", "officer", "signed_in", "stranger", "url"]
