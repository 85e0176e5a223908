#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Says the rows of words_table.py to the command: words.py CASE PROTOCOL

Runs in a namespace with u0 (192.0.2.1/24) up; words_test.sh has the cases.
Prints each fault; exit status 0 if there is none.
"""
import difflib
import json
import os
import re
import shlex
import subprocess
import sys

from status_text import differences
from words_table import ALWAYS, BOTH, CREATE, ELSEWHERE, STOPPED, TABLE

COMMAND = os.environ["GENEVE_BPF"]
PORTS = {"geneve": "6081", "vxlan": "4789"}
EBUSY = 16

# What the interface counts, rather than what it is, and what its underlay device is (capability_test.sh).
COUNTED = ("fdb_count", "fdb_nospace", "tso", "txcsum", "soft_tso", "rxcsum", "options", "capabilities")
NUMBERED = ("ifindex", "port_ifindex")


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True)


def facts_of(name=None):
    out = run(COMMAND, "--json", "show", *([name] if name else [])).stdout
    found = json.loads(out)
    for facts in found if name is None else [found]:
        for key in COUNTED:
            facts.pop(key, None)
    return found


def state():
    """What a command that is refused must not change; what the kernel does by itself, and late, left out."""
    late = r" tentative|valid_lft.*|NO-CARRIER,|,LOWER_UP|state [A-Z]+"
    return facts_of(), re.sub(late, "", run("ip", "addr").stdout)


class Interface:
    """The one that the words are said to: VNI 42, from 192.0.2.1 to 192.0.2.2, down."""

    def __init__(self, protocol):
        self.protocol, self.name, self.faults = protocol, f"{protocol}0", []
        self.words = [word for word in TABLE if protocol in word.of]
        self.before = ""

    def fault(self, line, text):
        self.faults.append(f"{line!r}{self.before and ' ' + self.before}: {text}")

    def said(self, line):
        """The line as this protocol has it."""
        names = {"PORT": PORTS[self.protocol], "NAME": f"{self.protocol}0"}
        words = (names.get(word, word) for word in shlex.split(line))
        return [re.sub(r"^(-?)P(?=[a-z])", rf"\g<1>{self.protocol}", word) for word in words]

    def give(self, line):
        return run(COMMAND, self.name, *self.said(line))

    def must(self, line):
        result = self.give(line)
        if result.returncode or result.stderr:
            self.fault(line, f"status {result.returncode}: {result.stderr.strip()}")
        return not result.returncode

    def create(self, more=""):
        run(COMMAND, self.name, "destroy")
        self.name = f"{self.protocol}0"
        base = "create Pid 42 Plocal 192.0.2.1 Premote 192.0.2.2 ether 02:00:00:00:00:42"
        self.before = f"after {more!r}" if more else ""
        return self.must(f"{base} {more}")

    def facts(self):
        """By the port, which keeps its number when the interface is renamed."""
        return facts_of()[0]

    def accepted(self, word, with_text=False):
        """Each line changes what it says and nothing else, and the reset brings that back."""
        before = self.facts()
        for line, changes in word.good:
            if not self.must(line):
                continue
            after = self.facts()
            self.name = after["name"]
            wanted = dict(before, **changes)
            wrong = [f"{key} {after.get(key)!r}, not {wanted.get(key)!r}" for key in {**wanted, **after}
                     if after.get(key, "missing") != wanted.get(key, "missing")]
            if wrong:
                self.fault(line, "; ".join(wrong))
            if with_text:
                self.check_text(line)
            before = self.reset(word, before)

    def reset(self, word, before):
        """Returns what the interface is then."""
        if word.reset is None:
            self.create("up" if self.before else "")
            return self.facts()
        if word.reset:
            self.must(word.reset)
            after = self.facts()
            self.name = after["name"]
            if after != before:
                self.fault(word.reset, f"leaves {sorted(set(after.items()) - set(before.items()))}")
        return before

    def check_text(self, line):
        text = run(COMMAND, "-v", self.name).stdout
        facts = json.loads(run(COMMAND, "--json", "show", self.name).stdout)
        for difference in differences(text, facts):
            self.fault(line, f"status {difference!r}")

    def refused(self, lines, status):
        """With this status, one line that says why, and nothing changed by any of them."""
        before = state()
        for line, says in lines:
            self.check_refusal(line, self.give(line), status, says)
        after = state()
        if after != before:
            texts = [json.dumps(each, indent=1).splitlines() for each in (before, after)]
            changes = list(difflib.unified_diff(*texts, n=0, lineterm=""))[3:]
            self.fault([line for line, _ in lines], "\n".join(["one of these changed something", *changes]))
            self.create("up" if self.before else "")

    def check_refusal(self, line, result, status, says):
        if result.returncode != status:
            self.fault(line, f"status {result.returncode}, not {status}: {result.stderr.strip()}")
        elif not re.fullmatch(r"geneve-bpf: .*\n", result.stderr):
            self.fault(line, f"not one line: {result.stderr!r}")
        elif not re.search(says, result.stderr):
            self.fault(line, f"{result.stderr.strip()!r} does not say {says!r}")
        if result.stdout:
            self.fault(line, f"prints {result.stdout!r}")


def case_takes(face):
    face.create()
    for word in face.words:
        if word.when != CREATE and not word.running_only:
            face.accepted(word, with_text=True)


def case_refuses(face):
    face.create()
    for word in face.words:
        if word.when != CREATE:
            face.refused(word.bad, 1)


def case_wants_a_value(face):
    face.create()
    for word in face.words:
        if word.takes and word.when != CREATE:
            face.refused([(word.name, "value missing"), (f"mtu 1400 {word.name}", "value missing")], 1)


def case_other_spellings(face):
    """Nothing but a switch can be negated; nothing can be cut short or in capitals."""
    face.create()
    names = {face.said(word.name)[0] for word in face.words}
    lines = []
    for word in face.words:
        name = face.said(word.name)[0]
        if not any(line.startswith(f"-{word.name}") for line, _ in word.good):
            lines.append(f"-{word.name} {word.good[0][0].partition(' ')[2]}")
        others = [name[:-1], name.upper(), f"{name}x", f"{name}=1", f"--{name}"]
        lines += [other for other in others if other not in names]
    face.refused([(line, "unknown|not an|see --help|missing") for line in lines], 1)


def case_while_running(face):
    face.create("up")
    for word in face.words:
        busy = word.when == STOPPED or (word.name == "name" and not os.environ.get("RENAMES_WHILE_UP"))
        if busy:
            face.refused([(line, "while up") for line, _ in word.good], EBUSY)
        elif word.when == ALWAYS and word.name not in ("up", "down"):
            face.accepted(word)


def case_while_external(face):
    face.create("Pexternal")
    for word in face.words:
        if word.when == STOPPED:
            face.refused([(line, "external") for line, _ in word.good], EBUSY)
    for word in face.words:
        if word.when == ALWAYS and word.reset and not word.running_only and word.name not in ("up", "Pexternal"):
            face.accepted(word)


def case_of_the_other(face):
    """Words of the other protocol, and those that only the other has."""
    face.create()
    other = BOTH[not BOTH.index(face.protocol)]
    own = {word.name for word in face.words}
    for word in TABLE:
        if other in word.of and word.name.startswith("P"):
            lines = [re.sub("P(?=[a-z])", other, line, count=1) for line, _ in word.good]
            lines += [line for line, _ in word.good if word.name not in own]
            face.refused([(line, "unknown word") for line in lines], 1)


def case_create_only(face):
    """Another interface stays here and below: it is not what takes time to create."""
    face.create()
    run(COMMAND, "geneve9", "create")
    for word in face.words:
        if word.when == CREATE:
            face.refused([(line, "only with|only right") for line, _ in word.good], 1)
            create_only(face, word)


def create_only(face, word):
    run(COMMAND, face.name, "destroy")
    face.refused([(f"create {line}", says) for line, says in word.bad], 1)
    for line, changes in word.good:
        for where in (f"create {line} Pid 5", f"create Pid 5 {line}"):
            if not face.must(where):
                continue
            after = facts_of(face.name)
            if dict(after, **changes) != after:
                face.fault(where, f"gives {after}")
            face.check_text(where)
            run(COMMAND, face.name, "destroy")


BASE = "Pid 5 Plocal 192.0.2.1 Premote 192.0.2.2 ether 02:00:00:00:00:05"
BASE_FLAGS = "--vni 5 --local 192.0.2.1 --remote 192.0.2.2 --ether 02:00:00:00:00:05"


def flag_of(word, line):
    """attach's form of a line of words."""
    values = shlex.split(line)[1:]
    if not word.takes or line.startswith("-"):
        return [f"--{'no-' * line.startswith('-')}{word.flag}"]
    return [f"--{word.flag}", "-".join(values)]


