#!/usr/bin/env bash
# Installs what tests take besides Node: from Debian's packages compilers to wasm for guests in C and Rust, and from PyPI, into a virtual
# environment of its own, a COSE library. Without them those tests are skipped by name. A rustc of another origin stays as it is: tests
# look for one that has the target.
set -euo pipefail

PACKAGES=(
  clang lld
  rustc libstd-rust-dev-wasm32
  python3-venv
)
# pycose 1.1.0 reads no lists and maps of cbor2 6.
PYTHON_PACKAGES=(pycose==1.1.0 cbor2==5.6.5)
# test/support/tools.ts looks for it there.
PYTHON_HOME="${EVERBOOT_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/everboot-peers}"

if ! command -v apt-get > /dev/null; then
  echo "install-peers: expected apt-get (Debian, Ubuntu), found none; install these by hand: ${PACKAGES[*]}, and from PyPI: ${PYTHON_PACKAGES[*]}" >&2
  exit 2
fi

AS_ROOT=()
if [ "$(id -u)" -ne 0 ]; then AS_ROOT=(sudo); fi

"${AS_ROOT[@]}" apt-get update -q
"${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${PACKAGES[@]}"

python3 -m venv "$PYTHON_HOME"
"$PYTHON_HOME/bin/python" -m pip install -q --disable-pip-version-check "${PYTHON_PACKAGES[@]}"
