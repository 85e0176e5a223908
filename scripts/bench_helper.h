/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the benchmark's helpers share: a helper prints one figure, or dies. */
#ifndef BENCH_HELPER_H
#define BENCH_HELPER_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_NS 300000000ULL /* discarded before each measurement */

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...)
{
	int err = errno;
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, err ? ": %s\n" : "\n", strerror(err));
	exit(1);
}

static inline unsigned long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Sockets opened from now on belong to network namespace @name. */
static inline void netns_enter(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("%s", path);
	close(fd);
}

static inline unsigned long long seconds_ns(const char *text)
{
	double seconds = atof(text);

	errno = 0;
	if (!(seconds > 0 && seconds <= 60))
		die("%s: give 0-60 seconds", text);
	return seconds * 1e9;
}

#endif
