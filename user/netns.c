// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* -j: working in another network namespace, as FreeBSD's ifconfig in a jail. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "netns.h"

int netns_enter(const char *name)
{
	char path[256];
	int fd, err = 0;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else if (*name && strspn(name, "0123456789") == strlen(name))
		snprintf(path, sizeof(path), "/proc/%s/ns/net", name);
	else
		snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(errno, name, "cannot open network namespace %s", path);
	if (setns(fd, CLONE_NEWNET))
		err = fail(errno, name, "cannot enter the network namespace");
	close(fd);
	return err;
}
