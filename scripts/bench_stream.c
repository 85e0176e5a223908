// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * TCP streams between sockets of two network namespaces:
 *
 *	bench_stream FROM-NETNS TO-NETNS ADDRESS SECONDS STREAMS RECEIVER-CPU
 *
 * prints Gbit/s of all of them, and the milliseconds of CPU time that the whole
 * machine spent on each Gbit.  The senders run on the CPU of this process.
 *
 * Every byte is compared before the measurement, and during it only those at both
 * ends of what a recv() gave: comparing all would cost the receiver a fifth of its speed.
 */
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "bench_socket.h"

#define STREAMS_MAX 16
#define SAMPLE_LEN 64
#define STALL_MS 5000

struct stream {
	pid_t sender;
	size_t place; /* of the next byte in the pattern */
};

static struct stream streams[STREAMS_MAX];
static struct pollfd fds[STREAMS_MAX];
static char block[BLOCK_LEN];

static void run_on(const char *cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(atoi(cpu), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %s", cpu);
}

/* CPU time of the machine in ms, without what was idle or stolen by another one. */
static double cpu_ms(void)
{
	unsigned long long user, nice, system, idle, iowait, irq, softirq;
	FILE *file = fopen("/proc/stat", "re");

	if (!file || fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system,
			    &idle, &iowait, &irq, &softirq) != 7)
		die("/proc/stat");
	fclose(file);
	return (user + nice + system + irq + softirq) * 1e3 / sysconf(_SC_CLK_TCK);
}

static pid_t start_sender(int fd)
{
	size_t place = 0;
	ssize_t len;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((len = send(fd, pattern + place, BLOCK_LEN, MSG_NOSIGNAL)) > 0)
		place = (place + len) % BLOCK_LEN;
	_exit(1);
}

static void start_streams(struct task *task, int count)
{
	int listener = open_listener(task), from;

	for (int i = 0; i < count; i++) {
		from = open_sender(task, SOCK_STREAM, 0);
		fds[i] = (struct pollfd) { .fd = accept_one(listener), .events = POLLIN };
		streams[i].sender = start_sender(from);
		close(from);
	}
	close(listener);
}

static void stop_streams(int count)
{
	for (int i = 0; i < count; i++) {
		kill(streams[i].sender, SIGKILL);
		waitpid(streams[i].sender, NULL, 0);
	}
}

static void compare(const struct stream *stream, size_t start, size_t len)
{
	errno = 0;
	if (memcmp(block + start, pattern + (stream->place + start) % BLOCK_LEN, len))
		die("the stream's content is wrong");
}

static size_t receive(int fd, struct stream *stream, bool all)
{
	ssize_t len = recv(fd, block, sizeof(block), 0);

	if (len <= 0)
		die("recv");
	if (all || len < SAMPLE_LEN) {
		compare(stream, 0, len);
	} else {
		compare(stream, 0, SAMPLE_LEN);
		compare(stream, len - SAMPLE_LEN, SAMPLE_LEN);
	}
	stream->place = (stream->place + len) % BLOCK_LEN;
	return len;
}

/* Receives until @deadline; the bytes. */
static unsigned long long drain(int count, unsigned long long deadline, bool all)
{
	unsigned long long bytes = 0;

	do {
		if (poll(fds, count, STALL_MS) <= 0)
			die("no stream goes on");
		for (int i = 0; i < count; i++)
			if (fds[i].revents)
				bytes += receive(fds[i].fd, &streams[i], all);
	} while (now_ns() < deadline);
	return bytes;
}

int main(int argc, char **argv)
{
	struct task task = parse_task(argc, argv, 2, "STREAMS RECEIVER-CPU");
	int count = parse_count(argv[TASK_ARGC], STREAMS_MAX);
	unsigned long long bytes, start, duration;
	double cpu, gbit;

	start_streams(&task, count);
	run_on(argv[TASK_ARGC + 1]);
	drain(count, now_ns() + WARM_UP_NS, true);
	cpu = cpu_ms();
	start = now_ns();
	bytes = drain(count, start + task.duration, false);
	duration = now_ns() - start;
	cpu = cpu_ms() - cpu;
	stop_streams(count);
	gbit = bytes * 8 / 1e9;
	printf("%.3f %.3f\n", gbit / (duration / 1e9), cpu / gbit);
	return 0;
}
