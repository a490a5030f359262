#!/usr/bin/env bash
# Installs what tests take besides Node, from Debian's packages: compilers to wasm for guests in C and Rust. Without them those
# tests are skipped by name. A rustc of another origin stays as it is: tests look for one that has the target.
set -euo pipefail

PACKAGES=(
  clang lld
  rustc libstd-rust-dev-wasm32
)

if ! command -v apt-get > /dev/null; then
  echo "install-peers: expected apt-get (Debian, Ubuntu), found none; install these by hand: ${PACKAGES[*]}" >&2
  exit 2
fi

AS_ROOT=()
if [ "$(id -u)" -ne 0 ]; then AS_ROOT=(sudo); fi

"${AS_ROOT[@]}" apt-get update -q
"${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${PACKAGES[@]}"
