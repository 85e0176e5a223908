// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Traffic between sockets of two network namespaces:
 *
 *	bench_socket tcp|send|ping FROM-NETNS TO-NETNS ADDRESS SECONDS [CPU]
 *
 * tcp: one stream, Gbit/s; the receiver may run on another CPU.  send: ns per send() of a
 * 64-byte datagram, through to the queue of a receiver that does not read.
 * ping: median round trip of an ICMP echo in us, without sleeping.
 */
#include <signal.h>
#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bench_helper.h"

#define TCP_BLOCK (128 << 10)
#define DATAGRAM_LEN 64
#define SENDS_PER_CLOCK 64
#define ECHO_LEN (sizeof(struct icmphdr) + 56)
#define ECHO_TIMEOUT_NS 1000000000ULL
#define SAMPLES_MAX (8 << 20)
#define LOST_MAX 10

static char block[TCP_BLOCK];

static int open_socket(int type, int protocol)
{
	struct timeval timeout = { .tv_sec = 5 };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	return fd;
}

/* A socket of type @type in @netns, bound to a free port; *@to gets it. */
static int open_receiver(const char *netns, int type, struct sockaddr_in *to)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t len = sizeof(any);
	int fd;

	netns_enter(netns);
	fd = open_socket(type, 0);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    getsockname(fd, (struct sockaddr *)&any, &len))
		die("bind");
	to->sin_port = any.sin_port;
	return fd;
}

static int open_sender(const char *netns, int type, int protocol, const struct sockaddr_in *to)
{
	int fd;

	netns_enter(netns);
	fd = open_socket(type, protocol);
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		die("connect");
	return fd;
}

static void run_on(const char *cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(atoi(cpu), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %s", cpu);
}

/* Receives until @deadline; the bytes. */
static unsigned long long drain(int fd, unsigned long long deadline)
{
	unsigned long long bytes = 0;

	while (now_ns() < deadline) {
		ssize_t len = recv(fd, block, sizeof(block), 0);

		if (len <= 0)
			die("recv");
		bytes += len;
	}
	return bytes;
}

static double tcp(char **netns, struct sockaddr_in *to, unsigned long long duration,
		  const char *cpu)
{
	int listener = open_receiver(netns[1], SOCK_STREAM, to), from, fd;
	unsigned long long bytes, start;
	pid_t pid;

	if (listen(listener, 1))
		die("listen");
	from = open_sender(netns[0], SOCK_STREAM, 0, to);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		die("accept");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (send(from, block, sizeof(block), MSG_NOSIGNAL) > 0)
			;
		_exit(1);
	}
	if (cpu)
		run_on(cpu);
	drain(fd, now_ns() + WARM_UP_NS);
	start = now_ns();
	bytes = drain(fd, start + duration);
	duration = now_ns() - start;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return bytes * 8.0 / duration;
}

/* Sends until @deadline; the number of datagrams. */
static unsigned long long flood(int fd, unsigned long long deadline)
{
	unsigned long long count = 0;

	while (now_ns() < deadline) {
		for (int i = 0; i < SENDS_PER_CLOCK; i++)
			if (send(fd, block, DATAGRAM_LEN, 0) != DATAGRAM_LEN)
				die("send");
		count += SENDS_PER_CLOCK;
	}
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

static double send_small(char **netns, struct sockaddr_in *to, unsigned long long duration)
{
	int receiver = open_receiver(netns[1], SOCK_DGRAM, to), from, small = 1;
	unsigned long long count, start;
	__u32 arrived;

	setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	from = open_sender(netns[0], SOCK_DGRAM, 0, to);
	flood(from, now_ns() + WARM_UP_NS);
	arrived = dropped(receiver);
	start = now_ns();
	count = flood(from, start + duration);
	duration = now_ns() - start;
	arrived = dropped(receiver) - arrived;
	errno = 0;
	if (arrived < count / 100 * 95)
		die("only %u of %llu datagrams arrived", arrived, count);
	return (double)duration / count;
}

/* One echo; its round trip in ns, or 0 if it is lost. */
static unsigned long long echo(int fd, __u16 sequence)
{
	struct icmphdr *icmp = (struct icmphdr *)block;
	unsigned long long start = now_ns(), now;

	icmp->type = ICMP_ECHO;
	icmp->un.echo.sequence = htons(sequence);
	if (send(fd, block, ECHO_LEN, 0) != ECHO_LEN)
		die("send");
	do {
		ssize_t len = recv(fd, block, sizeof(block), MSG_DONTWAIT);

		now = now_ns();
		if (len == ECHO_LEN && icmp->un.echo.sequence == htons(sequence))
			return now - start;
		if (len < 0 && errno != EAGAIN)
			die("recv");
	} while (now - start < ECHO_TIMEOUT_NS);
	return 0;
}

static int compare(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return (x > y) - (x < y);
}

static double ping(char **netns, const struct sockaddr_in *to, unsigned long long duration)
{
	int fd = open_sender(netns[0], SOCK_DGRAM, IPPROTO_ICMP, to), lost = 0;
	unsigned long long begin = now_ns() + WARM_UP_NS, now;
	__u32 *sample = malloc(SAMPLES_MAX * sizeof(*sample));
	size_t count = 0;
	__u16 sequence = 0;

	if (!sample)
		die("malloc");
	while ((now = now_ns()) < begin + duration && count < SAMPLES_MAX) {
		unsigned long long trip = echo(fd, sequence++);

		errno = 0;
		if (!trip && ++lost > LOST_MAX)
			die("%d echoes were lost", lost);
		if (trip && now >= begin)
			sample[count++] = trip;
	}
	if (!count)
		die("no echo came back");
	qsort(sample, count, sizeof(*sample), compare);
	return sample[count / 2] / 1e3;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	unsigned long long duration;

	if (argc < 6 || !inet_aton(argv[4], &to.sin_addr)) {
		errno = 0;
		die("tcp|send|ping FROM-NETNS TO-NETNS ADDRESS SECONDS [CPU]");
	}
	duration = seconds_ns(argv[5]);
	if (!strcmp(argv[1], "tcp"))
		printf("%.3f\n", tcp(argv + 2, &to, duration, argv[6]));
	else if (!strcmp(argv[1], "send"))
		printf("%.1f\n", send_small(argv + 2, &to, duration));
	else if (!strcmp(argv[1], "ping"))
		printf("%.3f\n", ping(argv + 2, &to, duration));
	else
		die("%s: no such measurement", argv[1]);
	return 0;
}
