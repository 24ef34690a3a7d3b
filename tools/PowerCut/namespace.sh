#!/usr/bin/env bash
# Runs a command where disks can be mounted and nothing stays behind, however it ends: mounts and processes live in
# namespaces of their own and end with them, and the folder whose name is appended to the command is removed.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: namespace.sh COMMAND [ARGUMENT ...]" >&2; exit 2; }
refuse() { echo "namespace.sh: $1" >&2; exit 3; }
[ "$(id -u)" = 0 ] || refuse "a disk is mounted: run as root"
[ -c /dev/fuse ] || refuse "this kernel has no FUSE: load the module fuse"
[ -e /dev/loop-control ] || refuse "this kernel has no loop devices: load the module loop"
for program in qemu-storage-daemon mkfs.ext4 unshare; do
  command -v "$program" >/dev/null || refuse "$program is not here: run ./dev powercut once, which installs it"
done
unshare --mount --pid --fork --kill-child --mount-proc true 2>/dev/null || refuse "this machine does not let root make namespaces"
folder=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)" gate-powercut.XXXXXX)
trap 'rm -rf "$folder"' EXIT
unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$@" --folder "$folder"
