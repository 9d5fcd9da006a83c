# Two sides in turn, each in a process of its own and on an idle machine; sourced by the races, which set: quick, limit (seconds a process),
# started, records (a file of JSON lines), clean, ours, preload, python (commands), failed.

busy() { # what everyone does on this machine, percent of its cores, over a second
  local before after
  read -r -a before </proc/stat; sleep 1; read -r -a after </proc/stat
  local idle=$((after[4] + after[5] - before[4] - before[5])) all=0 i
  for i in 1 2 3 4 5 6 7 8; do all=$((all + after[i] - before[i])); done
  echo $((100 - 100 * idle / (all > 0 ? all : 1)))
}
quiet() { # OpenMP's waiting threads spin: with a third busy thread beside them a step takes up to ten times as long
  local load waited=0
  [ $quick = no ] && [ -r /proc/stat ] || return 0
  while load=$(busy) && [ "$load" -gt 20 ]; do
    [ $((waited % 30)) -ne 0 ] || echo "  waiting: other processes use $load % of this machine"
    waited=$((waited + 1))
    if [ $waited -gt 900 ]; then echo "race.sh: this machine was never idle in 15 minutes, so no race can be run on it." >&2; exit 1; fi
  done
}
failed=0
run() { # run SIDE ENTRY COMMAND...: one process, one line of JSON in the records; ENTRY is JSON's members of the record
  local side=$1 entry=$2 output; shift 2
  quiet
  if [ $quick = yes ] && [ $((SECONDS - started)) -gt 120 ]; then echo "  left out for time: $side $entry"; return; fi
  if output=$("${clean[@]}" timeout $limit "$@" 2>artifacts/race.err | tail -n 1) && [[ $output = \{* ]]; then
    printf '{"side":"%s",%s,"result":%s}\n' "$side" "$entry" "$output" >>"$records"
  else
    echo "race.sh: $side failed: $* : $(grep -v '^ *$' artifacts/race.err | tail -n 1)" >&2
    [ "$side" = python ] || failed=1
  fi
}
both() { # both ENTRY OURS... -- THEIRS...
  local entry=$1 left=(); shift
  while [ "$1" != -- ]; do left+=("$1"); shift; done; shift
  run vitnotebooks "$entry" "${ours[@]}" "${left[@]}"
  run python "$entry" "${preload[@]}" "${python[@]}" "$@"
}
