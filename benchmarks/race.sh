#!/usr/bin/env bash
# Races VitNotebooks against Python's PyTorch with torchvision's models, on the same libtorch, alternating in one run:
# ours, theirs, ours, theirs ... each in a process of its own, with warm-up; medians over the rounds; two threads a side.
# Both sides get the BLAS they are fastest with: OpenBLAS with OpenMP threads, its kernels chosen for this very CPU.
#
# usage: benchmarks/race.sh [--rounds N] [--steps N] [--only add|swin_t|vit_s16]
# Writes benchmarks/results/race-<cpu>-libtorch-<version>.csv (a run with --only goes to artifacts/) and prints the ratios.
set -euo pipefail
source "$(dirname "$0")/../eng/environment.sh"

rounds=5 steps=6 only=''
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=${2:?--rounds wants a number}; shift 2 ;;
    --steps) steps=${2:?--steps wants a number}; shift 2 ;;
    --only) only=${2:?--only wants add, swin_t or vit_s16}; shift 2 ;;
    *) echo "race.sh: unknown argument '$1'; expected --rounds N, --steps N or --only NAME." >&2; exit 2 ;;
  esac
done
eng/setup.sh --test
dotnet build benchmarks/VitNotebooks.Benchmarks -c Release -v quiet -clp:NoSummary

ours=artifacts/bin/VitNotebooks.Benchmarks/release/VitNotebooks.Benchmarks
python=(/usr/bin/python3 -B)
blas=/usr/lib/$(uname -m)-linux-gnu/openblas-openmp/libblas.so.3
clean=(env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS OMP_NUM_THREADS=2)
records=artifacts/race.jsonl
: >"$records"

busy() { # what everyone does on this machine, percent of its cores, over a second
  local before after
  read -r -a before </proc/stat; sleep 1; read -r -a after </proc/stat
  local idle=$((after[4] + after[5] - before[4] - before[5])) all=0 i
  for i in 1 2 3 4 5 6 7 8; do all=$((all + after[i] - before[i])); done
  echo $((100 - 100 * idle / (all > 0 ? all : 1)))
}
quiet() { # OpenMP's waiting threads spin: with a third busy thread beside them a step takes up to ten times as long
  local load waited=0
  while load=$(busy) && [ "$load" -gt 20 ]; do
    [ $((waited % 30)) -ne 0 ] || echo "  waiting: other processes use $load % of this machine"
    waited=$((waited + 1))
    if [ $waited -gt 900 ]; then echo "race.sh: this machine was never idle in 15 minutes, so no race can be run on it." >&2; exit 1; fi
  done
}
run() { # run SIDE MODEL MODE COMMAND...: one process, one line of JSON in the records
  local side=$1 model=$2 mode=$3 output; shift 3
  quiet
  output=$("${clean[@]}" "$@" | tail -n 1) || { echo "race.sh: $side failed: $*" >&2; exit 1; }
  printf '{"side":"%s","model":"%s","mode":"%s","result":%s}\n' "$side" "$model" "$mode" "$output" >>"$records"
}
both() { # both MODEL MODE OURS... -- THEIRS...
  local model=$1 mode=$2 left=() ; shift 2
  while [ "$1" != -- ]; do left+=("$1"); shift; done; shift
  run vitnotebooks "$model" "$mode" "$ours" "${left[@]}"
  # Debian's python3-torch takes whatever BLAS is loaded first; this one is its fastest.
  run python "$model" "$mode" env LD_PRELOAD="$blas" "${python[@]}" "$@"
}

started=$SECONDS
for ((round = 1; round <= rounds; round++)); do
  if [ $round -gt 1 ]; then rest=", about $(clock $(((SECONDS - started) * (rounds - round + 1) / (round - 1)))) left"; else rest=''; fi
  echo "round $round of $rounds$rest"
  if [ -z "$only" ] || [ "$only" = add ]; then both add_4x4 overhead overhead 7 -- benchmarks/python/overhead.py 7; fi
  [ "$only" = add ] || both none baseline model none baseline 0 -- benchmarks/python/models.py none baseline 0
  for model in swin_t vit_s16; do
    [ -z "$only" ] || [ "$only" = $model ] || continue
    for mode in train infer; do
      both $model $mode model $model $mode "$steps" -- benchmarks/python/models.py $model $mode "$steps"
    done
  done
done

folder=benchmarks/results
[ -z "$only" ] || folder=artifacts
"${python[@]}" benchmarks/python/summarize.py "$records" "$folder" "$("$ours" runtime)"
