"""``hamkar serve``: one process, three jobs."""

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hamkar.actions.deliver_all import keep_delivering
from hamkar.actions.node import TLS_KEY, Node
from hamkar.asgi import officer_app, partner_app
from hamkar.cli.here import complain, json_option, node, reach, settings, show
from hamkar.cli.ways_in import provider_of, second_factor_required
from hamkar.errors import NotReady
from hamkar.transport.https import PartnerLink

CONNECTIONS = 12
CERTIFICATE = "tls.crt"
LAST_SECONDS = 5
"""What is being answered when the node ends may take so long; a bundle cut off is sent again."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the officers' pages.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8440,
    show_default=True,
    help="Port of the officers' pages; 0 for any free one.",
)
@click.option(
    "--partner-host", default="", help="Address on which partners are answered (that of the card by default)."
)
@json_option
def command(*, host: str, port: int, partner_host: str, as_json: bool) -> None:
    """Run the node: the pages for officers, the door for partners, and delivery. Ctrl-C ends it.

    The pages are plain HTTP on this machine's own addresses and HTTPS with the node's certificate on any other.
    """
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # a connection that died is replaced, not reported
    with node() as opened, opened.database.pooled(CONNECTIONS, options="-c max_parallel_workers_per_gather=0") as pool:
        here = replace(opened, database=pool)
        door = urlsplit(here.signed_card.card.endpoint)
        with (
            listening(host, port) as pages,
            listening(partner_host or door.hostname or host, door.port or 0) as partners,
        ):
            secure = host not in _LOOPBACK
            url = f"http{'s' if secure else ''}://{host}:{pages.getsockname()[1]}"
            show({"url": url, "endpoint": here.signed_card.card.endpoint}, _text(here, url), as_json=as_json)
            sys.stdout.flush()
            asyncio.run(_run(here, pages, partners, secure=secure))


def _text(here: Node, url: str) -> str:
    return f"{here.agency.name}: pages at {url}, partners at {here.signed_card.card.endpoint}. Ctrl-C ends it."


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on which whoever reads the address may connect already, to be answered once the servers run.

    Raises NotReady where the address is taken, with what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:  # else asyncio leaves Nagle on
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen()
        except socket.gaierror as error:
            msg = f"{host} is not a name this machine knows: {error.strerror}; name its address with --partner-host"
            raise NotReady(msg) from error
        except OSError as error:
            msg = f"{host}:{port} cannot be listened on: {error.strerror}; end what uses it or choose another port"
            raise NotReady(msg) from error
        yield bound


async def _run(here: Node, pages: socket.socket, partners: socket.socket, *, secure: bool) -> None:
    certificate = here.home / CERTIFICATE
    certificate.write_text(here.signed_card.card.certificate)
    required, provider = second_factor_required(settings(), secure=secure), provider_of(settings())
    pages_app = officer_app(here, secure=secure, second_factor_required=required, provider=provider)
    officers = _server(pages_app, _context(here, certificate) if secure else None)
    door = _server(partner_app(here), _context(here, certificate))
    connect = partial(PartnerLink, reach=reach(here))
    stop = threading.Event()
    loop = asyncio.get_running_loop()

    def deliver() -> None:
        """Deliver until told to stop; if it ends by itself the node ends, for without it all looks well."""
        try:
            keep_delivering(here, connect, stop, complain)
        finally:
            loop.call_soon_threadsafe(_end, officers, door)

    courier = threading.Thread(target=deliver, daemon=True)
    courier.start()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _end, officers, door)
    try:
        await asyncio.gather(officers.serve([pages]), door.serve([partners]))
    finally:
        stop.set()
        courier.join()


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to whoever runs several."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End idle connections without a goodbye, for which TLS would wait half a minute; then as any server does."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, HttpToolsProtocol) and (
                not connection.cycle or connection.cycle.response_complete
            ):
                connection.transport.abort()
        await super().shutdown(sockets)


def _context(here: Node, certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, here.home / TLS_KEY)
    return context


def _server(app: FastAPI, context: ssl.SSLContext | None) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=HttpToolsProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
    config.load()
    config.ssl = context
    return _Server(config)


def _end(*servers: uvicorn.Server) -> None:
    for server in servers:
        server.should_exit = True
