#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Traffic, compared, in each state of the underlay's offloads.

offload.py serve                    sends back what comes by TCP and by UDP
offload.py each NETNS NUMBER TURN [FEATURE=on|off]...
                                    talks to it in states of u0, here and in NETNS, that ethtool
                                    accepts and that have these features, of which there are
                                    NUMBER or more: each state at both ends, or at one while the
                                    other has all features or none; in 5 turns, each so once
"""
import errno
import itertools
import os
import random
import re
import select
import socket
import subprocess
import sys

from datagrams import UDP_SEGMENT

PORT = 7100
ADDRESSES = ("10.0.0.2", "fd00::2")
STREAM = random.Random(7).randbytes(400_000)  # some aggregates of 64 KiB, and one that is not full
SIZES = (1, 600, 1372)
PART, PARTS = 1000, 40  # of a call with UDP_SEGMENT

# The name that `ethtool -K` takes, and the one of `-k` that says what became of it.
FEATURES = {
    "tx": "tx-checksumming",
    "sg": "scatter-gather",
    "tso": "tx-tcp-segmentation",
    "gso": "generic-segmentation-offload",
    "gro": "generic-receive-offload",
    "tx-udp_tnl-segmentation": "tx-udp_tnl-segmentation",
    "tx-udp_tnl-csum-segmentation": "tx-udp_tnl-csum-segmentation",
}


def ethtool(netns, *words):
    inside = ["ip", "netns", "exec", netns] if netns else []
    return subprocess.run([*inside, "ethtool", *words], capture_output=True, text=True).stdout


def set_and_read(netns, wanted):
    """What the kernel made of it, which drops what lacks something else."""
    ethtool(netns, "-K", "u0", *itertools.chain(*wanted.items()))
    shown = dict(re.findall(r"(?m)^\s*([^:\n]+): (on|off)", ethtool(netns, "-k", "u0")))
    return tuple(shown[name] for name in FEATURES.values())


def states(netns, fixed, turn):
    """Each state once, with what the other end has then; as they are set: here and there."""
    free = [name for name in FEATURES if name not in fixed]
    everything, nothing = ({**fixed, **dict.fromkeys(free, value)} for value in ("on", "off"))
    seen = set()
    for values in itertools.product(("on", "off"), repeat=len(free)):
        state = {**fixed, **dict(zip(free, values))}
        is_set = set_and_read(None, state)
        if is_set in seen:
            continue
        ways = (
            (state, state),
            (state, everything),
            (state, nothing),
            (everything, state),
            (nothing, state),
        )
        here, there = ways[(len(seen) + turn) % len(ways)]
        seen.add(is_set)
        yield f"{words(set_and_read(None, here))} / {words(set_and_read(netns, there))}"


def words(state):
    return " ".join(f"{name} {value}" for name, value in zip(FEATURES, state))


def receive(sock, length):
    data = bytearray()
    while len(data) < length and (chunk := sock.recv(1 << 17)):
        data += chunk
    return bytes(data)


def tcp(address):
    with socket.create_connection((address, PORT), timeout=5) as sock:
        sock.sendall(STREAM)
        if receive(sock, len(STREAM)) != STREAM:
            return "TCP: other bytes came back"
    return None


def udp(sock):
    for size in SIZES:
        data = os.urandom(size)
        sock.send(data)
        if sock.recv(65536) != data:
            return f"UDP: {size} bytes came back changed"
    return None


def datagrams(sock):
    """One call; what it is cut into may arrive in another order, from another CPU."""
    parts = sorted(number.to_bytes(4, "big") + os.urandom(PART - 4) for number in range(PARTS))
    sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, PART)
    try:
        sock.send(b"".join(parts))
    except OSError as error:
        # Before Linux 6.11, where the device does not finish checksums (udp_send_skb).
        return None if error.errno == errno.EIO else f"UDP_SEGMENT: {error}"
    if sorted(sock.recv(65536) for _ in parts) != parts:
        return "UDP_SEGMENT: other datagrams came back"
    return None


def talk(address):
    """What goes wrong, or None."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(3)
            sock.connect((address, PORT))
            return tcp(address) or udp(sock) or datagrams(sock)
    except OSError as error:
        return repr(error)


def cmd_each(netns, number, turn, *fixed):
    count = faults = 0
    for state in states(netns, dict(word.split("=") for word in fixed), int(turn)):
        count += 1
        for address in ADDRESSES:
            fault = talk(address)
            if fault:
                faults += 1
                print(f"{state}: {address}: {fault}")
    print(f"{count} states")
    return faults > 0 or count < int(number)


def cmd_serve():
    listener = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    echo = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    echo.bind(("::", PORT))
    while True:
        ready = select.select([listener, echo], [], [])[0]
        if echo in ready:
            echo.sendto(*echo.recvfrom(65536))
        if listener in ready:
            sock, _ = listener.accept()
            sock.settimeout(5)
            with sock:
                try:
                    sock.sendall(receive(sock, len(STREAM)))
                except OSError as error:
                    print(error, flush=True)


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
