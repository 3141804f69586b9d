#!/usr/bin/env bash
# Measures this server beside queues that people would pick instead: PostgreSQL with a queue written by hand, BullMQ on Redis, pg-boss.
# Each runs alone, one after another, in each round again and from an empty folder, on the same cores as its load generator, and answers only what
# is on disk. Prints one table in Markdown, as it stands in docs/BENCHMARKS.md; what it does meanwhile goes to the standard error.
#   tests/Benchmarks/peers/run.sh [--seconds 10] [--rounds 2] [--warm 15] [--peers server,postgres,bullmq,pg-boss] [--cores 0,1]
#                                 [--folder /var/tmp] [--no-build]
# --folder is where the data lies: a real disk. Everything listens on 127.0.0.1 alone, and is ended and removed when the script ends.
set -u
cd "$(dirname "$0")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

seconds=10 rounds=2 warm=15 peers=server,postgres,bullmq,pg-boss cores=0,1 folder=/var/tmp build=yes
while [ $# -gt 0 ]; do
  case $1 in
  --no-build) build=no && shift && continue ;;
  --seconds | --rounds | --warm | --peers | --cores | --folder)
    [ $# -ge 2 ] || { echo "$1 needs a value." >&2 && exit 2; }
    printf -v "${1#--}" %s "$2"
    shift 2
    ;;
  *) sed -n '2,8s/^# \{0,1\}//p' run.sh >&2 && exit 2 ;;
  esac
done

say() { echo "$*" >&2; }

sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
work="" server="" generator=""

