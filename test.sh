#!/usr/bin/env bash
# Installs what is missing, checks the format, builds with warnings as errors, runs every test, and ends with the line
# "N passed, N failed, N skipped". Exit code 0 only when something passed and nothing failed or crashed.
#
# usage: ./test.sh [--filter NAME] [--on-demand]
#   --filter NAME   e.g. torch: only the test project VitNotebooks.Torch.Tests
#   --on-demand     instead of the others the tests that take much memory or many minutes (trait Category=OnDemand)
set -euo pipefail
source "$(dirname "$0")/eng/environment.sh"

filter='' traits='Category!=OnDemand'
while [ $# -gt 0 ]; do
  case $1 in
    --filter) [ $# -ge 2 ] || { echo "test.sh: --filter wants a name, for example: --filter torch" >&2; exit 2; }; filter=$2; shift 2 ;;
    --on-demand) traits='Category=OnDemand'; shift ;;
    -h | --help) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "test.sh: unknown argument '$1'; expected --filter NAME or --on-demand." >&2; exit 2 ;;
  esac
done

# Several tests run at once: threads that wait by spinning would take the cores from those that work.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

passed=0 failed=0 skipped=0 started=$SECONDS
finish() { # the last line, whatever happened before it
  code=$?
  [ $code -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] || exit 1
}
trap finish EXIT
phase() { printf '\n== %s (at %s)\n' "$1" "$(clock $((SECONDS - started)))"; }
complain() { echo "FAILED: $*" >&2; failed=$((failed + 1)); }

projects=()
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  case ${filter,,} in
    '') projects+=("$project") ;;
    core) [ "$name" = VitNotebooks.Tests ] && projects+=("$project") || true ;;
    *) [[ ${name,,} == *"${filter,,}"* ]] && projects+=("$project") || true ;;
  esac
done
[ ${#projects[@]} -gt 0 ] || { echo "test.sh: no test project matches '$filter'; there are: $(ls tests | grep Tests | tr '\n' ' ')" >&2; exit 2; }

phase 'setup'
eng/setup.sh --test

phase 'restore'
dotnet tool restore >/dev/null
if [ -n "$filter" ]; then targets=("${projects[@]}"); else targets=(VitNotebooks.sln); fi
for target in "${targets[@]}"; do dotnet restore "$target" -v quiet; done

phase 'format, lock files, scripts'
dotnet csharpier check . || complain "the format: run 'dotnet csharpier format .'"
eng/check-locks.sh || complain 'the lock files, see above'
for script in *.sh eng/*.sh benchmarks/*.sh .ci/run vitnb; do
  [ ! -f "$script" ] || bash -n "$script" || complain "$script is no valid shell script"
done

phase 'build'
for target in "${targets[@]}"; do
  dotnet build "$target" -c Release --no-restore -v quiet -clp:NoSummary || { complain 'the build'; exit 1; }
done

if [ -z "$filter" ]; then
  phase 'the same sources on TorchSharp'
  eng/check-provider.sh || complain 'the build with -p:TorchProvider=TorchSharp, see above: reach what TorchSharp lacks through VitNotebooks.Acceleration, and show there the same on both'
fi

results=$PWD/artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
total() { # total FILE COUNTER: a number of the trx file's summary, 0 where there is none
  local line; line=$(grep -o '<Counters [^>]*>' "$1" 2>/dev/null | head -n 1) || true
  [[ $line =~ [[:space:]]$2=\"([0-9]+)\" ]] && echo "${BASH_REMATCH[1]}" || echo 0
}
for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  phase "$name"
  code=0
  dotnet test "$project" -c Release --no-build --filter "$traits" --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' \
    --results-directory "$results" --blame --blame-hang-timeout 10m --blame-hang-dump-type none || code=$?
  trx=$results/$name.trx
  ran=$(total "$trx" total) good=$(total "$trx" passed) bad=$(total "$trx" failed) broken=$(($(total "$trx" error) + $(total "$trx" aborted) + $(total "$trx" timeout)))
  passed=$((passed + good)) failed=$((failed + bad + broken)) skipped=$((skipped + ran - good - bad - broken))
  if [ $code -ne 0 ] && [ $((bad + broken)) -eq 0 ]; then complain "$name: the test host ended with exit code $code without naming a failed test (a crash?)"; fi
  if [ "$ran" -eq 0 ] && [ $code -eq 0 ] && [ "$traits" = 'Category!=OnDemand' ]; then complain "$name: no test ran"; fi
done
phase 'done'
