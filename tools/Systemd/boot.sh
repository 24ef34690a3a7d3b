#!/usr/bin/env bash
# Boots a Debian in a container, puts programs, units and rules where docs/operating.md says, and lets systemd start them. The
# agent has no network and no documents: gate-link brings them from the nginx beside it. Its key is sealed by a TPM in software. Then a
# picture is shown to the camera, a card is laid on a virtual reader, and a technician asks. Exit 0: all came through; 1: not; 3: no
# container can boot here.
set -euo pipefail
GATE=$1 FOLDER=$2
ROOT=$FOLDER/debian PROVINCE=$FOLDER/province
PACKAGES=systemd,systemd-sysv,dbus,udev,libgpiod3,libzbar0t64,nginx-light,pcscd,vsmartcard-vpcd,swtpm,libtss2-esys-3.0.2-0t64,libtss2-tctildr0t64,libtss2-tcti-swtpm0t64
CONTAINER=

say() { printf '\033[2m── %s\033[0m\n' "$*"; }
inside() { nsenter --target "$CONTAINER" --all -- "$@"; }
at_rest() { systemd-nspawn --quiet --directory "$ROOT" --register=no --keep-unit --pipe -- "$@"; }
province() { dotnet artifacts/bin/Province/release/province.dll "$@"; }
cannot() { echo "boot.sh: $*" >&2; exit 3; }

make_root() {
  [ "$(cat "$ROOT/.made" 2>/dev/null)" != "$PACKAGES" ] || return 0
  say "making a Debian 13"
  mkdir -p "$FOLDER"
  rm -rf "$ROOT"
  mmdebstrap --quiet --variant=minbase --include="$PACKAGES" trixie "$ROOT" || cannot "no Debian 13 can be made here"
  echo "$PACKAGES" >"$ROOT/.made"
}

