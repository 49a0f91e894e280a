"""Which ways lead into a node, by its settings."""

from hamkar.errors import BadInput, NotReady
from hamkar.settings import Settings
from hamkar.transport.provider import Provider


def second_factor_required(settings: Settings, *, secure: bool) -> bool:
    """Whether a password alone lets nobody in; by itself so where other machines reach the pages."""
    if settings.second_factor not in ("", "required", "optional"):
        msg = f"HAMKAR_SECOND_FACTOR is {settings.second_factor!r}; set it to required or optional, or unset it"
        raise BadInput(msg)
    return settings.second_factor == "required" or (secure and not settings.second_factor)


def provider_of(settings: Settings) -> Provider | None:
    """The agency's own single sign-on, None where none is set.

    Raises NotReady where its library is not installed, and BadInput for half a setting.
    """
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client:
        msg = "HAMKAR_OIDC_ISSUER is set and HAMKAR_OIDC_CLIENT is not; set it to the client id that the provider gave"
        raise BadInput(msg)
    try:
        from hamkar.transport.openid import Client, OpenIdProvider  # noqa: PLC0415 - an extra that need not be there
    except ImportError as error:
        msg = f"single sign-on needs {error.name}, which is not installed; install it with pip install 'hamkar[oidc]'"
        raise NotReady(msg) from error
    return OpenIdProvider(Client(settings.oidc_issuer, settings.oidc_client, settings.oidc_secret))
