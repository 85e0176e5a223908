// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The option table, and finding a row of it. */
#include <string.h>

#include "options.h"
#include "protocols.h"

#define FIELD(member) \
	.offset = offsetof(struct request, member), .size = sizeof(((struct request *)0)->member)

#define MTU_MIN 68    /* the kernel's (ETH_MIN_MTU); 46 on FreeBSD */
#define MTU_MAX 65459 /* of L3; see plan.c for the others */

#define ANYTHING (ON_TUNNEL | ON_BRIDGE)

static const char *const layers[] = { "l2", "l3", NULL };
static const char *const modes[] = { "auto", "xdp", "tc", NULL };
static const char *const dfs[] = { "unset", "set", "inherit", NULL };

const struct option options[] = {
	{ "mode", NULL, "layer", "l2|l3", OPTION_CHOICE, WHEN_CREATE, ON_GENEVE,
	  FIELD(segment.layer), .choices = layers, .json = "mode", .fallback = "l2",
	  .help = "carry Ethernet frames (l2) or IP packets (l3)" },
	{ "id", "vni", "vni", "N", OPTION_NUMBER, WHEN_STOPPED, FIELD(segment.vni), .max = VNI_MAX,
	  .fallback = "none", .help = "virtual network identifier, 0-16777215" },
	{ "local", NULL, "local", "ADDRESS", OPTION_ADDRESS, WHEN_STOPPED, FIELD(segment.local),
	  .json = "local", .fallback = "by the route to the remote", .help = "own tunnel address" },
	{ "remote", NULL, "remote", "ADDRESS", OPTION_ADDRESS, WHEN_STOPPED, FIELD(segment.remote),
	  .fallback = "none, wait to learn", .help = "tunnel address of the other end" },
	{ "group", NULL, "group", "ADDRESS", OPTION_GROUP, WHEN_STOPPED, FIELD(segment.remote),
	  .fallback = "none", .help = "multicast group of the other ends, instead of a remote" },
	{ "localport", NULL, "local-port", "PORT", OPTION_NUMBER, WHEN_STOPPED,
	  FIELD(segment.local_port), .min = 1, .max = 65535, .json = "local_port",
	  .fallback = "6081, vxlan 4789", .help = "UDP port to receive on" },
	{ "remoteport", NULL, "remote-port", "PORT", OPTION_NUMBER, WHEN_STOPPED,
	  FIELD(segment.remote_port), .min = 1, .max = 65535, .json = "remote_port",
	  .fallback = "6081, vxlan 4789", .help = "UDP port to send to" },
	{ "portrange", NULL, "port-range", "LOW HIGH", OPTION_RANGE, WHEN_STOPPED,
	  FIELD(segment.port_low), .min = 1, .max = 65535, .fallback = "10000 65535",
	  .help = "UDP source ports, by the hash of the inner flow" },
	{ "dev", NULL, "dev", "DEVICE", OPTION_DEVICE, WHEN_STOPPED, FIELD(segment.dev),
	  .json = "dev", .fallback = "that of the local address",
	  .help = "device to join the group on; only with a group" },
	{ "ttl", NULL, "ttl", "N", OPTION_TTL, WHEN_ALWAYS, FIELD(segment.ttl), .min = 1,
	  .max = 255, .json = "ttl", .fallback = "64",
	  .help = "outer TTL or hop limit, 1-255; geneve also \"inherit\"" },
	{ "df", NULL, "df", "set|unset|inherit", OPTION_CHOICE, WHEN_STOPPED, ON_GENEVE,
	  FIELD(segment.df), .choices = dfs, .json = "df", .fallback = "unset",
	  .help = "don't-fragment bit of the outer IPv4 header" },
	{ "dscpinherit", NULL, "dscp-inherit", NULL, OPTION_SWITCH, WHEN_ALWAYS, ON_GENEVE,
	  .bit = SEGMENT_DSCP_INHERIT, .json = "dscp_inherit", .fallback = "off",
	  .help = "take the outer DSCP from the inner packet" },
	{ "learn", NULL, "learn", NULL, OPTION_SWITCH, WHEN_ALWAYS, .bit = SEGMENT_LEARN,
	  .json = "learn", .fallback = "on", .help = "learn addresses from what is received" },
	{ "timeout", NULL, "timeout", "SECONDS", OPTION_NUMBER, WHEN_ALWAYS,
	  FIELD(segment.fdb_timeout), .max = 86400, .json = "fdb_timeout", .fallback = "1200",
	  .help = "how long an entry is used after its address was last seen" },
	{ "maxaddr", NULL, "max-addr", "N", OPTION_NUMBER, WHEN_ALWAYS, FIELD(segment.fdb_max),
	  .max = FDB_MAX_LIMIT, .json = "fdb_max", .fallback = "2000",
	  .help = "entries in the table at most; 0: learn none" },
	{ "flush", NULL, NULL, NULL, OPTION_FLUSH, WHEN_ALWAYS, .bit = FLUSH_DYNAMIC,
	  .help = "forget all entries that are not static" },
	{ "flushall", NULL, NULL, NULL, OPTION_FLUSH, WHEN_ALWAYS, .bit = FLUSH_ALL,
	  .help = "forget all entries of the table" },
	{ "external", NULL, "external", NULL, OPTION_SWITCH, WHEN_ALWAYS, ON_GENEVE,
	  .bit = SEGMENT_EXTERNAL, .json = "external", .fallback = "off",
	  .help = "VNI, remote, DSCP and TTL come from tunnel metadata" },
	{ "udp6zerocsum", NULL, "udp6-zero-csum", NULL, OPTION_SWITCH, WHEN_STOPPED,
	  .bit = SEGMENT_UDP6_ZERO_CSUM, .json = "udp6zerocsum", .fallback = "off, vxlan on",
	  .help = "send and accept no UDP checksum over IPv6 (RFC 6935); allows TSO" },
	{ "srcfilter", NULL, "source-filter", NULL, OPTION_SWITCH, WHEN_STOPPED,
	  .bit = SEGMENT_SOURCE_FILTER, .json = "source_filter", .fallback = "off",
	  .help = "accept only what comes from the remote's address" },
	{ "hwcsum", NULL, NULL, NULL, OPTION_HARDWARE, WHEN_ALWAYS, ON_TUNNEL | ON_DEVICE,
	  .bit = HARDWARE_CSUM, .help = "checksums of tunnel packets by the underlay device" },
	{ "hwtso", NULL, NULL, NULL, OPTION_HARDWARE, WHEN_ALWAYS, ON_TUNNEL | ON_DEVICE,
	  .bit = HARDWARE_TSO, .help = "segmentation of tunnel packets by the underlay device" },
	{ "tunnelfib", NULL, "tunnel-fib", "TABLE", OPTION_NUMBER, WHEN_STOPPED, .generic = true,
	  FIELD(segment.table), .max = 0xffffffff, .json = "tunnelfib",
	  .fallback = "0, by the rules", .help = "routing table of the way to the remote" },
	{ "mtu", NULL, "mtu", "BYTES", OPTION_NUMBER, WHEN_ALWAYS, ANYTHING, .generic = true,
	  FIELD(device.mtu), .min = MTU_MIN, .max = MTU_MAX, .fallback = "what fits the underlay",
	  .help = "MTU of the interface, fixed from then on" },
	{ "inet", NULL, "inet", "ADDRESS/LEN", OPTION_PREFIX4, WHEN_ALWAYS, ANYTHING,
	  .generic = true, .help = "set the IPv4 address of the interface, and bring it up" },
	{ "inet6", NULL, "inet6", "ADDRESS/LEN", OPTION_PREFIX6, WHEN_ALWAYS, ANYTHING,
	  .generic = true, .help = "add an IPv6 address to the interface, and bring it up" },
	{ "netmask", NULL, NULL, "MASK", OPTION_NETMASK, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "length of the address before it, where that has no /LEN" },
	{ "prefixlen", NULL, NULL, "LEN", OPTION_PREFIXLEN, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .max = 128, .help = "the same for IPv6" },
	{ "alias", NULL, NULL, NULL, OPTION_ALIAS, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "add the address before it to those that are there; -alias removes it" },
	{ "delete", "remove", NULL, NULL, OPTION_DELETE, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "remove the address before it" },
	{ "ether", "lladdr", "ether", "MAC", OPTION_MAC, WHEN_ALWAYS, ANYTHING, .generic = true,
	  FIELD(device.mac), .fallback = "random", .help = "Ethernet address of the interface" },
	{ "name", NULL, NULL, "NAME", OPTION_NAME, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "rename the interface" },
	{ "description", "descr", "description", "TEXT", OPTION_TEXT, WHEN_ALWAYS, ANYTHING,
	  .generic = true, .fallback = "none", .help = "a note for people (ip link: alias)" },
	{ "debug", NULL, "debug", NULL, OPTION_SWITCH, WHEN_ALWAYS, .generic = true,
	  .bit = SEGMENT_DEBUG, .json = "debug", .fallback = "off",
	  .help = "let every frame cross the device, so that tcpdump and ip -s see it" },
	{ "promisc", NULL, "promisc", NULL, OPTION_PROMISC, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .fallback = "off", .help = "promiscuous mode" },
	{ "addm", NULL, NULL, "DEVICE", OPTION_MEMBER, WHEN_ALWAYS, ON_BRIDGE, .generic = true,
	  .bit = MEMBER_ADD, .help = "add a device to the bridge" },
	{ "deletem", NULL, NULL, "DEVICE", OPTION_MEMBER, WHEN_ALWAYS, ON_BRIDGE, .generic = true,
	  .bit = MEMBER_DELETE, .help = "take a device out of the bridge" },
	{ "up", NULL, NULL, NULL, OPTION_UP, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "start" },
	{ "down", NULL, NULL, NULL, OPTION_DOWN, WHEN_ALWAYS, ANYTHING, .generic = true,
	  .help = "stop; the forwarding table is kept" },
	{ NULL, NULL, "mode", "auto|xdp|tc", OPTION_CHOICE, WHEN_ALWAYS, FIELD(segment.mode),
	  .choices = modes, .fallback = "auto",
	  .help = "where to receive: auto takes native XDP on hardware, tc elsewhere; remembered" },
};

