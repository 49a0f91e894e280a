#!/bin/sh
# Make .venv with the Python given; on a bare Debian its venv module is a package of its own.
set -eu
python="$1"
if [ -x .venv/bin/python ]; then exit 0; fi
if ! "$python" -m ensurepip --version >/dev/null 2>&1; then
    if [ "$(id -u)" != 0 ]; then
        echo "This Python cannot make virtual environments: run 'apt-get install python3-venv' as root, then again." >&2
        exit 1
    fi
    apt-get update --quiet=2
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends python3-venv
fi
"$python" -m venv .venv
