// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One invocation at a time.  The lock is a file that only root can open:
 * anything that others could lock too, such as the namespace in /proc, they
 * could hold for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "error.h"
#include "lock.h"

#define LOCK_FILE "/run/geneve-bpf.lock"

/* False if the holder before us removed the file: then others lock another one. */
static bool still_there(int fd)
{
	struct stat ours, now;

	return !fstat(fd, &ours) && !stat(LOCK_FILE, &now) && ours.st_ino == now.st_ino &&
	       ours.st_dev == now.st_dev;
}

int lock_take(void)
{
	for (;;) {
		int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd < 0)
			return fail(errno == EACCES ? EPERM : errno, NULL,
				    "cannot open " LOCK_FILE);
		if (flock(fd, LOCK_EX)) {
			int err = fail(errno, NULL, "cannot lock " LOCK_FILE);

			close(fd);
			return err;
		}
		if (still_there(fd))
			return fd;
		close(fd);
	}
}

void lock_release(int fd)
{
	unlink(LOCK_FILE);
	close(fd);
}
