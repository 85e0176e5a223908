#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The programs at a device's tcx ingress, which Debian 12's bpftool and tc do not know.

tcx.py show DEVICE     their names, a line each
tcx.py detach DEVICE   takes them off
"""
import ctypes
import json
import socket
import subprocess
import sys

TCX_INGRESS = 46
MANY = 64

bpf = ctypes.CDLL("libbpf.so.1", use_errno=True)


def attached(ifindex):
    """Their ids; none on a kernel without tcx."""
    ids, count = (ctypes.c_uint32 * MANY)(), ctypes.c_uint32(MANY)
    if bpf.bpf_prog_query(ifindex, TCX_INGRESS, 0, None, ids, ctypes.byref(count)):
        return []
    return ids[: count.value]


def name(number):
    out = subprocess.run(["bpftool", "-j", "prog", "show", "id", str(number)], capture_output=True, text=True).stdout
    return json.loads(out or "{}").get("name", "?")


def main(verb, device):
    ifindex = socket.if_nametoindex(device)
    for number in attached(ifindex):
        if verb == "show":
            print(name(number))
        elif bpf.bpf_prog_detach2(bpf.bpf_prog_get_fd_by_id(number), ifindex, TCX_INGRESS):
            raise OSError(ctypes.get_errno(), "detach")


if __name__ == "__main__":
    main(*sys.argv[1:])
