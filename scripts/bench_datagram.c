// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * UDP datagrams between sockets of two network namespaces:
 *
 *	bench_datagram FROM-NETNS TO-NETNS ADDRESS SECONDS LENGTH
 *
 * prints ns for each send() of one, through to the queue of a receiver that does
 * not read.  The content of some is compared before.
 */
#include <linux/sock_diag.h>

#include "bench_socket.h"

#define SENDS_PER_CLOCK 64
#define COMPARED 64

static void compare(int from, int receiver, size_t len)
{
	static char got[BLOCK_LEN];

	for (int i = 0; i < COMPARED; i++) {
		if (send(from, pattern + i, len, 0) != (ssize_t)len)
			die("send");
		if (recv(receiver, got, sizeof(got), 0) != (ssize_t)len)
			die("recv");
		errno = 0;
		if (memcmp(got, pattern + i, len))
			die("a datagram's content is wrong");
	}
}

/* Sends until @deadline; the number of datagrams. */
static unsigned long long flood(int fd, size_t len, unsigned long long deadline)
{
	unsigned long long count = 0;

	do {
		for (int i = 0; i < SENDS_PER_CLOCK; i++)
			if (send(fd, pattern, len, 0) != (ssize_t)len)
				die("send");
		count += SENDS_PER_CLOCK;
	} while (now_ns() < deadline);
	return count;
}

/* What arrived at a socket whose queue is full. */
static __u32 dropped(int fd)
{
	__u32 memory[SK_MEMINFO_VARS];
	socklen_t len = sizeof(memory);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &len))
		die("SO_MEMINFO");
	return memory[SK_MEMINFO_DROPS];
}

static double measure(int from, int receiver, size_t len, unsigned long long duration)
{
	unsigned long long count, start;
	__u32 arrived;

	flood(from, len, now_ns() + WARM_UP_NS);
	arrived = dropped(receiver);
	start = now_ns();
	count = flood(from, len, start + duration);
	duration = now_ns() - start;
	arrived = dropped(receiver) - arrived;
	errno = 0;
	if (arrived < count / 100 * 95)
		die("only %u of %llu datagrams arrived", arrived, count);
	return (double)duration / count;
}

int main(int argc, char **argv)
{
	struct task task = parse_task(argc, argv, 1, "LENGTH");
	int len = parse_count(argv[TASK_ARGC], BLOCK_LEN), small = 1;
	int receiver = open_receiver(&task, SOCK_DGRAM);
	int from = open_sender(&task, SOCK_DGRAM, 0);

	compare(from, receiver, len);
	setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	printf("%.1f\n", measure(from, receiver, len, task.duration));
	return 0;
}
