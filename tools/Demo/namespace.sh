#!/usr/bin/env bash
# Runs a command where a virtual card reader can stand: its own network with loopback alone, and its own /run for pcscd.
# The virtual reader listens on every interface there is, so it gets none but loopback. Needs no root where the kernel
# lets users make namespaces.
set -euo pipefail
if [ "${1:-}" = --inside ]; then
  shift
  ip link set lo up
  mount -t tmpfs tmpfs /run
  mkdir /run/pcscd
  exec "$@"
fi
[ $# -gt 0 ] || { echo "usage: namespace.sh COMMAND [ARGUMENT ...]" >&2; exit 2; }
flags=(--mount --net --fork --kill-child)
[ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
if ! unshare "${flags[@]}" true 2>/dev/null; then
  echo "namespace.sh: this kernel does not let this user make namespaces: run as root, or set kernel.unprivileged_userns_clone=1" >&2
  exit 3
fi
exec unshare "${flags[@]}" "${BASH_SOURCE[0]}" --inside "$@"
