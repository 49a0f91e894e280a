"""The settings of a node, read from the environment at the edge and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from hamkar.errors import BadInput

PREFIX = "HAMKAR_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a node lives and what it listens on. Every setting is an environment variable, listed in docs/settings.md.

    ``home`` is HAMKAR_HOME. ``database_url`` is DATABASE_URL; where it is empty the node runs a PostgreSQL of its own
    from ``postgres_bin`` (HAMKAR_POSTGRES_BIN), as the account ``postgres_user`` (HAMKAR_POSTGRES_USER) when started
    by root. ``partner_networks`` (HAMKAR_PARTNER_NETWORKS) are networks that are not public and where partners are.
    ``second_factor`` (HAMKAR_SECOND_FACTOR) says whether a password alone lets anybody in. ``oidc_issuer``,
    ``oidc_client`` and ``oidc_secret`` (HAMKAR_OIDC_…) are the agency's own single sign-on, and the node's name there.
    """

    home: Path
    database_url: str = ""
    postgres_bin: str = ""
    postgres_user: str = ""
    partner_networks: str = ""
    second_factor: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in these variables. Raises BadInput for a HAMKAR_ variable that is none of them."""
        known = {PREFIX + field.name.upper() for field in fields(cls)} - {"HAMKAR_DATABASE_URL"}
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
        if unknown:
            names = ", ".join(sorted(known))
            msg = f"{unknown[0]} is not a setting of Hamkar (known: {names}); unset it or mend its name"
            raise BadInput(msg)
        return cls(
            home=Path(environment.get("HAMKAR_HOME") or _default_home(environment)).expanduser().absolute(),
            database_url=environment.get("DATABASE_URL", ""),
            postgres_bin=environment.get("HAMKAR_POSTGRES_BIN", ""),
            postgres_user=environment.get("HAMKAR_POSTGRES_USER", ""),
            partner_networks=environment.get("HAMKAR_PARTNER_NETWORKS", ""),
            second_factor=environment.get("HAMKAR_SECOND_FACTOR", ""),
            oidc_issuer=environment.get("HAMKAR_OIDC_ISSUER", ""),
            oidc_client=environment.get("HAMKAR_OIDC_CLIENT", ""),
            oidc_secret=environment.get("HAMKAR_OIDC_SECRET", ""),
        )


def _default_home(environment: Mapping[str, str]) -> str:
    return environment.get("XDG_DATA_HOME", "~/.local/share") + "/hamkar"
