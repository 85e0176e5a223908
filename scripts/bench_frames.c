// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small frames from inside the kernel, as from a wire, to a tunnel device:
 *
 *	bench_frames geneve|vxlan|l3|raw FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI SECONDS
 *
 * prints how many million a second arrive at tc ingress of DEVICE in TO-NETNS,
 * where they end.  All of it runs on the CPU of this process.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench_fill.h"
#include "bench_frames.skel.h"
#include "bench_sink.h"

#define FRAMES_PER_RUN (1 << 17)

static const struct kind {
	const char *name;
	__u16 port;
	__u8 tunnel[4];
	bool is_l3;
} kinds[] = {
	{ "geneve", 6081, { 0, 0, 0x65, 0x58 }, false },
	{ "vxlan", 4789, { 0x08 }, false },
	{ "l3", 6081, { 0, 0, 0x08, 0x00 }, true },
	{ "raw", 9, { 0 }, false },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	errno = 0;
	die("%s: no such kind of frame", name);
}

static void fill_frame(struct frame *frame, const struct kind *kind, char **argv, __u32 vni)
{
	struct end from = find_end(argv[2], argv[4]), to = find_end(argv[3], argv[4]);
	struct end inner_from = find_end(argv[2], argv[5]), inner_to = find_end(argv[3], argv[5]);
	__u16 len = sizeof(frame->inside);

	fill_headers(&frame->outer, &from, &to, kind->port, sizeof(*frame));
	frame->outer.packet.udp.check = 0;
	fill_tunnel(frame->tunnel, kind->tunnel, vni);
	if (kind->is_l3)
		fill_packet(&frame->inner_l3, &inner_from, &inner_to, 9, len);
	else
		fill_headers(&frame->inner, &inner_from, &inner_to, 9, len);
}

/* The run must be in the sender's namespace: there bpf_redirect looks for the device. */
static void generate(int fd, unsigned long long deadline)
{
	struct frame data = {};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = &data, .data_size_in = sizeof(data),
		    .repeat = FRAMES_PER_RUN, .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	do {
		if (bpf_prog_test_run_opts(fd, &run))
			die("BPF_PROG_TEST_RUN");
	} while (now_ns() < deadline);
}

static double measure(const struct bench_frames *bench, unsigned long long duration)
{
	int fd = bpf_program__fd(bench->progs.bench_generate);
	unsigned long long start, count;

	generate(fd, now_ns() + WARM_UP_NS);
	count = bench->bss->delivered;
	start = now_ns();
	generate(fd, start + duration);
	duration = now_ns() - start;
	count = bench->bss->delivered - count;
	return count * 1e3 / duration;
}

int main(int argc, char **argv)
{
	struct bench_frames *bench;
	unsigned long long duration;
	const struct kind *kind;
	struct sink sink;
	double rate;

	if (argc != 8)
		die("geneve|vxlan|l3|raw FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI SECONDS");
	duration = seconds_ns(argv[7]);
	bench = bench_frames__open_and_load();
	if (!bench)
		die("cannot load the programs");
	kind = find_kind(argv[1]);
	fill_frame(&bench->bss->frame, kind, argv, atoi(argv[6]));
	bench->bss->is_l3 = kind->is_l3;
	bench->bss->wire = find_end(argv[2], argv[4]).ifindex;
	sink_open(&sink, argv[3], argv[5], bpf_program__fd(bench->progs.bench_count));
	netns_enter(argv[2]);
	rate = measure(bench, duration);
	sink_close(&sink);
	bench_frames__destroy(bench);
	errno = 0;
	if (!rate)
		die("no frame arrived");
	printf("%.4f\n", rate);
	return 0;
}
