#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the inner headers take over from the outer ones, for inherit_test.sh.

inherit_decap.py build DIRECTORY MAC SRC DST...    tunnel packets for the host with that Ethernet
                                                   address, and the frames that must come out
inherit_decap.py judge CAPTURE PROTOCOL WANT...    the bytes of the frames that came out

The files are named PROTOCOL, FAMILY, STEP and .sent or .want.  In step 0 the
interface has a TTL of its own, in step 1 it inherits.
"""
import itertools
import random
import struct
import sys
from dataclasses import dataclass

from frames import read, write
from inherit import CE, ECN, ECT0, ECT1, ETH_HLEN, ETH_TYPE, NOT_ECT, PROTOCOLS, Inner
from inherit import missing, report, tag, tag_of
from outer_packets import Outer

DROP = None
# RFC 6040 section 4.2: the outgoing ECN for each inner and outer one.
OUTGOING_ECN = {
    NOT_ECT: {NOT_ECT: NOT_ECT, ECT0: NOT_ECT, ECT1: NOT_ECT, CE: DROP},
    ECT0: {NOT_ECT: ECT0, ECT0: ECT0, ECT1: ECT1, CE: CE},
    ECT1: {NOT_ECT: ECT1, ECT0: ECT1, ECT1: ECT1, CE: CE},
    CE: {NOT_ECT: CE, ECT0: CE, ECT1: CE, CE: CE},
}

INNER = (
    Inner(4, dscp=46, ttl=9, fields={"flags": "DF"}),
    Inner(4, dscp=63, ttl=200, vlans=(7,)),
    Inner(4, dscp=21, ttl=66, vlans=(100, 200)),
    Inner(6, dscp=34, ttl=33, fields={"fl": 0xABCDE}),
    Inner(6, dscp=63, ttl=3, fields={"fl": 0xFFFFF}, vlans=(7,)),
)
ARP = (Inner(0), Inner(0, vlans=(7,)))
OUTER_DSCP = (0, 63, 46)  # it stays outside
OUTER_TTL = (1, 255, 0, 37, 64)  # 0 is not to be inherited, as on FreeBSD
IPV4_CHECK = 10


@dataclass(frozen=True)
class Packet:
    inner: Inner
    frame: bytes
    want: bytes  # what is to come out, or DROP
    outer: dict  # TTL and TOS
    csum: bool

    def wire(self, protocol, outer):
        payload = protocol.header(self.inner) + protocol.payload(self.frame)
        csum = {"chksum": None if self.csum else 0}
        return outer.wrap(outer.udp(payload, **csum), **self.outer)


def ipv4_ids(inner, *headers):
    """An IPv4 id; and those with which the checksum of each header (ECN, TTL) is zero.

    There an update that is not RFC 1624's goes wrong.
    """
    yield 7
    if inner.version == 4:
        for header in headers:
            offset = ETH_HLEN + 4 * len(inner.vlans) + IPV4_CHECK
            yield struct.unpack_from(">H", inner.frame(tag(0, 0), *header, ident=0), offset)[0]


def cases(protocol):
    """(kind, inner ECN, outer ECN)"""
    kinds = [inner for inner in INNER + ARP if protocol.carries(inner)]
    for inner, outer_ecn in itertools.product(kinds, ECN):
        for ecn in ECN if inner.version else (NOT_ECT,):
            yield inner, ecn, outer_ecn


def packets(protocol, ipv6, step):
    numbers = itertools.count()
    choice = random.Random(0).choice  # the same each time, and with no relation to the ECN
    sums = (True,) if ipv6 and protocol.words == "geneve" else (False, True)
    for inner, ecn, outer_ecn in cases(protocol):
        outer = {"ttl": choice(OUTER_TTL), "tos": choice(OUTER_DSCP) << 2 | outer_ecn}
        outgoing = OUTGOING_ECN[ecn][outer_ecn] if inner.version else NOT_ECT
        ttl = outer["ttl"] if step and outer["ttl"] else inner.ttl
        headers = ((ecn, inner.ttl),) + (() if outgoing is DROP else ((outgoing, ttl),))
        for ident in ipv4_ids(inner, *headers):
            name = tag(step, next(numbers))
            want = DROP if outgoing is DROP else inner.frame(name, outgoing, ttl, ident=ident)
            yield Packet(inner, inner.frame(name, ecn, ident=ident), want, outer, choice(sums))


def cmd_build(directory, mac, *hosts):
    for (src, dst), name, step in itertools.product(zip(hosts[::2], hosts[1::2]), PROTOCOLS, (0, 1)):
        outer = Outer(mac, src, dst, PROTOCOLS[name].words)
        batch = list(packets(PROTOCOLS[name], outer.ipv6, step))
        path = f"{directory}/{name}{6 if outer.ipv6 else 4}{step}"
        write(f"{path}.sent", [packet.wire(PROTOCOLS[name], outer) for packet in batch])
        write(f"{path}.want", [packet.want for packet in batch if packet.want is not DROP])


def judged(capture, protocol, paths):
    wanted = {tag_of(frame): frame for path in paths for frame in read(path)}
    came = [(tag_of(frame), frame) for frame in read(capture) if tag_of(frame)]
    below = slice(0 if PROTOCOLS[protocol].ethernet else ETH_TYPE.start, None)
    for key, frame in came:
        if key in wanted and frame[below] != wanted[key][below]:
            yield f"frame {key}: wanted {wanted[key].hex()}, got {frame.hex()}"
    yield from missing(wanted, [key for key, _ in came])


def cmd_judge(capture, protocol, *paths):
    return report(judged(capture, protocol, paths))


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
