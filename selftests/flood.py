#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What of frames.py's frames was sent, and where to, in a capture of the underlay.

flood.py first COUNT FILE OUT                the first frames of a file
flood.py each CAPTURE WANT CSUM REMOTE...    exit status 0 if each REMOTE (ADDRESS or ADDRESS,PORT) got each
                                             frame of WANT once, in order, and nobody else got any, in
                                             packets that tshark finds no fault with; CSUM: zero or sum
"""
import ipaddress
import struct
import sys

from frames import read, write
from inner_frames import MAC_FROM
from judge import dissection_faults, tshark
from outer_packets import PORTS

OUTER = """frame.number udp.checksum ip.checksum.status udp.checksum.status
_ws.malformed _ws.expert.severity _ws.expert.message""".split()

ETHERTYPES = {0x0800: (20, 16), 0x86DD: (40, 24)}  # length of the IP header, place of its destination
ETH_LEN, UDP_LEN, TUNNEL_LEN = 14, 8, 8


def parse(packet):
    """The destination as (address, port), and the inner frame; None if it is none of ours."""
    ip_len, place = ETHERTYPES.get(struct.unpack_from(">H", packet, 12)[0], (0, 0))
    udp = ETH_LEN + ip_len
    inner = packet[udp + UDP_LEN + TUNNEL_LEN :]
    if not ip_len or inner[6:12].hex(":") != MAC_FROM:
        return None
    address = packet[ETH_LEN + place : udp]
    return (str(ipaddress.ip_address(address)), struct.unpack_from(">H", packet, udp + 2)[0]), inner


def faults_of_headers(path, ports, csum):
    about = " || ".join(f"udp.dstport == {port}" for port in ports)
    for packet in tshark(path, OUTER, about=about):
        faults = list(dissection_faults(packet))
        if (packet["udp.checksum"][0] == "0x0000") != (csum == "zero"):
            faults.append(f"outer checksum is {packet['udp.checksum'][0]}")
        yield from (f"packet {packet['frame.number'][0]}: {fault}" for fault in faults)


def cmd_first(count, path, out):
    write(out, read(path)[: int(count)])
    return []


def cmd_each(path, want, csum, *remotes):
    wanted, faults = read(want), []
    got = {}
    for remote in remotes:
        address, _, port = remote.partition(",")
        got[(str(ipaddress.ip_address(address)), int(port or PORTS["geneve"]))] = []
    for found in filter(None, map(parse, read(path))):
        got.setdefault(found[0], []).append(found[1])
    for number, (remote, frames) in enumerate(got.items()):
        if number >= len(remotes):
            faults.append(f"{len(frames)} frames to {remote}")
        elif frames != wanted:
            missing = [place for place, frame in enumerate(wanted) if frame not in frames]
            faults.append(f"{len(frames)} frames to {remote}, not {len(wanted)}; missing: {missing}")
    faults += faults_of_headers(path, {port for address, port in got}, csum)
    return faults


if __name__ == "__main__":
    found_faults = globals()["cmd_" + sys.argv[1]](*sys.argv[2:])
    print("\n".join(found_faults))
    sys.exit(bool(found_faults))
