#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tshark says of the tunnel packets in a capture: judge.py CAPTURE PROTOCOL FAMILY CSUM

PROTOCOL is "geneve" or "vxlan", FAMILY 4 or 6, CSUM "zero" or "sum".  Exit status 0 if it finds no fault.
"""
import subprocess
import sys

from flows import FLOWS
from outer_packets import PORTS, VNI

# What tshark is asked for; of a field in several headers the outermost comes first.
FIELDS = """frame.number frame.protocols geneve.vni geneve.proto_type geneve.flags geneve.reserved
vxlan.flags vxlan.gbp vxlan.vni vxlan.reserved8
eth.src ip.src ip.dst ip.ttl ip.dsfield ip.flags.df ip.flags.mf ip.len ipv6.src ipv6.dst
ipv6.hlim ipv6.tclass ipv6.flow udp.srcport udp.dstport tcp.srcport tcp.dstport udp.checksum
ip.checksum.status udp.checksum.status tcp.checksum.status icmp.checksum.status
icmpv6.checksum.status _ws.malformed _ws.expert.severity _ws.expert.message""".split()

# The fields of the tunnel header.
HEADERS = {
    "geneve": {
        "geneve.vni": f"0x{VNI:06x}",
        "geneve.proto_type": "0x6558",
        "geneve.flags": "0x00",
        "geneve.reserved": "0x00",
    },
    "vxlan": {"vxlan.flags": "0x0800", "vxlan.gbp": "0", "vxlan.vni": str(VNI), "vxlan.reserved8": "0"},
}

SEVERITY_ERROR = 0x800000
CHECKSUM_BAD = "0"

# Each kind of frame must have been on the wire, by what tshark calls it.
KINDS = """arp lldp ip:icmp ip:udp:data ip:tcp ipv6:icmpv6 ipv6:udp:data ipv6:tcp vlan:ethertype:ip
vlan:ethertype:arp ieee8021ad:ethertype:vlan:ethertype:ip vlan:ethertype:vlan:ethertype:arp""".split()


def tshark(path, fields=FIELDS, port=PORTS["geneve"], about=None):
    """The dissected packets of a capture, those of the tunnel port: for each a dictionary from field to its values."""
    command = ["tshark", "-r", path, "-Y", about or f"udp.port == {port}", "-T", "fields"]
    for layer in ("ip", "udp", "tcp"):
        command += ["-o", f"{layer}.check_checksum:TRUE"]
    command += ["-o", "udp.ignore_ipv6_zero_checksum:TRUE", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    command += ["-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=|"]
    for field in fields:
        command += ["-e", field]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        values = [value.split("|") if value else [] for value in line.split("\t")]
        yield dict(zip(fields, values))


def checksum_faults(packet):
    """Of all headers, inner ones too."""
    for field in packet:
        if field.endswith(".checksum.status") and CHECKSUM_BAD in packet[field]:
            yield f"{field} is {packet[field]}"


def dissection_faults(packet):
    """What tshark itself finds wrong, in any header."""
    yield from checksum_faults(packet)
    if packet["_ws.malformed"]:
        yield "malformed"
    if any(int(value) >= SEVERITY_ERROR for value in packet["_ws.expert.severity"]):
        yield f"expert says {packet['_ws.expert.message']}"


def faults_of(packet, protocol, family, csum):
    """What is wrong with one packet; each fault is a piece of text."""
    ip = {"4": "ip", "6": "ipv6"}[family]
    first = {**HEADERS[protocol], "udp.dstport": str(PORTS[protocol])}
    if family == "4":
        first.update({"ip.ttl": "64", "ip.dsfield": "0x00", "ip.flags.df": "0"})
    else:
        first.update({"ipv6.hlim": "64", "ipv6.tclass": "0x00000000"})
    for field, wanted in first.items():
        if packet[field][:1] != [wanted]:
            yield f"{field} is {packet[field]}, not {wanted}"
    if not packet["frame.protocols"][0].startswith(f"eth:ethertype:{ip}:udp:{protocol}:eth"):
        yield f"dissected as {packet['frame.protocols']}"
    if not 10000 <= int(packet["udp.srcport"][0]) <= 65535:
        yield f"source port {packet['udp.srcport'][0]}"
    if (packet["udp.checksum"][0] == "0x0000") != (csum == "zero"):
        yield f"outer checksum is {packet['udp.checksum'][0]}"
    yield from dissection_faults(packet)


def flow_of(packet, protocol):
    """The inner 5-tuple, and the outer port; None for what has no ports."""
    name = packet["frame.protocols"][0].split(f":{protocol}:", 1)[1]
    inner = [part for part in name.split(":") if part in ("tcp", "udp", "ip", "ipv6", "icmp", "icmpv6")]
    if len(inner) != 2 or inner[1] not in ("tcp", "udp"):
        return None
    ports = [packet[f"{inner[1]}.{end}port"][-1] for end in ("src", "dst")]
    hosts = [packet[f"{inner[0]}.{end}"][-1] for end in ("src", "dst")]
    # A frame built by hand has no socket: its hash may be another one.
    return (packet["eth.src"][-1], *inner, *hosts, *ports), packet["udp.srcport"][0]


def judge(path, protocol, family, csum):
    ports, faults, kinds, packets = {}, 0, set(), 0
    for packet in tshark(path, port=PORTS[protocol]):
        packets += 1
        for fault in faults_of(packet, protocol, family, csum):
            faults += 1
            print(f"packet {packet['frame.number'][0]}: {fault}")
        kinds.add(packet["frame.protocols"][0].split(f":{protocol}:eth:", 1)[-1])
        flow = flow_of(packet, protocol)
        fragment = packet["ip.flags.mf"][-1:] == ["1"]  # the others show no ports either
        if flow and not fragment and "vlan" not in packet["frame.protocols"][0]:
            ports.setdefault(flow[0], set()).add(flow[1])
    for kind in KINDS:
        if not any(("ethertype:" + seen).find(":" + kind) >= 0 for seen in kinds):
            faults += 1
            print(f"no packet is {kind}")
    for flow, used in ports.items():
        if len(used) != 1:
            faults += 1
            print(f"flow {flow} has source ports {used}")
    udp_ports = {port for flow, used in ports.items() if "udp" in flow for port in used}
    print(f"{packets} packets, {len(ports)} flows, {len(udp_ports)} source ports of UDP")
    return faults > 0 or len(ports) < FLOWS or len(udp_ports) < FLOWS // 2


if __name__ == "__main__":
    sys.exit(judge(*sys.argv[1:]))
