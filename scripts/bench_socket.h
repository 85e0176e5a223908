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

#define TASK_ARGUMENTS "FROM-NETNS TO-NETNS ADDRESS SECONDS"
#define TASK_ARGC 5

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* What each helper is told in TASK_ARGUMENTS; the port of @to is chosen later. */
struct task {
	const char *from_netns, *to_netns;
	union address to;
	unsigned long long duration;
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

/* Behind TASK_ARGUMENTS come @own_count of the helper's own, called @own. */
static inline struct task parse_task(int argc, char **argv, int own_count, const char *own)
{
	errno = 0;
	if (argc != TASK_ARGC + own_count)
		die(TASK_ARGUMENTS " %s", own);
	fill_pattern();
	return (struct task) {
		.from_netns = argv[1],
		.to_netns = argv[2],
		.to = parse_address(argv[3]),
		.duration = seconds_ns(argv[4]),
	};
}

static inline int parse_count(const char *text, int max)
{
	int count = atoi(text);

	errno = 0;
	if (count < 1 || count > max)
		die("%s: give 1-%d", text, max);
	return count;
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

/* A socket of type @type, bound to a free port; the task's @to gets it. */
static inline int open_receiver(struct task *task, int type)
{
	union address any = { .any.sa_family = task->to.any.sa_family };
	socklen_t len = sizeof(any);
	int fd;

	netns_enter(task->to_netns);
	fd = open_socket(any.any.sa_family, type, 0);
	if (bind(fd, &any.any, sizeof(any)) || getsockname(fd, &any.any, &len))
		die("bind");
	task->to.in.sin_port = any.in.sin_port; /* at the same place for IPv6 */
	return fd;
}

static inline int open_sender(const struct task *task, int type, int protocol)
{
	int fd;

	netns_enter(task->from_netns);
	fd = open_socket(task->to.any.sa_family, type, protocol);
	if (connect(fd, &task->to.any, sizeof(task->to)))
		die("connect");
	return fd;
}

static inline int open_listener(struct task *task)
{
	int fd = open_receiver(task, SOCK_STREAM);

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
