/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program, loaded with maps of its own into a network namespace of its own, and run. */
#ifndef GENEVE_BPF_SELFTESTS_PROGRAMS_H
#define GENEVE_BPF_SELFTESTS_PROGRAMS_H

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "counters.h"
#include "frame.h"
#include "geneve.skel.h"
#include "schema.h"

#define COOKIE 0xc001d00dU
#define SLOT 3U
#define LOOPBACK 1U
#define CPUS_MAX 1024

struct programs {
	struct geneve_bpf *skeleton;
	int stats; /* of the segment in SLOT */
	int fdb;
};

/* All counters that a packet can change. */
struct counts {
	struct counters segment;
	struct counters stray; /* of lo */
};

/* What a program made of a packet. */
struct result {
	__u32 verdict;
	__u32 mark;
	__u32 meta_len;
	struct stripped meta;
	struct frame frame;
};

/* In namespaces of this process alone: gone when it ends. */
static inline int enter_namespace(void)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	return system("ip link set lo up") ? -EIO : 0;
}

static inline int put_inner_map(struct bpf_map *outer, int inner)
{
	__u32 slot = SLOT;

	return bpf_map_update_elem(bpf_map__fd(outer), &slot, &inner, BPF_ANY) ? -errno : 0;
}

/*
 * A map like @template, which is not created itself.  Linux 6.1 takes into a map
 * of maps only what has BTF as the first one had (timer_off in bpf_map_meta_equal).
 */
static inline int create_map_like(const struct geneve_bpf *skeleton, const struct bpf_map *template,
				  __u32 max)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = bpf_map__map_flags(template),
		    .btf_fd = bpf_object__btf_fd(skeleton->obj),
		    .btf_key_type_id = bpf_map__btf_key_type_id(template),
		    .btf_value_type_id = bpf_map__btf_value_type_id(template));

	return bpf_map_create(bpf_map__type(template), bpf_map__name(template),
			      bpf_map__key_size(template), bpf_map__value_size(template), max,
			      &opts);
}

/* Only the program @name: the verifier takes its time, a second for all of them in a VM. */
static inline void choose_program(struct bpf_object *object, const char *name)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
}

static inline int programs_load(struct programs *programs, const char *name, __u32 fdb_max)
{
	const struct tunnel tunnel = { .schema = SCHEMA_VERSION, .cookie = COOKIE };
	static struct counters none[CPUS_MAX];
	__u32 key = 0, lo = LOOPBACK;
	struct geneve_bpf *skeleton;
	int err;

	programs->skeleton = skeleton = geneve_bpf__open();
	if (!skeleton)
		return -errno;
	bpf_map__set_autocreate(skeleton->maps.fdb_template, false);
	bpf_map__set_autocreate(skeleton->maps.stats_template, false);
	choose_program(skeleton->obj, name);
	err = geneve_bpf__load(skeleton);
	if (err)
		return err;
	programs->stats = create_map_like(skeleton, skeleton->maps.stats_template, 1);
	programs->fdb = create_map_like(skeleton, skeleton->maps.fdb_template, fdb_max);
	if (bpf_map_update_elem(bpf_map__fd(skeleton->maps.geneve_tunnel), &key, &tunnel, 0) ||
	    bpf_map_update_elem(bpf_map__fd(skeleton->maps.geneve_here), &lo, &lo, 0) ||
	    bpf_map_update_elem(bpf_map__fd(skeleton->maps.geneve_strays), &lo, none, 0))
		return -errno;
	return put_inner_map(skeleton->maps.geneve_stats, programs->stats)
		       ?: put_inner_map(skeleton->maps.geneve_fdb, programs->fdb);
}

static inline void programs_unload(struct programs *programs)
{
	close(programs->stats);
	close(programs->fdb);
	geneve_bpf__destroy(programs->skeleton);
}

/* The sum over all CPUs. */
static inline struct counters read_counters(int map, __u32 key)
{
	static struct counters each[CPUS_MAX];
	struct counters sum = {};

	if (bpf_map_lookup_elem(map, &key, each))
		return sum;
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		for (int i = 0; i < _COUNTER_MAX; i++)
			((__u64 *)&sum)[i] += ((__u64 *)&each[cpu])[i];
	return sum;
}

static inline struct counts read_counts(const struct programs *programs)
{
	return (struct counts) {
		.segment = read_counters(programs->stats, 0),
		.stray = read_counters(bpf_map__fd(programs->skeleton->maps.geneve_strays),
				       LOOPBACK),
	};
}

static inline int print_differences(const char *whose, const struct counters *expected,
				    const struct counters *actual)
{
	static const char *const names[] = {
#define COUNTER_NAME(name, kind, help) #name,
		COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
	};
	int differences = 0;

	for (int i = 0; i < _COUNTER_MAX; i++) {
		__u64 want = ((const __u64 *)expected)[i], is = ((const __u64 *)actual)[i];

		if (want == is)
			continue;
		printf("# %s %s: expected %llu, is %llu\n", whose, names[i], want, is);
		differences++;
	}
	return differences;
}

/* How many counters are not as expected. */
static inline int counts_differ(const struct programs *programs, const struct counts *expected)
{
	struct counts actual = read_counts(programs);

	return print_differences("segment's", &expected->segment, &actual.segment) +
	       print_differences("stray", &expected->stray, &actual.stray);
}

/* A tc program; @in has what the skb is to have, the device above all. */
static inline int run_tc(struct bpf_program *program, struct __sk_buff in,
			 const struct frame *frame, struct result *result)
{
	struct __sk_buff out = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->data, .data_size_in = frame->len,
		    .data_out = result->frame.data, .data_size_out = FRAME_MAX, .ctx_in = &in,
		    .ctx_size_in = sizeof(in), .ctx_out = &out, .ctx_size_out = sizeof(out));
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	result->verdict = opts.retval;
	result->frame.len = opts.data_size_out;
	result->mark = out.mark;
	result->meta_len = 0;
	return err;
}

/* An XDP program on lo; the kernel puts the metadata in front of the frame. */
static inline int run_xdp(struct bpf_program *program, const struct frame *frame,
			  struct result *result)
{
	struct xdp_md in = { .data_end = frame->len }, out = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->data, .data_size_in = frame->len,
		    .data_out = result->frame.data, .data_size_out = FRAME_MAX, .ctx_in = &in,
		    .ctx_size_in = sizeof(in), .ctx_out = &out, .ctx_size_out = sizeof(out));
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
	__u32 meta_len = out.data - out.data_meta;

	result->verdict = opts.retval;
	result->mark = 0;
	result->meta_len = meta_len;
	result->frame.len = opts.data_size_out - meta_len;
	if (meta_len == sizeof(result->meta))
		memcpy(&result->meta, result->frame.data, meta_len);
	memmove(result->frame.data, result->frame.data + meta_len, result->frame.len);
	return err;
}

static inline bool frames_equal(const struct frame *a, const struct frame *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static inline __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif
