#!/usr/bin/env python3
"""Writes burst.pcap.gz: three bursts of 600 datagrams to one UDP service, two million a second, from 16 clients' ports. See docs/overload.md.

    samples/burst.py [FILE]     (default: burst.pcap.gz in the folder of this script)
"""

import gzip
import pathlib
import struct
import sys

SERVER_MAC, CLIENT_MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
SERVER, CLIENT = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
SERVICE, FIRST_CLIENT, CLIENTS = 9000, 40000, 16
BURSTS, BURST_LENGTH, BURST_EVERY, FRAME_EVERY = 3, 600, 2_000_000, 500  # the last two in nanoseconds
START, PAYLOAD = 1_700_000_000, bytes(18)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(macs, source, destination, source_port, destination_port):
    length = 8 + len(PAYLOAD)
    ports = struct.pack("!HHH", source_port, destination_port, length)
    pseudo = source + destination + struct.pack("!BBH", 0, 17, length)
    udp = ports + struct.pack("!H", checksum(pseudo + ports + b"\0\0" + PAYLOAD)) + PAYLOAD
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, 17, 0) + source + destination
    return macs + b"\x08\x00" + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + udp


def frames():
    """The frames with their times in nanoseconds. The service answers the first one, so that its socket is seen to be open."""
    yield 0, frame(SERVER_MAC + CLIENT_MAC, CLIENT, SERVER, FIRST_CLIENT, SERVICE)
    yield 100_000, frame(CLIENT_MAC + SERVER_MAC, SERVER, CLIENT, SERVICE, FIRST_CLIENT)
    for burst in range(BURSTS):
        for number in range(BURST_LENGTH):
            port = FIRST_CLIENT + number % CLIENTS
            yield (burst + 1) * BURST_EVERY + number * FRAME_EVERY, frame(SERVER_MAC + CLIENT_MAC, CLIENT, SERVER, port, SERVICE)


path = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("burst.pcap.gz")
with open(path, "wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as capture:
    capture.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
    for time, data in frames():
        capture.write(struct.pack("<IIII", START, time, len(data), len(data)) + data)
