#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The commands that README.md and geneve-bpf.8 tell people to type.

manual.py FILE DIRECTORY   writes each block to a file there: 01, 02, ...

Of README.md it is what is marked as shell; of the manual page, single lines
(.Dl) anywhere and the displays of EXAMPLES.
"""
import pathlib
import re
import sys


def blocks_of_markdown(text):
    return re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)


def unescape(line):
    for escape, plain in (("\\e", "\\"), ("\\-", "-"), ("\\(dq", '"')):
        line = line.replace(escape, plain)
    return line


def blocks_of_page(text):
    block, in_examples = None, False
    for line in text.splitlines():
        if line.startswith(".Sh "):
            in_examples = line == ".Sh EXAMPLES"
        elif line.startswith(".Dl "):
            yield unescape(line[4:]) + "\n"
        elif line.startswith(".Bd ") and in_examples:
            block = []
        elif line == ".Ed" and block is not None:
            yield "\n".join(block) + "\n"
            block = None
        elif block is not None:
            block.append(unescape(line))


def main(path, directory):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    blocks = blocks_of_markdown(text) if path.endswith(".md") else blocks_of_page(text)
    for number, block in enumerate(blocks, 1):
        pathlib.Path(directory, f"{number:02}").write_text(block, encoding="utf-8")


main(*sys.argv[1:])
