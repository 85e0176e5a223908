// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One invocation at a time in a network namespace.  The lock is a file that only root can open:
 * anything that others could lock too, such as the namespace in /proc, they
 * could hold for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "error.h"
#include "lock.h"
#include "netns.h"

#define PATH_LEN 64

static const char *lock_path(char *path)
{
	snprintf(path, PATH_LEN, "/run/geneve-bpf-%llu.lock", netns_cookie());
	return path;
}

/* False if the holder before us removed the file: then others lock another one. */
static bool still_there(int fd, const char *path)
{
	struct stat ours, now;

	return !fstat(fd, &ours) && !stat(path, &now) && ours.st_ino == now.st_ino &&
	       ours.st_dev == now.st_dev;
}

int lock_take(void)
{
	char path[PATH_LEN];

	lock_path(path);
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd < 0)
			return fail(errno == EACCES ? EPERM : errno, NULL, "cannot open %s", path);
		if (flock(fd, LOCK_EX)) {
			int err = fail(errno, NULL, "cannot lock %s", path);

			close(fd);
			return err;
		}
		if (still_there(fd, path))
			return fd;
		close(fd);
	}
}

void lock_release(int fd)
{
	char path[PATH_LEN];

	unlink(lock_path(path));
	close(fd);
}
