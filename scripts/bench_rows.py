#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rows of scripts/bench: what is measured, how, and what is wanted of it.

bench_rows.py list                 names and meanings
bench_rows.py plan [ROW,...]       for scripts/bench: SETTING ROW MODE MEASUREMENT [ARGUMENT...]
"""
import fnmatch
import sys
from typing import NamedTuple, Optional

RATIO, LIMIT = ">=", "<="  # a goal is for the ratio to the kernel's vxlan, or for the figure


class Row(NamedTuple):
    name: str
    group: str
    setting: str      # FAMILY:WIRE:MTU[:container], see bench_hosts.sh; or what bench_cost.sh does
    mode: str         # how our tunnels receive
    measurement: str  # a function measure_... of scripts/bench*, and its arguments
    text: str
    unit: str
    goal: Optional[tuple] = None
    beside: str = ""  # the row that has the others' figures, as they know no XDP mode


GSO_GOAL, TC_GOAL, XDP_GOAL = (RATIO, 1.15), (RATIO, 0.9), (RATIO, 1.05)
LATENCY_GOAL = (RATIO, 1.43)  # 0.7 of the time
FORWARD_GOAL = (RATIO, 2.0)
PROGRAM_GOAL = (LIMIT, 100)


def streams_rows(streams, mtu, family="4"):
    """One wire with the sender's aggregates on it, and one with frames of MTU size."""
    name = f"tcp_{streams}" + "_9000" * (mtu == "9000") + "_ipv6" * (family == "6")
    cut = name + "_mtu"
    text = ("one TCP stream" if streams == 1 else f"{streams} TCP streams") + \
        " over IPv6" * (family == "6") + ", {} on the wire, MTU " + mtu
    command = f"tcp {streams}"
    return [
        Row(name, "tcp", f"{family}:gso:{mtu}", "tc", command, text.format("GSO"),
            "Gbit/s", GSO_GOAL),
        Row(cut, "tcp", f"{family}:mtu:{mtu}", "tc", command, text.format("frames") + ", tc",
            "Gbit/s", TC_GOAL),
        Row(cut + "_xdp", "tcp", f"{family}:mtu:{mtu}", "xdp", command,
            text.format("frames") + ", XDP", "Gbit/s", XDP_GOAL, cut),
    ]


def cpu_row(row):
    """The second figure of a measurement of TCP."""
    beside = row.beside + "_cpu" if row.beside else ""
    return row._replace(name=row.name + "_cpu", group="cpu", text="CPU time of " + row.text,
                        unit="ms/Gbit", goal=None, beside=beside)


def receive_rows(family):
    suffix = "_ipv6" * (family == "6")
    setting = f"{family}:mtu:1500"
    text = "small frames received" + " over IPv6" * (family == "6")
    return [
        Row("frames" + suffix, "receive", setting, "tc", "frames", text + ", tc", "Mpps",
            (RATIO, 1.5)),
        Row("frames" + suffix + "_xdp", "receive", setting, "xdp", "frames", text + ", XDP",
            "Mpps", (RATIO, 2.0), "frames" + suffix),
    ]


STREAMS = [row for streams in (1, 4) for mtu in ("1500", "9000")
           for row in streams_rows(streams, mtu)] + streams_rows(1, "1500", "6")
CONTAINER = "4:mtu:1500:container"

ROWS = STREAMS + [
    cpu_row(row) for row in STREAMS if row.name in ("tcp_1", "tcp_1_mtu", "tcp_1_mtu_xdp")
] + [
    Row("send", "udp", "4:gso:1500", "tc", "send 64", "64-byte UDP, time of a send()", "ns",
        (RATIO, 1.5)),
    Row("send_mtu", "udp", "4:gso:1500", "tc", "send 1422", "MTU-size UDP, time of a send()", "ns"),
    Row("send_ipv6", "udp", "6:gso:1500", "tc", "send 64",
        "64-byte UDP over IPv6, time of a send()", "ns", (RATIO, 1.5)),
    Row("ping", "latency", "4:gso:1500", "tc", "trip ping", "ICMP echo round trip", "us",
        LATENCY_GOAL),
    Row("rr", "latency", "4:gso:1500", "tc", "trip rr", "TCP request and answer", "us",
        LATENCY_GOAL),
    *receive_rows("4"), *receive_rows("6"),
    Row("consumer", "receive", "4:mtu:1500", "tc", "consumer",
        "small frames to an XDP program behind the interface, tc", "Mpps"),
    Row("consumer_xdp", "receive", "4:mtu:1500", "xdp", "consumer",
        "small frames to an XDP program behind the interface, XDP", "Mpps", (RATIO, 4.0),
        "consumer"),
    Row("to_container", "forward", CONTAINER, "tc", "to_container",
        "small frames, wire to container, tc", "Mpps", FORWARD_GOAL),
    Row("to_container_xdp", "forward", CONTAINER, "xdp", "to_container",
        "small frames, wire to container, XDP", "Mpps", FORWARD_GOAL, "to_container"),
    Row("from_container", "forward", CONTAINER, "tc", "from_container",
        "small frames, container to wire", "Mpps", FORWARD_GOAL),
    Row("geneve_encap", "program", "program", "tc", "sent_by", "one run of geneve_encap", "ns",
        PROGRAM_GOAL),
    Row("geneve_decap", "program", "program", "tc", "received_by", "one run of geneve_decap", "ns",
        PROGRAM_GOAL),
    Row("geneve_xdp", "program", "program", "xdp", "received_by", "one run of geneve_xdp", "ns",
        PROGRAM_GOAL),
    Row("create_first", "cost", "create", "tc", "", "create the first interface of a namespace",
        "ms", (LIMIT, 100)),
    Row("create_next", "cost", "create", "tc", "", "create a further one", "ms", (LIMIT, 100)),
    Row("memory", "cost", "memory", "tc", "", "kernel memory of an idle tunnel", "KiB",
        (LIMIT, 1024)),
    Row("scale", "scale", "scale", "tc", "", "what much costs: see bench_scale.py", ""),
]


def chosen(selection):
    """Rows by name, group, or pattern; with - in front, all but these."""
    rows = []
    words = selection.split(",") if selection else []
    if not words or words[0].startswith("-"):
        rows = list(ROWS)
    for word in words:
        pattern = word.lstrip("-")
        found = [row for row in ROWS
                 if row.group == pattern or fnmatch.fnmatchcase(row.name, pattern)]
        if not found:
            sys.exit(f"bench: --rows {word}: no such row (see --list)")
        rows = [row for row in rows if row not in found]
        rows += [] if word.startswith("-") else found
    return rows


def print_plan(selection):
    """What is measured together for one setting follows one another, in the order of ROWS.

    A row may have to be the last of its setting: measure_from_container takes an end away.
    """
    names = {name for row in chosen(selection) for name in (row.name, row.beside)}
    rows = [row for row in ROWS if row.name in names]
    plan = dict.fromkeys((row.setting, row.name.removesuffix("_cpu"), row.mode, row.measurement)
                         for row in rows)
    settings = list(dict.fromkeys(row.setting for row in ROWS))
    for line in sorted(plan, key=lambda line: settings.index(line[0])):
        print(*line)


def main():
    if sys.argv[1:] == ["list"]:
        for row in ROWS:
            print(f"{row.name:20} {row.group:8} {row.text}" + (f", {row.unit}" if row.unit else ""))
    elif len(sys.argv) in (2, 3) and sys.argv[1] == "plan":
        print_plan("".join(sys.argv[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
