"""Where passkeys count: the exact address by which a browser reached the pages."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from hamkar.crypto.passkey import Site


def origin_of(request: Request) -> str:
    """The origin that a browser asked for: scheme, host and port, as its Host header has them."""
    return f"{'https' if request.app.state.secure else 'http'}://{request.headers.get('host', '').lower()}"


def site_of(request: Request) -> Site | None:
    """The site that a browser asked for; None where it has no name, for a passkey is bound to one (no IP address)."""
    origin = origin_of(request)
    try:
        parts = urlsplit(origin)
        host = parts.hostname
    except ValueError:
        return None
    if not host or parts.path or parts.username is not None or _is_address(host):
        return None
    return Site(origin, host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
