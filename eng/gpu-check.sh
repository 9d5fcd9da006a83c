#!/usr/bin/env bash
# The torch layer's tests, those of CUDA among them, and races against Python on a machine that has a torch wheel and a C++ compiler and no .NET.
#
# usage: eng/gpu-check.sh [pack]                    here: artifacts/gpu-check/vitnb-check.tar.xz, which holds all that the other machine needs
#        eng/gpu-check.sh run [--parts "doctor cuda tests race"] [--only TEXT]
#                                                   there: unpacks it (beside this script or in artifacts/gpu-check) and runs it
# Without a word it packs where there is a dotnet, and runs where there is none.
#   VITNB_LIBTORCH=DIR   the torch folder; by default that of python3
#   VITNB_PYTHON=FILE    the Python to compare with; by default the python3 on the PATH
#   OUT=DIR              gets doctor.json, cuda-tests.txt, torch-tests.txt and race.csv; by default ./gpu-check-results
#   VITNB_LIMIT=SECONDS  for each part; by default 1500
# Exit code 0: no test failed and every race ran.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
say() { printf 'gpu-check: %s\n' "$*"; }
fail() { printf 'gpu-check: %s\n' "$*" >&2; exit 1; }

pack() {
  source "$here/environment.sh"
  local build=$PWD/artifacts/gpu-check-build stage archive=artifacts/gpu-check/vitnb-check.tar.xz
  # Built apart: for one system, with its runtime, and with lock files of its own.
  dotnet publish benchmarks/VitNotebooks.GpuCheck -c Release -p:GpuCheck=true -p:DebugType=none \
    -p:RunAnalyzers=false -o "$build/publish" -v quiet -clp:NoSummary
  stage=$build/vitnb-check
  rm -rf "$stage"; mkdir -p "$stage/eng" artifacts/gpu-check
  cp "$build/publish/vitnb-check" "$stage/"
  cp eng/gpu-check.sh eng/environment.sh "$stage/eng/"
  # What tests and races read of a checkout.
  git ls-files -z --cached --others --exclude-standard tests/oracles tests/VitNotebooks.Torch.Tests src/VitNotebooks.Torch benchmarks/python benchmarks/race.sh benchmarks/alternate.sh |
    while IFS= read -r -d '' file; do [ ! -f "$file" ] || cp --parents "$file" "$stage/"; done
  tar -C "$build" -cf - vitnb-check | xz -T0 "-${VITNB_XZ:-9}" >"$archive.part"
  mv "$archive.part" "$archive"
  say "packed $PWD/$archive ($(($(stat -c %s "$archive") / 1000000)) MB); on the other machine: eng/gpu-check.sh run"
}

run() {
  local parts='doctor cuda tests race' only=() archive='' candidate
  while [ $# -gt 0 ]; do
    case $1 in
      --parts) parts=${2:?--parts wants a list}; shift 2 ;;
      --only) only+=(--only "${2:?--only wants a text}"); shift 2 ;;
      *) fail "unknown argument '$1'; expected --parts or --only." ;;
    esac
  done
  local python=${VITNB_PYTHON:-$(command -v python3 || true)}
  if [ -z "${VITNB_LIBTORCH:-}" ]; then
    [ -n "$python" ] || fail "there is no python3 on the PATH; set VITNB_LIBTORCH to a torch folder."
    VITNB_LIBTORCH=$("$python" -c 'import torch; print(torch.__path__[0])') || fail "$python has no torch; run: pip install torch, or set VITNB_LIBTORCH to a torch folder."
  fi
  local out=${OUT:-$PWD/gpu-check-results} top limit=${VITNB_LIMIT:-1500} bad=0
  mkdir -p "$out"; out=$(cd "$out" && pwd)
  if [ -x "$here/../vitnb-check" ]; then # unpacked already
    top=$(cd "$here/.." && pwd)
  else
    for candidate in "$here/vitnb-check.tar.xz" "$here/../artifacts/gpu-check/vitnb-check.tar.xz"; do [ ! -f "$candidate" ] || archive=$candidate; done
    [ -n "$archive" ] || fail "there is no vitnb-check.tar.xz beside this script or in artifacts/gpu-check; make it where .NET is: eng/gpu-check.sh pack"
    top=$(mktemp -d "${TMPDIR:-/tmp}/vitnb-check.XXXXXX")
    if command -v xz >/dev/null; then xz -dc "$archive" | tar -C "$top" -xf -; else "${python:?to unpack, xz or python3 is needed}" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$archive" "$top"; fi
    top=$top/vitnb-check
  fi
  export VITNB_LIBTORCH DOTNET_BUNDLE_EXTRACT_BASE_DIR=${DOTNET_BUNDLE_EXTRACT_BASE_DIR:-$top/extracted} VITNB_CACHE=${VITNB_CACHE:-$top/cache}
  export HOME=${HOME:-$top} VITNB_PYTHON=$python
  cd "$top"
  say "torch: $VITNB_LIBTORCH; Python: ${python:-none}; results: $out"

  for part in $parts; do
    say "$part"
    case $part in
      doctor) # codecs or an SDK may well be missing here: its findings are facts, not failures
        ./vitnb-check vitnb doctor --json >"$out/doctor.json" || true
        ./vitnb-check vitnb doctor || true ;;
      cuda) tests "$out/cuda-tests.txt" --category Cuda "${only[@]}" || bad=1 ;;
      tests) tests "$out/torch-tests.txt" --without-category Cuda --without-category OnDemand "${only[@]}" || bad=1 ;;
      race)
        local device=cpu
        [ -z "$python" ] || ! "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null || device=cuda
        [ -n "$python" ] || { say "no Python to race against"; continue; }
        VITNB_RACE_OURS="$top/vitnb-check race" VITNB_RACE_PYTHON=$python timeout "$limit" \
          benchmarks/race.sh $([ $device = cuda ] && echo --rounds 3 --steps 20 || echo --quick) --device $device --out "$out" 2>&1 | tee "$out/race.txt" || bad=1 ;;
      *) fail "no part '$part'; there are doctor, cuda, tests and race." ;;
    esac
  done
  say "results in $out: $(ls "$out" | tr '\n' ' ')"
  return $bad
}
tests() { # tests FILE CHOICE...: everything into the file, failures and the sum to the screen
  local file=$1 code=0; shift
  timeout "${VITNB_LIMIT:-1500}" ./vitnb-check test "$@" >"$file" 2>&1 || code=$?
  grep -A 8 ': FAILED' "$file" | head -n 200 || true
  tail -n 1 "$file"
  case $code in
    0) ;;
    1) if grep -qE '^0 passed, 0 failed, [1-9]' "$file"; then say "all of them are skipped: this machine lacks what they need"; code=0; fi ;;
    124) say "not done within ${VITNB_LIMIT:-1500} s; the last test that began: $(tail -n 1 "$file")" ;;
    *) say "ended with exit code $code; the last test that began: $(tail -n 1 "$file")" ;;
  esac
  return $code
}

case ${1:-} in
  pack) pack ;;
  run) shift; run "$@" ;;
  '') if command -v dotnet >/dev/null; then pack; else run; fi ;;
  -h | --help) sed -n '2,13p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//' ;;
  *) fail "unknown word '$1'; expected pack or run." ;;
esac
