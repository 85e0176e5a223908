# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Measured values, and tables of them: what the reports of scripts/bench share."""
import statistics

FAILED = "failed"


def read(path):
    """The values of each (row, system), in the order of their rounds; empty if one failed."""
    values, failures = {}, []
    with open(path, encoding="ascii") as file:
        for line in file:
            row, system, value = line.split()
            if value == FAILED:
                failures.append((row, system))
            else:
                values.setdefault((row, system), []).append(float(value))
    return {**values, **{key: [] for key in failures}}


def summary(values):
    median = statistics.median(values)
    spread = (max(values) - min(values)) / median if median else 0
    return {"median": median, "spread": round(spread, 4), "values": values}


def cell(entry, digits=None, unit=""):
    if not entry:
        return ""
    if entry == FAILED:
        return FAILED
    if digits is None:
        digits = max(0, 3 - len(str(int(entry["median"]))))
    text = f"{entry['median']:.{digits}f} {unit}".rstrip()
    return text + (f" ({entry['spread'] * 100:.0f} %)" if len(entry["values"]) > 1 else "")


def table(head, lines):
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print()
