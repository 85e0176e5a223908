#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The port range, for inherit_test.sh.

inherit_ports.py send SENT COMMAND INTERFACE PROTOCOL    sets a range, and sends flows, in turns
inherit_ports.py judge SENT CAPTURE PROTOCOL FAMILY      the source ports as tshark shows them

SENT is a file with what was sent.
"""
import sys

from frames import read, send, write
from inherit import PROTOCOLS, Inner, missing, report, tag, tag_of
from inherit_encap import configure, flow_faults, tunnel_packets

RANGES = ((20000, 20003), (20000, 20000), (65535, 65535))
FLOWS = 64  # that one of four ports is not used by any has a chance of 4e-8
ROUNDS = 3
INNER = (Inner(4, ttl=64), Inner(6, ttl=64))


def flow_frames(step):
    """Frames of all flows, and those again; the TOS is no part of a flow."""
    for round_ in range(ROUNDS):
        for flow in range(FLOWS):
            inner = INNER[flow % len(INNER)]
            yield inner.frame(tag(step, round_ * FLOWS + flow), round_, sport=40000 + flow)


def cmd_send(path, command, interface, protocol):
    sent = []
    for step, (low, high) in enumerate(RANGES):
        configure(command, interface, f"down {PROTOCOLS[protocol].words}portrange {low} {high} up")
        frames = list(flow_frames(step))
        send(interface, frames)
        sent += frames
    write(path, sent)


def judged(path, capture, protocol, _):
    ports, got = [{} for _ in RANGES], []
    for (step, number), _, packet in tunnel_packets(capture, PROTOCOLS[protocol]):
        got.append((step, number))
        ports[step].setdefault(number % FLOWS, set()).add(int(packet["udp.srcport"][0]))
    for (low, high), used in zip(RANGES, ports):
        yield from flow_faults(used, low, high)
        idle = set(range(low, high + 1)) - set().union(*used.values())
        if idle:
            yield f"no flow uses {idle} of {low}-{high}"
    yield from missing([tag_of(frame) for frame in read(path)], got)


def cmd_judge(*args):
    return report(judged(*args))


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
