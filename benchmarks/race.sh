#!/usr/bin/env bash
# Races VitNotebooks against Python's PyTorch with torchvision's models, on the same libtorch, alternating in one run:
# ours, theirs, ours, theirs ... each in a process of its own, with warm-up; medians over the rounds; two threads a side.
# Both sides get the BLAS they are fastest with: OpenBLAS with OpenMP threads, its kernels chosen for this very CPU; and
# ResNet-50 runs in both layouts on both sides, of which each side's faster one counts.
#
# usage: benchmarks/race.sh [--rounds N] [--steps N] [--warmup N] [--batch "8 32"] [--only "ops swin_t ..."] [--append]
#                           [--dtype "float32 bfloat16"] [--device cuda] [--quick] [--out FOLDER] [--originals FOLDER]
#   --only    of: ops adamw swin_t vit_s16 resnet50; adamw: its step on Swin-T beside a loop of tensor operations, in one process
#   --append  adds to the rows of the run before instead of beginning anew: a long race in parts, each of which alternates
#   --dtype   bfloat16 (autocast) is raced where the processor has it, or where it is asked for here; asked for alone, the file is
#             bfloat16-<cpu>-libtorch-<version>.csv (Python takes seconds an image where the processor has none: --batch 1)
#   --originals  instead of torchvision's models the authors' own code, from a folder of their checkouts named as on GitHub: every family
#             that benchmarks/python/originals.py knows, or the --only names of them; writes families-<cpu>-libtorch-<version>.csv
#   --quick   one round of few steps, batch 8, under three minutes: does everything run? Its numbers say little.
# Writes benchmarks/results/race-<cpu>-libtorch-<version>.csv (a run with --only or --quick goes to artifacts/), and prints it
# with the ratios. Exit code 1 when one of our own runs failed, 3 when a bound was missed (not with --quick).
# VITNB_RACE_OURS=COMMAND and VITNB_RACE_PYTHON=COMMAND name the two sides where there is nothing to build (eng/gpu-check.sh).
set -euo pipefail
source "$(dirname "$0")/../eng/environment.sh"
source benchmarks/alternate.sh

rounds=5 steps=6 warmup=2 batches=8 only='ops adamw swin_t vit_s16 resnet50' dtypes='' device=cpu quick=no folder='' append=no originals='' chosen=no
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=yes; shift; continue ;;
    --append) append=yes; shift; continue ;;
    -h | --help) sed -n '2,20p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    --rounds | --steps | --warmup | --batch | --only | --dtype | --device | --out | --originals) [ $# -ge 2 ] || { echo "race.sh: $1 wants a value." >&2; exit 2; } ;;
    *) echo "race.sh: unknown argument '$1'; --help lists what there is." >&2; exit 2 ;;
  esac
  case $1 in
    --rounds) rounds=$2 ;; --steps) steps=$2 ;; --warmup) warmup=$2 ;; --batch) batches=$2 ;; --only) only=$2; chosen=yes; folder=${folder:-artifacts} ;;
    --dtype) dtypes=$2 ;; --device) device=$2 ;; --out) folder=$2 ;; --originals) originals=$2 ;;
  esac
  shift 2
done
[ $quick = no ] || { rounds=1 steps=2 warmup=1 folder=${folder:-artifacts}; }
for name in $only; do
  [ -z "$originals" ] || break
  case $name in ops | adamw | swin_t | vit_s16 | resnet50) ;; *) echo "race.sh: --only knows ops, adamw, swin_t, vit_s16 and resnet50, not '$name'." >&2; exit 2 ;; esac
done
folder=${folder:-benchmarks/results}
if [ -z "$dtypes" ]; then
  dtypes=float32
  if [[ $device = cuda* ]] || grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo; then dtypes='float32 bfloat16'; fi
fi

if [ -z "${VITNB_RACE_OURS:-}" ]; then
  eng/setup.sh --test
  dotnet build benchmarks/VitNotebooks.Benchmarks -c Release -v quiet -clp:NoSummary
fi
read -r -a ours <<<"${VITNB_RACE_OURS:-artifacts/bin/VitNotebooks.Benchmarks/release/VitNotebooks.Benchmarks}"
read -r -a python <<<"${VITNB_RACE_PYTHON:-/usr/bin/python3}"
python+=(-B)
title=race
[ "$dtypes" != bfloat16 ] || title=bfloat16
if [ -n "$originals" ]; then
  title=families
  [ $chosen = yes ] || only=$("${python[@]}" benchmarks/python/originals.py list | cut -d' ' -f1)
