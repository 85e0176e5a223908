#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The status of an interface as ifconfig(8) on FreeBSD writes it, made from the JSON.

status_text.py TEXT JSON: whether both files say the same; TEXT is of `-v`.
"""
import difflib
import json
import re
import sys


def address(text, port):
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


def complete(facts):
    """An external interface needs no VNI: each frame brings its own."""
    return facts["vni"] is not None or facts["external"]


def geneve(facts):
    yield f"\tgeneve mode: {facts['mode']}"
    yield "\tgeneve config:"
    if facts["vni"] is None:
        yield "\t\tvirtual network identifier (vni): not configured"
    else:
        yield f"\t\tvirtual network identifier (vni): {facts['vni']}"
    if not complete(facts):
        return
    if facts["local"]:
        yield f"\t\tlocal: {address(facts['local'], facts['local_port'])}"
    if facts["remote"]:
        yield f"\t\tremote: {address(facts['remote'], facts['remote_port'])}"
    if facts["group"]:
        yield f"\t\tgroup: {address(facts['group'], facts['remote_port'])}, dev: {facts['dev'] or ''}"
    yield (
        f"\t\tportrange: {facts['port_low']}-{facts['port_high']}"
        f", ttl: {'inherit' if facts['ttl_inherit'] else facts['ttl']}"
        f"{', dscp: inherit' if facts['dscp_inherit'] else ''}, df: {facts['df']}"
        f"{', externally controlled' if facts['external'] else ''}"
    )
    if facts["mode"] == "l2":
        yield (
            f"\t\tftable mode: {'learning' if facts['learn'] else 'nolearning'}"
            f", count: {facts['fdb_count']}, max: {facts['fdb_max']}"
            f", timeout: {facts['fdb_timeout']}, nospace: {facts['fdb_nospace']}"
        )
    yield f"\t\tstats: tso {facts['tso']}, txcsum {facts['txcsum']}, rxcsum {facts['rxcsum']}"


def vxlan(facts):
    if facts["vni"] is None:
        return
    local = address(facts["local"], facts["local_port"]) if facts["local"] else ":"
    yield f"\tvxlan vni {facts['vni']} local {local}" + "".join(
        f" {name} {address(facts[name], facts['remote_port'])}" for name in ("remote", "group") if facts[name]
    )
    yield (
        f"\t\tconfig: {'learning' if facts['learn'] else 'nolearning'}"
        f" portrange {facts['port_low']}-{facts['port_high']} ttl {facts['ttl']}"
    )
    yield f"\t\tftable: cnt {facts['fdb_count']} max {facts['fdb_max']} timeout {facts['fdb_timeout']}"


# FreeBSD's numbers (net/if.h), as an ifconfig prints them (%b).
CAPABILITIES = {
    "RXCSUM": 0x1,
    "TXCSUM": 0x2,
    "JUMBO_MTU": 0x20,
    "TSO4": 0x100,
    "TSO6": 0x200,
    "LINKSTATE": 0x80000,
    "RXCSUM_IPV6": 0x200000,
    "TXCSUM_IPV6": 0x400000,
}


def bits(names):
    return f"{sum(CAPABILITIES[name] for name in names):x}<{','.join(names)}>"


def expected(facts):
    """All lines but those of the interface's addresses."""
    yield f"{facts['name']}: flags= metric 0 mtu {facts['mtu']}"
    if facts["description"] is not None:
        yield f"\tdescription: {facts['description']}"
    yield f"\toptions={bits(facts['options'])}"
    yield f"\tcapabilities={bits(facts['capabilities'])}"
    if facts["mode"] != "l3":
        yield f"\tether {facts['ether']}"
    yield f"\tgroups: {facts['type']}"
    if facts["tunnelfib"]:
        yield f"\ttunnelfib: {facts['tunnelfib']}"
    yield from {"geneve": geneve, "vxlan": vxlan}[facts["type"]](facts)
    if complete(facts):
        yield (
            f"\t\tunderlay: {facts['underlay'] or 'none'}, receive: {facts['receive'] or 'none'}"
            f", state: {facts['state']}"
        )


def shown(text):
    """The flags are the kernel's, and what follows the state is of our own options."""
    text = re.sub(r"(?m)^(\S+: flags=)[0-9a-f]+<[A-Z,]*>", r"\1", text)
    text = re.sub(r"(?m)^(\t\tunderlay: .*, state: [^,\n]*)(, \S+)*$", r"\1", text)
    return [line for line in text.splitlines() if not line.startswith(("\tinet ", "\tinet6 "))]


def differences(text, facts):
    """What the text of `-v` says differently from the JSON, line by line."""
    wanted, found = list(expected(facts)), shown(text)
    return [line for line in difflib.ndiff(wanted, found) if line[0] in "-+"]


def main():
    with open(sys.argv[1]) as text, open(sys.argv[2]) as facts:
        found = differences(text.read(), json.load(facts))
    print("\n".join(found))
    return len(found) > 0


if __name__ == "__main__":
    sys.exit(main())
