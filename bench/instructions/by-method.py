"""Tells from stepped addresses and a perf map how many instructions each method took, a packet: by-method.py STEPS MAP"""
import bisect
import collections
import re
import sys

methods = []
for line in open(sys.argv[2]):
    parts = line.rstrip("\n").split(" ", 2)
    if len(parts) == 3:
        methods.append((int(parts[0], 16), int(parts[1], 16), parts[2]))
methods.sort()
starts = [method[0] for method in methods]

counts, entries, total = collections.Counter(), collections.Counter(), 0
for line in open(sys.argv[1]):
    address = int(line, 16)
    total += 1
    place = bisect.bisect(starts, address) - 1
    name = "native"
    if place >= 0 and address < methods[place][0] + methods[place][1]:
        name = methods[place][2]
        entries[name] += address == methods[place][0]
    counts[name] += 1

# Each datagram enters UDP once.
packets = max((count for name, count in entries.items() if "UdpReceive" in name and "::Receive(" in name), default=0)
if packets == 0:
    sys.exit("by-method: no packet came by while the thread was stepped; is it still being compiled?")
print(f"{packets} packets, {total / packets:.0f} instructions each")
for name, count in counts.most_common(20):
    short = re.search(r"([\w`]+)(?:\[[^:]*\])?::(\w+)\(", name)
    print(f"{count / packets:8.1f}  {short[1] + '.' + short[2] if short else name}")
