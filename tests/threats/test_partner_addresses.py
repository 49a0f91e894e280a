"""No card, redirect or name makes a node knock on doors inside its own network (SSRF, DNS rebinding)."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.transport.https import PartnerLink, get_card
from hamkar.transport.reach import LOOPBACK, Reach, reach_of
from transport.peer import answering, peer

INSIDE = (
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",  # noqa: S104 - listens on nothing here
    "10.0.0.5",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.7",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:5",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "fd00:ec2::254",
    "fc00::1",
    "ff02::1",
    "100::1",
    "2001:db8::1",
)
PUBLIC = ("1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")


@dataclass
class Directory:
    """A name server that gives its answers in turn, the last one for ever."""

    answers: list[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer."""
        assert port
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were connected to; none of them is there."""
    tried: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        assert timeout > 0
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_connected_to(address: str, dialled: list[str]) -> None:
    with pytest.raises(Unreachable, match="HAMKAR_PARTNER_NETWORKS"):
        Reach(resolve=Directory([[address]])).connect("police.example", 8443, 1)
    assert dialled == []


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is(address: str, dialled: list[str]) -> None:
    with pytest.raises(ConnectionRefusedError):
        Reach(resolve=Directory([[address]])).connect("police.example", 8443, 1)
    assert [ip_address(each) for each in dialled] == [ip_address(address)]


def test_one_address_inside_among_public_ones_is_enough_to_refuse_them_all(dialled: list[str]) -> None:
    with pytest.raises(Unreachable, match=r"10\.0\.0\.5"):
        Reach(resolve=Directory([["1.1.1.1", "10.0.0.5"]])).connect("police.example", 8443, 1)
    assert dialled == []


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(dialled: list[str]) -> None:
    rebinding = Directory([["1.1.1.1"], ["127.0.0.1"]])
    with pytest.raises(ConnectionRefusedError):
        Reach(resolve=rebinding).connect("police.example", 8443, 1)
    assert (rebinding.asked, dialled) == (["police.example"], ["1.1.1.1"])
    with pytest.raises(Unreachable, match="no public address"):
        Reach(resolve=rebinding).connect("police.example", 8443, 1)
    assert dialled == ["1.1.1.1"]


def test_a_link_asks_the_reach_and_nobody_else(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}")) as south:
        port = south.listener.getsockname()[1]
        named = replace(south.card(), endpoint=f"https://police.example:{port}")
        directory = Directory([["127.0.0.1"]])
        with PartnerLink(named, 5, reach=Reach(LOOPBACK, directory)) as link:
            assert link.get_card() == b"{}"
        with PartnerLink(named, 5, reach=Reach((), directory)) as link, pytest.raises(Unreachable):
            link.get_card()
        with pytest.raises(Unreachable):
            get_card(named.endpoint, 5, reach=Reach((), directory))
        assert directory.asked == ["police.example"] * 3
        assert len(south.requests) == 1


def test_a_redirect_leads_nowhere(tmp_path: Path) -> None:
    with (
        peer(tmp_path, answering(302, b"", "location: https://127.0.0.1:1/")) as south,
        PartnerLink(south.card(), 5, reach=Reach(LOOPBACK)) as link,
        pytest.raises(ProtocolError),
    ):
        link.get_card()
    assert len(south.requests) == 1


@pytest.mark.parametrize("address", ["10.8.3.4", "::ffff:10.8.3.4", "fd12:3456::7"])
def test_a_network_that_the_administrator_names_is_open(address: str, dialled: list[str]) -> None:
    named = reach_of("10.8.0.0/16, fd12:3456::/32", "https://node.example")
    with pytest.raises(ConnectionRefusedError):
        replace(named, resolve=Directory([[address]])).connect("police.example", 8443, 1)
    assert [ip_address(each) for each in dialled] == [ip_address(address)]
    with pytest.raises(Unreachable):
        replace(named, resolve=Directory([["10.9.0.1"]])).connect("police.example", 8443, 1)


def test_a_node_that_is_tried_out_on_loopback_reaches_loopback_and_others_do_not() -> None:
    assert reach_of("", "https://127.0.0.1:8801").networks == LOOPBACK
    assert reach_of("", "https://[::1]:8801").networks == LOOPBACK
    assert reach_of("", "https://node.example").networks == ()


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match=r"HAMKAR_PARTNER_NETWORKS has “10\.8\.0\.1/16”"):
        reach_of("10.8.0.1/16", "https://node.example")
