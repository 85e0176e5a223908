#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Turns what scripts/bench measured into tables.

bench_report.py [--json FILE] RESULTS SECONDS SEGMENTS

RESULTS has a line "ROW SYSTEM VALUE" for each measurement, SECONDS is how long
all of it took, SEGMENTS how many interfaces bench_scale.sh made.
"""
import argparse
import json
import os
import platform

from bench_figures import cell, read, summary, table
from bench_scale import print_scale, scale_entries

# Columns: the systems of scripts/bench, and what people call them.
KINDS = {"geneve": "geneve", "vxlan": "vxlan", "l3": "l3"}
REFERENCES = {"kernel": "kernel vxlan", "kernel_geneve": "kernel geneve"}
SYSTEMS = {**KINDS, **REFERENCES, "veth": "bare veth", "old": "older geneve"}
GOALS_ARE_TO, OLD = "kernel", "old"

HIGHER_IS_BETTER = ("Gbit/s", "Mpps")
RATIO, LIMIT = ">=", "<"
SAME = 0.97  # of the older build's speed: 3 % are lost in the noise

# Row, suffix of our systems, text, unit, and a goal for the ratio or a limit for the figure.
ROWS = [
    ("tcp", "", "one TCP stream, GSO on the wire, a core for each end", "Gbit/s", (RATIO, 1.0)),
    ("tcp_one", "", "the same, one core for both ends", "Gbit/s", (RATIO, 1.0)),
    ("send", "", "64-byte UDP, one core: time of a send()", "ns", (RATIO, 1.2)),
    ("frames", "", "112-byte frames to the stack, one core, tc", "Mpps", (RATIO, 1.3)),
    ("frames", "/xdp", "112-byte frames to the stack, one core, XDP", "Mpps", (RATIO, 1.3)),
    ("ping", "", "ICMP echo round trip, no sleeping", "us", (RATIO, 1.25)),
    ("create_first", "", "create the first interface of a namespace", "ms", (LIMIT, 100)),
    ("create_next", "", "create a further one", "ms", (LIMIT, 100)),
    ("memory", "", "kernel memory of an idle tunnel", "KiB", (LIMIT, 1024)),
    ("geneve_encap", "", "one run of geneve_encap, under row 3's traffic", "ns", None),
    ("geneve_decap", "", "one run of geneve_decap, under row 3's traffic", "ns", None),
]

NOTES = """\
Each value is the median of its rounds, with their spread, (max - min) / median.  A ratio is how
many times as good: above 1 is better in every row.  It is the median of the rounds' own ratios, so
that a slow minute of the machine cancels.  Warm-up of 0.3 s discarded, CPUs pinned.
Memory: bytes_memlock of all maps and bytes_jited + bytes_xlated of all programs of one namespace
with one interface, from bpftool.  The veth pair itself is not in it."""


def ratio(figures, system, reference, unit):
    """How many times as good as the reference the system is."""
    if system not in figures or reference not in figures:
        return None
    pairs = zip(figures[system]["values"], figures[reference]["values"])
    return summary([a / b if unit in HIGHER_IS_BETTER else b / a for a, b in pairs])


def is_met(goal, figure, its_ratio):
    if not goal:
        return None
    what, bound = goal
    return its_ratio["median"] >= bound if what == RATIO else figure["median"] < bound


def judge(row, values):
    name, suffix, text, unit, goal = row
    figures = {}
    for system in SYSTEMS:
        ours = system in KINDS or system == OLD
        found = values.get((name, system + suffix if ours else system))
        if found:
            figures[system] = summary(found)
    ratios = {reference: {kind: ratio(figures, kind, reference, unit) for kind in KINDS}
              for reference in REFERENCES}
    to_old = ratio(figures, "geneve", OLD, unit)
    same = to_old["median"] >= SAME if to_old and goal and goal[0] == RATIO else None
    return {"row": name + suffix.replace("/", "_"), "text": text, "unit": unit,
            "figures": figures, "ratios": ratios, "goal": goal,
            "met": {kind: is_met(goal, figures[kind], ratios[GOALS_ARE_TO][kind])
                    for kind in KINDS},
            "ratio_to_old": to_old, "old_met": same}


def goal_text(entry):
    if not entry["goal"]:
        return ""
    what, bound = entry["goal"]
    return f"{what} {bound}" + ("x" if what == RATIO else " " + entry["unit"])


def met_text(entry):
    """One answer for all kinds, or the kinds that miss the goal."""
    missed = [kind for kind, met in entry["met"].items() if met is False]
    return f"no: {', '.join(missed)}" if missed else "yes" if entry["goal"] else ""


def print_figures(entries):
    shown = [key for key in SYSTEMS if any(key in entry["figures"] for entry in entries)]
    table(["figures"] + [SYSTEMS[key] for key in shown],
          [[f"{number}. {entry['text']}, {entry['unit']}"] +
           [cell(entry["figures"].get(key)) for key in shown]
           for number, entry in enumerate(entries, 1)])


def print_ratios(entries, reference):
    goals = reference == GOALS_ARE_TO
    if not any(any(entry["ratios"][reference].values()) for entry in entries):
        return
    table([f"ratio to {REFERENCES[reference]}", *KINDS.values(), *(["goal", "met"] if goals else [])],
          [[f"{number}. {entry['text']}"] +
           [cell(entry["ratios"][reference][kind], 2) for kind in KINDS] +
           ([goal_text(entry), met_text(entry)] if goals else [])
           for number, entry in enumerate(entries, 1)])


def print_ratio_to_old(entries):
    met = {None: "", True: "yes", False: "no"}
    table(["ratio to the older build", "geneve", "goal", "met"],
          [[f"{number}. {entry['text']}", cell(entry["ratio_to_old"], 3),
            "" if entry["old_met"] is None else f">= {SAME}x", met[entry["old_met"]]]
           for number, entry in enumerate(entries, 1)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json")
    parser.add_argument("results")
    parser.add_argument("seconds", type=int)
    parser.add_argument("segments", type=int)
    args = parser.parse_args()
    values = read(args.results)
    entries = [judge(row, values) for row in ROWS]
    scale = scale_entries(values, args.segments)
    host = {"kernel": platform.release(), "machine": platform.machine(), "cpus": os.cpu_count(),
            "rounds": max(len(value) for value in values.values()), "seconds": args.seconds}

    print(f"Kernel {host['kernel']}, {host['machine']}, {host['cpus']} CPUs, "
          f"{host['rounds']} rounds, {host['seconds']} s in all.\n")
    print_figures(entries)
    for reference in REFERENCES:
        print_ratios(entries, reference)
    if any(entry["ratio_to_old"] for entry in entries):
        print_ratio_to_old(entries)
    print(NOTES + "\n")
    print_scale(scale)
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump({"host": host, "rows": entries, "scale": scale}, file, indent=2)
            file.write("\n")


main()
