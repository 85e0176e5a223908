// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The protocol table of include/protocol.h, for the command. */
#include <stdio.h>
#include <string.h>
#include <net/if.h>

#include "protocols.h"
#include "schema.h"

static const struct protocol_info protocols[] = {
#define PROTOCOL_ROW(id, prefix, port_template, udp_port, start, flags) \
	[id] = { prefix, port_template, udp_port, flags },
	PROTOCOLS(PROTOCOL_ROW)
#undef PROTOCOL_ROW
};

const struct protocol_info *protocol_info(enum protocol protocol)
{
	return &protocols[protocol];
}

void protocol_port_name(enum protocol protocol, __u32 slot, char *name)
{
	snprintf(name, IFNAMSIZ, protocols[protocol].port_template, slot);
}

enum protocol protocol_of_name(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].prefix &&
		    !strncmp(name, protocols[i].prefix, strlen(protocols[i].prefix)))
			return i;
	return 0;
}
