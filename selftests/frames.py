#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sends and compares the frames of wire_test.sh, drops_test.sh and vxlan_test.sh.

frames.py inner FILE MTU                what a tunnel interface is to carry
frames.py outer FILE WANT MAC SRC DST PROTOCOL
                                        tunnel packets to be accepted, and what must come out
frames.py bad COUNTER DEVICE,MAC,SRC,DST,PROTOCOL...
                                        sends packets to be dropped, then a good one;
                                        prints how many each device must have dropped
frames.py bad_inner COUNTER DEVICE MTU  sends frames that must not leave; prints how many
frames.py tiny DEVICE                   sends frames without a whole Ethernet header; prints how many
frames.py send DEVICE FILE              prints how many
frames.py aggregate DEVICE LENGTH MAC [6]
                                        sends one TCP packet to be cut into segments of 1000 bytes
frames.py cut CAPTURE LENGTH            whether these are there, and were its content
frames.py count FILE                    frames of ours in a capture
frames.py same WANT CAPTURE [sorted]    the same bytes in the same order, or in any
"""
import errno
import fcntl
import os
import random
import socket
import struct
import subprocess
import sys

from bad_packets import bad, bad_inner
from inner_frames import MAC_BAD, MAC_FROM, good_frame, inner_frames
from outer_packets import Outer, outer_packets

SOL_PACKET = 263
PACKET_VNET_HDR = 15
TUNSETIFF = 0x400454CA
IFF_TUN = 1
IFF_NO_PI = 0x1000


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
    """The inner frame of a captured tunnel packet, or the frame itself."""
    from scapy.contrib.geneve import GENEVE
    from scapy.layers.l2 import Ether
    from scapy.layers.vxlan import VXLAN

    packet = Ether(frame)
    for header in (GENEVE, VXLAN):
        if header in packet:
            return packet[header].payload.original
    return frame


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
        packets = bad(counter, outer)
        if counter not in ("rx_checksum", "rx_refused", "rx_ecn"):
            packets = [packet.replace(from_good, from_bad) for packet in packets]
        send(device, packets + [outer.packet(good)])
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


def content(length):
    return random.Random(length).randbytes(length)


def aggregate_ip(family, payload):
    """Where the length does not fit, it is 0, as in BIG TCP."""
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6

    if family == "6":
        return IPv6(src="fd00::1", dst="fd00::2", nh=socket.IPPROTO_TCP, plen=payload if payload < 65536 else 0)
    return IP(src="10.0.0.1", dst="10.0.0.2", len=20 + payload if 20 + payload < 65536 else 0)


def cmd_aggregate(device, length, mac, family="4"):
    """Its checksum is that of the pseudo header alone, to be finished."""
    from scapy.layers.inet import TCP
    from scapy.layers.l2 import Ether
    from scapy.packet import Raw
    from scapy.utils import checksum

    length = int(length)
    ip = aggregate_ip(family, 20 + length)
    addresses = bytes(ip)[8:40] if family == "6" else bytes(ip)[12:20]
    pseudo = addresses + struct.pack(">IHH", 20 + length, 0, socket.IPPROTO_TCP)
    tcp = TCP(sport=1234, dport=4321, flags="A", chksum=checksum(pseudo) ^ 0xFFFF)
    frame = Ether(src=MAC_FROM, dst=mac) / ip / tcp / Raw(content(length))
    start = 14 + len(bytes(ip))
    virtio_net_hdr = struct.pack("<BBHHHH", 1, {"4": 1, "6": 4}[family], start + 20, 1000, start, 16)
    send(device, [(virtio_net_hdr, bytes(frame))])


def cmd_cut(capture, length):
    from scapy.layers.inet import TCP
    from scapy.layers.l2 import Ether

    segments = [Ether(frame)[TCP] for frame in ours(capture)]
    found = b"".join(bytes(tcp.payload) for tcp in sorted(segments, key=lambda tcp: tcp.seq))
    print(f"{len(segments)} segments of {len(found)} bytes")
    return found != content(int(length))


def cmd_count(path):
    print(len(ours(path)))


def cmd_same(want, capture, order=None):
    wanted, got = read(want), ours(capture)
    if order == "sorted":
        wanted.sort()
        got.sort()
    for number, frame in enumerate(wanted):
        if number >= len(got) or got[number] != frame:
            print(f"frame {number} of {len(wanted)}: wanted {frame.hex()}")
            print(f"got {got[number].hex() if number < len(got) else 'nothing'}")
            return 1
    print(f"{len(got)} frames")
    return len(got) != len(wanted)


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
