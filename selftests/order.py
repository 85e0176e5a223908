#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One flow whose packets differ in kind, which must not take ways that overtake each other.

order.py take ADDRESS               reads TCP until its end
order.py write ADDRESS SECONDS      TIMES after pauses of that length: two packets, then an aggregate
order.py sink ADDRESS               exit status 0 if NUMBERS datagrams arrive in the order of their numbers
order.py send ADDRESS               sends those, in turns as fragments and whole
"""
import socket
import sys
import time

PORT = 7010
TIMES = 3
NUMBERS, WINDOW = 3000, 50  # so many before the sink has to say that it has them: no buffer overflows
LENGTHS = (2000, 100)
SO_RCVBUFFORCE = 33  # include/uapi/asm-generic/socket.h


def udp_socket(address):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(10)
    return sock


def cmd_take(address):
    with socket.create_server((address, PORT)) as server:
        server.settimeout(10)
        sock, _ = server.accept()
        while sock.recv(1 << 20):
            pass


def cmd_write(address, seconds):
    with socket.create_connection((address, PORT), timeout=10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(bytes(3_000_000))  # opens the window, so that no call waits for an answer
        for _ in range(TIMES):
            time.sleep(float(seconds))
            for length in (200, 200, 30000):
                sock.sendall(bytes(length))


def cmd_sink(address):
    sock = udp_socket(address)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)  # 6.1 takes a page for 100 bytes
    sock.bind((address, PORT))
    numbers = []
    while len(numbers) < NUMBERS:
        data, sender = sock.recvfrom(65536)
        numbers.append(int.from_bytes(data[:4], "big"))
        if len(numbers) % WINDOW == 0:
            sock.sendto(b"have them", sender)
    overtaken = sum(a > b for a, b in zip(numbers, numbers[1:]))
    return f"{overtaken} were overtaken" if overtaken else 0


def cmd_send(address):
    sock = udp_socket(address)
    sock.connect((address, PORT))
    for number in range(NUMBERS):
        sock.send(number.to_bytes(4, "big") + bytes(LENGTHS[number % len(LENGTHS)] - 4))
        if number % WINDOW == WINDOW - 1:
            sock.recv(16)
    return 0


if __name__ == "__main__":
    sys.exit(globals()["cmd_" + sys.argv[1]](*sys.argv[2:]))
