// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small frames from inside the kernel, as from a wire, to a tunnel device:
 *
 *	bench_frames geneve|vxlan|l3|raw FROM-NETNS TO-NETNS UNDERLAY DEVICE VNI SECONDS
 *
 * prints how many million a second arrive at tc ingress of DEVICE in TO-NETNS,
 * where they end.  All of it runs on the CPU of this process.
 */
#include <stdbool.h>
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "bench_helper.h"
#include "bench_frames.h"
#include "bench_frames.skel.h"

#define FRAMES_PER_RUN (1 << 17)

struct end {
	unsigned int ifindex;
	__u8 mac[ETH_ALEN];
	__be32 address;
};

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

static struct end find_end(const char *netns, const char *device)
{
	struct ifreq request = {};
	struct end end;
	int fd;

	netns_enter(netns);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	end.ifindex = if_nametoindex(device);
	if (!end.ifindex || ioctl(fd, SIOCGIFHWADDR, &request))
		die("%s", device);
	memcpy(end.mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	if (ioctl(fd, SIOCGIFADDR, &request))
		die("%s: address", device);
	end.address = ((struct sockaddr_in *)&request.ifr_addr)->sin_addr.s_addr;
	close(fd);
	return end;
}

static __u16 ip_checksum(const struct iphdr *ip)
{
	__u16 half[sizeof(*ip) / 2];
	__u32 sum = 0;

	memcpy(half, ip, sizeof(half));
	for (size_t i = 0; i < sizeof(half) / sizeof(half[0]); i++)
		sum += half[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* No UDP checksum inside: no receiver is to be slowed down by one. */
static void fill_packet(struct packet *packet, const struct end *from, const struct end *to,
			__u16 port, __u16 len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons(len),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = from->address,
		.daddr = to->address,
	};

	ip.check = ip_checksum(&ip);
	packet->ip = ip;
	packet->udp.dest = htons(port);
	packet->udp.len = htons(len - sizeof(ip));
}

static void fill_headers(struct headers *headers, const struct end *from, const struct end *to,
			 __u16 port, __u16 len)
{
	memcpy(headers->eth.h_source, from->mac, ETH_ALEN);
	memcpy(headers->eth.h_dest, to->mac, ETH_ALEN);
	headers->eth.h_proto = htons(ETH_P_IP);
	fill_packet(&headers->packet, from, to, port, len - sizeof(struct ethhdr));
}

static void fill_frame(struct frame *frame, const struct kind *kind, char **argv, __u32 vni)
{
	struct end from = find_end(argv[2], argv[4]), to = find_end(argv[3], argv[4]);
	struct end inner_from = find_end(argv[2], argv[5]), inner_to = find_end(argv[3], argv[5]);
	__u16 len = sizeof(frame->inside);

	fill_headers(&frame->outer, &from, &to, kind->port, sizeof(*frame));
	memcpy(frame->tunnel, kind->tunnel, sizeof(kind->tunnel));
	frame->tunnel[4] = vni >> 16;
	frame->tunnel[5] = vni >> 8;
	frame->tunnel[6] = vni;
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
	LIBBPF_OPTS(bpf_tc_hook, hook, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = 1, .priority = 1);
	struct bench_frames *bench;
	unsigned long long duration;
	libbpf_print_fn_t log;
	const struct kind *kind;
	bool created;
	double rate;
	int err;

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
	hook.ifindex = find_end(argv[3], argv[5]).ifindex;
	log = libbpf_set_print(NULL); /* it would speak of a qdisc that is there */
	created = !bpf_tc_hook_create(&hook);
	libbpf_set_print(log);
	filter.prog_fd = bpf_program__fd(bench->progs.bench_count);
	err = bpf_tc_attach(&hook, &filter);
	if (err) {
		errno = -err;
		die("%s: cannot attach the program", argv[5]);
	}
	netns_enter(argv[2]);
	rate = measure(bench, duration);
	netns_enter(argv[3]);
	filter.flags = filter.prog_fd = filter.prog_id = 0;
	bpf_tc_detach(&hook, &filter);
	if (created) {
		hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
		bpf_tc_hook_destroy(&hook);
	}
	bench_frames__destroy(bench);
	errno = 0;
	if (!rate)
		die("no frame arrived");
	printf("%.4f\n", rate);
	return 0;
}
