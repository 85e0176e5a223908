#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TCP packets of one flow in two tunnels at once, and what became of them.

gro.py send DEVICE MAC INNER-MAC        PACKETS of each tunnel, in turns, as from a wire
gro.py judge CAPTURE VNI                exit status 1 if a byte of another tunnel's is among them,
                                        one is missing, or none were merged
"""
import socket
import sys

VNIS = (42, 43)
PACKETS, PAYLOAD = 24, 1000


def inner(mac, number, vni):
    from scapy.layers.inet import IP, TCP
    from scapy.layers.l2 import Ether

    tcp = TCP(sport=7000, dport=7001, flags="A", seq=1 + number * PAYLOAD, ack=1)
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=number, flags="DF")
    return bytes(Ether(src="02:00:00:00:00:01", dst=mac) / ip / tcp / (bytes([vni]) * PAYLOAD))


def cmd_send(device, mac, inner_mac):
    from outer_packets import Outer

    outer = Outer(mac, "192.0.2.1", "192.0.2.2", "geneve")
    packets = [
        outer.packet(inner(inner_mac, number, vni), vni=vni)
        for number in range(PACKETS)
        for vni in VNIS
    ]
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((device, 0))
    for packet in packets:
        wire.send(packet)


def payloads(capture):
    from scapy.layers.inet import TCP
    from scapy.utils import rdpcap

    return [bytes(p[TCP].payload) for p in rdpcap(capture) if TCP in p and p[TCP].dport == 7001]


def cmd_judge(capture, vni):
    found = payloads(capture)
    content = b"".join(found)
    if content != bytes([int(vni)]) * (PACKETS * PAYLOAD):
        others = {byte for byte in content} - {int(vni)}
        sys.exit(f"{len(content)} bytes of {PACKETS * PAYLOAD}, some of tunnels {others}")
    if len(found) == PACKETS:
        sys.exit("none were merged")


{"send": cmd_send, "judge": cmd_judge}[sys.argv[1]](*sys.argv[2:])
