/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PROTOCOLS_H
#define PROTOCOLS_H

#include <linux/types.h>

#include "protocol.h"

/* A row of include/protocol.h's table. */
struct protocol_info {
	const char *prefix;        /* of interface names and ifconfig words */
	const char *port_template; /* for the port's name */
	__u16 udp_port;
	__u32 flags; /* enum segment_flag: on by default */
};

const struct protocol_info *protocol_info(enum protocol protocol);

/* What the port of the interface in @slot is called, if nobody else has that name (IFNAMSIZ). */
void protocol_port_name(enum protocol protocol, __u32 slot, char *name);

/* The protocol whose prefix @name starts with, 0 if there is none. */
enum protocol protocol_of_name(const char *name);

#endif
