/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdbool.h>
#include <libmnl/libmnl.h>

#define NETLINK_MESSAGE_LEN 4096

/* A request under construction; @header is the libmnl view of @buffer. */
struct request_message {
	char buffer[NETLINK_MESSAGE_LEN];
	struct nlmsghdr *header;
	int family;  /* NETLINK_ROUTE, unless the caller says another */
	bool strict; /* the kernel filters a dump by the family header, and checks that */
};

/*
 * Starts an rtnetlink request of @type with a family header of @extra bytes,
 * zeroed, which is returned.
 */
void *netlink_request(struct request_message *message, int type, int flags, size_t extra);

/* Called for each message of an answer; 0 to go on, what else ends the talk and is its result. */
typedef int (*netlink_answer)(const struct nlmsghdr *header, void *data);

/* Sends the request and waits for the kernel's acknowledgement or the end of its dump. */
int netlink_talk(struct request_message *message, netlink_answer answer, void *data);

/* Indexes the attributes behind a family header of @extra bytes by type, up to @max. */
void netlink_attributes(const struct nlmsghdr *header, size_t extra, const struct nlattr **table,
			int max);

/* The same for the attributes nested in @nest. */
void netlink_nested(const struct nlattr *nest, const struct nlattr **table, int max);

#endif
