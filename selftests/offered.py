#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Judges what a device is given to send.

offered.py offers FAMILY LAYER FORM   the map of offloads.bpf.c, in bpftool's JSON, on stdin: are all
                                      its packets, of both inner families, set up as a device needs
                                      them?  FORM: "whole" wants aggregates, "cut" none
offered.py finished CAPTURE           tunnel packets no longer than the MTU, with all checksums right

FAMILY is the outer one, LAYER l2 or l3.  Exit status 0 if there is no fault.
"""
import json
import socket
import sys

from judge import checksum_faults, tshark

FIELDS = """frame.len ip.checksum.status udp.checksum.status tcp.checksum.status icmp.checksum.status
icmpv6.checksum.status""".split()

LONGEST = 14 + 1500
AGGREGATE = 5000

# include/linux/skbuff.h; what says only that the kernel checks the headers again is left out.
TCPV4, DODGY, TCPV6, UDP_TUNNEL = 1 << 0, 1 << 1, 1 << 4, 1 << 10
ETHERNET = 0x6558  # ETH_P_TEB


def wanted(family, layer, inner):
    """Offsets from the outer Ethernet header on; inner is 4 or 6."""
    udp = 14 + {"4": 20, "6": 40}[family]
    mac = udp + 8 + 8
    network = mac + (14 if layer == "l2" else 0)
    transport = network + {4: 20, 6: 40}[inner]
    protocol = ETHERNET if layer == "l2" else {4: 0x0800, 6: 0x86DD}[inner]
    return {
        "encapsulation": 1,
        "inner_protocol": socket.htons(protocol),
        "udp": udp,
        "inner_mac": mac,
        "inner_network": network,
        "inner_transport": transport,
    }


def csum_is_right(got):
    """An aggregate's is to be finished by whoever cuts it; others may be finished."""
    left = (got["csum"], got["csum_offset"])
    return left == (got["inner_transport"], 16) or (left == (0, 0) and not got["gso_size"])


def cmd_offers(family, layer, form):
    faults, longest = [], {4: 0, 6: 0}
    for entry in json.load(sys.stdin):
        got, length = entry["formatted"]["key"], entry["formatted"]["value"]
        kind = got["gso_type"] & ~DODGY
        inner = 6 if kind & TCPV6 or got["inner_transport"] - got["inner_network"] == 40 else 4
        want = wanted(family, layer, inner)
        faults += [f"{name} is {got[name]}, not {value}: {got}" for name, value in want.items() if got[name] != value]
        if not csum_is_right(got):
            faults.append(f"checksum: {got}")
        longest[inner] = max(longest[inner], length)
        if length <= LONGEST and not got["gso_size"]:
            continue
        # The TCP option for timestamps is in each segment.
        segment = want["inner_transport"] + 20 + 12 + got["gso_size"]
        if form == "cut" or kind != UDP_TUNNEL | {4: TCPV4, 6: TCPV6}[inner] or segment != LONGEST:
            faults.append(f"an aggregate of {length} bytes: {got}")
    for inner, length in longest.items():
        if length < {"whole": AGGREGATE, "cut": LONGEST}[form]:
            faults.append(f"the longest packet of IPv{inner} has {length} bytes")
    print("\n".join(faults))
    return len(faults) > 0


def cmd_finished(path):
    faults, full = [], 0
    for packet in tshark(path, FIELDS, about="udp"):
        length = int(packet["frame.len"][0])
        full += length == LONGEST
        faults += checksum_faults(packet)
        if length > LONGEST:
            faults.append(f"{length} bytes")
    print(f"{full} full packets", *faults[:20], sep="\n")
    return len(faults) > 0 or full < 100


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
