#!/usr/bin/env bash
# Installs what VitNotebooks needs from Debian (12 or 13): libtorch, a BLAS that is fast with it, a C++ compiler for
# libtorch builds that no ready-made module fits, and the three image decoders. Changes nothing when all is there.
#
# usage: eng/setup.sh [--check] [--test]
#   --check   only report; exit 1 when something is missing
#   --test    also what only the tests need (python3-torch and torchvision, the reference we test against)
#
# VITNB_LIBTORCH=DIR   use this libtorch; Debian's is then not asked for.
# Exit codes: 0 all is there, 1 something is missing, 2 wrong usage.
set -euo pipefail

check=no wanted_for_tests=no
for argument in "$@"; do
  case $argument in
    --check) check=yes ;;
    --test) wanted_for_tests=yes ;;
    -h | --help) sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "setup: unknown argument '$argument'; expected --check or --test." >&2; exit 2 ;;
  esac
done

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
missing_anything=no

# --- the .NET SDK: not ours to install, so only looked for -----------------------------------------------------------
sdk_remedy='Install it (https://dotnet.microsoft.com/download/dotnet/10.0), or without root: curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 && export PATH="$HOME/.dotnet:$PATH"'
if ! command -v dotnet >/dev/null; then
  echo "setup: the .NET 10 SDK is missing: there is no 'dotnet' on the PATH. $sdk_remedy" >&2
  missing_anything=yes
elif ! sdks=$(dotnet --list-sdks 2>&1) || ! grep -qE '^(1[0-9]|[2-9][0-9])\.' <<<"$sdks"; then
  echo "setup: the .NET 10 SDK is missing: 'dotnet --list-sdks' says '${sdks//$'\n'/, }'. $sdk_remedy" >&2
  missing_anything=yes
fi

# --- Debian packages, each with what it is for; "a|b" means either ------------------------------------------------------
packages=(
  "libtorch-dev:the tensor library and its headers"
  "libopenblas0-openmp:the BLAS that libtorch is fast with (OpenMP threads, as libtorch itself)"
  "g++:compiles the native module for a libtorch that no ready-made one fits"
  "libturbojpeg0|libturbojpeg:reads JPEG"
  "libspng0:reads PNG"
  "libwebp7:reads WebP"
)
[ -z "${VITNB_LIBTORCH:-}" ] || packages=("${packages[@]:2}")
[ $wanted_for_tests = no ] || packages+=(
  "python3-torch:the reference that the tests compare with"
  "python3-torchvision:the reference models and transforms"
  "python3-pil:the reference image resizing"
  "python3-numpy:arrays of the reference scripts"
  "python3-scipy:the reference of MATLAB files"
  "python3-h5py:the reference of HDF5 files"
)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  names=$(printf '%s, ' "${packages[@]%%:*}")
  fail "apt is not on this machine, so nothing can be installed from here. Install with your own package manager what corresponds to: ${names%, }; and set VITNB_LIBTORCH to a libtorch folder."
fi

installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package}\n' 2>/dev/null | sed -n 's/^installed=//p' | tr '\n' ' ') "
missing=()
for entry in "${packages[@]}"; do
  alternatives=${entry%%:*} found=no
  for name in ${alternatives//|/ }; do [[ $installed == *" $name "* ]] && found=yes; done
  [ $found = yes ] && continue
  say "missing: ${alternatives//|/ or } (${entry#*:})"
  missing+=("$alternatives")
done

if [ ${#missing[@]} -eq 0 ]; then
  [ $missing_anything = no ] || exit 1
  say "all ${#packages[@]} packages and the .NET SDK are there."
  exit 0
fi
if [ $check = yes ]; then
  say "remedy: eng/setup.sh$([ $wanted_for_tests = no ] || echo ' --test')"
  exit 1
fi

# --- install ----------------------------------------------------------------------------------------------------------
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    fail "not root and there is no sudo. As root, run: apt-get install --no-install-recommends ${missing[*]%%|*}"
  as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"; }
offline() {
  fail "apt cannot reach its mirrors (offline, or a proxy is missing?). Connect and run eng/setup.sh again; or install from a medium: ${missing[*]%%|*}. apt said: $(grep -E '^(E|W|Err)[: ]' <<<"$1" | head -n 2 | tr '\n' ' ')"
}
refresh() {
  say "refreshing apt's package lists"
  local output
  # apt-get update warns and returns 0 when a mirror is unreachable; only with this option is that an error.
  output=$(apt update -q -o APT::Update::Error-Mode=any 2>&1) || offline "$output"
}
choose() { # of the alternatives, the first that apt knows
  chosen=()
  local alternatives name
  for alternatives in "${missing[@]}"; do
    for name in ${alternatives//|/ } ''; do
      [ -n "$name" ] || return 1
      if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then chosen+=("$name"); break; fi
    done
  done
}

install() { output=$(apt install -y -q --no-install-recommends "${chosen[@]}" 2>&1); }

refreshed=no
if ! choose; then
  refresh; refreshed=yes
  choose || fail "apt does not know all of '${missing[*]}'. VitNotebooks is set up on Debian 12 and 13; this is $(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-an unknown system}"). Elsewhere set VITNB_LIBTORCH to a libtorch folder."
fi
say "installing: ${chosen[*]}"
# Lists of yesterday name files that the mirror has replaced since: on a failure once more, with fresh lists.
if ! install && { [ $refreshed = yes ] || { refresh; ! install; }; }; then
  grep -qiE 'could not resolve|failed to fetch|unable to connect|connection (failed|timed out)' <<<"$output" && offline "$output"
  printf '%s\n' "$output" | tail -n 15 >&2
  fail "apt-get could not install ${chosen[*]}; its last lines are above."
fi
for name in "${chosen[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
    fail "apt-get reported success, but $name is not installed. Run: apt-get install $name"
done
say "installed: ${chosen[*]}"
[ $missing_anything = no ] || exit 1
