"""FollowTheMoney's own library, where it is installed: it needs ICU, which a bare machine is without."""

from importlib import import_module
from typing import Any

import pytest


def _model() -> Any:
    try:
        return import_module("followthemoney").model
    except ImportError:
        return None


LIBRARY: Any = _model()
needs_library = pytest.mark.skipif(
    LIBRARY is None, reason="THE LIBRARY followthemoney IS NOT INSTALLED: `sh scripts/test_needs.sh` as root adds it"
)
