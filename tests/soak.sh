#!/usr/bin/env bash
# Plays for a long time what test.sh plays for a short one: more random days for each law, more kills of the server.
# About a quarter of an hour on two cores. Ends with 1 if anything failed; a failure prints the seed that plays it again.
#   tests/soak.sh                 10,000 days a law, 104 kills, 30 stops of the process, three times 100,000 inputs
#   SOAK_DAYS=100000 SOAK_KILLS=1000 SOAK_FREEZES=300 SOAK_SEED=7 tests/soak.sh
# SOAK_SEED is added to the seeds of the kills, so that each run can try others; the days always begin at 1.
set -u
cd "$(dirname "$0")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SIMULATION_COUNT=${SOAK_DAYS:-10000}
export CRASH_ROUNDS=${SOAK_KILLS:-104} CRASH_SEED=${SOAK_SEED:-0}
export FREEZE_ROUNDS=${SOAK_FREEZES:-30} FREEZE_SEED=${SOAK_SEED:-1}
export INPUTS_COUNT=${SOAK_INPUTS:-100000}
dotnet build -v q tests/Core.Tests && dotnet build -v q tests/Server.Tests || exit 1
status=0
dotnet test tests/Core.Tests --no-build --nologo --filter "FullyQualifiedName~Laws" --logger "console;verbosity=normal" || status=1
dotnet test tests/Server.Tests --no-build --nologo --filter "Takes=minutes" --logger "console;verbosity=normal" || status=1
# Each seed fills a workspace of its own: each audit reads the whole journal of it.
for seed in 1 2 3; do
  INPUTS_SEED=$((${SOAK_SEED:-6} + seed)) dotnet test tests/Server.Tests --no-build --nologo \
    --filter "FullyQualifiedName~Any_input_any_way_in" --logger "console;verbosity=normal" || status=1
done
exit $status
