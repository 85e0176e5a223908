#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What bpftool tells about our programs, for scripts/bench.

bench_bpf.py memory NETNS IFACE             KiB of the maps and programs that serve IFACE
bench_bpf.py program NETNS IFACE NAME       the id of the program NAME that serves IFACE
bench_bpf.py table NETNS IFACE              the id of its forwarding table, where it is the only one
bench_bpf.py entry-size MAP COUNT           bytes of the map for each of its COUNT entries
bench_bpf.py runs                           JSON: run counts and times of all programs
bench_bpf.py ns-per-run BEFORE AFTER NAME   mean time of the program NAME that ran most
"""
import json
import subprocess
import sys


def output(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def bpftool(*arguments):
    return output("bpftool", "-j", *arguments)


def maps_of(netns, iface):
    """The ids of the maps of the program at tc egress of the interface."""
    for entry in output("tc", "-n", netns, "-j", "filter", "show", "dev", iface, "egress"):
        prog = entry.get("options", {}).get("prog")
        if prog:
            return set(bpftool("prog", "show", "id", str(prog["id"]))["map_ids"])
    sys.exit(f"bench_bpf: {iface}: no program at tc egress")


def inner_maps(map_id):
    """The ids of the maps in a map of maps: the values, four bytes each."""
    entries = bpftool("map", "dump", "id", str(map_id))
    return {int.from_bytes([int(byte, 16) for byte in entry["value"]], "little")
            for entry in entries if isinstance(entry.get("value"), list)}


def programs_of(netns, iface):
    """Those that share a map with the one at the tc egress hook of the interface."""
    maps = maps_of(netns, iface)
    return [prog for prog in bpftool("prog", "list") if maps & set(prog.get("map_ids", []))]


def program(netns, iface, name):
    print(*[prog["id"] for prog in programs_of(netns, iface) if prog.get("name") == name])


def table(netns, iface):
    print(*[inner for map_id in maps_of(netns, iface)
            if bpftool("map", "show", "id", str(map_id)).get("name") == "geneve_fdb"
            for inner in inner_maps(map_id)])


def entry_size(map_id, count):
    print(f"{bpftool('map', 'show', 'id', map_id)['bytes_memlock'] / int(count):.1f}")


def memory(netns, iface):
    """As the kernel reckons: memlock of each map, and each program's two forms.

    To the interface belong all maps of its programs.
    """
    programs = programs_of(netns, iface)
    maps = set()
    for prog in programs:
        maps |= set(prog["map_ids"])
    shown = {entry["id"]: entry for entry in bpftool("map", "list")}
    for map_id in list(maps):
        if shown[map_id]["type"].endswith("_of_maps"):
            maps |= inner_maps(map_id)
    size = sum(shown[map_id]["bytes_memlock"] for map_id in maps)
    size += sum(prog["bytes_jited"] + prog["bytes_xlated"] for prog in programs)
    print(f"{size / 1024:.1f}")


def runs():
    json.dump({prog["id"]: [prog.get("name"), prog.get("run_cnt", 0), prog.get("run_time_ns", 0)]
               for prog in bpftool("prog", "list")}, sys.stdout)


def ns_per_run(before, after, name):
    """Each namespace has a program of that name; the traffic ran through one."""
    with open(before, encoding="ascii") as file:
        old = json.load(file)
    with open(after, encoding="ascii") as file:
        new = json.load(file)
    best = max((count - old[prog][1], time - old[prog][2])
               for prog, (its_name, count, time) in new.items()
               if its_name == name and prog in old)
    if not best[0]:
        sys.exit(f"bench_bpf: {name} did not run")
    print(f"{best[1] / best[0]:.1f}")


COMMANDS = {"memory": memory, "program": program, "table": table, "entry-size": entry_size,
            "runs": runs, "ns-per-run": ns_per_run}

if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
    sys.exit(__doc__)
COMMANDS[sys.argv[1]](*sys.argv[2:])
