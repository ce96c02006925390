#!/bin/bash
# Counts the instructions of a 64-byte UDP frame's whole way, by method: the same on a busy machine as on an idle one. Needs gcc, python3 and ptrace.
# Build bench/Saker.Benchmarks in Release first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill "$profile" 2>/dev/null || true; rm -rf "$work" "/tmp/perf-$profile.map"' EXIT
gcc -O2 -o "$work/step" "$here/instructions/step.c"
DOTNET_PerfMapEnabled=1 DOTNET_EnableWriteXorExecute=0 "$here/Saker.Benchmarks/bin/Release/net10.0/Saker.Benchmarks" profile 60 > /dev/null &
profile=$!

# The code must have been compiled for good; then the busiest thread is the one that receives.
sleep 10
thread=$(ps -L -o tid,time -p "$profile" --no-headers | sort -k2 -r | head -1 | awk '{ print $1 }')
"$work/step" "$thread" 400000 > "$work/steps"
python3 "$here/instructions/by-method.py" "$work/steps" "/tmp/perf-$profile.map"
