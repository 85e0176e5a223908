// SPDX-License-Identifier: GPL-2.0-only
/*
 * Somebody's programs on an interface in external mode.  The last parts of an
 * inner address, 10.9.VNI.HOST or fd09:0:0:VNI::HOST, say where a frame is to go:
 * to that VNI at 192.0.2.HOST or 2001:db8::HOST.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TTL 33
#define TOS 0x48

/* Offsets in a frame of an IPv4 header's and an ARP message's target. */
#define IPV4_TARGET (ETH_HLEN + 16)
#define ARP_TARGET (ETH_HLEN + 24)
/* The same for an IPv6 header and a neighbour solicitation, and what tells that apart. */
#define IPV6_TARGET (ETH_HLEN + 24)
#define ND_TARGET (ETH_HLEN + 40 + 8)

static __always_inline int target(struct __sk_buff *skb, __u8 *vni, __u8 *host)
{
	__u8 address[16];

	switch (skb->protocol) {
	case bpf_htons(ETH_P_IP):
	case bpf_htons(ETH_P_ARP):
		if (bpf_skb_load_bytes(
			    skb, skb->protocol == bpf_htons(ETH_P_IP) ? IPV4_TARGET : ARP_TARGET,
			    address, 4) ||
		    address[0] != 10 || address[1] != 9)
			return -1;
		*vni = address[2];
		*host = address[3];
		return 0;
	case bpf_htons(ETH_P_IPV6):
		if (bpf_skb_load_bytes(skb, IPV6_TARGET, address, 16) ||
		    (address[0] == 0xff && bpf_skb_load_bytes(skb, ND_TARGET, address, 16)) ||
		    address[0] != 0xfd || address[1] != 9)
			return -1;
		*vni = address[7];
		*host = address[15];
		return 0;
	}
	return -1;
}

static __always_inline int choose(struct __sk_buff *skb, __u64 flags)
{
	struct bpf_tunnel_key key = { .tunnel_ttl = TTL, .tunnel_tos = TOS };
	__u8 vni, host;

	/* Host 1 is here: what asks for its own address goes the usual way. */
	if (target(skb, &vni, &host) || host == 1)
		return TC_ACT_UNSPEC;
	key.tunnel_id = vni;
	if (flags) {
		key.remote_ipv6[0] = bpf_htonl(0x20010db8);
		key.remote_ipv6[3] = bpf_htonl(host);
	} else {
		key.remote_ipv4 = 0xc0000200 | host;
	}
	return bpf_skb_set_tunnel_key(skb, &key, sizeof(key), flags) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc/choose4")
int choose4(struct __sk_buff *skb)
{
	return choose(skb, 0);
}

SEC("tc/choose6")
int choose6(struct __sk_buff *skb)
{
	return choose(skb, BPF_F_TUNINFO_IPV6);
}

#define NO_METADATA 0xffffffff

struct seen {
	__u32 vni;
	__u8 remote[16]; /* IPv4 as ::ffff:a.b.c.d */
	__u32 tos;
	__u32 ttl;
};

/* How often each kind of metadata came in. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct seen);
	__type(value, __u64);
} metadata_seen SEC(".maps");

SEC("tc/record")
int record(struct __sk_buff *skb)
{
	struct seen seen = { .vni = NO_METADATA };
	struct bpf_tunnel_key key;
	__u64 one = 1, *count;

	if (!bpf_skb_get_tunnel_key(skb, &key, sizeof(key), 0)) {
		seen.vni = key.tunnel_id;
		seen.remote[10] = seen.remote[11] = 0xff;
		for (int i = 0; i < 4; i++)
			seen.remote[12 + i] = key.remote_ipv4 >> (24 - 8 * i);
	} else if (!bpf_skb_get_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6)) {
		seen.vni = key.tunnel_id;
		__builtin_memcpy(seen.remote, key.remote_ipv6, sizeof(seen.remote));
	}
	if (seen.vni != NO_METADATA) {
		seen.tos = key.tunnel_tos;
		seen.ttl = key.tunnel_ttl;
	}
	count = bpf_map_lookup_elem(&metadata_seen, &seen);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&metadata_seen, &seen, &one, BPF_ANY);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
