#!/usr/bin/env bash
# A table with a real pcscd, a virtual reader and a hand with virtual cards, in namespaces of its own: the virtual reader
# listens on every interface there is, so it gets none but loopback. FOLDER becomes the daemon's /run; its socket
# FOLDER/pcscd/pcscd.comm is reached from outside. Everything ends when this process is killed.
#
# usage: card-table.sh FOLDER COMMAND [ARGUMENT ...]     the command is the hand: lines in, lines out
# Exit code 77: something that is needed is not installed or not allowed here; standard error says what.
set -euo pipefail
readonly ABSENT=77
absent() { printf '%s\n' "$*" >&2; exit "$ABSENT"; }

if [ "${1:-}" = --inside ]; then
  folder=$2; shift 2
  ip link set lo up
  mount --bind "$folder" /run
  rm -rf /run/pcscd
  mkdir /run/pcscd
  # Where pcscd asks polkit (Debian 13), nobody would answer here.
  flags=(--foreground)
  if pcscd --help 2>&1 | grep -q disable-polkit; then flags+=(--disable-polkit); fi
  pcscd "${flags[@]}" >"$folder/pcscd.log" 2>&1 </dev/null &
  # The socket is made after the readers of reader.conf.d are known.
  for _ in $(seq 200); do
    [ ! -S /run/pcscd/pcscd.comm ] || exec "$@"
    sleep 0.05
  done
  echo "pcscd made no socket within 10 s; see $folder/pcscd.log" >&2
  exit 1
fi

folder=$1; shift
PATH=$PATH:/usr/sbin:/sbin
command -v pcscd >/dev/null || absent "pcscd is not installed: ./dev setup installs it"
command -v ip >/dev/null || absent "ip is not installed: ./dev setup installs iproute2"
compgen -G '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null ||
  absent "the virtual reader is not installed: ./dev setup installs vsmartcard-vpcd"
flags=(--mount --net --pid --fork --kill-child --mount-proc)
[ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
unshare "${flags[@]}" true 2>/dev/null || absent "this kernel does not let this user make namespaces"
exec unshare "${flags[@]}" bash "${BASH_SOURCE[0]}" --inside "$folder" "$@"