def outcome(result, name):
    """What came of a creation, without what differs each time."""
    if result.returncode:
        return result.returncode, None, None
    facts = facts_of(name)
    address = re.sub(r"@\S+|valid_lft.*", "", run("ip", "-br", "addr", "show", name).stdout)
    run(COMMAND, name, "destroy")
    return 0, {key: value for key, value in facts.items() if key not in NUMBERED}, address


def case_flags(face):
    """One line of each word, and both of a switch."""
    face.create("up")
    for word in face.words:
        for line, _ in (word.good[1:2] if word.takes else word.good) if word.flag else []:
            flags = [*shlex.split(BASE_FLAGS), *flag_of(word, line)]
            name = f"{face.protocol}5"
            by_flag = outcome(run(COMMAND, "attach", "u0", "--type", face.protocol, "--name", name, *flags), name)
            by_word = outcome(run(COMMAND, name, "create", *face.said(f"{BASE} {line} up")), name)
            if by_flag != by_word:
                face.fault(" ".join(flags), f"gives {by_flag}, {line!r} gives {by_word}")


def listed(section):
    """The lines of --help between this title and the next empty line."""
    text = run(COMMAND, "--help").stdout
    part = re.search(rf"(?m)^{section}.*:\n((?:  .*\n)*)", text)
    return part.group(1).splitlines() if part else []


def listed_words(protocol):
    """With those that a line gives as another name."""
    for line in listed("Words of an interface"):
        if protocol != "vxlan" or "geneve only" not in line:
            yield re.sub(r"^(\[-\])?(geneve)?", lambda m: protocol if m[2] else "", line.split()[0])
            yield from re.findall(r'; or "([a-z]+)"', line)


def case_complete(face):
    """Each word and flag that --help lists has a row, and the other way round."""
    words, rows = set(listed_words(face.protocol)), {face.said(word.name)[0] for word in face.words}
    for name in sorted((words ^ rows) - set(ELSEWHERE)):
        face.fault(name, "has no row in the table" if name in words else "is not in --help")
    flags = {re.sub(r"^--(\[no-\])?", "", line.split()[0]) for line in listed("Flags of attach")}
    for name in sorted((flags ^ {word.flag for word in TABLE if word.flag}) - {"type", "name", "mode"}):
        face.fault(f"--{name}", "has no row in the table" if name in flags else "is not in --help")


def main():
    face = Interface(sys.argv[2])
    globals()[f"case_{sys.argv[1]}"](face)
    print("\n".join(face.faults))
    return len(face.faults) > 0


if __name__ == "__main__":
    sys.exit(main())
