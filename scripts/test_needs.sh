#!/bin/sh
# What the tests need beyond Python: a browser for the pages, a second PostgreSQL for the store, and what sees calls.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$missing postgresql-15"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
command -v ps >/dev/null 2>&1 || missing="$missing procps"
# What drives the browser is linked to it, and a bare Debian is without.
ldconfig -p | grep -q libatomic.so.1 || missing="$missing libatomic1"
# The library that the schemata of people and things are compared with builds PyICU, which has no wheel.
library=.venv/bin/python
if ! $library -c "import followthemoney" 2>/dev/null; then
    command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
    command -v g++ >/dev/null 2>&1 || missing="$missing g++"
    pkg-config --exists icu-i18n 2>/dev/null || missing="$missing libicu-dev"
    $library -c "import sysconfig, pathlib, sys; sys.exit(not (pathlib.Path(sysconfig.get_path('include')) / 'Python.h').exists())" \
        || missing="$missing python3-dev"
fi
compare() {
    $library -c "import followthemoney" 2>/dev/null && return
    $library -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-ftm.lock ||
        echo "followthemoney could not be installed: the tests that compare with it are skipped." >&2
}
if [ -z "$missing" ]; then
    compare
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "Not installed:$missing. The tests that need them are skipped; install them as root to run all." >&2
    exit 0
fi
# Only the programs are wanted: no server of the system's own is to be made or started.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get update --quiet=2
# shellcheck disable=SC2086 # one word a package
DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends $missing >/dev/null
compare