fi
clean=(env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS -u OMP_WAIT_POLICY OMP_NUM_THREADS=2)
threads=2
limit=900 # seconds a process
if [ $quick = yes ]; then # others may be at work: threads that wait let them, and what does not fit into the time is left out
  clean+=(OMP_WAIT_POLICY=passive); limit=40
fi
[[ $device != cuda* ]] || { clean=(env); threads=0; }
# Debian's python3-torch takes whatever BLAS is loaded first; this one is its fastest. A wheel brings its own.
blas=/usr/lib/$(uname -m)-linux-gnu/openblas-openmp/libblas.so.3
preload=()
if [ -f "$blas" ] && [ -z "${VITNB_LIBTORCH:-}" ]; then preload=(env "LD_PRELOAD=$blas"); fi
mkdir -p artifacts "$folder"
records=artifacts/$title.jsonl
[ $append = yes ] || : >"$records"
# The first start compiles native modules, which is no part of a race.
runtime=$("${clean[@]}" "${ours[@]}" runtime | tail -n 1) || { echo "race.sh: our side does not start: ${ours[*]} runtime" >&2; exit 1; }

model() { # model NAME MODE BATCH FORMAT DTYPE
  local entry="\"model\":\"$1\",\"mode\":\"$2\",\"batch\":$3,\"format\":\"$4\",\"dtype\":\"$5\""
  local setting=("$1" "$2" --batch "$3" --format "$4" --dtype "$5" --device "$device" --threads "$threads" --steps "$steps" --warmup "$warmup")
  both "$entry" model "${setting[@]}" -- benchmarks/python/models.py "${setting[@]}" ${originals:+--originals "$originals"}
}
family() { # family NAME: both ways, with as many images at a time and in the layouts that originals.py says
  local mode format row
  row=$("${python[@]}" benchmarks/python/originals.py list | grep "^$1 ") || { echo "race.sh: originals.py knows no '$1'." >&2; exit 2; }
  for mode in train infer; do
    for format in $(cut -d' ' -f3- <<<"$row"); do model "$1" $mode "$(cut -d' ' -f2 <<<"$row")" "$format" float32; done
  done
}

started=$SECONDS
for ((round = 1; round <= rounds; round++)); do
  if [ $round -gt 1 ]; then rest=", about $(clock $(((SECONDS - started) * (rounds - round + 1) / (round - 1)))) left"; else rest=''; fi
  echo "round $round of $rounds$rest"
  if [[ " $only " = *' ops '* ]]; then
    calls=100000; [ $quick = no ] || calls=20000
    both '"model":"ops","mode":"overhead","batch":0,"format":"contiguous","dtype":"float32"' ops 5 $calls -- benchmarks/python/ops.py 5 $calls
  fi
  if [[ " $only " = *' adamw '* ]]; then
    updates=30; [ $quick = no ] || updates=5
    run vitnotebooks '"model":"adamw_swin_t","mode":"update","batch":0,"format":"contiguous","dtype":"float32"' "${ours[@]}" adamw $updates
  fi
  if [ -n "$originals" ]; then
    model none baseline 0 contiguous float32
    for name in $only; do family "$name"; done
    continue
  fi
  [[ ! " $only " =~ (_t|_s16|50)\  ]] || model none baseline 0 contiguous float32
  for name in swin_t vit_s16 resnet50; do
    [[ " $only " = *" $name "* ]] || continue
    formats=contiguous
    [ $name != resnet50 ] || formats='contiguous channels_last'
    for dtype in $dtypes; do
      # In a quick run bf16 is tried where the bound on it is: one model, training.
      [ $quick = no ] || [ $dtype = float32 ] || [ $name = vit_s16 ] || continue
      for batch in $batches; do
        for mode in train infer; do
          [ $quick = no ] || [ $dtype = float32 ] || [ $mode = train ] || continue
          for format in $formats; do model $name $mode "$batch" $format $dtype; done
        done
      done
    done
  done
done

missed=0
"${python[@]}" benchmarks/python/summarize.py "$records" "$folder" "$runtime" "$device" "$threads" $title || missed=$?
[ $failed -eq 0 ] || exit 1
[ $missed -eq 0 ] || [ $quick = yes ] || exit $missed
