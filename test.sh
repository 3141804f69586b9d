#!/usr/bin/env bash
# Runs everything that must hold before a change lands: formatting, the build with warnings as errors, and all tests.
# The README's pictures are made by docs/shots.sh, not here. Installs what the tests need (Chromium, Node.js, the local tools). Usage: ./test.sh [PROJECT...]; default: all four.
set -u
cd "$(dirname "$0")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if ! [ -x /usr/bin/chromium ]; then
  echo "Installing Chromium for the browser tests."
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium >/dev/null || {
    echo "Chromium could not be installed: install the package chromium, then run this again."
    exit 1
  }
fi

if ! command -v npm >/dev/null; then
  echo "Installing Node.js for the tests with real clients."
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq nodejs npm >/dev/null || {
    echo "Node.js could not be installed: install the packages nodejs and npm, then run this again."
    exit 1
  }
fi
[ -d tests/Server.Tests/Clients/node_modules ] || (cd tests/Server.Tests/Clients && npm install --no-save --ignore-scripts >/dev/null) || {
  echo "The real clients could not be installed: npm install failed in tests/Server.Tests/Clients."
  exit 1
}

dotnet tool restore >/dev/null || exit 1
dotnet restore --locked-mode -v q || exit 1
echo "Checking the format."
dotnet csharpier check . || {
  echo "Run: dotnet csharpier format ."
  exit 1
}
echo "Building."
dotnet build --no-restore -v q || exit 1

projects=("$@")
[ ${#projects[@]} -gt 0 ] || projects=(Core.Tests Server.Tests Ui.Tests Browser.Tests)
passed=0 failed=0 skipped=0 status=0
log=$(mktemp)
for project in "${projects[@]}"; do
  echo "== $project"
  dotnet test "tests/$project" --no-build --nologo -v q --filter "Makes!=pictures&Makes!=figures" \
    --blame-hang-timeout 10min --blame-hang-dump-type none --logger "console;verbosity=normal" >"$log" 2>&1 || status=1
  grep -avE '^\s+Passed ' "$log" | grep -av '^\s*$'
  p=$(grep -aoE '^ +Passed: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  f=$(grep -aoE '^ +Failed: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  s=$(grep -aoE '^ +Skipped: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  if [ -z "$p$f" ]; then
    echo "$project ran no test."
    status=1
  fi
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
done
rm -f "$log"
echo
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && exit $status
exit 1
