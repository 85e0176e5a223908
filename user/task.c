// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Functions in threads: see task.h. */
#include "task.h"

static void *run(void *data)
{
	struct task *task = data;

	task->result = task->function(task->data);
	return NULL;
}

void task_start(struct task *task, int (*function)(void *data), void *data)
{
	task->function = function;
	task->data = data;
	task->threaded = !pthread_create(&task->thread, NULL, run, task);
	if (!task->threaded)
		run(task);
}

int task_finish(struct task *task)
{
	if (task->threaded)
		pthread_join(task->thread, NULL);
	return task->result;
}
