#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Inner frames with known ECN, DSCP, TTL and DF, for inherit_encap.py and inherit_decap.py.

inherit.py count CAPTURE    how many of them are in a capture

Each ends with a tag, by which it is found again: which step of the test it
belongs to, and which of that step's frames it is.
"""
import functools
import struct
import sys
from dataclasses import dataclass, field

from frames import read
from inner_frames import MAC_FROM, MAC_TO
from outer_packets import PORTS, geneve_header, vxlan_header

NOT_ECT, ECT1, ECT0, CE = ECN = range(4)  # RFC 3168 section 5

MAGIC = b"\x02i"
TAG = ">2sHHHH"
TAG_LEN = struct.calcsize(TAG)

ETH_HLEN = 14
ETH_TYPE = slice(12, ETH_HLEN)  # of what lies below the Ethernet addresses
ETH_P_IP, ETH_P_IPV6, ETH_P_TEB = 0x0800, 0x86DD, 0x6558


def tag(step, number):
    """With the complements, so that a checksum is the same for all tags."""
    return struct.pack(TAG, MAGIC, step, number, step ^ 0xFFFF, number ^ 0xFFFF)


def tag_of(frame):
    """(step, number), or None for a frame of somebody else."""
    _, step, number, _, _ = struct.unpack(TAG, frame[-TAG_LEN:].rjust(TAG_LEN, b"\0"))
    return (step, number) if frame.endswith(tag(step, number)) else None


@dataclass(frozen=True)
class Inner:
    """A kind of frame, and what a tunnel may inherit from it."""

    version: int  # of IP; 0 for ARP, from which nothing is inherited
    dscp: int = 0
    ttl: int = 0
    df: bool = False  # IPv6 counts as DF: a router must not fragment it
    vlans: tuple = ()
    fields: dict = field(default_factory=dict, hash=False)  # others of the IP header
    flow: str = ""  # kinds that are the same flow

    def __str__(self):
        ip = f"IPv{self.version}, dscp {self.dscp}, ttl {self.ttl}, {self.fields}"
        return f"{ip if self.version else 'ARP'}{', VLAN' * len(self.vlans)}"

    def frame(self, tag, *args, **fields):
        return self.build(*args, **fields)[:-TAG_LEN] + tag

    @functools.cache  # most of a test's time would be scapy's
    def build(self, ecn=NOT_ECT, ttl=None, sport=1234, ident=7):
        from scapy.layers.inet import IP, UDP
        from scapy.layers.inet6 import IPv6
        from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether

        below, end = Ether(src=MAC_FROM, dst=MAC_TO), tag(0, 0)
        for vlan in self.vlans:
            below /= (Dot1AD if vlan != self.vlans[-1] else Dot1Q)(vlan=vlan)
        if not self.version:
            hosts = {"hwsrc": MAC_FROM, "psrc": "10.0.0.1", "pdst": "10.0.0.2"}
            return bytes(below / ARP(**hosts)) + end
        tos, ttl = self.dscp << 2 | ecn, self.ttl if ttl is None else ttl
        if self.version == 4:
            ip = IP(src="10.0.0.1", dst="10.0.0.2", tos=tos, ttl=ttl, id=ident, **self.fields)
        else:
            ip = IPv6(src="fd00::1", dst="fd00::2", tc=tos, hlim=ttl, **self.fields)
        return bytes(below / ip / UDP(sport=sport, dport=4321) / end)

    def ethertype(self):
        return {0: 0x0806, 4: ETH_P_IP, 6: ETH_P_IPV6}[self.version]


@dataclass(frozen=True)
class Protocol:
    words: str  # prefix of its words on the command line
    ethernet: bool  # whether the inner frame has its Ethernet header

    @property
    def port(self):
        return PORTS[self.words]

    def carries(self, inner):
        return self.ethernet or (inner.version and not inner.vlans)

    def payload(self, frame):
        """What of a frame of the interface is in the tunnel packet."""
        return frame if self.ethernet else frame[ETH_HLEN:]

    def header(self, inner):
        if self.words == "vxlan":
            return vxlan_header()
        return geneve_header(proto=self.proto_type(inner))

    def proto_type(self, inner):
        return ETH_P_TEB if self.ethernet else inner.ethertype()


PROTOCOLS = {
    "geneve": Protocol("geneve", True),
    "l3": Protocol("geneve", False),
    "vxlan": Protocol("vxlan", True),
}


def missing(sent, got):
    """Every tag sent must have been captured once, and no other."""
    for key in sent:
        if got.count(key) != 1:
            yield f"frame {key} was captured {got.count(key)} times"
    yield from (f"frame {key} was captured, and should not be" for key in got if key not in sent)


def report(faults):
    """Prints how many, and the first, for one cause has many; the exit status."""
    faults = list(faults)
    print(f"{len(faults)} faults")
    for fault in faults[:15]:
        print(fault)
    return len(faults) > 0


def cmd_count(capture):
    print(sum(tag_of(frame) is not None for frame in read(capture)))


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
