/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TASK_H
#define TASK_H

#include <pthread.h>
#include <stdbool.h>

/*
 * A function that runs beside the others, for what waits for the kernel or keeps
 * a CPU busy; where no thread is to be had, it runs at once.
 */
struct task {
	int (*function)(void *data);
	void *data;
	pthread_t thread;
	bool threaded;
	int result;
};

void task_start(struct task *task, int (*function)(void *data), void *data);

/* Waits until it has ended; its result. */
int task_finish(struct task *task);

#endif
