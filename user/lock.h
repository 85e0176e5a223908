/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOCK_H
#define LOCK_H

/*
 * Waits until no other invocation is at work; a descriptor to give back, or
 * -errno, reported.  The kernel releases the lock of a process that dies.
 */
int lock_take(void);
void lock_release(int fd);

#endif
