#!/usr/bin/env bash
# The main job in one command: installs what is missing, builds, packs, and runs the notebook of the dense relative
# localization loss from top to bottom. Writes the executed notebook and a page that opens in any browser.
#
# usage: ./demo.sh                        trains on the embedded shapes; about 6 minutes on 2 cores, the first time
#        VITNB_DATA=FOLDER ./demo.sh      trains on the CIFAR-10 images in FOLDER (the binary version's .bin files)
set -euo pipefail
started=$SECONDS
source "$(dirname "$0")/eng/environment.sh"

case ${1:-} in
  '') ;;
  -h | --help) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
  *) echo "demo.sh: unknown argument '$1'; it takes none. VITNB_DATA=FOLDER ./demo.sh uses the CIFAR-10 images there." >&2; exit 2 ;;
esac
if [ -n "${VITNB_DATA:-}" ] && [ ! -d "$VITNB_DATA" ]; then
  echo "demo.sh: VITNB_DATA is '$VITNB_DATA', which is no folder. Name one with CIFAR-10's .bin files, or unset it to train on the embedded shapes." >&2
  exit 2
fi

notebook=notebooks/01-relative-localization.ipynb
executed=out/01-relative-localization.ipynb page=out/01-relative-localization.html
logs=out/logs times=artifacts/demo-seconds
mkdir -p "$logs" artifacts

# --- progress: the phases, the seconds each is expected to take (those of the last run here, where there was one) ------
phases=(setup restore build pack notebook)
declare -A expected=([setup]=60 [restore]=30 [build]=60 [pack]=25 [notebook]=300)
if [ -f "$times" ]; then
  while read -r name seconds; do [ -z "${expected[$name]:-}" ] || expected[$name]=$seconds; done <"$times"
elif eng/setup.sh --check >/dev/null 2>&1; then
  expected[setup]=1
fi

left_after() { # the expected seconds of the phases behind phase number $1
  local sum=0 i
  for ((i = $1; i < ${#phases[@]}; i++)); do sum=$((sum + ${expected[${phases[i]}]})); done
  echo $sum
}
report() { # report NUMBER SECONDS-IN-PHASE: one line, rewritten in a terminal
  local phase=${phases[$1 - 1]} rest
  rest=$((expected[$phase] - $2)); [ $rest -ge 5 ] || rest=5 # slower than expected: a little is always left
  printf "$line" "$(printf '[%d/%d] %-8s %s, then %s; about %s left of the demo' "$1" ${#phases[@]} "$phase" "$(clock "$2")" \
    "${phases[$1]:-the results}" "$(clock $((rest + $(left_after "$1"))))")"
}
if [ -t 1 ]; then line='\r\033[K%s' every=1; else line='%s\n' every=10; fi

run() { # run NUMBER COMMAND...: quiet, logged, with a line of progress; ends the demo when it fails
  local number=$1 phase=${phases[$1 - 1]} begin=$SECONDS code=0 job; shift
  local log=$logs/$phase.log
  "$@" >"$log" 2>&1 &
  job=$!
  trap 'kill "$job" 2>/dev/null; exit 130' INT TERM
  report "$number" 0
  local next=$((SECONDS + every))
  while kill -0 "$job" 2>/dev/null; do
    sleep 0.2
    if [ $SECONDS -ge $next ]; then report "$number" $((SECONDS - begin)); next=$((SECONDS + every)); fi
  done
  wait "$job" || code=$?
  trap - INT TERM
  [ ! -t 1 ] || printf '\r\033[K'
  if [ $code -ne 0 ]; then
    tail -n 30 "$log" >&2
    printf '\ndemo.sh: the phase "%s" failed with exit code %s; its whole output is in %s\n' "$phase" $code "$PWD/$log" >&2
    exit $code
  fi
  finished "$number" $((SECONDS - begin))
}
finished() { # the line that stays, and the time for the next run's estimate
  local phase=${phases[$1 - 1]}
  printf '[%d/%d] %-8s done in %s; about %s left of the demo\n' "$1" ${#phases[@]} "$phase" "$(clock "$2")" "$(clock "$(left_after "$1")")"
  # What was installed stays installed, so its time is not expected again.
  [ "$phase" = setup ] && measured[$phase]=1 || measured[$phase]=$2
}
declare -A measured=()

echo "VitNotebooks: ${#phases[@]} phases (${phases[*]}), about $(clock "$(left_after 0)") in all."
run 1 eng/setup.sh
run 2 dotnet restore src/VitNotebooks.Cli -v quiet
run 3 dotnet build src/VitNotebooks.Cli -c Release --no-restore -v quiet -clp:NoSummary -p:RunAnalyzers=false
run 4 eng/pack.sh

# The notebook shows its own progress: the cell, and in a training cell loss, accuracy, images/s and the time left.
printf '[5/5] notebook: %s; data: %s; about %s left of the demo\n' "$notebook" "${VITNB_DATA:-the embedded shapes}" "$(clock "$(left_after 4)")"
begin=$SECONDS code=0
./vitnb run "$notebook" --output "$executed" --html "$page" || code=$?
if [ $code -ne 0 ]; then
  echo "demo.sh: the notebook stopped with exit code $code; the cell and its error are above." >&2
  exit $code
fi
finished 5 $((SECONDS - begin))
for phase in "${phases[@]}"; do echo "$phase ${measured[$phase]}"; done >"$times"

printf '\nDone in %s.\n  executed notebook  %s\n  page for a browser %s\n' "$(clock $((SECONDS - started)))" "$PWD/$executed" "$PWD/$page"