# As the table of docs/operating.md.
put_programs() {
  install -D -t "$ROOT/usr/lib/gate-agent" "$GATE"/{gate-agent,gate-camera,gate-link,gatectl,libe_sqlite3.so}
  ln -sf /usr/lib/gate-agent/gatectl "$ROOT/usr/bin/gatectl"
  install -m 644 -t "$ROOT/etc/systemd/system" deploy/systemd/*.service
  install -D -m 644 deploy/systemd/gate-agent-tpm.conf "$ROOT/etc/systemd/system/gate-agent.service.d/tpm.conf"
  install -D -m 644 deploy/systemd/gate-agent.sysusers "$ROOT/usr/lib/sysusers.d/gate-agent.conf"
  install -D -m 644 deploy/systemd/gate-agent.tmpfiles "$ROOT/usr/lib/tmpfiles.d/gate-agent.conf"
  install -D -m 644 -t "$ROOT/usr/lib/udev/rules.d" deploy/udev/60-gate-agent.rules
  install -D -m 644 -t "$ROOT/usr/share/polkit-1/rules.d" deploy/polkit/60-gate-agent.rules
  install -D -m 644 -t "$ROOT/etc/nginx" deploy/nginx/repository.conf
  rm -f "$ROOT/etc/nginx/sites-enabled/default"
  echo 'server { listen 80; root /srv/province; include /etc/nginx/repository.conf; }' >"$ROOT/etc/nginx/sites-enabled/province"
  at_rest sh -c 'getent group gpio >/dev/null || groupadd --system gpio; systemd-sysusers; systemd-tmpfiles --create gate-agent.conf
    id technician 2>/dev/null >&2 || useradd --groups gate-technician technician'
}

configure() {
  rm -rf "$PROVINCE" "$ROOT"/var/lib/gate-agent/* "$ROOT/srv/pictures" "$ROOT/srv/province"
  mkdir -p "$ROOT/srv/pictures"
  cat >"$ROOT/etc/gate-agent/agent.json" <<'JSON'
{ "stateFolder": "/var/lib/gate-agent", "linkSocket": "/run/gate-agent/link.sock", "controlSocket": "/run/gate-agent/control.sock",
  "gpio": { "chip": "simulated" }, "floor": { "kind": "tpm", "at": "swtpm:path=/run/swtpm/sock" },
  "readers": [
    { "name": "camera", "kind": "camera", "lane": "metro-1", "path": "/run/gate-agent/camera-metro-1.sock" },
    { "name": "nfc", "kind": "pcsc", "lane": "metro-1", "path": "*" } ],
  "lanes": [ { "name": "metro-1", "relay": { "pin": 4 } } ] }
JSON
  cat >"$ROOT/etc/gate-agent/link.json" <<'JSON'
{ "linkSocket": "/run/gate-agent/link.sock", "baseUrls": [ "http://127.0.0.1/" ], "pollSeconds": 10, "cacheFolder": "/var/cache/gate-link" }
JSON
  echo 'GATE_CAMERA_SOURCE=--folder /srv/pictures' >"$ROOT/etc/gate-agent/camera-metro-1.conf"
}

boot() {
  say "booting"
  systemd-nspawn --quiet --boot --directory "$ROOT" --machine "gate-$$" --private-network --register=no --keep-unit \
    >"$FOLDER/boot.log" 2>&1 </dev/null &
  local nspawn=$!
  trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
  for _ in $(seq 60); do
    CONTAINER=$(pgrep -P "$nspawn" | head -1) || true
    if [ -n "$CONTAINER" ] && inside systemctl is-system-running 2>/dev/null | grep -q -e running -e degraded; then return; fi
    kill -0 "$nspawn" 2>/dev/null || cannot "systemd-nspawn ended: $(tail -1 "$FOLDER/boot.log")"
    sleep 1
  done
  cannot "systemd did not come up within a minute: see $FOLDER/boot.log"
}

# Until a line of an answer is seen, for 30 s.
wait_for() {
  local seen=$1; shift
  for _ in $(seq 30); do
    if inside "$@" 2>/dev/null | grep -q -e "$seen"; then echo "   $seen"; return; fi
    sleep 1
  done
  echo "boot.sh: '$seen' was not seen in '$*'" >&2
  inside "$@" >&2 || true
  inside journalctl --no-pager --lines 40 -u 'gate-*' -u pcscd >&2
  return 1
}

agent() { inside runuser -u gate-agent -- env TSS2_LOG=all+NONE /usr/lib/gate-agent/gate-agent "$@"; }

enrol() {
  inside systemd-run --quiet --property RuntimeDirectory=swtpm \
    swtpm socket --tpm2 --tpmstate dir=/run/swtpm --server type=unixio,path=/run/swtpm/sock,mode=0666 \
    --ctrl type=unixio,path=/run/swtpm/sock.ctrl,mode=0666 --flags not-need-init,startup-clear
  wait_for sock ls /run/swtpm
  province make --folder "$PROVINCE"
  install -m 644 "$PROVINCE/root.json" "$ROOT/srv/root.json"
  agent enrol --config /etc/gate-agent/agent.json --root /srv/root.json --gate demo-1
  province make --folder "$PROVINCE" --publication 2 --device-key "$ROOT/var/lib/gate-agent/device.pub" --lane metro-1:turnstile:metro
  cp -r "$PROVINCE/repository" "$ROOT/srv/province"
  chmod -R a+rX "$ROOT/srv"
}

run() {
  inside systemctl start nginx pcscd.socket gate-agent gate-link gate-camera@metro-1
  wait_for 'documents   fresh' gatectl status
  wait_for 'well        floor' gatectl status
  wait_for 'well        reader camera' gatectl status
  province code green-phone --png "$ROOT/srv/pictures/1.png" >/dev/null
  chmod a+r "$ROOT"/srv/pictures/*
  wait_for 'pass  *10 green' gatectl journal
  local file; file=$(province card green-transit-card | cut -f 3)
  nsenter --target "$CONTAINER" --net -- dotnet artifacts/bin/VirtualCard/release/virtual-card.dll --application transit --file "$file" </dev/null &
  local card=$!
  wait_for 'well        reader nfc' gatectl status
  wait_for '2 answered' gatectl status
  kill "$card"
  wait_for 'documents   fresh' runuser -u technician -- gatectl status
  if inside runuser -u nobody -- gatectl status >/dev/null 2>&1; then echo "boot.sh: anyone may use control.sock" >&2; return 1; fi
  inside systemctl restart gate-agent
  wait_for 'documents   fresh' gatectl status
  wait_for 'well        link' gatectl status
  local unit
  for unit in gate-agent gate-link gate-camera@metro-1; do wait_for '^active' systemctl is-active "$unit"; done
}

[ "$(id -u)" = 0 ] || cannot "run as root: a container is booted"
make_root
put_programs
configure
boot
enrol
run
