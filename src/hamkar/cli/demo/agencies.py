"""The three agencies of the demo, each with its own folder, keys, database and running node."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hamkar.actions.accounts import add_account, list_accounts
from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.node import Node, open_node, remove_node
from hamkar.actions.partners import add_partner
from hamkar.actions.status import status
from hamkar.cli.here import environment
from hamkar.crypto.password import new_password
from hamkar.errors import NotReady
from hamkar.model.agency import Standing
from hamkar.model.role import Role
from hamkar.settings import Settings

BY = "demo"
CAST = (
    ("Iran Anti-Narcotics Police", "IR", Standing.AGENCY),
    ("Azerbaijan Anti-Narcotics Police", "AZ", Standing.AGENCY),
    ("UNODC office", "UN", Standing.OBSERVER),
)
"""The offices are real kinds of office; the nodes, accounts and agreements of the demo are invented."""

PEOPLE = {
    "officer": Role.BORDER_OFFICER,
    "analyst": Role.ANALYST,
    "liaison": Role.LIAISON_OFFICER,
    "senior": Role.SENIOR_AUTHORISER,
    "dpo": Role.DATA_PROTECTION_OFFICER,
    "statistician": Role.STATISTICIAN,
}
"""The accounts of each agency beside its administrator, with one password for all; nobody is behind them."""

OBSERVERS = {"observer": Role.OBSERVER}
"""Whom the office that observes has beside them."""

COMPLAINTS = "serve.log"

FIRST_PORT = 8440
"""Pages of the first agency; its partners' door is the next port, and each further agency's pages ten further on."""


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency of the demo: its open node, its running one, where its pages are, the password of its accounts."""

    node: Node
    serving: "Serving"
    url: str
    password: str

    def people(self) -> str:
        """Whom to sign in as, as a sentence has it."""
        *others, last = (account.name for account in list_accounts(self.node))
        return f"{', '.join(others)} or {last}"

    def summary(self) -> dict[str, object]:
        """The agency's line in the result of the demo."""
        now = status(self.node)
        return {
            "name": now.name,
            "country": now.country,
            "url": self.url,
            "reports": now.reports,
            "events": now.events,
            "released": now.released,
            "received": now.received,
            "refused": now.refused,
            "accounts": [
                {"account": account.name, "roles": sorted(account.roles), "password": self.password}
                for account in list_accounts(self.node)
            ],
        }


@dataclass(frozen=True, slots=True)
class Agencies:
    """Three agencies that run, know one another's cards, and are gone with all they hold when the demo ends."""

    iran: Agency
    azerbaijan: Agency
    unodc: Agency

    def __iter__(self) -> Iterator[Agency]:
        """The three, in the order of the story."""
        return iter((self.iran, self.azerbaijan, self.unodc))

    @classmethod
    @contextmanager
    def gathered(cls, folder: Path) -> Iterator["Agencies"]:
        """The three agencies, made in ``folder`` and removed with it."""
        homes = [Settings(home=folder / country.lower()) for _, country, _ in CAST]
        ports = [_free_ports(FIRST_PORT + 10 * place) for place in range(len(CAST))]
        passwords = [new_password() for _ in CAST]
        with ExitStack() as stack:
            stack.callback(folder.rmdir)
            for settings in homes:
                stack.callback(remove_node, settings)
            with ThreadPoolExecutor(len(CAST)) as together:
                list(together.map(_init, CAST, homes, ports, passwords))
            nodes = [stack.enter_context(open_node(settings)) for settings in homes]
            running = [Serving(settings, web) for settings, (web, _) in zip(homes, ports, strict=True)]
            for serving in running:
                stack.callback(serving.stop)
                serving.start()
            with ThreadPoolExecutor(len(CAST)) as together:
                list(together.map(_add_people, nodes, CAST, passwords))
            _introduce(nodes)
            urls = [serving.wait_until_ready() for serving in running]
            yield cls(*(Agency(*each) for each in zip(nodes, running, urls, passwords, strict=True)))


def _init(member: tuple[str, str, Standing], settings: Settings, ports: tuple[int, int], password: str) -> None:
    name, country, standing = member
    endpoint = f"https://127.0.0.1:{ports[1]}"
    wanted = NewNode(
        name=name, country=country, standing=standing, endpoint=endpoint, host="127.0.0.1", password=password
    )
    init_node(settings, wanted)


def _add_people(node: Node, member: tuple[str, str, Standing], password: str) -> None:
    people = PEOPLE | (OBSERVERS if member[2] is Standing.OBSERVER else {})
    for name, role in people.items():
        add_account(node, name, frozenset({role}), password, by=BY)


def _introduce(nodes: list[Node]) -> None:
    """Everybody takes up everybody's card. Here all fingerprints are known; in life they are compared by voice."""
    for node in nodes:
        for other in nodes:
            if other is not node:
                add_partner(node, other.signed_card.envelope, fingerprint=other.id, by=BY)


class Serving:
    """The node's own process, which can be stopped and started again, as when its line is cut."""

    def __init__(self, settings: Settings, port: int) -> None:
        self._settings = settings
        self._port = port
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the process."""
        own = {**environment(), "HAMKAR_HOME": str(self._settings.home), "DATABASE_URL": ""}
        command = [sys.executable, "-m", "hamkar", "serve", "--port", str(self._port), "--json"]
        with (self._settings.home / COMPLAINTS).open("a") as complaints:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                command, env=own, stdout=subprocess.PIPE, stderr=complaints, text=True, start_new_session=True
            )

    def wait_until_ready(self) -> str:
        """The address of the pages, once the node answers there. Raises NotReady where it ended instead."""
        line = self._process.stdout.readline() if self._process and self._process.stdout else ""
        if not line:
            said = (self._settings.home / COMPLAINTS).read_text().strip().splitlines() or ["it said nothing"]
            msg = f"a node of the demo did not start: {said[-1]}; mend that and run the demo again"
            raise NotReady(msg)
        url: str = json.loads(line)["url"]
        return url

    def stop(self) -> None:
        """End the process, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None


def _free_ports(first: int) -> tuple[int, int]:
    return _free_port(first), _free_port(first + 1)


def _free_port(wanted: int) -> int:
    """The wanted port, or another free one where something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