const size_t options_count = sizeof(options) / sizeof(options[0]);

bool option_applies(const struct option *option, const struct request *request)
{
	return (option->on ?: ON_TUNNEL) & request->on;
}

/* On a device that is no tunnel a word may have any protocol's prefix. */
static bool has_prefix(const char *word, const char *rest, const struct request *request)
{
	for (enum protocol p = PROTO_GENEVE; p <= PROTO_VXLAN; p++) {
		const char *prefix = protocol_info(p)->prefix;

		if ((request->on == ON_DEVICE || p == request->segment.protocol) &&
		    !strncmp(word, prefix, strlen(prefix)) && !strcmp(word + strlen(prefix), rest))
			return true;
	}
	return false;
}

static bool names(const struct option *option, const char *word, const struct request *request)
{
	if (option->alias && !strcmp(word, option->alias))
		return true;
	if (!option->word)
		return false;
	return option->generic ? !strcmp(word, option->word)
			       : has_prefix(word, option->word, request);
}

const struct option *option_of_word(const char *word, const struct request *request)
{
	for (size_t i = 0; i < options_count; i++)
		if (option_applies(&options[i], request) && names(&options[i], word, request))
			return &options[i];
	return NULL;
}

const struct option *option_of_flag(const char *flag)
{
	for (size_t i = 0; i < options_count; i++)
		if (options[i].flag && !strcmp(options[i].flag, flag))
			return &options[i];
	return NULL;
}

bool option_negates(const struct option *option)
{
	switch (option->type) {
	case OPTION_SWITCH:
	case OPTION_HARDWARE:
	case OPTION_PROMISC:
	case OPTION_ALIAS:
	case OPTION_TEXT:
		return true;
	default:
		return false;
	}
}

int option_values(const struct option *option)
{
	if (option->type == OPTION_RANGE)
		return 2;
	return option->arg ? 1 : 0;
}
