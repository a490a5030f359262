#!/usr/bin/env bash
# Installs what `everboot budget --target` takes, from Debian's packages: compilers for Cortex-M and RISC-V, QEMU, and wasm2c.
set -euo pipefail

PACKAGES=(
  gcc libc6-dev
  gcc-arm-none-eabi libnewlib-arm-none-eabi
  gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
  qemu-system-arm qemu-system-misc
  wabt
)

if ! command -v apt-get > /dev/null; then
  echo "install-target-tools: expected apt-get (Debian, Ubuntu), found none; install these by hand: ${PACKAGES[*]}" >&2
  exit 2
fi

AS_ROOT=()
if [ "$(id -u)" -ne 0 ]; then AS_ROOT=(sudo); fi

"${AS_ROOT[@]}" apt-get update -q
"${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${PACKAGES[@]}"
