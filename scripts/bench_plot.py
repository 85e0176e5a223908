# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The plot of scripts/bench: every row's ratios, with their spread and the goal, by gnuplot."""
import os
import shutil
import subprocess
import sys

from bench_rows import RATIO

TERMINALS = {".svg": "svg size {width},{height} dynamic background 'white' font 'sans-serif,12'",
             ".png": "pngcairo size {width},{height} background 'white' font 'sans,10'"}

# Colours that those who do not see red and green apart can tell, and signs for print.
MARKS = {"geneve": ("#0072b2", 7), "vxlan": ("#e69f00", 5), "l3": ("#009e73", 9),
         "veth": ("#999999", 6)}

WIDTH, HEAD, LINE = 1000, 110, 34
HEIGHT_OF_A_MARK = 0.18  # the systems of a row stand below each other


def die(text):
    sys.exit(f"bench: --plot {text}")


def check_plot(path):
    if os.path.splitext(path)[1] not in TERMINALS:
        die(f"{path}: give a name that ends in {' or '.join(TERMINALS)}")
    if not shutil.which("gnuplot"):
        die(f"{path}: no gnuplot here (run `scripts/setup.sh bench`)")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def points(rows, reference, system, place):
    """A line for each row: ratio, height, least, most."""
    lines = []
    for height, entry in enumerate(rows):
        its_ratio = entry["ratios"][reference][system]
        if its_ratio:
            values = its_ratio["values"]
            lines.append(f"{its_ratio['median']} {height + place} {min(values)} {max(values)}")
    return lines


def goals(rows):
    """A line for each row whose goal is a ratio: that, height, and how far the mark reaches."""
    return [f"{entry['goal'][1]} {height - 0.4} 0 0.8" for height, entry in enumerate(rows)
            if entry["goal"] and entry["goal"][0] == RATIO]


def span(lines):
    """The least and the most of the points' and goals' lines, and what they are compared with."""
    numbers = [[float(word) for word in line.split()] for line in lines]
    least = min([line[2] or line[0] for line in numbers] + [1])
    most = max([max(line[0], line[3]) for line in numbers] + [1])
    return f"{least * 0.95}:{most * 1.05}"


def block(name, lines):
    return f"${name} << END\n" + "\n".join(lines or ["NaN NaN NaN NaN"]) + "\nEND\n"


def script(path, rows, names, reference):
    height = HEAD + LINE * len(rows)
    terminal = TERMINALS[os.path.splitext(path)[1]].format(width=WIDTH, height=height)
    labels = ", ".join(f"{quoted(entry['text'])} {place}" for place, entry in enumerate(rows))
    lines = {system: points(rows, reference, system,
                            (number - (len(MARKS) - 1) / 2) * HEIGHT_OF_A_MARK)
             for number, system in enumerate(MARKS)}
    lines["goals"] = goals(rows)
    data = "".join(block(name, its_lines) for name, its_lines in lines.items())
    curves = [f"${system} using 1:2:3:4 with xerrorbars lw 1.5 ps 0.8 pt {sign} "
              f"lc rgb '{colour}' title {quoted(names[system])}"
              for system, (colour, sign) in MARKS.items()]
    return f"""{data}
set terminal {terminal}
set output {quoted(path)}
set yrange [{len(rows) - 0.4}:-0.6]
set logscale x 2
set xrange [{span(sum(lines.values(), []))}]
set ytics ({labels}) scale 0
set xtics (0.125, 0.25, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8, 16)
set grid xtics lc rgb '#dddddd'
set key at screen 0.99, screen 1 right top horizontal maxrows 1
set tmargin at screen {1 - HEAD / 3 / height:.3f}
set xlabel {quoted('times as good as ' + names[reference] + ', from the worst to the best round')}
set arrow from 1,graph 0 to 1,graph 1 nohead lw 1.5 lc rgb '#000000' back
plot $goals using 1:2:3:4 with vectors nohead lw 3 lc rgb '#d55e00' title 'goal', \\
	{", ".join(curves)}
"""


def plot(path, entries, names, reference):
    rows = [entry for entry in entries if any(entry["ratios"][reference].values())]
    if not rows:
        die(f"{path}: no row has a ratio to {names[reference]}")
    done = subprocess.run(["gnuplot"], input=script(path, rows, names, reference), text=True,
                          check=False)
    if done.returncode:
        die(f"{path}: gnuplot failed")
