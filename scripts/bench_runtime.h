/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long a program runs, by the kernel's own clock (run_time_ns), on packets that
 * each are fresh.  BPF_PROG_TEST_RUN with a number of repetitions would give a tc
 * program what it made of the packet the time before: its second run finds a tunnel
 * packet.  The kernel's clock has a cost, which a program that does nothing shows.
 */
#ifndef BENCH_RUNTIME_H
#define BENCH_RUNTIME_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench_helper.h"

#define EMPTY_RUNS 1000000

struct runtime {
	int stats; /* while it is open, the kernel's clock runs */
	int program;
	double overhead;
	struct bpf_prog_info before;
};

static inline struct bpf_prog_info program_info(int program)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &len))
		die("program");
	return info;
}

static inline double mean_since(int program, const struct bpf_prog_info *before)
{
	struct bpf_prog_info after = program_info(program);
	__u64 count = after.run_cnt - before->run_cnt;

	errno = 0;
	if (!count)
		die("%s: did not run", after.name);
	return (double)(after.run_time_ns - before->run_time_ns) / count;
}

static inline double measure_overhead(const struct bpf_program *empty)
{
	struct bpf_prog_info before = program_info(bpf_program__fd(empty));
	char packet[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = EMPTY_RUNS);

	if (bpf_prog_test_run_opts(bpf_program__fd(empty), &run))
		die("BPF_PROG_TEST_RUN");
	return mean_since(bpf_program__fd(empty), &before);
}

static inline void runtime_start(struct runtime *runtime, const char *id,
				 const struct bpf_program *empty)
{
	runtime->stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	runtime->program = bpf_prog_get_fd_by_id(atoi(id));
	if (runtime->stats < 0 || runtime->program < 0)
		die("program %s", id);
	runtime->overhead = measure_overhead(empty);
	runtime->before = program_info(runtime->program);
}

static inline double runtime_mean(const struct runtime *runtime)
{
	double mean = mean_since(runtime->program, &runtime->before) - runtime->overhead;

	if (mean <= 0)
		die("%s: takes less than the clock costs, others disturbed that (measure again)",
		    runtime->before.name);
	close(runtime->program);
	close(runtime->stats);
	return mean;
}

#endif
