#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Turns what scripts/bench measured into a table.

bench_report.py [--json FILE] RESULTS SECONDS

RESULTS has a line "ROW KIND VALUE" for each measurement, SECONDS is how long
all of it took.
"""
import argparse
import json
import os
import platform
import statistics

RATIO, LIMIT = "ratio", "limit"

# Row, kind of ours, text, unit, goal.  A ratio goal is ("ratio", sign, value)
# of the quotient named by "of"; a limit is one for the value itself.
ROWS = [
    ("tcp", "ours", "one TCP stream, GSO on the wire, a core for each end", "Gbit/s", "ours/theirs",
     (RATIO, ">=", 1.0)),
    ("tcp_one", "ours", "the same, one core for both ends", "Gbit/s", "ours/theirs",
     (RATIO, ">=", 1.0)),
    ("send", "ours", "64-byte UDP, one core: time of a send()", "ns", "theirs/ours",
     (RATIO, ">=", 1.2)),
    ("frames", "ours", "112-byte frames to the stack, one core, tc", "Mpps", "ours/theirs",
     (RATIO, ">=", 1.3)),
    ("frames", "ours_xdp", "112-byte frames to the stack, one core, XDP", "Mpps", "ours/theirs",
     (RATIO, ">=", 1.3)),
    ("ping", "ours", "ICMP echo round trip, no sleeping", "us", "ours/theirs", (RATIO, "<=", 0.8)),
    ("create_first", "ours", "create the first interface of a namespace", "ms", None,
     (LIMIT, "<", 100)),
    ("create_next", "ours", "create a further one", "ms", None, (LIMIT, "<", 100)),
    ("memory", "ours", "kernel memory of an idle tunnel", "KiB", None, (LIMIT, "<", 1024)),
    ("geneve_encap", "ours", "one run of geneve_encap, under row 3's traffic", "ns", None, None),
    ("geneve_decap", "ours", "one run of geneve_decap, under row 3's traffic", "ns", None, None),
]

NOTES = """\
Each value is the median of its rounds, with their spread, (max - min) / median.  The ratio is the
median of the rounds' own ratios, so that a slow minute of the machine cancels.  Higher is better
for Gbit/s, Mpps; lower for ns, us, ms, KiB.  Warm-up of 0.3 s discarded, CPUs pinned.
Memory: bytes_memlock of all maps and bytes_jited + bytes_xlated of all programs of one namespace
with one interface, from bpftool.  The veth pair itself is not in it."""


def read(path):
    values = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            row, kind, value = line.split()
            values.setdefault((row, kind), []).append(float(value))
    return values


def summary(values):
    median = statistics.median(values)
    spread = (max(values) - min(values)) / median
    return {"median": median, "spread": round(spread, 4), "values": values}


def cell(entry, digits=None):
    if not entry:
        return ""
    if digits is None:
        digits = max(0, 3 - len(str(int(entry["median"]))))
    text = f"{entry['median']:.{digits}f}"
    return text + (f" ({entry['spread'] * 100:.0f} %)" if len(entry["values"]) > 1 else "")


def ratio_of(ours, theirs, quotient):
    if not quotient or not theirs:
        return None
    pairs = zip(ours["values"], theirs["values"])
    if quotient == "ours/theirs":
        return summary([a / b for a, b in pairs])
    return summary([b / a for a, b in pairs])


def is_met(goal, value):
    _, sign, bound = goal
    return {">=": value >= bound, "<=": value <= bound, "<": value < bound}[sign]


def judge(row, values):
    name, kind, text, unit, quotient, goal = row
    ours = summary(values[name, kind])
    columns = {other: summary(values[name, other]) if (name, other) in values else None
               for other in ("vxlan", "raw")}
    ratio = ratio_of(ours, columns["vxlan"], quotient)
    met = None
    if goal:
        met = is_met(goal, (ratio if goal[0] == RATIO else ours)["median"])
    return {"row": name if kind == "ours" else name + "_xdp", "text": text, "unit": unit,
            "ours": ours, "vxlan": columns["vxlan"], "raw": columns["raw"],
            "ratio_is": quotient, "ratio": ratio, "goal": goal[1:] if goal else None, "met": met}


def line(number, entry):
    goal, unit = entry["goal"], entry["unit"]
    wanted = ""
    if goal:
        wanted = f"{goal[0]} {goal[1]}" + (f" {unit}" if not entry["ratio"] else "")
    met = {None: "", True: "yes", False: "no"}[entry["met"]]
    return (f"| {number}. {entry['text']}, {unit} | {cell(entry['ours'])} | {cell(entry['vxlan'])} "
            f"| {cell(entry['raw'])} | {cell(entry['ratio'], 3)} | {wanted} | {met} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json")
    parser.add_argument("results")
    parser.add_argument("seconds", type=int)
    args = parser.parse_args()
    values = read(args.results)
    entries = [judge(row, values) for row in ROWS]
    host = {"kernel": platform.release(), "machine": platform.machine(), "cpus": os.cpu_count(),
            "rounds": max(len(value) for value in values.values()), "seconds": args.seconds}

    print(f"Kernel {host['kernel']}, {host['machine']}, {host['cpus']} CPUs, "
          f"{host['rounds']} rounds, {host['seconds']} s in all.\n")
    print("| row | ours | kernel vxlan | raw veth | ratio | goal | met |")
    print("|---|---|---|---|---|---|---|")
    for number, entry in enumerate(entries, 1):
        print(line(number, entry))
    print("\n" + NOTES)
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump({"host": host, "rows": entries}, file, indent=2)
            file.write("\n")


main()
