// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gives the program geneve_decap, by BPF_PROG_TEST_RUN, packets that each have
 * a new inner source address:
 *
 *	bench_learn PROGRAM-ID FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI COUNT
 *
 * prints how many million it takes a second: see bench_learn.bpf.c.
 */
#include <bpf/bpf.h>
#include <linux/pkt_cls.h>

#include "bench_fill.h"
#include "bench_learn.skel.h"

/* Returns the number of the device that receives, in the namespace that this process is in then. */
static unsigned int fill_frame(struct frame *frame, char **argv)
{
	static const __u8 geneve[4] = { 0, 0, 0x65, 0x58 };
	struct end from = find_end(argv[2], argv[4]), to = find_end(argv[3], argv[4]);
	struct end inside = find_end(argv[3], argv[5]);

	fill_headers(&frame->outer, &from, &to, 6081, sizeof(*frame));
	fill_headers(&frame->inside.frame, &from, &inside, DISCARD_PORT, INSIDE_LEN);
	fill_tunnel(frame->tunnel, geneve, atoi(argv[6]));
	return to.ifindex;
}

static void call(const struct bench_learn *bench, const char *id)
{
	int fd = bpf_prog_get_fd_by_id(atoi(id));
	__u32 zero = 0;

	if (fd < 0 || bpf_map_update_elem(bpf_map__fd(bench->maps.program), &zero, &fd, BPF_ANY))
		die("program %s", id);
	close(fd);
}

int main(int argc, char **argv)
{
	struct frame data = {};
	struct __sk_buff skb = {};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = &data, .data_size_in = sizeof(data),
		    .ctx_in = &skb, .ctx_size_in = sizeof(skb));
	struct bench_learn *bench;

	errno = 0;
	if (argc != 8)
		die("PROGRAM-ID FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI COUNT");
	bench = bench_learn__open_and_load();
	if (!bench)
		die("cannot load the program");
	call(bench, argv[1]);
	skb.ifindex = fill_frame(&bench->bss->frame, argv);
	data = bench->bss->frame;
	run.repeat = atoi(argv[7]);
	if (bpf_prog_test_run_opts(bpf_program__fd(bench->progs.bench_learn), &run))
		die("BPF_PROG_TEST_RUN");
	errno = 0;
	if (run.retval != TC_ACT_REDIRECT || !bench->bss->runs)
		die("a packet is not delivered (%d)", (int)run.retval);
	printf("%.4f\n", bench->bss->runs * 1e3 / bench->bss->spent);
	bench_learn__destroy(bench);
	return 0;
}
