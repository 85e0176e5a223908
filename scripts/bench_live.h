/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Live frames: BPF_PROG_TEST_RUN as a generator inside the kernel, and its rate. */
#ifndef BENCH_LIVE_H
#define BENCH_LIVE_H

#include <bpf/bpf.h>

#include "bench_fill.h"
#include "bench_frames.skel.h"
#include "bench_runtime.h"

#define FRAMES_PER_RUN (1 << 17)

struct live {
	struct bench_frames *bench;
	struct bpf_program *generator;
	size_t len; /* of a frame */
	unsigned long long duration;
	const char *program; /* id of the one whose time is wanted, or NULL */
};

static inline struct bench_frames *load_programs(void)
{
	struct bench_frames *bench = bench_frames__open_and_load();

	if (!bench)
		die("cannot load the programs");
	return bench;
}

/* The program looks for devices in the namespace of this process. */
static inline void generate(const struct live *live, unsigned long long deadline)
{
	static __u8 data[sizeof(struct frame6)];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = data, .data_size_in = live->len,
		    .repeat = FRAMES_PER_RUN, .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	do {
		if (bpf_prog_test_run_opts(bpf_program__fd(live->generator), &run))
			die("BPF_PROG_TEST_RUN");
	} while (now_ns() < deadline);
}

/* True if a frame came through. */
static inline bool warm_up(const struct live *live)
{
	generate(live, now_ns() + WARM_UP_NS);
	return live->bench->bss->delivered;
}

/* Million frames a second, or ns for each run of the program. */
static inline double measure(const struct live *live)
{
	unsigned long long start, duration, count;
	struct runtime runtime;

	if (live->program)
		runtime_start(&runtime, live->program, live->bench->progs.bench_nothing);
	count = live->bench->bss->delivered;
	start = now_ns();
	generate(live, start + live->duration);
	duration = now_ns() - start;
	count = live->bench->bss->delivered - count;
	errno = 0;
	if (!count)
		die("no frame arrived, or none as it was sent");
	return live->program ? runtime_mean(&runtime) : count * 1e3 / duration;
}

#endif
