#!/usr/bin/env bash
# Every project has a lock file that git knows, and lock files and nuget.config carry versions and hashes but no
# download addresses: those stay as the user's machine has them.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
for project in src/*/*.csproj eng/*/*.csproj tests/*/*.csproj benchmarks/*/*.csproj; do
  [ -f "$project" ] || continue
  lock=$(dirname "$project")/packages.lock.json
  if [ ! -f "$lock" ]; then
    echo "$project has no packages.lock.json beside it; run 'dotnet restore $project' and add the file." >&2; bad=1
  elif grep -nE 'https?://' "$lock" >&2; then
    echo "$lock carries a download address (line above); lock files hold versions and hashes only." >&2; bad=1
  fi
done
if grep -nE 'https?://' nuget.config >&2; then
  echo "nuget.config carries a download address (line above); remote sources stay as the user has them." >&2; bad=1
fi
exit $bad
