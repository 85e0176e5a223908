#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UDP of every size, echoed and compared: sizes.py echo ADDRESS | sizes.py send ADDRESS FIRST LAST"""
import os
import socket
import sys

PORT = 7007


def bind_or_connect(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.socket(family, socket.SOCK_DGRAM)


def echo(address):
    sock = bind_or_connect(address)
    sock.bind((address, PORT))
    sock.settimeout(60)
    while True:
        data, sender = sock.recvfrom(65535)
        sock.sendto(data, sender)


def send(address, first, last):
    sock = bind_or_connect(address)
    sock.connect((address, PORT))
    sock.settimeout(2)
    for size in range(first, last + 1):
        data = os.urandom(size)
        sock.send(data)
        if sock.recv(65535) != data:
            sys.exit(f"{size} bytes came back changed")


if sys.argv[1] == "echo":
    echo(sys.argv[2])
else:
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
