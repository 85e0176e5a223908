#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TCP packets of one flow in two tunnels at once, and what became of them.

gro.py send DEVICE MAC INNER-MAC        of each family, in each tunnel PACKETS in turns, as from a
                                        wire, behind others that are not judged
gro.py judge CAPTURE VNI                exit status 1 if of a family a byte of another tunnel's is
                                        among them, one is missing, or none were merged
"""
import socket
import sys

VNIS = (42, 43)
FAMILIES = (4, 6)
PACKETS, PAYLOAD = 24, 1300
PORT, PORT_BEFORE = 7001, 7002
BEFORE = 80  # bpf/deliver.h wants to see some packets on their own before it takes them for a wire's


def inner(mac, number, vni, family, port):
    from scapy.layers.inet import IP, TCP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    tcp = TCP(sport=7000, dport=port, flags="A", seq=1 + number * PAYLOAD, ack=1)
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=number, flags="DF")
    if family == 6:
        ip = IPv6(src="fd00::1", dst="fd00::2")
    return bytes(Ether(src="02:00:00:00:00:01", dst=mac) / ip / tcp / (bytes([vni]) * PAYLOAD))


def cmd_send(device, mac, inner_mac):
    from outer_packets import Outer

    outer = Outer(mac, "192.0.2.1", "192.0.2.2", "geneve")
    flows = [(PORT_BEFORE, BEFORE, 4)] + [(PORT, PACKETS, family) for family in FAMILIES]
    packets = [
        outer.packet(inner(inner_mac, number, vni, family, port), vni=vni)
        for port, count, family in flows
        for number in range(count)
        for vni in VNIS
    ]
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((device, 0))
    for packet in packets:
        wire.send(packet)


def payloads(capture):
    """Of each family, those of the packets that are judged."""
    from scapy.layers.inet import IP, TCP
    from scapy.layers.inet6 import IPv6
    from scapy.utils import rdpcap

    packets = [p for p in rdpcap(capture) if TCP in p and p[TCP].dport == PORT]
    return {
        family: [bytes(p[TCP].payload) for p in packets if layer in p]
        for family, layer in zip(FAMILIES, (IP, IPv6))
    }


def cmd_judge(capture, vni):
    for family, found in payloads(capture).items():
        content = b"".join(found)
        if content != bytes([int(vni)]) * (PACKETS * PAYLOAD):
            others = {byte for byte in content} - {int(vni)}
            size = f"{len(content)} bytes of {PACKETS * PAYLOAD}"
            sys.exit(f"IPv{family}: {size}, some of tunnels {others}")
        if len(found) == PACKETS:
            sys.exit(f"IPv{family}: none were merged")


{"send": cmd_send, "judge": cmd_judge}[sys.argv[1]](*sys.argv[2:])
