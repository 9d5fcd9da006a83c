#!/usr/bin/env bash
# Measures how near every family of models comes to its authors' code and puts the table into docs/accuracy-of-models.md. The tests that hold
# the models to the authors' values (tests/oracles/values/originals) note what they reach, a file a comparison, in artifacts/accuracy.
#
# usage: eng/accuracy.sh     on a machine that eng/setup.sh --test has prepared; three minutes on two cores
set -euo pipefail
source "$(dirname "$0")/environment.sh"

folder=$PWD/artifacts/accuracy document=docs/accuracy-of-models.md
rm -rf "$folder"; mkdir -p "$folder"
dotnet build tests/VitNotebooks.Tests -c Release -v quiet -clp:NoSummary
VITNB_ACCURACY=$folder OMP_WAIT_POLICY=passive dotnet test tests/VitNotebooks.Tests -c Release --no-build --logger 'console;verbosity=minimal' \
  --filter '(FullyQualifiedName~Tests.Models.|FullyQualifiedName~MultiScaleLocalization)&FullyQualifiedName~.Forward_'
for values in $(grep -l '"eval"' tests/oracles/values/originals/*.json); do
  [ -f "$folder/$(basename "$values" .json).tsv" ] || { echo "accuracy.sh: no comparison with $values ran; the filter above leaves its test out." >&2; exit 1; }
done

table=$(mktemp)
trap 'rm -f "$table"' EXIT
{
  echo "On $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date +%F):"
  echo
  echo '| family | authors'"'"' code | comparisons | logits | gradients | logits, training | gradients, training | batch norm'"'"'s buffers | bound |'
  echo '|---|---|---:|---:|---:|---:|---:|---:|---:|'
  cat "$folder"/*.tsv | LC_ALL=C awk -F '\t' '
    { row = $2 " | " $3; count[row]++; for (i = 4; i <= 9; i++) if ($i != "" && (max[row, i] == "" || $i + 0 > max[row, i])) max[row, i] = $i + 0 }
    END {
      for (row in count) {
        line = "| " row " | " count[row]
        for (i = 5; i <= 9; i++) line = line " | " (max[row, i] == "" ? "" : sprintf("%.1e", max[row, i]))
        printf "%s | %.0e |\n", line, max[row, 4]
      }
    }' | LC_ALL=C sort
} >"$table"
awk -v table="$table" '
  /<!-- end of accuracy -->/ { inside = 0 }
  !inside { print }
  /<!-- accuracy:/ { inside = 1; print ""; while ((getline line < table) > 0) print line; print "" }
' "$document" >"$table.new"
mv "$table.new" "$document"
cat "$table"
