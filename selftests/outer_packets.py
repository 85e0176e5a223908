# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tunnel packets, built by scapy: what must be accepted."""
from inner_frames import SHORT, good_frame, inner_frames

VNI = 42
VNI_NOBODY = 43
PORTS = {"geneve": 6081, "vxlan": 4789}


def ip_layer(src, dst, **fields):
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6

    if ":" not in src:
        return IP(src=src, dst=dst, **fields)
    names = {"ttl": "hlim", "tos": "tc", "frag": None, "flags": None}
    return IPv6(src=src, dst=dst, **{names.get(name, name): fields[name] for name in fields})


class Outer:
    """Builds packets from SRC to DST for the host with Ethernet address MAC."""

    def __init__(self, mac, src, dst, protocol):
        self.mac, self.src, self.dst = mac, src, dst
        self.ipv6 = ":" in src
        self.port = PORTS[protocol]
        self.header = HEADERS[protocol]
        self.vxlan = protocol == "vxlan"

    def wrap(self, layers, **fields):
        from scapy.layers.l2 import Ether

        eth = Ether(src="02:00:5e:00:00:04", dst=self.mac)
        return bytes(eth / ip_layer(self.src, self.dst, **fields) / layers)

    def udp(self, payload, **fields):
        from scapy.layers.inet import UDP
        from scapy.packet import Raw

        if not self.ipv6:
            fields.setdefault("chksum", 0)
        return UDP(sport=54321, dport=self.port, **fields) / Raw(payload)

    def packet(self, inner, *options, check=None, **fields):
        """A tunnel packet; FIELDS are those of the tunnel header."""
        header = self.header(*options, **fields)
        udp_fields = {} if check is None else {"chksum": check}
        return self.wrap(self.udp(header + inner, **udp_fields))


def geneve_header(options=b"", **fields):
    """Scapy's, with the option length said, because it counts to 0x2f only."""
    from scapy.contrib.geneve import GENEVE

    fields.setdefault("vni", VNI)
    fields.setdefault("proto", 0x6558)
    fields.setdefault("optionlen", len(options) // 4)
    return bytes(GENEVE(**fields)) + options


def vxlan_header(bits=bytes(8), **fields):
    """Scapy's, with more bits set."""
    from scapy.layers.vxlan import VXLAN

    fields.setdefault("vni", VNI)
    return bytes(field | more for field, more in zip(bytes(VXLAN(**fields)), bits))


HEADERS = {"geneve": geneve_header, "vxlan": vxlan_header}


def option(length, kind=1, reserved=0):
    """One option of @length bytes, header included."""
    from scapy.contrib.geneve import GeneveOptions

    data = b"o" * (length - 4)
    return bytes(GeneveOptions(classid=0xFFFF, type=kind, reserved=reserved, data=data))


def outer_packets(outer):
    """Pairs of a packet and the frame that must come out of it."""
    from scapy.layers.inet import UDP

    inner = good_frame()
    head = outer.header()
    pairs = [(outer.packet(frame), frame) for frame in inner_frames(1400)]
    full_sum = UDP(sport=2, dport=outer.port)
    pairs += [(outer.wrap(full_sum / (head + frame)), frame) for frame in inner_frames(1400)]
    others = [
        outer.wrap(outer.udp(head + inner), ttl=1, tos=0xFE),
        outer.packet(inner) + b"\0",
        outer.packet(inner) + bytes(range(46)),
    ]
    if not outer.ipv6:
        others.append(outer.wrap(outer.udp(head + inner), flags="DF", id=7))
        others.append(outer.wrap(outer.udp(head + inner), options=b"\1\1\1\0"))
        others.append(outer.wrap(outer.udp(head + inner), options=b"\1" * 39 + b"\0"))
    pairs += [(packet, inner) for packet in others]
    pairs.append((outer.packet(SHORT) + b"\0" * 30, SHORT))
    return pairs + (vxlan_packets(outer) if outer.vxlan else geneve_packets(outer))


def vxlan_packets(outer):
    """Pairs that need a VXLAN header: any reserved bit may be set (RFC 7348 section 5)."""
    inner = good_frame()
    pairs = [
        (outer.packet(inner, bytes.fromhex(bits)), inner)
        for bits in ("f700000000000000", "0000010000000000", "00ffffff00000000", "00000000000000ff")
    ]
    return pairs + [(outer.packet(inner, check=0), inner)]


def geneve_packets(outer):
    """Pairs that need a GENEVE header."""
    inner = good_frame()
    some_options = [
        option(4),
        option(8),
        option(124 + 4),
        option(100) + option(28),
        option(128) + option(124),
        b"".join(option(4) for _ in range(63)),
        option(16, reserved=7),
    ]
    pairs = []
    for options in some_options:
        pairs.append((outer.packet(inner, options), inner))
        pairs.append((outer.packet(inner, options, critical=1), inner))
        pairs.append((outer.packet(SHORT, options), SHORT))
    others = [
        outer.packet(inner, reserved=0x3F, reserved2=0xFF),
        outer.packet(inner, critical=1),
        outer.packet(inner, option(128) + option(124)) + bytes(1000),
    ]
    return pairs + [(packet, inner) for packet in others]
