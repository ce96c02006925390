#!/usr/bin/env bash
# Restores, builds and runs every test. Needs the .NET 10 SDK; as root on a Debian-like system it installs what else is missing.
#   ./test.sh               a few minutes
#   SAKER_LONG=1 ./test.sh  with a million random inputs for every property
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

# What the tests against the running kernel and against other tools execute, and the package that has it.
declare -A packages=([ip]=iproute2 [tc]=iproute2 [nft]=nftables [ethtool]=ethtool [tcpdump]=tcpdump [tshark]=tshark)
results=artifacts/test-results

main() {
    if ! command -v dotnet > /dev/null; then
        echo "test.sh: the .NET 10 SDK is missing (https://dotnet.microsoft.com/download)." >&2
        exit 2
    fi

    install_tools
    rm -rf "$results"
    dotnet restore Saker.slnx --locked-mode

    # Debug builds count the generations of packet buffers, and so find every use after free: what runs without root runs there.
    # The kernel is asked by what is shipped: the Release build.
    dotnet build Saker.slnx --no-restore --configuration Debug --verbosity quiet
    dotnet build Saker.slnx --no-restore --configuration Release --verbosity quiet
    local status=0
    run Saker.Tests Debug || status=$?
    run Saker.KernelTests Release || status=$?
    return "$status"
}

run() {
    dotnet test "test/$1" --no-build --configuration "$2" --results-directory "$results" --logger "trx;LogFileName=$1.trx"
}

install_tools() {
    local missing=() tool
    for tool in "${!packages[@]}"; do
        command -v "$tool" > /dev/null || missing+=("${packages[$tool]}")
    done

    if [ "$(id -u)" != 0 ]; then
        echo "test.sh: not root, so the tests against the running kernel (Saker.KernelTests) are skipped: they make network namespaces, inject frames and read tracepoints."
    elif [ "${#missing[@]}" != 0 ]; then
        if command -v apt-get > /dev/null; then
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -qq
            apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
        else
            echo "test.sh: install ${missing[*]}; without them the tests that execute them are skipped." >&2
        fi
    fi
}

main
