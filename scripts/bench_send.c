// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small frames from inside the kernel to a tunnel device, as others send them,
 * through to tc ingress of the other host's underlay device, where they end:
 *
 *	bench_send FROM-NETNS TO-NETNS UNDERLAY DEVICE ENTRIES COPIES SECONDS
 *
 * prints how many million a second are sent, of which all copies arrive.  They go
 * to 10,000 of the first ENTRIES addresses of bench_table at random, or to all of
 * them if they are fewer; with 0 they are broadcasts.
 * All of it runs on the CPU of this process.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench_fill.h"
#include "bench_frames.skel.h"
#include "bench_sink.h"

#define DESTINATIONS 10000
#define COPIES_PER_RUN 256 /* the receiver's queue (netdev_max_backlog) holds 1000 */

static void run(int fd, const struct inside *inside, int repeat, unsigned long long deadline)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = inside, .data_size_in = INSIDE_LEN,
		    .repeat = repeat);

	do {
		if (bpf_prog_test_run_opts(fd, &run))
			die("BPF_PROG_TEST_RUN");
	} while (now_ns() < deadline);
}

/* Million frames a second. */
static double measure(const struct bench_frames *bench, const struct inside *inside, int copies,
		      unsigned long long duration)
{
	int repeat = copies < COPIES_PER_RUN ? COPIES_PER_RUN / copies : 1;
	int fd = bpf_program__fd(bench->progs.bench_send);
	unsigned long long start, count;

	run(fd, inside, repeat, now_ns() + WARM_UP_NS);
	count = bench->bss->delivered;
	start = now_ns();
	run(fd, inside, repeat, start + duration);
	duration = now_ns() - start;
	count = bench->bss->delivered - count;
	return count * 1e3 / copies / duration;
}

int main(int argc, char **argv)
{
	struct bench_frames *bench;
	struct inside inside = {};
	unsigned long long duration;
	struct end from, to;
	int entries, copies;
	struct sink sink;
	double rate;

	if (argc != 8)
		die("FROM-NETNS TO-NETNS UNDERLAY DEVICE ENTRIES COPIES SECONDS");
	entries = atoi(argv[5]);
	copies = atoi(argv[6]);
	duration = seconds_ns(argv[7]);
	bench = bench_frames__open_and_load();
	if (!bench || copies < 1)
		die("cannot load the programs");
	to = find_end(argv[2], argv[3]);
	sink_open(&sink, argv[2], argv[3], bpf_program__fd(bench->progs.bench_count));
	from = find_end(argv[1], argv[4]);
	fill_headers(&inside.frame, &from, &to, DISCARD_PORT, INSIDE_LEN);
	inside.content = CONTENT;
	fill_inner_check(&inside, false);
	bench->bss->tunnel = from.ifindex;
	bench->bss->content_at = offsetof(struct frame, inside.content);
	bench->bss->macs = entries < DESTINATIONS ? entries : DESTINATIONS;
	bench->bss->stride = entries < DESTINATIONS ? 1 : entries / DESTINATIONS;
	rate = measure(bench, &inside, copies, duration);
	sink_close(&sink);
	bench_frames__destroy(bench);
	errno = 0;
	if (!rate)
		die("no frame arrived");
	printf("%.6f\n", rate);
	return 0;
}
