#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""tap.py TAP DEVICE: carries frames between a tap device and another device, until it is killed."""
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000  # linux/if_tun.h
ETH_P_ALL = 3
PACKET_OUTGOING = 4  # linux/if_packet.h

tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", sys.argv[1].encode(), IFF_TAP | IFF_NO_PI))
device = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
device.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
device.bind((sys.argv[2], 0))

try:
    while True:
        for ready in select.select([tap, device], [], [])[0]:
            if ready == tap:
                device.send(os.read(tap, 65536))
                continue
            frame, (_, _, kind, *_) = device.recvfrom(65536)
            if kind != PACKET_OUTGOING:
                os.write(tap, frame)
except OSError as error:
    sys.exit(f"tap.py: {error}: the devices are down or gone")
