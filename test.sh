#!/usr/bin/env bash
# Runs everything that must hold before a change lands: formatting, the build with warnings as errors, and all tests.
# Prints progress, failures and totals. The README's pictures are made by docs/shots.sh, and whole bad days of several machines by tests/cluster.sh, not here. Installs what the tests need (Chromium, Node.js, PostgreSQL, the local tools, Prettier). Usage: ./test.sh [PROJECT...]; default: all four.
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
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  echo "Installing PostgreSQL for the tests of its storage."
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq postgresql >/dev/null || {
    echo "PostgreSQL could not be installed: install the package postgresql, then run this again."
    exit 1
  }
fi
[ -x tests/Server.Tests/Clients/node_modules/.bin/prettier ] || (cd tests/Server.Tests/Clients && npm install --no-save --ignore-scripts --loglevel error >/dev/null) || {
  echo "The real clients and the formatter could not be installed: npm install failed in tests/Server.Tests/Clients."
  exit 1
}

dotnet tool restore >/dev/null || exit 1
dotnet restore --locked-mode -v q || exit 1
echo "Checking the format."
dotnet csharpier check . || {
  echo "Run: dotnet csharpier format ."
  exit 1
}
tests/Server.Tests/Clients/node_modules/.bin/prettier --log-level warn --check wwwroot-assets/css wwwroot-assets/js || {
  echo "Run: tests/Server.Tests/Clients/node_modules/.bin/prettier --write wwwroot-assets/css wwwroot-assets/js"
  exit 1
}
echo "Building."
dotnet build --no-restore -v q || exit 1

# Played again only where at most so many tests of a project failed.
MOST_AGAIN=3

# A test that failed in the whole run is played again by itself, to tell a race from what always fails. It stays failed either way. A
# test of random days is not played again: its seed is the news. Prints the names that failed again.
play_again() {
  local project=$1 said=$2 name again
  again=$(mktemp)
  while IFS= read -r name; do
    if awk -v it="  Failed $name" 'index($0, it) == 1 {on=1; print; next} /^  (Passed|Failed) |^Test Run/{on=0} on' "$said" | grep -qi seed ||
      ! dotnet test "tests/$project" --no-build --nologo -v q --filter "FullyQualifiedName=$name" \
        --blame-hang-timeout 10min --blame-hang-dump-type none </dev/null >"$again" 2>&1 ||
      ! grep -q 'Passed!' "$again"; then
      echo "$name"
    fi
  done
  rm -f "$again"
}

projects=("$@")
[ ${#projects[@]} -gt 0 ] || projects=(Core.Tests Server.Tests Ui.Tests Browser.Tests)
passed=0 failed=0 skipped=0 status=0 names=""
log=$(mktemp)
for project in "${projects[@]}"; do
  printf '%s: ' "$project"
  began=$SECONDS ended=0
  dotnet test "tests/$project" --no-build --nologo -v q --filter "Makes!=pictures&Makes!=figures&Makes!=bad-days" \
    --blame-hang-timeout 10min --blame-hang-dump-type none --logger "console;verbosity=normal" >"$log" 2>&1 || ended=1
  p=$(grep -aoE '^ +Passed: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  f=$(grep -aoE '^ +Failed: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  s=$(grep -aoE '^ +Skipped: +[0-9]+' "$log" | grep -oE '[0-9]+' | tail -1)
  echo "${p:-0} passed, ${f:-0} failed in $((SECONDS - began)) s"
  # What a server says while it is tried is no news, unless no test tells what went wrong.
  awk '/^  Failed /{on=1; n=0} /^  Passed |^\[xUnit|^(warn|fail|info|crit): |^Test Run|^Total tests/{on=0} on && n++ < 60' "$log"
  failing=$(grep -aoE '^  Failed [^ (]+' "$log" | cut -c10- | sort -u)
  if [ -n "$failing" ] && [ "$(wc -l <<<"$failing")" -le "$MOST_AGAIN" ] && grep -aq '^Test Run Failed' "$log"; then
    lasting=$(play_again "$project" "$log" <<<"$failing")
    only_once=$(comm -23 <(echo "$failing") <(echo "$lasting"))
    if [ -n "$only_once" ]; then
      names+=$(sed 's/^/  Failed, and passed when played again by itself: /' <<<"$only_once")$'\n'
    fi
    failing=$lasting
  fi
  [ -z "$failing" ] || names+=$(sed 's/^/  Failed /' <<<"$failing")$'\n'
  if [ -z "$p$f" ] || { [ $ended -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then
    tail -n 60 "$log"
    echo "$project did not end as it should: what it said last is above."
  fi
  [ $ended -eq 0 ] && [ -n "$p" ] || status=1
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
done
rm -f "$log"
echo
[ -z "$names" ] || printf '%s' "$names"
totals="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || totals+=", $skipped skipped"
echo "$totals"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && exit $status
exit 1
