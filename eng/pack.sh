#!/usr/bin/env bash
# Packs VitNotebooks.Torch, VitNotebooks and VitNotebooks.Interactive into packages/, from the very build that ./vitnb
# runs, with the native modules for this machine's libtorch, so that a user of the package needs no compiler.
#
# usage: eng/pack.sh [LIBTORCH...]     also puts in the modules for these libtorch (or pip torch) folders
set -euo pipefail
here=$PWD
source "$(dirname "$0")/environment.sh"
case ${1:-} in -h | --help) sed -n '2,5p' eng/pack.sh | sed 's/^# \{0,1\}//'; exit 0 ;; esac

natives=artifacts/native
rm -rf "$natives"
VITNB_CONFIG=release ./vitnb native "$natives" # builds first what is older than its sources
for libtorch in "$@"; do
  VITNB_LIBTORCH=$(cd "$here" && realpath "$libtorch") VITNB_CONFIG=release ./vitnb native "$natives"
done

for project in VitNotebooks.Torch VitNotebooks VitNotebooks.Interactive; do
  dotnet pack "src/$project" -c Release --no-build -v quiet -clp:NoSummary
done

# NuGet keeps the first package of a version that it sees; what was packed anew under it must be looked at anew.
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
for package in packages/VitNotebooks*.nupkg; do
  name=$(basename "$package" .nupkg)
  if [[ $name =~ ^(.*[A-Za-z])\.([0-9].*)$ ]]; then rm -rf "$cache/${BASH_REMATCH[1],,}/${BASH_REMATCH[2]}"; fi
  echo "packed $PWD/$package ($(du -k "$package" | cut -f 1) kB)"
done
