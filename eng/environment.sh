# Sourced by demo.sh and test.sh: stand in the repository's root, with a HOME that .NET and NuGet can write to, and talk
# to the dotnet command without banners. Nothing here decides a result.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
  echo "HOME is '${HOME:-}', which cannot be written to; using $PWD/artifacts/home for the caches of .NET."
  export HOME=$PWD/artifacts/home
  mkdir -p "$HOME"
fi
# The user-local SDK of dotnet-install.sh, where nothing else provides one.
if ! command -v dotnet >/dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then
  export PATH=$HOME/.dotnet:$PATH DOTNET_ROOT=$HOME/.dotnet
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# Build servers that outlive the script would hold memory that training wants.
export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
