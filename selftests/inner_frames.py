# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Ethernet frames for a tunnel to carry, built by scapy."""
import logging

# Scapy looks for routes that it does not need.
logging.getLogger("scapy.runtime").setLevel(logging.ERROR)

# Of the frames sent here; nobody else's, so that they are found in a capture.
MAC_FROM = "02:00:5e:00:00:01"
MAC_TO = "02:00:5e:00:00:02"
MAC_BAD = "02:00:5e:00:00:03"  # must never be learned

# Nothing but the Ethernet header.
SHORT = bytes.fromhex("02005e000002 02005e000001 88b5")


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


def good_frame():
    """Has a protocol that the receiving stack knows, or it would count a drop."""
    return inner_frames(1400)[0]
