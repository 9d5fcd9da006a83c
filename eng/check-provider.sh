#!/usr/bin/env bash
# Compiles VitNotebooks, VitNotebooks.Interactive and the command line with -p:TorchProvider=TorchSharp, against the TorchSharp.dll
# given, or else against a reference assembly made from the list of its public surface. What goes beyond TorchSharp and is
# not behind VitNotebooks.Acceleration fails here, and so does what VitNotebooks.Acceleration shows on one provider alone.
#
# usage: eng/check-provider.sh [PATH/TorchSharp.dll]
set -euo pipefail
here=$PWD
source "$(dirname "$0")/environment.sh"
case ${1:-} in -h | --help) sed -n '2,7p' eng/check-provider.sh | sed 's/^# \{0,1\}//'; exit 0 ;; esac

api=artifacts/bin/TorchSharpApi/release/TorchSharpApi.dll
if [ $# -gt 0 ]; then
  reference=$(cd "$here" && realpath "$1")
  dotnet build eng/TorchSharpApi -c Release -p:RunAnalyzers=false -v quiet -clp:NoSummary
else
  dotnet build eng/TorchSharpReference -c Release -p:RunAnalyzers=false -v quiet -clp:NoSummary
  reference=$PWD/artifacts/bin/TorchSharpReference/release/TorchSharp.dll
  # What was made from the list must be the list, before anything is judged by it.
  dotnet "$api" mismatches --in "$reference"
fi
dotnet build src/VitNotebooks.Cli -c Release -p:TorchProvider=TorchSharp -p:TorchSharpReference="$reference" -p:RunAnalyzers=false -v quiet -clp:NoSummary
dotnet "$api" seam artifacts/on-torchsharp/bin/VitNotebooks.Cli/release/VitNotebooks.dll
echo "VitNotebooks, VitNotebooks.Interactive and VitNotebooks.Cli compile against $reference"
