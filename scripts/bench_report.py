#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Turns what scripts/bench measured into tables, JSON and plots.

bench_report.py [--json FILE] [--plot FILE]... RESULTS SECONDS SEGMENTS
bench_report.py [--json FILE] [--plot FILE]... --check

RESULTS has a line "ROW SYSTEM VALUE" for each measurement, SECONDS is how long
all of it took, SEGMENTS how many interfaces bench_scale.sh made.  --check tells
whether the files can be written.
"""
import argparse
import json
import os
import platform

from bench_figures import FAILED, cell, read, summary, table
from bench_plot import check_plot, plot
from bench_rows import LIMIT, RATIO, ROWS
from bench_scale import print_scale, scale_entries

# Columns: the systems of scripts/bench, and what people call them.
KINDS = {"geneve": "geneve", "vxlan": "vxlan", "l3": "l3"}
REFERENCES = {"kernel": "kernel vxlan", "kernel_geneve": "kernel geneve"}
LIMIT_SYSTEM = "veth"
OLD = "old"
SYSTEMS = {**KINDS, **REFERENCES, LIMIT_SYSTEM: "bare veth", OLD: "older geneve"}
GOALS_ARE_TO = "kernel"
OURS = (*KINDS, OLD)

HIGHER_IS_BETTER = ("Gbit/s", "Mpps")
SAME = 0.97  # of the older build's speed: 3 % are lost in the noise

NOTES = """\
Each value is the median of its rounds, with their spread, (max - min) / median.  A ratio is how
many times as good: above 1 is better in every row.  It is the median of the rounds' own ratios, so
that a slow minute of the machine cancels.  Warm-up of 0.3 s discarded, CPUs pinned.
GSO on the wire: the underlay takes the sender's aggregates; frames on the wire: tx, sg, tso, gso
of u0 are off and gro is on.  TCP has a core for each end, all else one for all.  Small frames
have 112 bytes on the wire over IPv4, 132 over IPv6; those of a container 62 inside the tunnel.
An XDP program behind an interface runs natively if frames come to it that way, else generically.
CPU time: of the whole machine.  A program's time is the kernel's, less the cost of its clock.
Memory: bytes_memlock of all maps and bytes_jited + bytes_xlated of all programs of one namespace
with one interface, from bpftool.  The veth pair itself is not in it."""


def ratio(figures, system, reference, unit):
    """How many times as good as the reference the system is."""
    one, other = figures.get(system), figures.get(reference)
    if FAILED in (one, other) or not one or not other:
        return None
    pairs = zip(one["values"], other["values"])
    return summary([a / b if unit in HIGHER_IS_BETTER else b / a for a, b in pairs if a and b])


def is_met(goal, figure, its_ratio):
    """None if there is nothing to judge."""
    if not goal or not figure:
        return None
    what, bound = goal
    if figure == FAILED:
        return False
    if what == LIMIT:
        return figure["median"] <= bound
    return its_ratio["median"] >= bound if its_ratio else None


def figures_of(row, values):
    """Of a row with one beside it, none if only that was measured."""
    figures = {}
    if not any(name == row.name for name, _ in values):
        return figures
    for system in SYSTEMS:
        name = row.beside if row.beside and system not in OURS else row.name
        found = values.get((name, system))
        if found is not None:
            figures[system] = summary(found) if found else FAILED
    return figures


def judge(row, values):
    figures = figures_of(row, values)
    ratios = {reference: {system: ratio(figures, system, reference, row.unit)
                          for system in (*KINDS, LIMIT_SYSTEM)}
              for reference in REFERENCES}
    to_old = ratio(figures, "geneve", OLD, row.unit)
    same = to_old["median"] >= SAME if to_old and row.goal and row.goal[0] == RATIO else None
    return {"row": row.name, "group": row.group, "text": row.text, "unit": row.unit,
            "figures": figures, "ratios": ratios, "goal": row.goal,
            "met": {kind: is_met(row.goal, figures.get(kind), ratios[GOALS_ARE_TO][kind])
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
    judged = any(met is not None for met in entry["met"].values())
    return f"no: {', '.join(missed)}" if missed else "yes" if judged else ""


def print_figures(entries):
    shown = [key for key in SYSTEMS if any(key in entry["figures"] for entry in entries)]
    table(["figures"] + [SYSTEMS[key] for key in shown],
          [[f"{entry['text']}, {entry['unit']}"] +
           [cell(entry["figures"].get(key)) for key in shown] for entry in entries])


def ratio_cell(entry, reference, system):
    """The figure itself where the goal is for that."""
    goal, figure = entry["goal"], entry["figures"].get(system)
    if goal and goal[0] == LIMIT and figure and reference == GOALS_ARE_TO:
        return cell(figure, unit=entry["unit"])
    return FAILED if figure == FAILED else cell(entry["ratios"][reference][system], 2)


def print_ratios(entries, reference):
    """With the goals, for the reference that they speak of; also those without a ratio."""
    goals = reference == GOALS_ARE_TO
    shown = [entry for entry in entries
             if any(entry["ratios"][reference].values()) or goals and entry["goal"]]
    if not shown:
        return
    systems = (*KINDS, LIMIT_SYSTEM)
    table([f"ratio to {REFERENCES[reference]}", *(SYSTEMS[system] for system in systems),
           f"{REFERENCES[reference]} itself", *(["goal", "met"] if goals else [])],
          [[entry["text"]] + [ratio_cell(entry, reference, system) for system in systems] +
           [cell(entry["figures"].get(reference), unit=entry["unit"])] +
           ([goal_text(entry), met_text(entry)] if goals else []) for entry in shown])


def print_ratio_to_old(entries):
    met = {None: "", True: "yes", False: "no"}
    table(["ratio to the older build", "geneve", "goal", "met"],
          [[entry["text"], cell(entry["ratio_to_old"], 3),
            "" if entry["old_met"] is None else f">= {SAME}x", met[entry["old_met"]]]
           for entry in entries])


def print_report(host, entries, scale):
    print(f"Kernel {host['kernel']}, {host['machine']}, {host['cpus']} CPUs, "
          f"{host['rounds']} rounds, {host['seconds']} s in all.\n")
    if entries:
        print_figures(entries)
        for reference in REFERENCES:
            print_ratios(entries, reference)
        if any(entry["ratio_to_old"] for entry in entries):
            print_ratio_to_old(entries)
        print(NOTES + "\n")
    if scale:
        print_scale(scale)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json")
    parser.add_argument("--plot", action="append", default=[])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("results", nargs="?")
    parser.add_argument("seconds", nargs="?", type=int)
    parser.add_argument("segments", nargs="?", type=int)
    return parser.parse_args()


def main():
    args = parse_arguments()
    if args.check:
        for path in args.plot:
            check_plot(path)
        return
    values = read(args.results)
    entries = [judge(row, values) for row in ROWS]
    entries = [entry for entry in entries if entry["figures"]]
    scale = scale_entries(values, args.segments)
    host = {"kernel": platform.release(), "machine": platform.machine(), "cpus": os.cpu_count(),
            "rounds": max(len(value) for value in values.values()), "seconds": args.seconds}
    print_report(host, entries, scale)
    for path in args.plot:
        plot(path, entries, SYSTEMS, GOALS_ARE_TO)
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump({"host": host, "rows": entries, "scale": scale}, file, indent=2)
            file.write("\n")


main()
