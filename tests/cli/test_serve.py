"""The addresses of a running node."""

import socket

import pytest

from hamkar.cli.serve import listening
from hamkar.errors import NotReady


def test_whoever_reads_the_address_can_connect_before_the_servers_run() -> None:
    with listening("127.0.0.1", 0) as pages, socket.create_connection(pages.getsockname(), timeout=5) as caller:
        assert caller.getpeername() == pages.getsockname()


def test_an_address_that_is_taken_is_named() -> None:
    with listening("127.0.0.1", 0) as pages:
        port = pages.getsockname()[1]
        with pytest.raises(NotReady, match=f"127.0.0.1:{port} cannot be listened on"), listening("127.0.0.1", port):
            pass
