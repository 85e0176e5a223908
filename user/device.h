/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>

#include "address.h"
#include "links.h"

#define ADDRESSES_MAX 16 /* inet and inet6 words on one command line */
#define PREFIX_UNSET 255 /* as length: not said */

enum address_op {
	ADDRESS_SET, /* IPv4: instead of the first one; IPv6: as ADDRESS_ADD */
	ADDRESS_ADD,
	ADDRESS_DELETE,
};

struct address_change {
	struct prefix prefix;
	enum address_op op;
	bool was_running; /* before the word, which brings the interface up */
};

/* What words ask of a network device, be it a tunnel's or a bridge. */
struct device_request {
	unsigned int mtu; /* 0: not given */
	__u8 mac[6];
	bool mac_given;
	struct address_change address[ADDRESSES_MAX];
	unsigned int addresses;
	char name[IFNAMSIZ]; /* the new one; "" for none */
	char description[DESCRIPTION_LEN];
	bool description_given;
	bool promisc_given, promisc;
};

struct request;
struct option;

/* Takes an option that is about the device: see request_take(). */
int device_take(struct request *request, const struct option *option, const char *said,
		const char *value, bool on);

/*
 * Checks what can be known before anything is touched: that addresses are
 * whole, and the new name is free.  Reports.
 */
int device_check(const struct links *links, const char *who, struct device_request *request);

/* Whether anything is asked that needs the device in this namespace. */
bool device_asked(const struct device_request *request);

/* Does what is asked of @link, all of it or nothing.  Reports. */
int device_apply(const struct link *link, const char *who, const struct device_request *request);

#endif
