#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UDP and TCP flows between the hosts' stacks, with contents to compare.

flows.py sink        receives, prints "ready" and then what came
flows.py talk        sends
flows.py talk_want   prints what the sink must say
"""
import hashlib
import socket
import sys

SINK_PORT = 5001
FLOWS = 24
TUNNEL_ADDRESSES = ("10.0.0.2", "fd00::2")


def stream():
    return bytes(range(251)) * 1200


def cmd_sink():
    """Prints the hash of what came by each TCP connection, and the number of datagrams."""
    tcp = socket.create_server(("::", SINK_PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.bind(("::", SINK_PORT))
    print("ready", flush=True)
    tcp.settimeout(20)
    for _ in TUNNEL_ADDRESSES:
        connection, _ = tcp.accept()
        connection.settimeout(20)
        digest = hashlib.sha256()
        while chunk := connection.recv(65536):
            digest.update(chunk)
        connection.close()
        print(digest.hexdigest())
    datagrams = 0
    udp.setblocking(False)
    try:
        while udp.recv(2048):
            datagrams += 1
    except BlockingIOError:
        print(datagrams)


def cmd_talk():
    for address in TUNNEL_ADDRESSES:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for flow in range(FLOWS):
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                udp.bind(("", 20000 + flow))
                for size in (10, 700 + flow):
                    udp.sendto(b"d" * size, (address, SINK_PORT))
    for address in TUNNEL_ADDRESSES:
        with socket.create_connection((address, SINK_PORT), timeout=20) as tcp:
            tcp.sendall(stream())
            tcp.shutdown(socket.SHUT_WR)
            tcp.recv(1)  # until the sink closes


def cmd_talk_want():
    """Prints what the sink must say."""
    print("ready")
    for _ in TUNNEL_ADDRESSES:
        print(hashlib.sha256(stream()).hexdigest())
    print(2 * FLOWS * len(TUNNEL_ADDRESSES))


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
