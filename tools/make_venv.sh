#!/usr/bin/env bash
# Makes a virtual environment. Usage: make_venv.sh PYTHON FOLDER
# Debian's python3 comes without venv: installed if we are root, else named.
set -euo pipefail

python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or later is needed, $python is $("$python" --version 2>&1)" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "$python cannot make virtual environments. Install what it lacks, then try again:" >&2
        echo "    sudo apt-get install -y python3-venv" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    apt-get install -y -qq --no-install-recommends python3-venv >&2
fi

exec "$python" -m venv "$folder"
