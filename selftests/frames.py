#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Frames for wire_test.sh and drops_test.sh: built by scapy.

frames.py inner FILE MTU                what a tunnel interface is to carry
frames.py outer FILE WANT MAC SRC DST   GENEVE packets to be accepted, and what must come out
frames.py bad COUNTER DEVICE,MAC,SRC,DST...
                                        sends packets to be dropped, then a good one;
                                        prints how many each device must have dropped
frames.py bad_inner COUNTER DEVICE MTU  sends frames that must not leave; prints how many
frames.py tiny DEVICE                   sends frames without a whole Ethernet header; prints how many
frames.py send DEVICE FILE              prints how many
frames.py count FILE                    frames of ours in a capture
frames.py same WANT CAPTURE             the same bytes in the same order
"""
import errno
import fcntl
import logging
import os
import socket
import struct
import subprocess
import sys

# Scapy looks for routes that it does not need.
logging.getLogger("scapy.runtime").setLevel(logging.ERROR)

VNI = 42
VNI_NOBODY = 43
PORT = 6081
VXLAN_PORT = 4789

# Of the frames sent here; nobody else's, so that they are found in a capture.
MAC_FROM = "02:00:5e:00:00:01"
MAC_TO = "02:00:5e:00:00:02"
MAC_BAD = "02:00:5e:00:00:03"  # must never be learned

SOL_PACKET = 263
PACKET_VNET_HDR = 15
TUNSETIFF = 0x400454CA
IFF_TUN = 1
IFF_NO_PI = 0x1000


def inner_frames(mtu):
    """Ethernet frames of all kinds, none longer than the MTU."""
    from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment
    from scapy.layers.inet6 import ICMPv6EchoRequest, ICMPv6ND_NS, IPv6
    from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
    from scapy.packet import Raw

    eth = Ether(src=MAC_FROM, dst=MAC_TO)
    ip = IP(src="10.0.0.1", dst="10.0.0.2")
    ip6 = IPv6(src="fd00::1", dst="fd00::2")
    udp = UDP(sport=1234, dport=4321)
    tcp = TCP(sport=1234, dport=4321, flags="PA", seq=1, ack=1)
    text = b"geneve-bpf"
    lldp = bytes.fromhex("02070402005e000001 040703 02005e000001 06020078 0000")
    nd = Ether(src=MAC_FROM, dst="33:33:ff:00:00:02") / IPv6(
        src="fd00::1", dst="ff02::1:ff00:2", hlim=255
    )
    whole = mtu - 20 - 8

    frames = [
        eth / ip / udp / text,
        eth / ip / udp / (text + b"!"),  # an odd length
        eth / ip / UDP(sport=1234, dport=4321, chksum=0) / text,
        eth / ip / UDP(sport=1234, dport=4321),
        eth / ip / tcp / text,
        eth / ip / TCP(sport=1234, dport=4321, flags="S", options=[("MSS", 1400)]),
        eth / IP(src="10.0.0.1", dst="10.0.0.2", options=b"\1\1\1\0") / udp / text,
        eth / ip6 / udp / text,
        eth / ip6 / tcp / text,
        eth / ip / ICMP(id=1) / text,
        eth / ip6 / ICMPv6EchoRequest(data=text),
        Ether(src=MAC_FROM, dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="10.0.0.1", pdst="10.0.0.2"),
        nd / ICMPv6ND_NS(tgt="fd00::2"),
        eth / Dot1Q(vlan=7, prio=5) / ip / udp / text,
        eth / Dot1Q(vlan=7) / ip6 / tcp / text,
        eth / Dot1Q(vlan=4094, id=1) / ARP(psrc="10.0.0.1", pdst="10.0.0.2"),
        eth / Dot1Q(vlan=0, prio=7) / ip / ICMP(id=1) / text,
        eth / Dot1AD(vlan=100) / Dot1Q(vlan=200) / ip / udp / text,
        eth / Dot1AD(vlan=100) / Dot1Q(vlan=200) / ip6 / udp / text,
        eth / Dot1Q(vlan=100) / Dot1Q(vlan=200) / ARP(psrc="10.0.0.1", pdst="10.0.0.2"),
        Ether(src=MAC_FROM, dst="01:80:c2:00:00:0e", type=0x88CC) / Raw(lldp),
        Ether(src=MAC_FROM, dst=MAC_TO, type=0x88B5),  # nothing but the header
        Ether(src=MAC_FROM, dst=MAC_TO, type=0x88B5) / Raw(b"1"),
        eth / ip / udp / Raw(b"m" * whole),
        eth / ip6 / udp / Raw(b"m" * (whole - 20)),
        eth / ip / tcp / Raw(b"m" * (whole - 12)),
    ]
    frames += [eth / part for part in fragment(ip / udp / Raw(b"f" * 2000), fragsize=1200)]
    raw = [bytes(frame) for frame in frames]
    # The padding of a frame that came off a real Ethernet is part of it.
    raw.append(bytes(eth / ip / udp / text).ljust(60, b"\0"))
    raw.append(bytes(eth / ip6 / tcp).ljust(80, b"p"))
    return raw


def ip_layer(src, dst, **fields):
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6

    if ":" not in src:
        return IP(src=src, dst=dst, **fields)
    names = {"ttl": "hlim", "tos": "tc", "frag": None, "flags": None}
    return IPv6(src=src, dst=dst, **{names.get(name, name): fields[name] for name in fields})


class Outer:
    """Builds packets from SRC to DST for the host with Ethernet address MAC."""

    def __init__(self, mac, src, dst):
        self.mac, self.src, self.dst = mac, src, dst
        self.ipv6 = ":" in src

    def wrap(self, layers, **fields):
        from scapy.layers.l2 import Ether

        eth = Ether(src="02:00:5e:00:00:04", dst=self.mac)
        return bytes(eth / ip_layer(self.src, self.dst, **fields) / layers)

    def udp(self, payload, **fields):
        from scapy.layers.inet import UDP
        from scapy.packet import Raw

        if not self.ipv6:
            fields.setdefault("chksum", 0)
        fields.setdefault("dport", PORT)
        return UDP(sport=54321, **fields) / Raw(payload)

    def geneve(self, inner, options=b"", check=None, **fields):
        header = geneve_header(options, **fields)
        udp_fields = {} if check is None else {"chksum": check}
        return self.wrap(self.udp(header + inner, **udp_fields))


def geneve_header(options=b"", **fields):
    """Scapy's, with the option length said, because it counts to 0x2f only."""
    from scapy.contrib.geneve import GENEVE

    fields.setdefault("vni", VNI)
    fields.setdefault("proto", 0x6558)
    fields.setdefault("optionlen", len(options) // 4)
    return bytes(GENEVE(**fields)) + options


def option(length, kind=1, reserved=0):
    """One option of @length bytes, header included."""
    from scapy.contrib.geneve import GeneveOptions

    data = b"o" * (length - 4)
    return bytes(GeneveOptions(classid=0xFFFF, type=kind, reserved=reserved, data=data))


def good_frame():
    """Has a protocol that the receiving stack knows, or it would count a drop."""
    return inner_frames(1400)[0]


def outer_packets(outer):
    """Pairs of a packet and the frame that must come out of it."""
    from scapy.layers.inet import UDP

    inner = good_frame()
    head = geneve_header()
    pairs = [(outer.geneve(frame), frame) for frame in inner_frames(1400)]
    full_sum = UDP(sport=2, dport=PORT)
    pairs += [(outer.wrap(full_sum / (head + frame)), frame) for frame in inner_frames(1400)]
    some_options = [
        option(4),
        option(8),
        option(124 + 4),
        option(100) + option(28),
        option(128) + option(124),
        b"".join(option(4) for _ in range(63)),
        option(16, reserved=7),
    ]
    short = bytes.fromhex("02005e000002 02005e000001 88b5")
    for options in some_options:
        pairs.append((outer.geneve(inner, options), inner))
        pairs.append((outer.geneve(inner, options, critical=1), inner))
        pairs.append((outer.geneve(short, options), short))
    others = [
        outer.geneve(inner, reserved=0x3F, reserved2=0xFF),
        outer.geneve(inner, critical=1),
        outer.wrap(outer.udp(head + inner), ttl=1, tos=0xFE),
        outer.geneve(inner) + b"\0",
        outer.geneve(inner) + bytes(range(46)),
        outer.geneve(inner, option(128) + option(124)) + bytes(1000),
    ]
    if not outer.ipv6:
        others.append(outer.wrap(outer.udp(head + inner), flags="DF", id=7))
        others.append(outer.wrap(outer.udp(head + inner), options=b"\1\1\1\0"))
        others.append(outer.wrap(outer.udp(head + inner), options=b"\1" * 39 + b"\0"))
    pairs += [(packet, inner) for packet in others]
    pairs.append((outer.geneve(short) + b"\0" * 30, short))
    return pairs


def bad_truncated(outer):
    inner, short = good_frame(), good_frame()[:13]
    head = geneve_header()
    ip_len = (40 if outer.ipv6 else 20) + 8 + len(head + inner)
    field = "plen" if outer.ipv6 else "len"
    longer = ip_len + 1 - (40 if outer.ipv6 else 0)
    return [
        outer.geneve(b""),
        outer.geneve(short),
        outer.geneve(short, option(252 // 2 + 2)),
        outer.geneve(inner, optionlen=63),
        outer.geneve(inner, option(8)[:4], critical=1),  # runs past the list
        outer.wrap(outer.udp(head + inner, len=8 + len(head + inner) - 1)),
        outer.wrap(outer.udp(head + inner, len=8 + len(head + inner) + 1)),
        outer.wrap(outer.udp(head + inner), **{field: longer}),
    ]


def bad_truncated_stray(outer):
    """Too short to tell the VNI."""
    return [outer.wrap(outer.udp(geneve_header()[:length])) for length in (0, 1, 7)]


def bad_fragment(outer):
    inner = good_frame()
    udp = outer.udp(geneve_header() + inner)
    if not outer.ipv6:
        return [outer.wrap(udp, flags="MF", id=9)]
    from scapy.layers.inet6 import IPv6ExtHdrFragment

    more = IPv6ExtHdrFragment(m=1, id=9, nh=17)
    atomic = IPv6ExtHdrFragment(m=0, id=10, nh=17)  # RFC 6946: whole, but we do not look
    return [outer.wrap(more / udp), outer.wrap(atomic / udp)]


def bad_checksum(outer):
    packets = []
    for frame in (good_frame(), good_frame() + b"odd"):
        packet = bytearray(outer.wrap(outer.udp(geneve_header() + frame, chksum=None)))
        packet[-1] ^= 1
        packets += [bytes(packet), outer.geneve(frame, check=0x1234)]
    return packets


def bad_zero_checksum(outer):
    return [outer.geneve(good_frame(), check=0)] if outer.ipv6 else []


def bad_refused(outer):
    """From a veth: a checksum to be filled in behind the end of the IP packet.

    Cutting off what is behind it then fails (bpf_skb_change_tail).
    """
    packet = outer.geneve(good_frame())
    virtio_net_hdr = struct.pack("<BBHHHH", 1, 0, 0, 0, len(packet), 0)
    return [(virtio_net_hdr, packet + bytes(20))]


def bad_no_vni(outer):
    """VXLAN without the I flag, whatever else is set."""
    inner, packets = good_frame(), []
    for flags in (0x00, 0xF7):
        header = bytes([flags, 0, 0, 0]) + VNI.to_bytes(3, "big") + b"\0"
        packets.append(outer.wrap(outer.udp(header + inner, dport=VXLAN_PORT)))
    return packets


BAD = {
    "rx_truncated": bad_truncated,
    "rx_truncated_stray": bad_truncated_stray,
    "rx_fragment": bad_fragment,
    "rx_version": lambda outer: [outer.geneve(good_frame(), version=v) for v in (1, 2, 3)],
    "rx_control": lambda outer: [outer.geneve(good_frame(), oam=1)],
    "rx_critical": lambda outer: [
        outer.geneve(good_frame(), options, critical=1)
        for options in (
            option(4, 0x80),
            option(8, 0xFF),
            option(4) + option(4, 0x81),
            option(128) + option(120) + option(4, 0x80),
        )
    ],
    "rx_protocol": lambda outer: [
        outer.geneve(good_frame(), proto=proto) for proto in (0x0800, 0x86DD, 0, 0x6559)
    ],
    "rx_unknown_vni": lambda outer: [
        outer.geneve(good_frame(), vni=vni) for vni in (0, VNI_NOBODY, 0xFFFFFF)
    ],
    "rx_checksum": bad_checksum,
    "rx_zero_checksum": bad_zero_checksum,
    "rx_refused": bad_refused,
    "rx_ecn": lambda outer: [
        outer.wrap(outer.udp(geneve_header() + frame), tos=tos)
        for frame in inner_frames(1400)[:2]
        for tos in (0x03, 0xFF)
    ],
    "rx_no_vni": bad_no_vni,
    "none": lambda outer: [],
}


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


def send(device, frames):
    """In the order given, also at the other end of a veth: from one CPU.

    By one socket, because closing a packet socket waits for RCU.
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((device, 0))
        for frame in frames:
            parts = frame if isinstance(frame, tuple) else (frame,)
            out.setsockopt(SOL_PACKET, PACKET_VNET_HDR, len(parts) > 1)
            try:
                out.send(b"".join(parts))
            except OSError as error:
                if error.errno != errno.ENOBUFS:  # what a program's drop looks like
                    raise


def write(path, frames):
    """A pcap file of this machine's byte order: no need for scapy to look into each frame."""
    with open(path, "wb") as out:
        out.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("=IIII", 0, 0, len(frame), len(frame)) + frame)


def read(path):
    """The frames of such a file."""
    with open(path, "rb") as capture:
        data = capture.read()
    frames, offset = [], 24
    while offset + 16 <= len(data):
        (length,) = struct.unpack_from("=8xI", data, offset)
        frames.append(data[offset + 16 : offset + 16 + length])
        offset += 16 + length
    return frames


def inner_of(frame):
    """The inner frame of a captured GENEVE packet, or the frame itself."""
    from scapy.contrib.geneve import GENEVE
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    return packet[GENEVE].payload.original if GENEVE in packet else frame


def ours(path):
    """The frames sent here, in tunnel packets or as they are, in the order captured."""
    mac = bytes.fromhex(MAC_FROM.replace(":", ""))
    frames = [inner_of(frame) for frame in read(path)]
    return [frame for frame in frames if frame[6:12] == mac]


def cmd_inner(path, mtu):
    write(path, inner_frames(int(mtu)))


def cmd_outer(path, want, *outer):
    packets, frames = zip(*outer_packets(Outer(*outer)))
    write(path, packets)
    write(want, frames)


def cmd_bad(counter, *places):
    good = good_frame()
    from_bad = bytes.fromhex(MAC_BAD.replace(":", ""))
    from_good = bytes.fromhex(MAC_FROM.replace(":", ""))
    for place in places:
        device, *rest = place.split(",")
        outer = Outer(*rest)
        packets = BAD[counter](outer)
        if counter not in ("rx_checksum", "rx_refused", "rx_ecn"):
            packets = [packet.replace(from_good, from_bad) for packet in packets]
        send(device, packets + [outer.geneve(good)])
        print(len(packets))


def cmd_bad_inner(counter, device, mtu):
    frames = bad_inner(counter, int(mtu))
    send(device, frames)
    print(len(frames))


def cmd_tiny(device):
    """No socket sends these, but a device that has no Ethernet header can be redirected here."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    for command in (
        "ip link set tun0 up",
        "tc qdisc add dev tun0 clsact",
        "tc filter add dev tun0 ingress protocol all u32 match u32 0 0 "
        f"action mirred egress redirect dev {device}",
    ):
        subprocess.run(command.split(), check=True)
    packets = [bytes([version]) + bytes(length - 1) for version in (0x45, 0x60) for length in (4, 8, 13)]
    for packet in packets:
        os.write(tun, packet)
    print(len(packets))


def cmd_send(device, path):
    frames = read(path)
    send(device, frames)
    print(len(frames))


def cmd_count(path):
    print(len(ours(path)))


def cmd_same(want, capture):
    wanted, got = read(want), ours(capture)
    for number, frame in enumerate(wanted):
        if number >= len(got) or got[number] != frame:
            print(f"frame {number} of {len(wanted)}: wanted {frame.hex()}")
            print(f"got {got[number].hex() if number < len(got) else 'nothing'}")
            return 1
    print(f"{len(got)} frames")
    return len(got) != len(wanted)


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
