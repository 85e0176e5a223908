/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

#include "device.h"
#include "schema.h"

#define MEMBERS_MAX 16 /* addm and deletem on one command line */
#define FDB_MAX_LIMIT 1048576

/* What sort of interface a request is about. */
enum request_on {
	ON_GENEVE = 1 << 0,
	ON_VXLAN = 1 << 1,
	ON_TUNNEL = ON_GENEVE | ON_VXLAN,
	ON_BRIDGE = 1 << 2,
	ON_DEVICE = 1 << 3, /* a network device that is none of these */
};

enum flush {
	FLUSH_NONE,
	FLUSH_DYNAMIC,
	FLUSH_ALL,
};

enum hardware {
	HARDWARE_CSUM = 1 << 0,
	HARDWARE_TSO = 1 << 1,
};

enum member_change {
	MEMBER_ADD,
	MEMBER_DELETE,
};

struct member {
	char name[IFNAMSIZ];
	enum member_change change;
};

/*
 * What one command line asks of one interface.  The words write into it; only
 * when all of them are accepted does apply.c touch anything.
 */
struct request {
	char name[IFNAMSIZ]; /* "geneve": pick a number */
	enum request_on on;
	struct segment segment;       /* starts as it is now, or as the defaults */
	struct device_request device; /* what is asked of the device itself */
	char zone[IFNAMSIZ];          /* of link-local tunnel addresses */
	unsigned int zones;           /* how many had one */
	enum flush flush;
	__u8 hardware_on, hardware_off; /* enum hardware */
	struct member member[MEMBERS_MAX];
	unsigned int members;
	bool create;
	bool destroy;
	bool running; /* as it is where the words have got to */
	bool restart; /* it was down in between */
};

struct option;

/* Whether the interface runs and goes on running: its place in the underlay stays. */
static inline bool request_stays_up(const struct request *request)
{
	return request->segment.flags & SEGMENT_RUNNING && request->running && !request->restart;
}

/* The request for a new interface with the protocol's defaults. */
void request_init(struct request *request, const char *name, enum protocol protocol);

/* The same for what is no tunnel. */
void request_init_device(struct request *request, const char *name, enum request_on on);

/*
 * Takes one option with its values (none for an option that has none; @on is
 * false for a negated one) into the request.  Reports and returns -EUSAGE
 * or -EBUSY, with @said, the word as the user wrote it.
 */
int request_take(struct request *request, const struct option *option, const char *said,
		 const char *const *values, bool on);

#endif
