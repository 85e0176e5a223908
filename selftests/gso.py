#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The longest aggregates of a device, of IPv4 too, which Debian 12's ip does not know.

gso.py get DEVICE        prints gso_max_size and gso_ipv4_max_size, if the kernel has that (6.3)
gso.py set DEVICE SIZE   sets both
"""
import socket
import struct
import sys

RTM_NEWLINK, RTM_GETLINK = 16, 18
REQUEST, ACK = 1, 4
MAX_SIZES = (41, 63)  # IFLA_GSO_MAX_SIZE, IFLA_GSO_IPV4_MAX_SIZE


def ask(kind, flags, device, attributes=b""):
    """What the kernel answers, behind its header."""
    body = struct.pack("=BxHiII", 0, 0, socket.if_nametoindex(device), 0, 0) + attributes
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.send(struct.pack("=IHHII", 16 + len(body), kind, REQUEST | flags, 1, 0) + body)
        return sock.recv(65536)[16:]


def cmd_get(device):
    answer, at, found = ask(RTM_GETLINK, 0, device), 16, {}
    while at + 4 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind in MAX_SIZES:
            found[kind] = struct.unpack_from("=I", answer, at + 4)[0]
        at += max(4, (length + 3) & ~3)
    print(*(found[kind] for kind in MAX_SIZES if kind in found))
    return 0


def cmd_set(device, size):
    attributes = b"".join(struct.pack("=HHI", 8, kind, int(size)) for kind in MAX_SIZES)
    return -struct.unpack_from("=i", ask(RTM_NEWLINK, ACK, device, attributes))[0]


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
