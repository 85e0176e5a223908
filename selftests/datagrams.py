#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Many UDP datagrams in one call (UDP_SEGMENT), as QUIC sends them; each byte of each is compared.

datagrams.py sink ADDRESS SIZE      exit status 0 if all arrive, whole and in order
datagrams.py send ADDRESS SIZE      sends them, CALL bytes a call, and waits for the sink after each
datagrams.py can ADDRESS SIZE       exit status 4 if the kernel does not, as before 6.11 where
                                    the device does not finish checksums (udp_send_skb)
"""
import errno
import random
import socket
import sys

PORT = 7008
CALLS, CALL = 40, 60000  # of a call the kernel takes up to 64 KiB, and 64 datagrams
UDP_SEGMENT = 103  # include/uapi/linux/udp.h
SO_RCVBUFFORCE = 33  # include/uapi/asm-generic/socket.h


def calls(size):
    data = random.Random(42).randbytes(CALL)
    for number in range(CALLS):
        yield number.to_bytes(4, "big") + data[: min(CALL, 60 * size) - 4]


def udp_socket(address, timeout):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(timeout)
    return sock


def cmd_sink(address, size):
    sock = udp_socket(address, 20)  # an emulated machine takes seconds to start the sender
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20)
    sock.bind((address, PORT))
    for number, call in enumerate(calls(size)):
        for at in range(0, len(call), size):
            try:
                got, sender = sock.recvfrom(65536)
            except TimeoutError:
                return f"call {number}: nothing at {at}"
            if got != call[at : at + size]:
                return f"call {number}: other bytes at {at}, {len(got)} of them"
        sock.sendto(b"whole", sender)
    return 0


def sender(address, port, size):
    sock = udp_socket(address, 5)
    sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, size)
    sock.connect((address, port))
    return sock


def cmd_can(address, size):
    try:
        sender(address, PORT + 1, size).send(bytes(2 * size))
    except OSError as error:
        return 4 if error.errno == errno.EIO else str(error)
    return 0


def cmd_send(address, size):
    sock = sender(address, PORT, size)
    for number, call in enumerate(calls(size)):
        sock.send(call)
        try:
            sock.recv(16)
        except OSError as error:
            return f"call {number}: no answer, {error}"
    return 0


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](sys.argv[2], int(sys.argv[3])))
