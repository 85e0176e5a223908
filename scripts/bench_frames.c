// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small frames from inside the kernel, as from a wire, to a tunnel device:
 *
 *	bench_frames [-6] [-x COMMAND] [-n NETNS -d DEVICE] [-p PROGRAM]
 *		     geneve|vxlan|l3|raw FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI SECONDS
 *
 * prints how many million a second arrive, with their content, at tc ingress of DEVICE
 * in TO-NETNS, or with -x at an XDP program there: they end there.  COMMAND runs once
 * that is attached, to have the tunnel note it.  -n, -d: another place where they end.
 * -6: over IPv6.  -p: prints instead ns for each run of the program with this id.
 * All of it runs on the CPU of this process.
 */
#include "bench_kind.h"
#include "bench_live.h"
#include "bench_sink.h"

struct options {
	bool ipv6;
	const char *netns, *device;
	const char *consumer_noted; /* the command, if frames end at XDP */
};

/* Where the generated frames come from and go to, without and in the tunnel. */
struct ends {
	struct end from, to, inner_from, inner_to;
};

static void fill_inside(struct inside *inside, const struct kind *kind, const struct ends *ends)
{
	const struct end *from = &ends->inner_from, *to = &ends->inner_to;

	if (kind->is_l3)
		fill_packet(&inside->packet, from, to, DISCARD_PORT, INSIDE_LEN);
	else
		fill_headers(&inside->frame, from, to, DISCARD_PORT, INSIDE_LEN);
	inside->content = CONTENT;
}

static void fill_frame(struct frame *frame, const struct kind *kind, const struct ends *ends,
		       __u32 vni)
{
	fill_headers(&frame->outer, &ends->from, kind->is_raw ? &ends->inner_to : &ends->to,
		     kind->port, sizeof(*frame));
	fill_tunnel(frame->tunnel, kind->tunnel, vni);
	fill_inside(&frame->inside, kind, ends);
}

static void fill_frame6(struct frame6 *frame, const struct kind *kind, const struct ends *ends,
			__u32 vni)
{
	fill_headers6(&frame->outer, &ends->from, kind->is_raw ? &ends->inner_to : &ends->to,
		      kind->port, sizeof(*frame));
	fill_tunnel(frame->tunnel, kind->tunnel, vni);
	fill_inside(&frame->inside, kind, ends);
}

/* As the program will make it of each flow. */
static void fill_checks(struct bench_frames__bss *bss)
{
	struct frame6 frame = bss->frame6;
	struct packet *inner = bss->is_l3 ? &frame.inside.packet : &frame.inside.frame.packet;

	for (int i = 0; i < FLOWS; i++) {
		frame.outer.udp.source = inner->udp.source = htons(PORT_BASE + i);
		fill_inner_check(&frame.inside, bss->is_l3);
		fill_outer_check(&frame);
		bss->inner_checks[i] = inner->udp.check;
		bss->outer_checks[i] = frame.outer.udp.check;
	}
}

/* Where the content of a frame is when it arrives: in L3 mode it got an Ethernet header. */
static size_t content_offset(const struct kind *kind, bool ipv6)
{
	if (kind->is_raw)
		return ipv6 ? offsetof(struct frame6, inside.content)
			    : offsetof(struct frame, inside.content);
	return offsetof(struct inside, content) + (kind->is_l3 ? ETH_HLEN : 0);
}

static void prepare(struct live *live, const struct options *options, char **argv)
{
	struct bench_frames__bss *bss = live->bench->bss;
	const struct kind *kind = find_kind(argv[0]);
	struct ends ends = {
		.from = find_end(argv[1], argv[3]),
		.to = find_end(argv[2], argv[3]),
		.inner_from = find_end(argv[1], argv[4]),
		.inner_to = find_end(options->netns, options->device),
	};

	bss->is_l3 = kind->is_l3;
	bss->wire = ends.from.ifindex;
	bss->content_at = content_offset(kind, options->ipv6);
	fill_frame(&bss->frame, kind, &ends, atoi(argv[5]));
	fill_frame6(&bss->frame6, kind, &ends, atoi(argv[5]));
	fill_checks(bss);
	live->generator = options->ipv6 ? live->bench->progs.bench_generate6
					: live->bench->progs.bench_generate;
	live->len = options->ipv6 ? sizeof(struct frame6) : sizeof(struct frame);
}

/* The consumer's link, or an error. */
static int attach(const struct live *live, const struct options *options, __u32 flags)
{
	int link = consumer_open(options->netns, options->device,
				 bpf_program__fd(live->bench->progs.bench_consume), flags);

	if (link >= 0 && system(options->consumer_noted)) {
		errno = 0;
		die("%s: failed", options->consumer_noted);
	}
	return link;
}

/*
 * Natively, or else as generic XDP: where the driver has nothing else, and where frames
 * enter the device's receive path behind its driver.
 */
static double consume(const struct live *live, const struct options *options, const char *from)
{
	int link = attach(live, options, XDP_FLAGS_DRV_MODE);

	netns_enter(from);
	if (link >= 0 && warm_up(live))
		return measure(live);
	close(link);
	if (attach(live, options, XDP_FLAGS_SKB_MODE) < 0)
		die("%s: cannot attach the program", options->device);
	netns_enter(from);
	warm_up(live);
	return measure(live);
}

static double count(const struct live *live, const struct options *options, const char *from)
{
	struct sink sink;
	double rate;

	sink_open(&sink, options->netns, options->device,
		  bpf_program__fd(live->bench->progs.bench_count));
	netns_enter(from);
	warm_up(live);
	rate = measure(live);
	sink_close(&sink);
	return rate;
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct live live = {};
	int opt;

	while ((opt = getopt(argc, argv, "6x:n:d:p:")) > 0) {
		switch (opt) {
		case '6':
			options.ipv6 = true;
			break;
		case 'x':
			options.consumer_noted = optarg;
			break;
		case 'n':
			options.netns = optarg;
			break;
		case 'd':
			options.device = optarg;
			break;
		case 'p':
			live.program = optarg;
			break;
		default:
			return 1;
		}
	}
	argv += optind;
	errno = 0;
	if (argc - optind != 7)
		die("KIND FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI SECONDS");
	if (!options.netns)
		options.netns = argv[2];
	if (!options.device)
		options.device = argv[4];
	live.duration = seconds_ns(argv[6]);
	live.bench = load_programs();
	prepare(&live, &options, argv);
	printf("%.4f\n", options.consumer_noted ? consume(&live, &options, argv[1])
						: count(&live, &options, argv[1]));
	bench_frames__destroy(live.bench);
	return 0;
}
