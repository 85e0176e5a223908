/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ROUTE_H
#define ROUTE_H

#include "address.h"

struct route {
	unsigned int oif;
	struct address source;
	unsigned int mtu; /* of the route, 0 if it has none of its own */
};

/*
 * Asks the kernel for the route to @destination, from @source and by device
 * @oif where these are set.  0 or -errno.
 */
int route_get(const struct address *destination, const struct address *source, unsigned int oif,
	      struct route *route);

#endif
