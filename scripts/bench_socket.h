/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sockets in two network namespaces, and content by which they know what arrives. */
#ifndef BENCH_SOCKET_H
#define BENCH_SOCKET_H

#include <netdb.h>
#include <stdbool.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench_helper.h"

#define BLOCK_LEN (128 << 10)

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* Twice the same, so that BLOCK_LEN bytes follow on each byte of the first half. */
static char pattern[2 * BLOCK_LEN];

/* No two places of a block look alike: bytes that are lost, doubled or swapped show. */
static inline void fill_pattern(void)
{
	unsigned int state = 1;

	for (size_t i = 0; i < BLOCK_LEN; i++) {
		state = state * 1103515245 + 12345;
		pattern[i] = pattern[i + BLOCK_LEN] = state >> 16;
	}
}

static inline union address parse_address(const char *text)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST }, *found;
	union address address;

	errno = 0;
	if (getaddrinfo(text, NULL, &hints, &found))
		die("%s: no address", text);
	memcpy(&address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return address;
}

static inline int open_socket(int family, int type, int protocol)
{
	struct timeval timeout = { .tv_sec = 5 };
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	return fd;
}

/* A socket of type @type in @netns, bound to a free port; *@to gets it. */
static inline int open_receiver(const char *netns, int type, union address *to)
{
	union address any = { .any.sa_family = to->any.sa_family };
	socklen_t len = sizeof(any);
	int fd;

	netns_enter(netns);
	fd = open_socket(to->any.sa_family, type, 0);
	if (bind(fd, &any.any, sizeof(any)) || getsockname(fd, &any.any, &len))
		die("bind");
	to->in.sin_port = any.in.sin_port; /* at the same place for IPv6 */
	return fd;
}

static inline int open_sender(const char *netns, int type, int protocol, const union address *to)
{
	int fd;

	netns_enter(netns);
	fd = open_socket(to->any.sa_family, type, protocol);
	if (connect(fd, &to->any, sizeof(*to)))
		die("connect");
	return fd;
}

static inline int open_listener(const char *netns, union address *to)
{
	int fd = open_receiver(netns, SOCK_STREAM, to);

	if (listen(fd, 8))
		die("listen");
	return fd;
}

static inline int accept_one(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		die("accept");
	return fd;
}

#endif
