#!/usr/bin/env python3
"""Sends the frames of samples/web.pcapng that no ordinary program sends, from the client's namespace. See record.sh."""

import socket
import struct
import sys

DEVICE = "eth0"
SERVER_MAC, CLIENT_MAC, OTHER_MAC = (bytes.fromhex(mac) for mac in ("020000000001", "020000000002", "020000000003"))
SERVER, CLIENT = socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2")
MDNS_QUERY = bytes.fromhex("000000000001000000000000055f68747470045f746370056c6f63616c00000c0001")  # PTR _http._tcp.local
DNS_QUERY = bytes.fromhex("1a2b0100000100000000000003777777076578616d706c650000010001")  # A www.example


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp_frame(destination_mac, payload, ip_fault=0, udp_fault=0):
    """A DNS query from the client to the server; a fault is XORed to the right checksum."""
    length = 8 + len(payload)
    pseudo = CLIENT + SERVER + struct.pack("!BBH", 0, socket.IPPROTO_UDP, length)
    ports = struct.pack("!HHH", 40000, 53, length)
    udp = ports + struct.pack("!H", checksum(pseudo + ports + b"\0\0" + payload) ^ udp_fault)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 1, 0, 64, socket.IPPROTO_UDP, 0) + CLIENT + SERVER
    ip = ip[:10] + struct.pack("!H", checksum(ip) ^ ip_fault) + ip[12:]
    return destination_mac + CLIENT_MAC + b"\x08\x00" + ip + udp + payload


def send_frame(frame):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((DEVICE, 0))
        sender.send(frame)


def send_datagram(address, payload):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, DEVICE.encode())
        sender.sendto(payload, address)


ACTIONS = {
    "multicast": lambda: send_datagram(("224.0.0.251", 5353), MDNS_QUERY),
    "broadcast": lambda: send_datagram(("192.0.2.255", 9), b"Is anybody there?"),
    "bad-ip-checksum": lambda: send_frame(udp_frame(SERVER_MAC, DNS_QUERY, ip_fault=0x0101)),
    "bad-udp-checksum": lambda: send_frame(udp_frame(SERVER_MAC, DNS_QUERY, udp_fault=0x0101)),
    "other-station": lambda: send_frame(udp_frame(OTHER_MAC, DNS_QUERY)),
}

for name in sys.argv[1:]:
    ACTIONS[name]()
