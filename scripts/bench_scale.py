# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rows of scripts/bench_scale.sh: what much costs, beside little."""
from bench_figures import FAILED, cell, summary, table

# Row, the row it is compared with, text, unit, what is judged, and its bound.
RATE, COST, LEAST, MOST = "rate", "cost", "least", "most"
ROWS = [
    ("send_many", "send_10", "frames sent to 10,000 of 1,000,000 entries; beside: to 10 of 10",
     "Mpps", (RATE, 0.8)),
    ("learn", None, "geneve_decap with a new source address each time, up to 1,000,000", "M/s",
     (LEAST, 1)),
    ("entry", None, "kernel memory of the table, of 1,000,000 entries, for each", "bytes",
     (MOST, 128)),
    ("create_many", None, "create the last of {segments} interfaces on a device", "ms",
     (MOST, 50)),
    ("frames_many", "frames_1",
     "112-byte frames to one of {segments} interfaces; beside: to a single one", "Mpps",
     (RATE, 0.9)),
    ("flood_many", "flood_1", "a frame sent to 64 remotes of a flood list; beside: to one remote",
     "us", (COST, 64)),
]

NOTES = """\
Frames sent and received are made in the kernel and end at tc ingress of the other host's underlay
device, or of the interface; the ratio is that of the medians.  An entry's memory is bytes_memlock
of the map, hash buckets included."""


def is_met(goal, figure, ratio):
    what, bound = goal
    if what == RATE:
        return ratio >= bound
    if what == COST:
        return ratio <= bound
    return figure >= bound if what == LEAST else figure <= bound


def figure_of(name, values):
    found = values.get((name, "geneve"))
    return summary(found) if found else FAILED


def judge(row, values, segments):
    name, beside, text, unit, goal = row
    figure = figure_of(name, values)
    other = figure_of(beside, values) if beside else None
    failed = FAILED in (figure, other)
    ratio = figure["median"] / other["median"] if other and not failed else None
    return {"row": name, "text": text.format(segments=segments), "unit": unit, "figure": figure,
            "beside": other, "ratio": ratio, "goal": goal,
            "met": not failed and is_met(goal, figure["median"], ratio)}


def goal_text(entry):
    what, bound = entry["goal"]
    sign = ">=" if what in (RATE, LEAST) else "<="
    return f"{sign} {bound}" + ("x" if what in (RATE, COST) else f" {entry['unit']}")


def scale_entries(values, segments):
    """All, or none if they were left out."""
    measured = any((row[0], "geneve") in values for row in ROWS)
    return [judge(row, values, segments) for row in ROWS] if measured else []


def print_scale(entries):
    table(["much", "figure", "beside", "ratio", "goal", "met"],
          [[f"{entry['text']}, {entry['unit']}", cell(entry["figure"]), cell(entry["beside"]),
            f"{entry['ratio']:.2f}" if entry["ratio"] else "", goal_text(entry),
            "yes" if entry["met"] else "no"]
           for entry in entries])
    print(NOTES)
