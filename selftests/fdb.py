#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Stations behind remote hosts, for fdb.sh: fdb.py NS_A NS_B IFACE FAMILY COMMAND...

The remote hosts are sockets on the addresses that namespace B has: host N has
192.0.2.N or 2001:db8::N.  Station N has the Ethernet address 02:00:00:00:00:00 + N.
IFACE is in namespace A.

hear HOST STATION [COUNT]      COUNT stations, from this one on, each send a frame to all; prints how many IFACE got
hear HOST MAC                  the same of one with another address
ask STATION...                 sends each a frame; prints the hosts that got them ("3", or "3:7000" for another port)
expiry HOST STATION SECONDS    hears and asks until the station is unknown; prints what was wrong with the time
"""
import ctypes
import os
import select
import socket
import sys
import time

VNI = 42
PORT = {"geneve": 6081, "vxlan": 4789}
HEADER = {"geneve": b"\0\0\x65\x58", "vxlan": b"\x08\0\0\0"}
NETWORK = {"4": "192.0.2.", "6": "2001:db8::"}
HOSTS = range(2, 6)
OTHER_PORTS = (7000, 7001)
TYPE = b"\x88\xb5"  # IEEE 802, for experiments
TO_ALL = b"\xff" * 6
SO_RCVBUFFORCE = 33
UDP_NO_CHECK6_RX = 102
CLOCK = 0.05  # the programs' clock is a tick or two behind


def within(namespace, make):
    """What @make returns there."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as here, open(f"/run/netns/{namespace}") as there:
        if libc.setns(there.fileno(), 0):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            return make()
        finally:
            libc.setns(here.fileno(), 0)


def mac_of(station):
    return bytes.fromhex(station.replace(":", "")) if ":" in station else (0x020000000000 + int(station)).to_bytes(6, "big")


class Hosts:
    """The remote hosts and the interface."""

    def __init__(self, ns_a, ns_b, iface, family):
        self.kind = iface.rstrip("0123456789")
        self.family = {"4": socket.AF_INET, "6": socket.AF_INET6}[family]
        self.network, self.port = NETWORK[family], PORT[self.kind]
        self.iface = within(ns_a, lambda: self.packet_socket(iface))
        self.sockets = within(ns_b, lambda: dict(self.host_sockets()))
        self.label = os.urandom(8).hex().encode()
        self.frames = 0

    @staticmethod
    def packet_socket(iface):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        sock.bind((iface, int.from_bytes(TYPE, "big")))
        return sock

    def host_sockets(self):
        for host in HOSTS:
            for port in (self.port, *OTHER_PORTS):
                sock = socket.socket(self.family, socket.SOCK_DGRAM)
                if self.family == socket.AF_INET6:  # VXLAN's zero checksums
                    sock.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_RX, 1)
                sock.bind((self.network + str(host), port))
                yield sock, (host, port)

    def hear(self, host, macs):
        """Lets the stations send; returns how many of the frames came out of the interface."""
        sock = next(sock for sock, place in self.sockets.items() if place == (host, self.port))
        header = HEADER[self.kind] + VNI.to_bytes(3, "big") + b"\0"
        self.frames += 1
        text = self.label + b"%d" % self.frames
        for mac in macs:
            sock.sendto(header + TO_ALL + mac + TYPE + text.ljust(46, b"\0"), (self.network + "1", self.port))
        return self.received(text, len(macs))

    def received(self, text, count):
        got, end = 0, time.monotonic() + 5
        while got < count and select.select([self.iface], [], [], max(0, end - time.monotonic()))[0]:
            frame, where = self.iface.recvfrom(2048)
            got += where[2] != socket.PACKET_OUTGOING and text in frame
        return got

    def ask(self, mac):
        """Sends the station a frame; returns the host and port that got it, or None."""
        self.frames += 1
        text = self.label + b"%d" % self.frames
        self.iface.send(mac + b"\x02\0\0\xaa\0\0" + TYPE + text.ljust(46, b"\0"))
        end = time.monotonic() + 2
        while True:
            ready = select.select(list(self.sockets), [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                return None
            for sock in ready:
                if text in sock.recv(2048):
                    return self.sockets[sock]

    def name(self, place):
        if not place:
            return "nowhere"
        host, port = place
        return str(host) if port == self.port else f"{host}:{port}"


def cmd_hear(hosts, host, station, count="1"):
    first = mac_of(station)
    macs = [(int.from_bytes(first, "big") + i).to_bytes(6, "big") for i in range(int(count))]
    print(hosts.hear(int(host), macs))


def cmd_ask(hosts, *stations):
    print(*(hosts.name(hosts.ask(mac_of(station))) for station in stations))


def cmd_expiry(hosts, host, station, seconds):
    """Load on the machine makes this see less, but nothing wrong."""
    mac, place, seconds = mac_of(station), (int(host), hosts.port), float(seconds)
    before = time.monotonic()
    hosts.hear(int(host), [mac])
    after = time.monotonic()
    used = asked = 0
    while asked < after + seconds + 5:
        asked = time.monotonic()
        if hosts.ask(mac) != place:
            break
        used = asked
        time.sleep(0.01)
    if not used:
        print("never used")
    elif used > after + seconds + CLOCK:
        print(f"used {used - after:.3f} s after it was learned")
    elif time.monotonic() < before + seconds - CLOCK:
        print(f"not used any more {time.monotonic() - before:.3f} s after it was learned")


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[5]](Hosts(*sys.argv[1:5]), *sys.argv[6:]))
