#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tshark says of a host that tunnels through multicast groups, in a capture at its port of the switch.

groups.py reports CAPTURE MAC HOST GROUP... each group was joined, and left again last
groups.py tunnels CAPTURE PORT FILE         the tunnels' outer headers, both ways

FILE has lines of words, one of each tunnel, and one of each host in it:
    vni VNI GROUP TTL TTL_STRAIGHT CSUM(zero|sum)   TTL_STRAIGHT: "-" if it is the inner packet's
    host VNI MAC ADDRESS UNDERLAY_MAC               MAC: "-" in L3 mode, where all goes to the group
Exit status 0 if there is no fault.
"""
import ipaddress
import sys

from judge import dissection_faults, tshark

REPORTS = """eth.dst ip.src ip.dst ip.ttl ip.opt.ra igmp.type igmp.record_type igmp.maddr
igmp.checksum.status ipv6.src ipv6.dst ipv6.hlim ipv6.opt.router_alert icmpv6.type icmpv6.mldr.mar.record_type
icmpv6.mldr.mar.multicast_address icmpv6.checksum.status""".split()

OUTER = """frame.number frame.protocols eth.src eth.dst ip.src ip.dst ip.ttl ip.dsfield ipv6.src ipv6.dst ipv6.hlim ipv6.flow
udp.dstport udp.srcport udp.checksum geneve.vni vxlan.vni ip.checksum.status udp.checksum.status
tcp.checksum.status icmp.checksum.status icmpv6.checksum.status _ws.malformed _ws.expert.severity
_ws.expert.message""".split()

IGMPV3_REPORT, IGMPV3_ROUTERS = "0x22", "224.0.0.22"  # RFC 3376 section 4.2
MLDV2_REPORT, MLDV2_ROUTERS = "143", "ff02::16"  # RFC 3810 section 5.2
TO_INCLUDE, TO_EXCLUDE = "3", "4"  # of no sources: leaves, joins


def group_mac(group):
    """RFC 1112 section 6.4, RFC 2464 section 7."""
    address = ipaddress.ip_address(group)
    if address.version == 4:
        low = int(address) & 0x7FFFFF
        octets = b"\x01\x00\x5e" + low.to_bytes(3, "big")
    else:
        octets = b"\x33\x33" + address.packed[12:]
    return octets.hex(":")


def report_faults(report, host):
    if report["igmp.type"]:
        wanted = {
            "igmp.type": [IGMPV3_REPORT],
            "ip.src": [host],
            "ip.dst": [IGMPV3_ROUTERS],
            "ip.ttl": ["1"],
            "igmp.checksum.status": ["1"],
        }
    else:
        wanted = {
            "icmpv6.type": [MLDV2_REPORT],
            "ipv6.dst": [MLDV2_ROUTERS],
            "ipv6.hlim": ["1"],
            "ipv6.opt.router_alert": ["0"],
            "icmpv6.checksum.status": ["1"],
        }
        if not ipaddress.ip_address(report["ipv6.src"][0]).is_link_local:
            yield f"report from {report['ipv6.src']}"
    for field, value in wanted.items():
        if report[field] != value:
            yield f"{field} is {report[field]}, not {value}"


def cmd_reports(path, mac, host, *groups):
    faults, said = [], {group: [] for group in groups}
    about = f"(igmp.type == {IGMPV3_REPORT} || icmpv6.type == {MLDV2_REPORT}) && !udp && eth.src == {mac}"
    for report in tshark(path, REPORTS, about=about):
        faults += report_faults(report, host)
        kinds = report["igmp.record_type"] or report["icmpv6.mldr.mar.record_type"]
        names = report["igmp.maddr"] or report["icmpv6.mldr.mar.multicast_address"]
        for kind, name in zip(kinds, names):
            said.get(name, []).append(kind)
    for group, kinds in said.items():
        # Between these are answers to queries, of which the first may be older than the report.
        if TO_EXCLUDE not in kinds or kinds[-1:] != [TO_INCLUDE]:
            faults.append(f"the reports of {group} are of types {kinds}")
    return faults


class Tunnel:
    def __init__(self, group, ttl, ttl_straight, csum):
        self.group, self.ttl, self.ttl_straight, self.csum = group, ttl, ttl_straight, csum
        self.hosts = {}  # inner MAC -> (address, MAC in the underlay)
        self.learns = False
        self.flooded = self.straight = 0

    def faults_of(self, packet):
        version = "ip" if "." in self.group else "ipv6"
        inner_dst = packet["eth.dst"][1] if len(packet["eth.dst"]) > 1 else "-"
        host = self.hosts.get(inner_dst)
        wanted = {
            f"{version}.dst": host[0] if host else self.group,
            "eth.dst": host[1] if host else group_mac(self.group),
        }
        ttl = self.ttl_straight if host else self.ttl
        if ttl != "-":
            wanted[{"ip": "ip.ttl", "ipv6": "ipv6.hlim"}[version]] = ttl
        self.straight += host is not None
        self.flooded += host is None
        for field, value in wanted.items():
            if packet[field][0] != value:
                yield f"{field} is {packet[field][0]}, not {value}, for {inner_dst}"
        if (packet[f"{version}.src"][0], packet["eth.src"][0]) not in self.hosts.values():
            yield f"from {packet[f'{version}.src'][0]} at {packet['eth.src'][0]}"
        if (packet["udp.checksum"][0] == "0x0000") != (self.csum == "zero"):
            yield f"outer checksum is {packet['udp.checksum'][0]}"
        yield from dissection_faults(packet)


def read_tunnels(path):
    tunnels = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            kind, vni, *rest = line.split()
            if kind == "vni":
                tunnels[int(vni)] = Tunnel(*rest)
            else:
                mac, *outer = rest
                tunnels[int(vni)].learns |= mac != "-"
                tunnels[int(vni)].hosts[mac + outer[0] if mac == "-" else mac] = tuple(outer)
    return tunnels


def cmd_tunnels(path, port, description):
    faults, tunnels = [], read_tunnels(description)
    for packet in tshark(path, OUTER, port):
        if packet["frame.protocols"][0].split(":")[3] != "udp":
            continue  # an ICMP error that quotes one: the tunnel is down already
        vni = (packet["geneve.vni"] or packet["vxlan.vni"])[0]
        tunnel = tunnels.get(int(vni, 0))
        if not tunnel:
            faults.append(f"VNI {vni}")
            continue
        faults += (f"packet {packet['frame.number'][0]}, VNI {vni}: {fault}" for fault in tunnel.faults_of(packet))
    for vni, tunnel in tunnels.items():
        if not tunnel.flooded or tunnel.learns != bool(tunnel.straight):
            faults.append(f"VNI {vni}: {tunnel.flooded} to the group, {tunnel.straight} to hosts")
    return faults


if __name__ == "__main__":
    found = globals()["cmd_" + sys.argv[1]](*sys.argv[2:])
    print("\n".join(found))
    sys.exit(bool(found))
