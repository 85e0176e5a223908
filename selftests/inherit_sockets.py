#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Outer headers that inherit all, between sockets: inherit_sockets.py CAPTURE FAMILY"""
import sys

import judge
from inherit import report

# (protocol, TOS, TTL) of what must have been sent: of inherit_test.sh's ping and its replies,
# and of TCP with ECN, from a host whose default TTL is 33.
WANTED = {
    ("icmp", 0xB8, 9),
    ("icmp", 0xB8, 64),
    ("icmpv6", 0xB8, 9),
    ("icmpv6", 0xB8, 64),
    ("tcp", 0x00, 33),
    ("tcp", 0x02, 33),
    ("tcp", 0x00, 64),
}


def headers(packet):
    """(TOS, TTL, DF) of each IP header, the outermost first; an IPv6 header counts as DF."""
    ipv4 = zip(packet["ip.dsfield"], packet["ip.ttl"], packet["ip.flags.df"])
    ipv6 = zip(packet["ipv6.tclass"], packet["ipv6.hlim"], "1" * len(packet["ipv6.hlim"]))
    layers = {"ip": ipv4, "ipv6": ipv6}
    for name in packet["frame.protocols"][0].split(":"):
        if name in layers:
            yield tuple(int(value, 0) for value in next(layers[name]))


def judged(capture, family):
    seen = set()
    for packet in judge.tshark(capture):
        number = packet["frame.number"][0]
        yield from (f"packet {number}: {fault}" for fault in judge.checksum_faults(packet))
        if "arp" in packet["frame.protocols"][0]:
            continue
        outer, inner = list(headers(packet))[:2]
        compared = 3 if family == "4" else 2
        if outer[:compared] != inner[:compared]:
            yield f"packet {number}: the outer header has {outer}, the inner one {inner}"
        seen.update((name, *outer[:2]) for name in packet["frame.protocols"][0].split(":"))
    yield from (f"no packet is {wanted}" for wanted in WANTED - seen)


if __name__ == "__main__":
    sys.exit(report(judged(*sys.argv[1:])))
