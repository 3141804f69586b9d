#!/usr/bin/env bash
# Plays for minutes what test.sh plays once: three processes with one PostgreSQL, of which the one that has the workspace is killed,
# stopped, or stands still, the database is restarted, and all are killed at once, while callers work through every machine. Each
# acknowledged write must be there once. Ends with 1 if anything failed. About a minute a round on two cores; prints the table of waits.
#   tests/cluster.sh                  ten rounds
#   CLUSTER_ROUNDS=50 tests/cluster.sh
set -u
cd "$(dirname "$0")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export CLUSTER_ROUNDS=${CLUSTER_ROUNDS:-10}
CLUSTER_TABLE=$(mktemp)
export CLUSTER_TABLE
dotnet build -v q -c Release tests/Server.Tests || exit 1
dotnet test tests/Server.Tests -c Release --no-build --nologo --filter "FullyQualifiedName~Three_machines" \
  --logger "console;verbosity=normal"
status=$?
cat "$CLUSTER_TABLE"
rm -f "$CLUSTER_TABLE"
exit $status