# Ends the generator before the server, by their ids, and removes what they left.
finish() {
  trap '' INT TERM HUP
  end "$generator" TERM
  stop_server
  [ -z "$work" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Asks a process to end and waits for it; after ten seconds it is ended for good.
end() {
  [ -n "$1" ] && kill -s "$2" "$1" 2>/dev/null || return 0
  for _ in {1..100}; do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null
  wait "$1" 2>/dev/null
}

# PostgreSQL takes INT for "do not wait for those who are connected"; the others know TERM.
stop_server() {
  end "$server" "${ends_by:-TERM}"
  server=""
}

# Installs a Debian package unless the command is there. A service that comes with it is stopped: each peer here is started by this script.
need() { # COMMAND PACKAGE SERVICE
  found "$1" && return
  say "Installing $2."
  $sudo apt-get update -qq >&2 && $sudo apt-get install -y -qq "$2" >/dev/null 2>&1
  if [ -n "${3-}" ]; then
    if [ -d /run/systemd/system ]; then
      $sudo systemctl disable --now "$3" >/dev/null 2>&1
    else
      for file in /run/"$3".pid /run/redis/"$3".pid /run/postgresql/*-main.pid; do
        [ -f "$file" ] && $sudo kill "$(head -n 1 "$file")"
      done
    fi
  fi
  found "$1"
}

found() { command -v "$1" >/dev/null || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1; }

postgres_programs() { dirname "$(find /usr/lib/postgresql -name initdb | sort -V | tail -n 1)"; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo $port
}

# Waits until something listens on the port, for at most 30 s, while the server lives.
wait_for_port() {
  for _ in {1..300}; do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    kill -0 "$server" 2>/dev/null || return
    sleep 0.1
  done
  return 1
}

# Each process gets TERM if this script is ended in a way that it cannot act on.
tied=(setpriv --pdeathsig TERM)

# Runs a load generator for as long as its measurements can take, and a minute; its lines are the figures.
drive() {
  "${tied[@]}" timeout --kill-after=10 $((60 + 3 * warm + 8 * (seconds + 5))) "$@" >>"$work/figures" &
  generator=$!
  wait "$generator"
  local ended=$?
  generator=""
  return $ended
}

bench=(dotnet ../bin/Release/net10.0/Benchmarks.dll peers)
controlsurface=(dotnet ../bin/Release/net10.0/ControlSurface.dll)

measure_server() {
  local port second data=$work/data manager agent
  port=$(free_port) second=$(free_port)
  "${tied[@]}" "${controlsurface[@]}" serve --data "$data" --urls "http://127.0.0.1:$port" --ControlSurface:Http2Port="$second" \
    --ControlSurface:Limits:RequestsPerSecond=1000000 --ControlSurface:Limits:RequestBurst=1000000 >"$work/log" 2>&1 &
  server=$!
  wait_for_port "$port" || return
  manager=$("${controlsurface[@]}" keys add --name manager --kind person --role manager --data "$data" 2>>"$work/log") || return
  agent=$("${controlsurface[@]}" keys add --name agent --kind agent --role agent --data "$data" 2>>"$work/log") || return
  drive "${bench[@]}" server "http://127.0.0.1:$port" "http://127.0.0.1:$second" "$manager" "$agent" $server "$seconds" "$warm"
}

# A cluster of its own. PostgreSQL refuses to run as root.
start_postgres() {
  local programs as=("${tied[@]}")
  programs=$(postgres_programs)
  mkdir "$work/data"
  if [ "$(id -u)" -eq 0 ]; then
    as+=(--reuid=postgres --regid=postgres --clear-groups)
    chown postgres "$work/data"
  fi
  "${as[@]}" "$programs/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C >"$work/log" 2>&1 || return
  "${as[@]}" "$programs/postgres" -D "$work/data" -p "$1" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c synchronous_commit=on -c fsync=on -c full_page_writes=on -c max_connections=100 -c shared_buffers=256MB \
    -c max_wal_size=4GB -c autovacuum_naptime=5s >>"$work/log" 2>&1 &
  server=$! ends_by=INT
  wait_for_port "$1" && sleep 1
}

measure_postgres() {
  local port
  port=$(free_port)
  start_postgres "$port" || return
  drive "${bench[@]}" postgres "Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres;Pooling=false" $server "$seconds" "$warm"
}

measure_pg_boss() {
  local port
  port=$(free_port)
  start_postgres "$port" || return
  drive node pg-boss.mjs "$port" $server "$seconds" "$warm"
}

measure_bullmq() {
  local port
  port=$(free_port)
  mkdir "$work/data"
  "${tied[@]}" redis-server --bind 127.0.0.1 --port "$port" --dir "$work/data" --save '' --appendonly yes --appendfsync always \
    >"$work/log" 2>&1 &
  server=$!
  wait_for_port "$port" || return
  drive node bullmq.mjs "$port" $server "$seconds" "$warm"
}

# What each needs; a sentence for what is left out.
has_what_it_needs() {
  case $1 in
  server) return ;;
  postgres) need initdb postgresql postgresql ;;
  bullmq) need node nodejs && need npm npm && need redis-server redis-server redis-server && npm_packages ;;
  pg-boss) need node nodejs && need npm npm && need initdb postgresql postgresql && npm_packages ;;
  *)
    say "No such peer: $1"
    exit 2
    ;;
  esac || {
    say "Left out: $1, because what it needs could not be installed."
    return 1
  }
}

npm_packages() { [ -d node_modules/bullmq ] || timeout 300 npm ci --ignore-scripts --no-audit --loglevel error >/dev/null; }

present=()
IFS=, read -ra asked <<<"$peers"
for peer in "${asked[@]}"; do
  has_what_it_needs "$peer" && present+=("$peer")
done
if [ $build = yes ]; then
  say "Building."
  dotnet build -c Release .. -v q >&2 || exit 1
fi
taskset -pc "$cores" $$ >/dev/null || exit 1
work=$(mktemp -d "$folder/controlsurface-peers-XXXXXX") || exit 1
chmod 711 "$work"
[ "$(stat -f -c %T "$work")" != tmpfs ] || { say "$folder is memory, not a disk: name another by --folder." && exit 1; }

load() { cut -d ' ' -f 1 /proc/loadavg; }
before=$(load)
drive "${bench[@]}" flushes "$work" before || exit 1
for ((round = 1; round <= rounds; round++)); do
  for peer in "${present[@]}"; do
    say "Round $round of $rounds: $peer."
    ends_by=TERM
    if ! "measure_${peer//-/_}"; then
      say "$peer did not run to its end:"
      tail -n 20 "$work/log" >&2
      failed=yes
    fi
    stop_server
    rm -rf "$work/data"
  done
done
drive "${bench[@]}" flushes "$work" after || exit 1

"${bench[@]}" table "$work/figures"
# Where and with what it was made.
printf '\n%s, cores %s; %s; load average %s before, %s after; %s; rounds: %s, %s s for each figure.\n' \
  "$(LC_ALL=C lscpu | sed -n 's/^Model name: *//p')" "$cores" "$(findmnt -no FSTYPE -T "$work")" "$before" "$(load)" "$(date -u +%F)" "$rounds" "$seconds"
{
  echo ".NET $(dotnet --version)"
  "$(postgres_programs)/postgres" --version 2>/dev/null | sed -nE 's/.* ([0-9.]+).*/PostgreSQL \1/p'
  redis-server --version 2>/dev/null | sed -nE 's/.* v=([0-9.]+).*/Redis \1/p'
  node --version 2>/dev/null | sed 's/^v/Node.js /'
  sed -nE 's/^ *"(bullmq|ioredis|pg-boss)": "(.*)".*/\1 \2/p' package.json
} | paste -sd , | sed 's/,/, /g; s/$/./'
[ -z "${failed-}" ]
