#!/usr/bin/env bash
# Plays for minutes what test.sh plays once: three processes with one PostgreSQL, of which the one that has the workspace is killed,
# stopped, or stands still, the database is restarted, and all are killed at once; then, with a network namespace for each, whoever does
# not hear whom, a slow network, a database that stands still or cuts its sessions, and clocks minutes apart. Callers and a reader of the
# stream work through every machine meanwhile: each acknowledged write must be there once, and the stream must miss nothing. Two writers
# that each believe are played 10,000 times, and a rolling upgrade under 200 agents with 50 open pages. The figures of BENCHMARKS.md,
# Several machines, are made last. Ends with 1 if anything failed. Takes more than half an hour on two cores; prints the tables of waits.
# Networks are cut where this is root and has ip (iproute2), clocks are wrong where libfaketime is there; what was left out is said.
#   tests/cluster.sh                  ten rounds
#   CLUSTER_ROUNDS=50 tests/cluster.sh
# Ends by itself after CLUSTER_MINUTES (180), and gives up one part after half an hour without a result.
set -u
cd "$(dirname "$0")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export CLUSTER_ROUNDS=${CLUSTER_ROUNDS:-10} FORK_ROUNDS=${FORK_ROUNDS:-10000}
CLUSTER_TABLE=$(mktemp)
export CLUSTER_TABLE
dotnet build -v q -c Release tests/Server.Tests || exit 1
timeout --kill-after=60s "${CLUSTER_MINUTES:-180}m" dotnet test tests/Server.Tests -c Release --no-build --nologo \
  --blame-hang-timeout 30min --blame-hang-dump-type none --filter "FullyQualifiedName~Three_machines|FullyQualifiedName~TwoWriters|FullyQualifiedName~Compose_files|FullyQualifiedName~MachineFigures" \
  --logger "console;verbosity=normal"
status=$?
cat "$CLUSTER_TABLE"
rm -f "$CLUSTER_TABLE"
exit $status
