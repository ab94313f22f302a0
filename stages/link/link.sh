#!/usr/bin/env bash
# A path between two regions: toxiproxy on the routes that ROUTES names, each "PORT=HOST:PORT", with DELAY_MS in either
# direction, so that a round trip takes twice that. toxiproxy's own file knows no delays: they are asked of its interface.
# A route opens when it has its delay, and /proxies/ready is there when all are open.
set -euo pipefail

"${TOXIPROXY:-/toxiproxy}" -host "$BOX_ADDRESS" -port 8474 &
server=$!
trap 'kill -TERM "$server"' TERM INT

# post PATH JSON: until the server listens, 5 s at most; anything but a 2xx ends the box.
post() {
  local try status
  for ((try = 0; try < 250; try++)); do
    if { exec 3<> "/dev/tcp/$BOX_ADDRESS/8474"; } 2> /dev/null; then break; fi
    kill -0 "$server" 2> /dev/null || exit 1
    sleep 0.02
  done
  printf 'POST %s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "$1" "${#2}" "$2" >&3
  read -r _ status _ <&3
  exec 3>&-
  [[ $status = 2* ]] || { echo "toxiproxy answered $status to $1 $2" >&2; kill "$server"; exit 1; }
}

for route in $ROUTES; do
  port=${route%%=*} to=${route#*=}
  post /proxies "{\"name\":\"$port\",\"listen\":\"$BOX_ADDRESS:$port\",\"upstream\":\"$to\",\"enabled\":false}"
  for stream in upstream downstream; do
    post "/proxies/$port/toxics" "{\"type\":\"latency\",\"name\":\"$stream\",\"stream\":\"$stream\",\"attributes\":{\"latency\":$DELAY_MS}}"
  done
  post "/proxies/$port" "{\"listen\":\"$BOX_ADDRESS:$port\",\"upstream\":\"$to\",\"enabled\":true}"
done
post /proxies '{"name":"ready","listen":"127.0.0.1:1","upstream":"127.0.0.1:1","enabled":false}'

# A signal ends the first wait, the server ends the second.
wait "$server" || wait "$server"
