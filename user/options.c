// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The option table, and taking one option into a request. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "protocols.h"
#include "value.h"

#define FIELD(member) \
	.offset = offsetof(struct request, member), .size = sizeof(((struct request *)0)->member)

#define MTU_MIN 68    /* the kernel's (ETH_MIN_MTU); 46 on FreeBSD */
#define MTU_MAX 65441 /* as FreeBSD: 65535 less the largest headers */

static const char *const layers[] = { "l2", NULL };
static const char *const modes[] = { "auto", "xdp", "tc", NULL };

const struct option options[] = {
	{ "mode", "layer", "l2", OPTION_CHOICE, WHEN_CREATE, .choices = layers, .fallback = "l2",
	  .help = "what is carried: Ethernet frames (l2)" },
	{ "id", "vni", "N", OPTION_NUMBER, WHEN_STOPPED, FIELD(segment.vni), .max = VNI_MAX,
	  .fallback = "none", .help = "virtual network identifier, 0-16777215" },
	{ "local", "local", "ADDRESS", OPTION_ADDRESS, WHEN_STOPPED, FIELD(segment.local),
	  .fallback = "by the route to the remote", .help = "own tunnel address" },
	{ "remote", "remote", "ADDRESS", OPTION_ADDRESS, WHEN_STOPPED, FIELD(segment.remote),
	  .fallback = "none: wait to learn", .help = "tunnel address of the other end" },
	{ "localport", "local-port", "PORT", OPTION_NUMBER, WHEN_STOPPED, FIELD(segment.local_port),
	  .min = 1, .max = 65535, .fallback = "6081", .help = "UDP port to receive on" },
	{ "remoteport", "remote-port", "PORT", OPTION_NUMBER, WHEN_STOPPED,
	  FIELD(segment.remote_port), .min = 1, .max = 65535, .fallback = "6081",
	  .help = "UDP port to send to" },
	{ "dev", "dev", "DEVICE", OPTION_DEVICE, WHEN_STOPPED, FIELD(segment.dev),
	  .fallback = "none", .help = "device for multicast; only with a group" },
	{ "udp6zerocsum", "udp6-zero-csum", NULL, OPTION_SWITCH, WHEN_STOPPED,
	  .bit = SEGMENT_UDP6_ZERO_CSUM, .fallback = "off",
	  .help = "send and accept no UDP checksum over IPv6 (RFC 6935); allows TSO" },
	{ "mtu", "mtu", "BYTES", OPTION_NUMBER, WHEN_ALWAYS, .generic = true, FIELD(mtu),
	  .min = MTU_MIN, .max = MTU_MAX, .fallback = "what fits the underlay",
	  .help = "MTU of the interface, for good" },
	{ "inet", "inet", "ADDRESS/LEN", OPTION_PREFIX4, WHEN_ALWAYS, .generic = true,
	  .help = "add an IPv4 address to the interface, and bring it up" },
	{ "inet6", "inet6", "ADDRESS/LEN", OPTION_PREFIX6, WHEN_ALWAYS, .generic = true,
	  .help = "add an IPv6 address to the interface, and bring it up" },
	{ "ether", "ether", "MAC", OPTION_MAC, WHEN_ALWAYS, .generic = true, FIELD(mac),
	  .fallback = "random", .help = "Ethernet address of the interface" },
	{ "debug", "debug", NULL, OPTION_SWITCH, WHEN_ALWAYS, .generic = true, .bit = SEGMENT_DEBUG,
	  .fallback = "off",
	  .help = "let every frame cross the device, so that tcpdump and ip -s see it" },
	{ "up", NULL, NULL, OPTION_UP, WHEN_ALWAYS, .generic = true, .help = "start" },
	{ "down", NULL, NULL, OPTION_DOWN, WHEN_ALWAYS, .generic = true,
	  .help = "stop; the forwarding table is kept" },
	{ NULL, "mode", "auto|xdp|tc", OPTION_CHOICE, WHEN_ALWAYS, FIELD(underlay_mode),
	  .choices = modes, .fallback = "auto",
	  .help = "where to receive: auto takes native XDP on hardware, tc elsewhere" },
};

const size_t options_count = sizeof(options) / sizeof(options[0]);

void request_init(struct request *request, const char *name, enum protocol protocol)
{
	memset(request, 0, sizeof(*request));
	snprintf(request->name, sizeof(request->name), "%s", name);
	request->segment = (struct segment) {
		.vni = VNI_UNSET,
		.slot = SLOT_NONE,
		.flags = SEGMENT_LEARN,
		.fdb_timeout = FDB_TIMEOUT_DEFAULT,
		.fdb_max = FDB_MAX_DEFAULT,
		.local_port = protocol_info(protocol)->udp_port,
		.remote_port = protocol_info(protocol)->udp_port,
		.port_low = 10000,
		.port_high = 65535,
		.protocol = protocol,
		.ttl = 64,
	};
}

static int take_prefix(const char *said, const char *text, int family, struct request *request)
{
	if (request->prefixes == PREFIXES_MAX)
		return refuse(EUSAGE, request->name, "%s: at most %d addresses a command", said,
			      PREFIXES_MAX);
	if (value_prefix(request->name, said, text, family, &request->prefix[request->prefixes]))
		return -EUSAGE;
	request->prefixes++;
	request->running = true; /* as ifconfig: an address brings the interface up */
	return 0;
}

static void take_switch(const struct option *option, bool on, struct request *request)
{
	if (on)
		request->segment.flags |= option->bit;
	else
		request->segment.flags &= ~option->bit;
}

int option_take(const struct option *option, const char *said, const char *value, bool on,
		struct request *request)
{
	void *field = (char *)request + option->offset;
	const char *who = request->name;

	if (option->when == WHEN_STOPPED && request->running && !request->create)
		return refuse(EBUSY, who, "%s: cannot change while up (give \"down\" first)", said);
	if (option->when == WHEN_CREATE && !request->create)
		return refuse(EUSAGE, who, "%s: only with \"create\"", said);
	switch (option->type) {
	case OPTION_NUMBER:
		return value_number(who, said, value, option->min, option->max, field,
				    option->size);
	case OPTION_ADDRESS:
		return value_address(who, said, value, field);
	case OPTION_DEVICE:
		return value_device(who, said, value, field);
	case OPTION_CHOICE:
		return value_choice(who, said, value, option->choices, option->size ? field : NULL);
	case OPTION_SWITCH:
		take_switch(option, on, request);
		return 0;
	case OPTION_MAC:
		request->mac_given = true;
		return value_mac(who, said, value, field);
	case OPTION_PREFIX4:
		return take_prefix(said, value, AF_INET, request);
	case OPTION_PREFIX6:
		return take_prefix(said, value, AF_INET6, request);
	case OPTION_UP:
		request->running = true;
		return 0;
	case OPTION_DOWN:
		request->restart |= request->running;
		request->running = false;
		return 0;
	}
	return -EINVAL;
}
