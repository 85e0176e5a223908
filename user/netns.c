// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Network namespaces.  -j works in another, as FreeBSD's ifconfig in a jail. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

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

__u64 netns_cookie(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	__u64 cookie = 0;
	socklen_t len = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len))
		cookie = 0;
	close(fd);
	return cookie;
}
