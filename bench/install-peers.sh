#!/usr/bin/env bash
# Installs and builds what `compare` measures Saker against. What it cannot get, `compare` skips with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends tcpdump tshark > /dev/null
else
    echo "install-peers.sh: not root, or no apt-get: install tcpdump and tshark yourself." >&2
fi

dotnet build bench/peers/hello --configuration Release --output artifacts/peers/hello --verbosity quiet
dotnet publish src/Saker.Cli -p:PublishProfile="linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" --output artifacts/publish/saker --verbosity quiet
