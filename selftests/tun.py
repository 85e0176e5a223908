#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""tun.py DEVICE NETNS NETNS: makes a tun device in each and carries packets between them, until killed."""
import ctypes
import fcntl
import os
import select
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000  # linux/if_tun.h
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def tun(device, netns):
    with open(f"/run/netns/{netns}", "rb") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    return fd


ends = [tun(sys.argv[1], netns) for netns in sys.argv[2:]]
while True:
    for ready in select.select(ends, [], [])[0]:
        try:
            packet = os.read(ready, 65536)
        except OSError as error:
            sys.exit(f"tun.py: {error}: the device is gone")
        try:
            os.write(ends[ready == ends[0]], packet)
        except OSError:
            pass  # the other end is down
