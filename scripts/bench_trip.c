// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Round trips between two network namespaces, one at a time, with their content compared:
 *
 *	bench_trip FROM-NETNS TO-NETNS ADDRESS SECONDS ping|rr
 *
 * prints the median in us.  ping: an ICMP echo.  rr: a request over a TCP connection
 * and its answer.  Nothing sleeps: this process plays both ends of the connection,
 * so what is measured is the way of the packets and no scheduling.
 */
#include <arpa/inet.h>
#include <linux/types.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>

#include "bench_socket.h"

#define PAYLOAD_LEN 56
#define TIMEOUT_NS 1000000000ULL
#define SAMPLES_MAX (8 << 20)
#define SAMPLES_MIN 16 /* where others take the CPU for longer than the measurement is */
#define LOST_MAX 10

/* Both ends; the kernel is the far end of an echo. */
struct ends {
	int near, far;
};

static char got[256];

/* What comes to @fd, of @len bytes; false after a while. */
static bool await(int fd, size_t len, unsigned long long start)
{
	ssize_t received;

	do {
		received = recv(fd, got, sizeof(got), MSG_DONTWAIT);
		if (received == (ssize_t)len)
			return true;
		if (received >= 0 || errno != EAGAIN)
			die("recv");
	} while (now_ns() - start < TIMEOUT_NS);
	return false;
}

static void send_all(int fd, const void *data, size_t len)
{
	if (send(fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
}

static void compare(const char *content, const char *sent)
{
	errno = 0;
	if (memcmp(content, sent, PAYLOAD_LEN))
		die("a packet's content is wrong");
}

/* One echo; false if it is lost. */
static bool echo(const struct ends *ends, unsigned int number)
{
	char packet[sizeof(struct icmphdr) + PAYLOAD_LEN] = { ICMP_ECHO };
	struct icmphdr *icmp = (struct icmphdr *)packet, *reply = (struct icmphdr *)got;
	unsigned long long start = now_ns();

	icmp->un.echo.sequence = htons(number);
	memcpy(icmp + 1, pattern + number % BLOCK_LEN, PAYLOAD_LEN);
	send_all(ends->near, packet, sizeof(packet));
	do {
		if (!await(ends->near, sizeof(packet), start))
			return false;
	} while (reply->un.echo.sequence != icmp->un.echo.sequence);
	compare((char *)(reply + 1), (char *)(icmp + 1));
	return true;
}

/* TCP loses nothing: what does not come in time is an error. */
static bool request(const struct ends *ends, unsigned int number)
{
	const char *content = pattern + number % BLOCK_LEN;
	unsigned long long start = now_ns();
	const int way[][2] = { { ends->near, ends->far }, { ends->far, ends->near } };

	for (int i = 0; i < 2; i++) {
		send_all(way[i][0], content, PAYLOAD_LEN);
		if (!await(way[i][1], PAYLOAD_LEN, start))
			die("no answer");
		compare(got, content);
	}
	return true;
}

static struct ends open_tcp(struct task *task)
{
	int listener = open_listener(task), one = 1;
	struct ends ends = { .near = open_sender(task, SOCK_STREAM, 0) };

	ends.far = accept_one(listener);
	setsockopt(ends.near, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(ends.far, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return ends;
}

static int order(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return (x > y) - (x < y);
}

/* The median in us. */
static double measure(bool (*trip)(const struct ends *, unsigned int), const struct ends *ends,
		      unsigned long long duration)
{
	unsigned long long begin = now_ns() + WARM_UP_NS, now = now_ns(), end;
	__u32 *sample = malloc(SAMPLES_MAX * sizeof(*sample));
	unsigned int number = 0, lost = 0;
	size_t count = 0;

	if (!sample)
		die("malloc");
	for (; (now < begin + duration || count < SAMPLES_MIN) && count < SAMPLES_MAX; now = end) {
		bool came = trip(ends, number++);

		end = now_ns();
		errno = 0;
		if (!came && ++lost > LOST_MAX)
			die("%u echoes were lost", lost);
		if (came && now >= begin)
			sample[count++] = end - now;
	}
	qsort(sample, count, sizeof(*sample), order);
	return sample[count / 2] / 1e3;
}

int main(int argc, char **argv)
{
	struct task task = parse_task(argc, argv, 1, "ping|rr");
	struct ends ends;
	double median;

	if (!strcmp(argv[TASK_ARGC], "ping")) {
		ends.near = open_sender(&task, SOCK_DGRAM, IPPROTO_ICMP);
		median = measure(echo, &ends, task.duration);
	} else {
		ends = open_tcp(&task);
		median = measure(request, &ends, task.duration);
	}
	printf("%.3f\n", median);
	return 0;
}
