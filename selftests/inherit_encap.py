#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the outer headers take over from the inner ones, for inherit_test.sh.

inherit_encap.py send SENT COMMAND INTERFACE PROTOCOL    configures, and sends a burst, in turns
inherit_encap.py judge SENT CAPTURE PROTOCOL FAMILY      the outer headers as tshark shows them

SENT is a file with what was sent.
"""
import subprocess
import sys
from dataclasses import dataclass

import judge
from frames import read, send, write
from inherit import ECN, NOT_ECT, PROTOCOLS, Inner, missing, report, tag, tag_of
from outer_packets import VNI

DF_SET, MORE = {"flags": "DF"}, {"flags": "MF"}
LABEL = {"fl": 0xABCDE}  # nobody may copy it
INNER = (
    Inner(4, dscp=46, ttl=9, df=True, fields=DF_SET, flow="IPv4"),
    Inner(4, dscp=10, ttl=200, flow="IPv4"),
    # MF and the offset are not to be inherited; no ports, so another flow.
    Inner(4, dscp=18, ttl=77, fields=MORE, flow="fragment"),
    Inner(4, dscp=18, ttl=77, fields={**MORE, "frag": 100}, flow="fragment"),
    Inner(6, dscp=34, ttl=33, df=True, fields=LABEL, flow="IPv6"),
    Inner(0, flow="ARP"),
    Inner(4, dscp=63, ttl=1, df=True, vlans=(7,), fields=DF_SET, flow="IPv4, VLAN"),
    Inner(4, dscp=1, ttl=2, vlans=(7,), flow="IPv4, VLAN"),
    Inner(6, dscp=40, ttl=128, df=True, vlans=(7,), fields=LABEL, flow="IPv6, VLAN"),
    Inner(4, dscp=12, ttl=99, df=True, vlans=(100, 200), fields=DF_SET, flow="IPv4, QinQ"),
    Inner(6, dscp=5, ttl=255, df=True, vlans=(100, 200), fields=LABEL, flow="IPv6, QinQ"),
    Inner(0, vlans=(7,), flow="ARP, VLAN"),
)

FIELDS = judge.FIELDS + ["ip.frag_offset"]
CHECKSUM_GOOD = 1
OVERHEAD = {"4": 14 + 20 + 8 + 8, "6": 14 + 40 + 8 + 8}


@dataclass(frozen=True)
class Config:
    """Words of the command, and what they make."""

    words: str
    number: int = 64  # TTL of what has none to inherit
    ttl_inherit: bool = False
    dscp_inherit: bool = False
    df: str = "unset"

    def __str__(self):
        ttl = "inherit" if self.ttl_inherit else self.number
        return f"ttl {ttl}, dscp {'inherit' if self.dscp_inherit else 0}, df {self.df}"

    def outer(self, inner, ecn):
        """The outer TOS, TTL and DF."""
        ip = bool(inner.version)
        return (
            (inner.dscp << 2 if self.dscp_inherit and ip else 0) | (ecn if ip else 0),
            inner.ttl if self.ttl_inherit and ip else self.number,
            {"unset": 0, "set": 1, "inherit": int(inner.df)}[self.df],
        )


def geneve_configs():
    """All combinations: DF changes while down, the others while up."""
    for df in ("unset", "set", "inherit"):
        start = f"down genevedf {df} up"
        for dscp in ("-genevedscpinherit", "genevedscpinherit"):
            for number, ttl in ((64, "64"), (5, "5"), (5, "inherit")):
                words = f"{start} {dscp} genevettl {ttl}"
                yield Config(words, number, ttl == "inherit", dscp[0] != "-", df)
                start = ""
    # With `debug` the port encapsulates, behind the veth.
    yield Config("debug", 5, True, True, "inherit")
    yield Config("-genevedscpinherit genevettl 255", 255, False, False, "inherit")


def vxlan_configs():
    yield Config("vxlanttl 64")
    yield Config("vxlanttl 5", 5)
    yield Config("debug", 5)


CONFIGS = {"geneve": geneve_configs, "l3": geneve_configs, "vxlan": vxlan_configs}


def burst(protocol):
    """(kind, ECN) of each frame of a step."""
    for inner in INNER:
        if protocol.carries(inner):
            yield from ((inner, ecn) for ecn in (ECN if inner.version else (NOT_ECT,)))


def outer_faults(packet, protocol, family, inner, outer):
    """What differs between the outer header and what was wanted."""
    tos, ttl, df = outer
    wanted = {"udp.dstport": protocol.port}
    if family == "4":
        wanted.update({"ip.dsfield": tos, "ip.ttl": ttl, "ip.flags.df": df, "ip.flags.mf": 0})
        wanted.update({"ip.frag_offset": 0, "ip.checksum.status": CHECKSUM_GOOD, "udp.checksum": 0})
    else:
        wanted.update({"ipv6.tclass": tos, "ipv6.hlim": ttl, "ipv6.flow": 0})
    if protocol.words == "vxlan":
        wanted.update({"vxlan.flags": 0x0800, "vxlan.vni": VNI, "udp.checksum": 0})
    else:
        wanted.update({"geneve.vni": VNI, "geneve.proto_type": protocol.proto_type(inner)})
    for field, value in wanted.items():
        if not packet[field] or int(packet[field][0], 0) != value:
            yield f"{field} is {packet[field]}, not {value}"
    if "udp.checksum" not in wanted and int(packet["udp.checksum"][0], 0) == 0:
        yield "no UDP checksum"
    layers = f"eth:ethertype:{'ip' if family == '4' else 'ipv6'}:udp:{protocol.words}:"
    if not packet["frame.protocols"][0].startswith(layers):
        yield f"dissected as {packet['frame.protocols']}"


def tunnel_packets(capture, protocol):
    """(tag, bytes, dissection) of each packet that carries a frame of ours."""
    frames = read(capture)
    for packet in judge.tshark(capture, FIELDS, protocol.port):
        raw = frames[int(packet["frame.number"][0]) - 1]
        if tag_of(raw):
            yield tag_of(raw), raw, packet


def flow_faults(ports, low, high):
    for flow, used in ports.items():
        if len(used) != 1:
            yield f"flow {flow} has source ports {used}"
        if min(used) < low or max(used) > high:
            yield f"flow {flow} has source ports {used}, not within {low}-{high}"


def configure(command, interface, words):
    subprocess.run([command, interface, *words.split()], check=True)


def cmd_send(path, command, interface, protocol):
    sent = []
    for step, config in enumerate(CONFIGS[protocol]()):
        configure(command, interface, config.words)
        kinds = enumerate(burst(PROTOCOLS[protocol]))
        frames = [inner.frame(tag(step, number), ecn) for number, (inner, ecn) in kinds]
        send(interface, frames)
        sent += frames
    write(path, sent)


def judged(path, capture, protocol, family):
    configs, kinds = list(CONFIGS[protocol]()), list(burst(PROTOCOLS[protocol]))
    sent, got, ports = {tag_of(frame): frame for frame in read(path)}, [], {}
    for key, raw, packet in tunnel_packets(capture, PROTOCOLS[protocol]):
        got.append(key)
        config, (inner, ecn) = configs[key[0]], kinds[key[1]]
        faults = list(outer_faults(packet, PROTOCOLS[protocol], family, inner, config.outer(inner, ecn)))
        faults += judge.dissection_faults(packet)
        payload = PROTOCOLS[protocol].payload(sent[key])
        if raw[OVERHEAD[family] :] != payload:
            faults.append(f"the frame was {payload.hex()}, and is in {raw.hex()}")
        for fault in faults:
            yield f"{config}, {inner}, ECN {ecn}: {fault}"
        ports.setdefault(inner.flow, set()).add(int(packet["udp.srcport"][0]))
    yield from missing(sent, got)
    yield from flow_faults(ports, 10000, 65535)


def cmd_judge(*args):
    return report(judged(*args))


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
