/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

#include "address.h"
#include "schema.h"

#define PREFIXES_MAX 16 /* inet and inet6 words on one command line */

enum underlay_mode {
	MODE_AUTO,
	MODE_XDP,
	MODE_TC,
};

/*
 * What one command line asks of one interface.  The words write into it; only
 * when all of them are accepted does apply.c touch anything.
 */
struct request {
	char name[IFNAMSIZ];    /* "geneve": pick a number */
	struct segment segment; /* starts as it is now, or as the defaults */
	unsigned int mtu;       /* 0: not given */
	__u8 mac[6];
	bool mac_given;
	struct prefix prefix[PREFIXES_MAX];
	unsigned int prefixes;
	char underlay[IFNAMSIZ]; /* attach DEV */
	__u8 underlay_mode;      /* enum underlay_mode */
	bool create;
	bool destroy;
	bool running; /* as it is where the words have got to */
	bool restart; /* it was down in between */
};

/* The request for a new interface with the protocol's defaults. */
void request_init(struct request *request, const char *name, enum protocol protocol);

#endif
