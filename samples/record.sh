#!/usr/bin/env bash
# Records the captures of this folder anew: real programs talk over a veth pair between two network namespaces of their own,
# and tcpdump listens on the server's device. Needs root, a Debian-like system and no network beyond apt's. See README.md.
#
#   sudo samples/record.sh [FOLDER]     (default: the folder of this script)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${1:-$here}" && cd "${1:-$here}" && pwd)

server=saker-sample-server
client=saker-sample-client
server_mac=02:00:00:00:00:01
client_mac=02:00:00:00:00:02
server4=192.0.2.1
client4=192.0.2.2
server6=2001:db8::1
client6=2001:db8::2

work=$(mktemp -d)
started=()

clean_up() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    for namespace in $server $client; do ip netns delete $namespace 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

on_server() { ip netns exec $server "$@"; }
on_client() { ip netns exec $client "$@"; }

# Starts a program in the server's namespace that runs on, and adds its process id to those that are ended with this script.
start_on_server() {
    ip netns exec $server "$@" >/dev/null 2>"$work/${1##*/}.log" &
    started+=($!)
}

# Waits until a command succeeds, at most ten seconds.
until_true() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    echo "record.sh: waited in vain for: $*" >&2
    exit 1
}

install_tools() {
    local tools=(ip:iproute2 ethtool:ethtool tcpdump:tcpdump editcap:wireshark-common ping:iputils-ping arping:iputils-arping
        curl:curl dig:bind9-dnsutils dnsmasq:dnsmasq-base iperf3:iperf3 python3:python3-minimal ss:iproute2)
    local missing=()
    for tool in "${tools[@]}"; do
        command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
    done
    if ((${#missing[@]})); then
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null
    fi
}

make_hosts() {
    for namespace in $server $client; do
        ip netns delete $namespace 2>/dev/null || true
        ip netns add $namespace
        # Silence what a host says by itself, so that a capture holds what its name says.
        ip netns exec $namespace sysctl -qw net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.default.accept_dad=0
    done
    ip -n $server link add eth0 address $server_mac type veth peer name eth0 address $client_mac netns $client
    ip -n $server address add $server4/24 dev eth0
    ip -n $client address add $client4/24 dev eth0
    ip -n $server address add $server6/64 dev eth0
    ip -n $client address add $client6/64 dev eth0
    for namespace in $server $client; do
        # Without offloads every frame is as it would be on a wire: checksums filled in, none larger than the MTU.
        ip netns exec $namespace ethtool -K eth0 tx off rx off tso off gso off gro off >/dev/null
        ip -n $namespace link set lo up
        ip -n $namespace link set eth0 up
    done
    sleep 3 # The multicast listener reports of a device that comes up.
}

start_servers() {
    mkdir "$work/www"
    echo '<!doctype html><title>Saker</title><p>The Linux packet receive path.' >"$work/www/index.html"
    seq -f 'line %g of a text that takes several segments' 400 >"$work/www/text.txt"
    head -n 20 "$work/www/text.txt" >"$work/www/short.txt"
    start_on_server python3 -m http.server --directory "$work/www" --bind :: 80
    start_on_server dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --no-resolv --no-hosts --local=/example/ \
        --host-record=www.example,$server4,$server6 --mx-host=example,mail.example,10 --txt-record=example,"a text"
    start_on_server iperf3 --server
    for port in 80 53 5201; do until_true listening $port; done
}

listening() { on_server ss -Htln "sport = :$1" | grep -q .; }

# record NAME TRAFFIC: runs the function TRAFFIC, neighbour caches empty, and leaves what the server's device saw in $work/NAME.pcap.
record() {
    local name=$1 traffic=$2 dump
    rm -f "$work/tcpdump.log"
    for namespace in $server $client; do ip -n $namespace neighbor flush dev eth0; done
    start_on_server tcpdump -i eth0 -n --immediate-mode -Z root --time-stamp-precision=nano -w "$work/$name.pcap"
    dump=$!
    until_true grep -q 'listening on' "$work/tcpdump.log"
    $traffic
    sleep 0.5
    kill $dump
    wait $dump || true
    unset 'started[-1]' # Its process id may be somebody else's from now on.
    if ! grep -q '^0 packets dropped by kernel' "$work/tcpdump.log"; then
        echo "record.sh: $name lost frames: $(tail -n 1 "$work/tcpdump.log")" >&2
        exit 1
    fi
}

quietly() { "$@" >/dev/null 2>&1 || true; }

fetch() { quietly on_client curl --silent --max-time 5 --output /dev/null "$@"; }
ask() { quietly on_client dig +tries=1 +timeout=1 "$@"; }

arp_traffic() {
    quietly on_client ping -c 1 $server4
    quietly on_client arping -I eth0 -c 2 $server4
    quietly on_client arping -I eth0 -c 2 -w 2 192.0.2.99 # Nobody has this address.
    quietly on_client arping -I eth0 -c 1 -U $client4     # A gratuitous request and a gratuitous reply.
    quietly on_client arping -I eth0 -c 1 -A $client4
}

ping_traffic() { quietly on_client ping -c 5 -i 0.2 $server4; }

dns_traffic() {
    ask @$server4 www.example A
    ask @$server4 www.example AAAA
    ask @$server4 example MX
    ask @$server4 example TXT
    ask @$server4 nobody.example A
    ask @$server4 -x $server4
    ask @$server4 +tcp www.example A
}

http_traffic() {
    fetch http://$server4/
    fetch http://$server4/text.txt
    fetch http://$server4/missing
    fetch --head http://$server4/
    fetch http://$server4:81/ # Nobody listens: RST.
}

udp_closed_port_traffic() {
    for port in 5300 5301 5302; do ask @$server4 -p $port www.example A; done
}

fragments_traffic() {
    quietly on_client ping -c 3 -i 0.2 -s 4000 $server4
    quietly on_client ping -6 -c 3 -i 0.2 -s 4000 $server6
}

ipv6_traffic() {
    quietly on_client ping -6 -c 3 -i 0.2 $server6
    quietly on_client ping -6 -c 2 -i 0.2 -I eth0 ff02::1
    ask @$server6 www.example AAAA
    fetch "http://[$server6]/text.txt"
    fetch "http://[$server6]:81/"
    ask @$server6 -p 5300 www.example AAAA
}

iperf3_traffic() {
    # Paced, because the server would close with bytes unread, and so reset, if everything came in one burst.
    quietly on_client iperf3 --client $server4 --bytes 384K --length 32K --bitrate 20M
    quietly on_client iperf3 --client $server4 --udp --bytes 32K --length 1000 --bitrate 10M
}

web_traffic() {
    quietly on_client ping -c 2 -i 0.2 $server4
    ask @$server4 www.example A
    fetch http://$server4/
    ask @$server4 www.example AAAA
    fetch http://$server4/short.txt http://$server4/missing
    fetch http://$server4:81/
    ask @$server4 -p 5300 www.example A
    on_client python3 "$here/inject.py" multicast broadcast
    on_client python3 "$here/inject.py" bad-ip-checksum bad-udp-checksum other-station
    quietly on_client ping -6 -c 1 $server6
    fetch "http://[$server6]/"
}

install_tools
make_hosts
start_servers
for name in arp ping dns http udp-closed-port fragments ipv6 iperf3 web; do
    echo "recording $name" >&2
    record $name "${name//-/_}_traffic"
done

for name in arp ping dns udp-closed-port fragments ipv6 iperf3; do cp "$work/$name.pcap" "$out/$name.pcap"; done
gzip -9n <"$work/http.pcap" >"$out/http.pcap.gz"
editcap -F pcapng "$work/web.pcap" "$out/web.pcapng"
