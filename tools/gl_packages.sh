#!/usr/bin/env bash
# Makes sure that OpenGL can be opened without a display: nothing to do, or apt-get as root, or says what to type.
# Usage: gl_packages.sh COMMAND...   where COMMAND succeeds once OpenGL opens (roadreel doctor).
set -euo pipefail

packages=(libegl1 libgl1 libgl1-mesa-dri)

"$@" >/dev/null 2>&1 && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "OpenGL does not open; installing ${packages[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
    "$@" >&2 && exit 0
    echo "OpenGL still does not open; the lines above say why." >&2
    exit 1
fi

echo "OpenGL does not open. Install it, then try again:" >&2
echo "    sudo apt-get install -y ${packages[*]}" >&2
exit 1
