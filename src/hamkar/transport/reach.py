"""Which addresses this node connects to: a partner's card never makes it knock on doors inside its own network."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from hamkar.errors import BadInput, Unreachable

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, as text. Raises OSError where it has none."""

LOOPBACK: Final[tuple[Network, ...]] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

_IPV4: Final = 4
_UNICAST: Final = ip_network("2000::/3")
"""All that IPv6 gives out for everybody's use (RFC 4291, section 2.4, and IANA's registry)."""

_TRANSLATED: Final = ip_network("64:ff9b::/96")
"""IPv6 addresses that a translator turns into the IPv4 address in their last 32 bits (RFC 6052)."""


def look_up(host: str, port: int) -> Sequence[str]:
    """What the operating system knows of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Connects to public addresses and to those of ``networks``, and to nothing else; a name is looked up once.

    What was checked is what is connected to, so a name that answers otherwise the second time gains nothing.
    """

    networks: tuple[Network, ...] = ()
    resolve: Resolve = look_up

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """A connection to the first address of the host that answers.

        Raises Unreachable where any of its addresses is not open to this node, and OSError where none answers.
        """
        addresses = [ip_address(text) for text in self.resolve(host, port)]
        for address in addresses:
            self._require_open(host, address)
        return _connected(addresses, port, timeout)

    def _require_open(self, host: str, address: Address) -> None:
        if not all(map(self._is_open, _meant(address))):
            msg = (
                f"{host} leads to {address}, which is no public address, and this node connects to no other: check the"
                " address, or add its network to HAMKAR_PARTNER_NETWORKS if a partner is there"
            )
            raise Unreachable(msg)

    def _is_open(self, address: Address) -> bool:
        return _is_public(address) or any(address in network for network in self.networks)


def reach_of(networks: str, own_endpoint: str) -> Reach:
    """The reach of a node with these further networks (with commas, as in ``10.8.0.0/16, fd00::/8``).

    A node whose own card names loopback is tried out on one machine, and reaches loopback too. Raises BadInput.
    """
    own = urlsplit(own_endpoint).hostname or ""
    here = LOOPBACK if _is_loopback(own) else ()
    return Reach((*map(_network, filter(None, map(str.strip, networks.split(",")))), *here))


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        msg = f"HAMKAR_PARTNER_NETWORKS has “{text}”, which is no network ({error}); write it as 10.8.0.0/16"
        raise BadInput(msg) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and (address.version == _IPV4 or address in _UNICAST)


def _meant(address: Address) -> tuple[Address, ...]:
    """What is reached by way of an address: the IPv4 address that one of IPv6 stands for, or also those it goes by."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _TRANSLATED:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    by = (address.sixtofour, *(address.teredo or ()))
    return (address, *(each for each in by if each is not None))


def _connected(addresses: Sequence[Address], port: int, timeout: float) -> socket.socket:
    failure: OSError = OSError("its name leads to no address")
    for address in addresses:
        try:
            return socket.create_connection((str(address), port), timeout)
        except OSError as error:
            failure = error
    raise failure
