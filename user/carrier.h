/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef CARRIER_H
#define CARRIER_H

#include "session.h"

#define TROUBLE_LEN 96

enum trouble {
	TROUBLE_NONE,
	TROUBLE_DOWN, /* a device is there, but down */
	TROUBLE_GONE, /* a device or the local address is not */
};

/*
 * What keeps the running segment from passing traffic; then @text (TROUBLE_LEN)
 * says it in a few words.
 *
 * That its devices are down counts only if `geneve-bpf watch` looks on: who
 * else would notice that they are up again?  What it has found then counts for
 * all (SEGMENT_DEVICE_DOWN), until they are up.
 */
enum trouble carrier_trouble(const struct session *session, const struct segment *segment,
			     char *text);

/* Gives the interface carrier, or takes it, by setting its port up or down.  0 or -errno. */
int carrier_set(struct session *session, struct segment *segment);

#endif
