#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The ids of what geneve-bpf has in the kernel for the namespace that this runs in.

objects.py         programs at the devices' hooks, and all maps that they lead to: "p12", "m34"
objects.py ID...   those of the given ids that still exist
objects.py --maps  those maps by name: "fdb_geneve0 34"
"""
import json
import subprocess
import sys


def bpftool(*words):
    return json.loads(subprocess.run(["bpftool", "-j", *words], capture_output=True, text=True).stdout or "{}")


def attached():
    """Programs of ours by the kernel's word on xdp, tcx and clsact."""
    for hooks in bpftool("net", "show"):
        for kind in ("xdp", "tc"):
            for hook in hooks.get(kind, []):
                modes = hook.get("multi_attachments", [hook]) if kind == "xdp" else [hook]
                yield from (mode.get("id") or mode.get("prog_id") for mode in modes)
    links = json.loads(subprocess.run(["ip", "-j", "link"], capture_output=True, text=True).stdout)
    for link in links:
        for side in ("ingress", "egress"):
            command = ["tc", "-j", "filter", "show", "dev", link["ifname"], side]
            filters = json.loads(subprocess.run(command, capture_output=True, text=True).stdout or "[]")
            yield from (f["options"]["prog"]["id"] for f in filters if "prog" in f.get("options", {}))


def slots_in_use(segments):
    return {entry["formatted"]["value"]["slot"] for entry in bpftool("map", "dump", "id", str(segments))}


def inner_map(outer, slot):
    """Asked one by one: up to Linux 6.7 each look-up in a map of maps waits for RCU, and a dump makes thousands."""
    key = [str(byte) for byte in slot.to_bytes(4, sys.byteorder)]
    entry = bpftool("map", "lookup", "id", str(outer), "key", *key)
    return int.from_bytes(bytes(int(byte, 16) for byte in entry["value"]), sys.byteorder)


def objects():
    for program in {p for p in attached() if p}:
        info = bpftool("prog", "show", "id", str(program))
        if not info.get("name", "").startswith("geneve_"):
            continue
        yield f"p{program}"
        maps = {bpftool("map", "show", "id", str(number))["name"]: number for number in info["map_ids"]}
        yield from (f"m{number}" for number in maps.values())
        for slot in slots_in_use(maps["geneve_segment"]):
            yield from (f"m{inner_map(maps[outer], slot)}" for outer in ("geneve_stats", "geneve_fdb"))


def exists(name):
    return "id" in bpftool({"p": "prog", "m": "map"}[name[0]], "show", "id", name[1:])


def maps():
    for number in {name[1:] for name in objects() if name[0] == "m"}:
        yield bpftool("map", "show", "id", number)["name"] + f" {number}"


if __name__ == "__main__":
    if sys.argv[1:] == ["--maps"]:
        print("\n".join(sorted(maps())))
        sys.exit()
    found = [name for name in sys.argv[1:] if exists(name)] if sys.argv[1:] else sorted(set(objects()))
    print("\n".join(found))
