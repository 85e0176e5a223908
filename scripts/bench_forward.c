// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small frames from inside the kernel, sent on a device as a container's, through
 * to tc ingress of another host's underlay device, where they end:
 *
 *	bench_forward [-p PROGRAM]
 *		      geneve|vxlan|l3|raw FROM-NETNS DEVICE MAC TO-NETNS UNDERLAY SECONDS
 *
 * prints how many million a second arrive with their content.  MAC is where they go.
 * -p: prints instead ns for each run of the program with this id.
 * Each is an skb of its own with room for headers, as a socket's would be: no clone.
 * All of it runs on the CPU of this process.
 */
#include <netinet/ether.h>

#include "bench_kind.h"
#include "bench_live.h"
#include "bench_sink.h"

/* Where the content of a frame is when it arrives: in L3 mode it lost its Ethernet header. */
static size_t content_offset(const struct kind *kind)
{
	if (kind->is_raw)
		return offsetof(struct inside, content);
	return offsetof(struct frame, inside.content) - (kind->is_l3 ? ETH_HLEN : 0);
}

static struct end parse_end(const char *mac)
{
	struct end end = { .address = htonl(0x0a2a0001) }; /* 10.42.0.1: nobody reads it */

	errno = 0;
	if (!ether_aton_r(mac, (struct ether_addr *)end.mac))
		die("%s: no Ethernet address", mac);
	return end;
}

/* As the program will make it of each flow. */
static void fill_checks(struct bench_frames__bss *bss)
{
	struct inside inside = bss->frame.inside;

	for (int i = 0; i < FLOWS; i++) {
		inside.frame.packet.udp.source = htons(PORT_BASE + i);
		fill_inner_check(&inside, false);
		bss->inner_checks[i] = inside.frame.packet.udp.check;
	}
}

static void prepare(struct live *live, char **argv)
{
	struct end from = find_end(argv[1], argv[2]), to = parse_end(argv[3]);
	struct bench_frames__bss *bss = live->bench->bss;

	fill_headers(&bss->frame.inside.frame, &from, &to, DISCARD_PORT, INSIDE_LEN);
	bss->frame.inside.content = CONTENT;
	fill_checks(bss);
	bss->tunnel = from.ifindex;
	bss->content_at = content_offset(find_kind(argv[0]));
	live->generator = live->bench->progs.bench_inject;
	live->len = INSIDE_LEN;
}

static double forward(const struct live *live, char **argv)
{
	struct sink out, sink;
	double rate;

	sink_open(&sink, argv[4], argv[5], bpf_program__fd(live->bench->progs.bench_count));
	sink_open(&out, argv[1], "lo", bpf_program__fd(live->bench->progs.bench_out));
	warm_up(live);
	rate = measure(live);
	sink_close(&out);
	sink_close(&sink);
	return rate;
}

int main(int argc, char **argv)
{
	struct live live = {};
	int opt;

	while ((opt = getopt(argc, argv, "p:")) > 0) {
		if (opt != 'p')
			return 1;
		live.program = optarg;
	}
	argv += optind;
	errno = 0;
	if (argc - optind != 7)
		die("KIND FROM-NETNS DEVICE MAC TO-NETNS UNDERLAY SECONDS");
	live.duration = seconds_ns(argv[6]);
	live.bench = load_programs();
	prepare(&live, argv);
	printf("%.4f\n", forward(&live, argv));
	bench_frames__destroy(live.bench);
	return 0;
}
