# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets and frames to be dropped, by the counter that counts them."""
import struct

from inner_frames import MAC_FROM, MAC_TO, good_frame, inner_frames
from outer_packets import VNI_NOBODY, option


def bad_truncated(outer):
    inner, short = good_frame(), good_frame()[:13]
    head = outer.header()
    ip_len = (40 if outer.ipv6 else 20) + 8 + len(head + inner)
    field = "plen" if outer.ipv6 else "len"
    longer = ip_len + 1 - (40 if outer.ipv6 else 0)
    packets = [
        outer.packet(b""),
        outer.packet(short),
        outer.wrap(outer.udp(head + inner, len=8 + len(head + inner) - 1)),
        outer.wrap(outer.udp(head + inner, len=8 + len(head + inner) + 1)),
        outer.wrap(outer.udp(head + inner), **{field: longer}),
    ]
    if not outer.vxlan:
        packets += [
            outer.packet(short, option(252 // 2 + 2)),
            outer.packet(inner, optionlen=63),
            outer.packet(inner, option(8)[:4], critical=1),  # runs past the list
        ]
    return packets


def bad_truncated_stray(outer):
    """Too short to tell the VNI."""
    return [outer.wrap(outer.udp(outer.header()[:length])) for length in (0, 1, 7)]


def bad_fragment(outer):
    inner = good_frame()
    udp = outer.udp(outer.header() + inner)
    if not outer.ipv6:
        return [outer.wrap(udp, flags="MF", id=9)]
    from scapy.layers.inet6 import IPv6ExtHdrFragment

    more = IPv6ExtHdrFragment(m=1, id=9, nh=17)
    atomic = IPv6ExtHdrFragment(m=0, id=10, nh=17)  # RFC 6946: whole, but we do not look
    return [outer.wrap(more / udp), outer.wrap(atomic / udp)]


def bad_checksum(outer):
    packets = []
    for frame in (good_frame(), good_frame() + b"odd"):
        packet = bytearray(outer.wrap(outer.udp(outer.header() + frame, chksum=None)))
        packet[-1] ^= 1
        packets += [bytes(packet), outer.packet(frame, check=0x1234)]
    return packets


def bad_zero_checksum(outer):
    return [outer.packet(good_frame(), check=0)] if outer.ipv6 else []


def bad_refused(outer):
    """From a veth: a checksum to be filled in behind the end of the IP packet.

    Cutting off what is behind it then fails (bpf_skb_change_tail; up to 6.12 not if it is
    right behind).
    """
    packet = outer.packet(good_frame())
    virtio_net_hdr = struct.pack("<BBHHHH", 1, 0, 0, 0, len(packet) + 8, 0)
    return [(virtio_net_hdr, packet + bytes(20))]


BAD_GENEVE = {
    "rx_version": lambda outer: [outer.packet(good_frame(), version=v) for v in (1, 2, 3)],
    "rx_control": lambda outer: [outer.packet(good_frame(), oam=1)],
    "rx_critical": lambda outer: [
        outer.packet(good_frame(), options, critical=1)
        for options in (
            option(4, 0x80),
            option(8, 0xFF),
            option(4) + option(4, 0x81),
            option(128) + option(120) + option(4, 0x80),
        )
    ],
    "rx_protocol": lambda outer: [
        outer.packet(good_frame(), proto=proto) for proto in (0x0800, 0x86DD, 0, 0x6559)
    ],
}

BAD_VXLAN = {
    "rx_no_vni": lambda outer: [
        outer.packet(good_frame(), flags=0),
        outer.packet(good_frame(), bytes.fromhex("f7ffffff000000ff"), flags=0),
    ],
}

BAD = {
    "rx_truncated": bad_truncated,
    "rx_truncated_stray": bad_truncated_stray,
    "rx_fragment": bad_fragment,
    "rx_unknown_vni": lambda outer: [
        outer.packet(good_frame(), vni=vni) for vni in (0, VNI_NOBODY, 0xFFFFFF)
    ],
    "rx_checksum": bad_checksum,
    "rx_zero_checksum": bad_zero_checksum,
    "rx_refused": bad_refused,
    "rx_ecn": lambda outer: [
        outer.wrap(outer.udp(outer.header() + frame), tos=tos)
        for frame in inner_frames(1400)[:2]
        for tos in (0x03, 0xFF)
    ],
    "none": lambda outer: [],
}


def bad(counter, outer):
    """The packets that this counter counts; none if the protocol has no such fault."""
    of_protocol = BAD_VXLAN if outer.vxlan else BAD_GENEVE
    return {**BAD, **of_protocol}.get(counter, BAD["none"])(outer)


def bad_inner(counter, mtu):
    """Frames from a device that must not leave: (virtio_net_hdr or None, frame) or frame."""
    from scapy.layers.inet import IP, TCP
    from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
    from scapy.packet import Raw

    eth = Ether(src=MAC_FROM, dst=MAC_TO)
    if counter == "tx_vlan_depth":
        tags = Dot1AD(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3)
        return [
            bytes(eth / tags / IP(src="10.0.0.1", dst="10.0.0.2") / "x"),
            bytes(eth / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3, type=0x88B5) / "x"),
        ]
    if counter == "tx_refused":
        # An aggregate whose IP length is not its own.
        ip = IP(src="10.0.0.1", dst="10.0.0.2", len=40)
        frame = bytes(eth / ip / TCP(sport=1, dport=2) / Raw(bytes(4000)))
        return [(struct.pack("<BBHHHH", 1, 1, 54, 1000, 34, 16), frame)]
    if counter == "tx_protocol":
        return [
            bytes(Ether(src=MAC_FROM, dst=MAC_TO, type=0x88B5) / Raw(bytes(60))),
            bytes(Ether(src=MAC_FROM, dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="10.0.0.1", pdst="10.0.0.2")),
            bytes(eth / Dot1Q(vlan=7) / IP(src="10.0.0.1", dst="10.0.0.2") / "tagged"),
        ]
    if counter == "tx_too_big":
        return [
            bytes(eth / IP(src="10.0.0.1", dst="10.0.0.2") / Raw(bytes(mtu + 1 - 20))),
            bytes(Ether(src=MAC_FROM, dst=MAC_TO, type=0x88B5) / Raw(bytes(mtu + 1))),
        ]
    raise ValueError(counter)
