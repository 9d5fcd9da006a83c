#!/usr/bin/env bash
# Races the loader against torchvision and Pillow under PyTorch's DataLoader: the same files, two workers a side, alternating in one run.
#
# usage: benchmarks/race-data.sh DATA [--rounds N] [--seconds N] [--only "NAME ..."] [--out FOLDER] [--timm FOLDER]
#   DATA      a folder with imagenet-sample-100/ (JPEG files), cifar-10-batches-bin/ and cifar-10-batches-py/
#   --timm    a checkout of timm, whose pipeline is the other side of jpeg_randaugment224; without it ours runs alone
#   --only    of: jpeg_crop224 jpeg_part224 (decodes the box alone) jpeg_randaugment224 jpeg_part_randaugment224 jpeg_packed224 (256 px squares as pixels)
#             jpeg_packed_files224 jpeg_packed_jpeg224 (shorter side 256) jpeg_shrunk224 (a folder of the 256 px squares) jpeg_decode cifar_crop_flip
#             cifar_batched cifar_resize224 (RandAugment at 32 px, then to 224) cifar_resize224_device (the latter on the GPU where there is one)
# Writes benchmarks/results/data-<cpu>.csv (with --only artifacts/), and prints each row beside its bound. Exit code 1 when one of our own runs
# failed, 3 when a bound was missed.
set -euo pipefail
source "$(dirname "$0")/../eng/environment.sh"
source benchmarks/alternate.sh

[ $# -ge 1 ] && [ -d "${1:-}" ] || { echo "race-data.sh: '${1:-}' is no folder; give the one that holds imagenet-sample-100 and cifar-10-batches-bin." >&2; exit 2; }
data=$(cd "$1" && pwd)
shift
rounds=5 seconds=10 only='jpeg_crop224 jpeg_part224 jpeg_randaugment224 jpeg_part_randaugment224 jpeg_packed224 jpeg_packed_files224 jpeg_packed_jpeg224 jpeg_shrunk224 jpeg_decode cifar_crop_flip cifar_batched cifar_resize224 cifar_resize224_device' folder=benchmarks/results timm=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { echo "race-data.sh: $1 wants a value." >&2; exit 2; }
  case $1 in
    --rounds) rounds=$2 ;; --seconds) seconds=$2 ;; --out) folder=$2 ;; --timm) timm=$(cd "$2" && pwd) ;;
    --only) only=$2; [ "$folder" != benchmarks/results ] || folder=artifacts ;;
    *) echo "race-data.sh: unknown argument '$1'; there are --rounds, --seconds, --only, --out and --timm." >&2; exit 2 ;;
  esac
  shift 2
done

if [ -z "${VITNB_RACE_OURS:-}" ]; then
  eng/setup.sh --test
  dotnet build benchmarks/VitNotebooks.Benchmarks -c Release -v quiet -clp:NoSummary
fi
read -r -a ours <<<"${VITNB_RACE_OURS:-artifacts/bin/VitNotebooks.Benchmarks/release/VitNotebooks.Benchmarks}"
python=(/usr/bin/python3 -B) preload=() clean=(env OMP_NUM_THREADS=2) quick=no limit=600 failed=0 records=artifacts/data.jsonl started=$SECONDS
mkdir -p artifacts "$folder"
: >"$records"

# Readers of class folders want one.
pictures=artifacts/race-pictures
rm -rf "$pictures"
mkdir -p "$pictures/all"
ln -s "$data"/imagenet-sample-100/* "$pictures/all/"

for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds"
  for name in $only; do
    case $name in jpeg_*) from=$pictures ;; *) from=$data ;; esac
    run vitnotebooks "\"name\":\"$name\"" "${ours[@]}" data "$name" "$from" "$seconds"
    case $name in
      jpeg_crop224 | cifar_crop_flip) run python "\"name\":\"$name\"" "${python[@]}" benchmarks/python/data.py "$name" "$from" "$seconds" ;;
      jpeg_randaugment224) [ -z "$timm" ] || run python "\"name\":\"$name\"" "${python[@]}" benchmarks/python/data.py "$name" "$from" "$seconds" "$timm" ;;
    esac
  done
done
missed=0
"${python[@]}" benchmarks/python/summarize_data.py "$records" "$folder" || missed=$?
[ $failed -eq 0 ] || exit 1
exit $missed
