#!/usr/bin/env bash
# Installs and builds what `compare` measures Saker against. What it cannot get, `compare` skips with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends tcpdump tshark gcc libc6-dev ethtool iproute2 > /dev/null
    apt-get install -y -qq --no-install-recommends libxdp-dev libbpf-dev > /dev/null || echo "install-peers.sh: there is no libxdp-dev here (Debian 12 has it)." >&2
    apt-get install -y -qq --no-install-recommends librte-bpf23 > /dev/null || echo "install-peers.sh: there is no librte-bpf23 here (Debian 12 has it)." >&2
else
    echo "install-peers.sh: not root, or no apt-get: install tcpdump, tshark, gcc and libxdp-dev yourself." >&2
fi

dotnet build bench/peers/hello --configuration Release --output artifacts/peers/hello --verbosity quiet
dotnet publish src/Saker.Cli -p:PublishProfile="linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" --output artifacts/publish/saker --verbosity quiet

# tcpdump brings libpcap's library, but no headers; the one function is declared in the source.
gcc -O2 -shared -fPIC -o artifacts/peers/libpcap-filter.so bench/peers/libpcap-filter/run.c -l:libpcap.so.0.8

# What the programs of bench/bpf compute, as machine code.
gcc -O2 -shared -fPIC -o artifacts/peers/native.so bench/peers/ebpf/native.c

# AF_XDP by libxdp: as it is, and with the time taken around batches.
gcc -O2 -o artifacts/peers/xsk bench/peers/xsk/xsk.c -lxdp -lbpf &&
    gcc -O2 -DTIMESTAMPS -o artifacts/peers/xsk-timestamps bench/peers/xsk/xsk.c -lxdp -lbpf &&
    gcc -O2 -shared -fPIC -o artifacts/peers/xsk-rings.so bench/peers/xsk/rings.c ||
    echo "install-peers.sh: there is no libxdp here, so AF_XDP in C is left out." >&2

# DPDK 22.11; other releases of Debian have the library under another name.
gcc -O2 -shared -fPIC -o artifacts/peers/dpdk-bpf.so bench/peers/ebpf/dpdk.c -l:librte_bpf.so.23 ||
    echo "install-peers.sh: there is no librte_bpf.so.23 here, so DPDK's eBPF is left out." >&2
