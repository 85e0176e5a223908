# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every word of the command line: what it takes, what it refuses, when it may change.

A leading P, -P or bare name in a line of words stands for the protocol's prefix:
"Pid 7" is "geneveid 7" or "vxlanid 7".
"""
from collections import namedtuple

BOTH = ("geneve", "vxlan")
GENEVE = ("geneve",)

ALWAYS = "always"    # also while running
STOPPED = "stopped"  # EBUSY while running, and while external
CREATE = "create"    # right with "create" only

# good: lines that are accepted, each with the JSON that changes from the base
#       interface of words.py (running: what differs if it is running)
# bad:  lines that are refused with status 1, each with what the message says
# reset: brings back what was before; None: nothing does
# flag: attach's, for the same
Word = namedtuple("Word", "name when of flag good bad reset takes running_only")


def word(name, when, good, bad=(), reset=None, of=BOTH, flag=None, takes=True, running_only=False):
    return Word(name, when, of, flag, list(good), list(bad), reset, takes, running_only)


def quoted(name, values):
    return [(f"{name} '{text}'", says) for text, says in values]


def junk_numbers(usual):
    """What is no number, wherever one is wanted."""
    texts = ["", " ", "x", "-1", "-0", "+5", f"{usual}x", f"{usual} ", f" {usual}", "0x", "0xg", "08", "1e3", "5.0"]
    texts += [str(2**64), str(2**64 + usual), "9" * 40]
    return [(text, "is not a number|out of range") for text in texts]


def out_of_range(low, high, usual):
    """Also what a narrower integer would take for the usual value."""
    texts = [str(low - 1)] * (low > 0) + [str(high + 1), str(2**32 + usual), str(2**63)]
    return [(text, "out of range") for text in texts]


def number(name, when, key, low, high, usual, reset, *, with_it=(), also_good=(), also_bad=(), **more):
    values = {str(low): low, str(high): high, hex(usual): usual, f"0{usual:o}": usual}
    good = [(f"{name} {said}", dict(with_it, **{key: value})) for said, value in values.items()]
    bad = [*out_of_range(low, high, usual), *junk_numbers(usual), *also_bad]
    return word(name, when, [*good, *also_good], quoted(name, bad), reset, **more)


def choice(name, when, key, values, reset, **more):
    good = [(f"{name} {value}", {key: value}) for value in values]
    first = values[0]
    bad = ["", "x", first.upper(), first + "x", first + " ", first[:-1], "1"]
    return word(name, when, good, quoted(name, [(text, "is none of") for text in bad]), reset, **more)


def switch(name, when, key, default, **more):
    good = [(f"-{name}", {key: False}), (name, {key: True})]
    reset = name if default else f"-{name}"
    return word(name, when, good, [(f"{name} yes", "unknown word|address")], reset, takes=False, **more)


NO_ADDRESS = ["", " ", "300.1.1.1", "192.0.2.9/24", "192.0.2.9:6081", "[2001:db8::9]", "2001:db8::9::",
              "2001:db8::9/64", "2001:db8:::9", "no-such-host.invalid"]


def address(name, key, values, wrong, reset, *, with_it=(), **more):
    """@values: what is said and what JSON then says; @wrong: addresses with the complaint."""
    good = [(f"{name} {said}", dict(with_it, **{key: shown})) for said, shown in values]
    bad = [(text, "is no address") for text in NO_ADDRESS] + wrong
    return word(name, STOPPED, good, quoted(name, bad), reset, **more)


MULTICAST = [(text, "is a multicast address") for text in
             ("224.0.0.1", "239.255.255.255", "239.1.1.1", "ff02::1", "ff08::db8:1")]
LINK_LOCAL = [("fe80::1", "link-local")]
UNICAST = [(text, "is no multicast|is not a multicast") for text in
           ("192.0.2.9", "0.0.0.0", "223.255.255.255", "240.0.0.1", "255.255.255.255", "2001:db8::9", "::", "fe80::1")]

LONG_NAME = "a23456789012345"  # the longest
NO_NAME = [(f"{LONG_NAME}6", "name"), ("a/b", "name"), ("a b", "name")]
TEXT = "the way to B, 100 %"
LONGEST_TEXT = "d" * 255  # IFALIASZ less its end

NO_MAC = ["", "x", "02:00:00", "02:00:00:00:00:0g", "02:00:00:00:00:00:00", "02:00:00:00:00:100", "020000000001",
          "02-00-00-00-00-01", "02:00:00:00:00:01 "]


def mac(name):
    good = [(f"{name} 02:00:00:00:00:0a", {"ether": "02:00:00:00:00:0a"}),
            (f"{name} FE:FF:FF:FF:FF:FF", {"ether": "fe:ff:ff:ff:ff:ff"}),
            (f"{name} 2:0:0:0:0:b", {"ether": "02:00:00:00:00:0b"})]
    bad = [(text, "is no Ethernet address") for text in NO_MAC]
    bad += [(text, "cannot be a device's address") for text in
            ("00:00:00:00:00:00", "01:00:00:00:00:01", "ff:ff:ff:ff:ff:ff")]
    return word(name, ALWAYS, good, quoted(name, bad), f"{name} 02:00:00:00:00:42", flag="ether")


def description(name):
    good = [(f"{name} '{TEXT}'", {"description": TEXT}), (f"{name} {LONGEST_TEXT}", {"description": LONGEST_TEXT}),
            (f"-{name}", {"description": None})]
    bad = [(f"{LONGEST_TEXT}d", "too long|at most"), ("two\nlines", "line")]
    return word(name, ALWAYS, good, quoted(name, bad), f"-{name}", flag="description")


def prefix(name, good, bad, longest):
    """An address starts the interface, so these are accepted while it runs; generic_test.sh has the rest."""
    bad = ["", "x", "/24", *(f"{good}/{text}" for text in ("", "x", "-1", longest + 1, "24x", "24/24")), *bad]
    lines = [f"{name} {good}/{longest - 8}", f"{name} {good}/{longest}"]
    says = "address|length|out of range|not a number"
    return word(name, ALWAYS, [(line, {}) for line in lines], quoted(name, [(text, says) for text in bad]),
                f"{name} {good} -alias", flag=name, running_only=True)


def hardware(name):
    """Of the underlay device, which is known once the interface runs."""
    return word(name, ALWAYS, [(f"-{name}", {}), (name, {})], [(f"{name} on", "unknown word")], name,
                takes=False, running_only=True)


PORT_RANGES = [("1 65535", 1, 65535), ("1 1", 1, 1), ("65535 65535", 65535, 65535), ("0x100 01000", 256, 512)]
NO_PORT = [text for text, _ in out_of_range(1, 65535, 7) + junk_numbers(7)]


def port_range(name):
    good = [(f"{name} {said}", {"port_low": low, "port_high": high}) for said, low, high in PORT_RANGES]
    bad = [(f"{name} '{text}' 65535", "is not a number|out of range") for text in NO_PORT]
    bad += [(f"{name} 1 '{text}'", "is not a number|out of range") for text in NO_PORT]
    bad += [(f"{name} {line}", "range|below|above") for line in ("5 4", "65535 1")]
    bad += [(f"{name} {line}", "value missing") for line in ("5", "1-65535")]
    return word(name, STOPPED, good, bad, f"{name} 10000 65535", flag="port-range")


TABLE = [
    choice("Pmode", CREATE, "mode", ["l2", "l3"], None, of=GENEVE, flag="layer"),
    number("Pid", STOPPED, "vni", 0, 2**24 - 1, 0xabc, "Pid 42", flag="vni"),
    number("vni", STOPPED, "vni", 0, 2**24 - 1, 0xabc, "vni 42"),
    address("Plocal", "local", [("192.0.2.77", "192.0.2.77"), ("0.0.0.0", "0.0.0.0"),
                                ("2001:DB8:0::1", "2001:db8::1"), ("::", None)],
            MULTICAST + LINK_LOCAL, "Plocal 192.0.2.1", flag="local"),
    address("Premote", "remote", [("198.51.100.7", "198.51.100.7"), ("2001:db8::7", "2001:db8::7")],
            MULTICAST + LINK_LOCAL, "Premote 192.0.2.2", flag="remote"),
    address("Pgroup", "group", [("239.1.1.1", "239.1.1.1"), ("224.0.0.0", "224.0.0.0"), ("239.255.255.255",) * 2,
                                ("ff08::db8:1", "ff08::db8:1")], UNICAST, "Premote 192.0.2.2",
            with_it={"remote": None}, flag="group"),
    number("Plocalport", STOPPED, "local_port", 1, 65535, 7000, "Plocalport PORT", flag="local-port"),
    number("Premoteport", STOPPED, "remote_port", 1, 65535, 7000, "Premoteport PORT", flag="remote-port"),
    port_range("Pportrange"),
    number("Ptimeout", ALWAYS, "fdb_timeout", 0, 86400, 600, "Ptimeout 1200", flag="timeout"),
    number("Pmaxaddr", ALWAYS, "fdb_max", 0, 1048576, 5000, "Pmaxaddr 2000", flag="max-addr"),
    word("Pdev", STOPPED, [("Pdev u0", {"dev": "u0"}), ("Pdev nosuch0", {"dev": "nosuch0"}),
                           (f"Pdev {LONG_NAME}", {"dev": LONG_NAME}), ("Pdev ''", {"dev": None})],
         quoted("Pdev", NO_NAME), "Pdev ''", flag="dev"),
    number("Pttl", ALWAYS, "ttl", 1, 255, 32, "Pttl 64", of=GENEVE, flag="ttl",
           also_good=[("Pttl inherit", {"ttl_inherit": True})],
           also_bad=[("Inherit", "number"), ("inheritx", "number")]),
    number("Pttl", ALWAYS, "ttl", 1, 255, 32, "Pttl 64", of=("vxlan",), flag="ttl", also_bad=[("inherit", "number")]),
    choice("Pdf", STOPPED, "df", ["set", "inherit", "unset"], "Pdf unset", of=GENEVE, flag="df"),
    switch("Pdscpinherit", ALWAYS, "dscp_inherit", False, of=GENEVE, flag="dscp-inherit"),
    switch("Plearn", ALWAYS, "learn", True, flag="learn"),
    word("Pflush", ALWAYS, [("Pflush", {})], [("-Pflush", "unknown word")], "", takes=False),
    word("Pflushall", ALWAYS, [("Pflushall", {})], [("-Pflushall", "unknown word")], "", takes=False),
    switch("Pexternal", ALWAYS, "external", False, of=GENEVE, flag="external"),
    hardware("Phwcsum"),
    hardware("Phwtso"),
    switch("Pudp6zerocsum", STOPPED, "udp6zerocsum", False, of=GENEVE, flag="udp6-zero-csum"),
    switch("Pudp6zerocsum", STOPPED, "udp6zerocsum", True, of=("vxlan",), flag="udp6-zero-csum"),
    switch("Psrcfilter", STOPPED, "source_filter", False, flag="source-filter"),
    number("mtu", ALWAYS, "mtu", 68, 65441, 1000, None, of=GENEVE, with_it={"mtu_fixed": True}, flag="mtu"),
    number("mtu", ALWAYS, "mtu", 68, 65437, 1000, None, of=("vxlan",), with_it={"mtu_fixed": True}, flag="mtu"),
    mac("ether"),
    mac("lladdr"),
    word("name", ALWAYS, [("name wan0", {"name": "wan0"}), (f"name {LONG_NAME}", {"name": LONG_NAME})],
         quoted("name", NO_NAME + [(text, "name") for text in ("", ".", "..", "a:b")]), "name NAME"),
    switch("debug", ALWAYS, "debug", False, flag="debug"),
    description("description"),
    description("descr"),
    switch("promisc", ALWAYS, "promisc", False, flag="promisc"),
    number("tunnelfib", STOPPED, "tunnelfib", 0, 2**32 - 1, 100, "tunnelfib 0", flag="tunnel-fib"),
    prefix("inet", "10.9.0.1", ["fd09::1/24", "10.9.0/24", "10.9.0.1.1/24"], 32),
    prefix("inet6", "fd09::1", ["10.9.0.1/24", "fd09:::1/64"], 128),
    word("up", ALWAYS, [("up", {"state": "running", "underlay": "u0", "receive": "tc"})], [("-up", "unknown word")],
         None, takes=False),
    word("down", ALWAYS, [("down", {})], [("-down", "unknown word")], "", takes=False),
]

# Words without a row, and the test that has them.
ELSEWHERE = {
    "addm": "bridge_test.sh",
    "deletem": "bridge_test.sh",
    "alias": "generic_test.sh",
    "netmask": "generic_test.sh",
    "prefixlen": "generic_test.sh",
    "delete": "generic_test.sh",
    "remove": "generic_test.sh",
}
