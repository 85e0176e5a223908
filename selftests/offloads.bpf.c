// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a device is given to send, seen at the other end of its wire, a veth: at tc
 * ingress a packet still has all that tells a device how to segment it and where to
 * put checksums.  Counts each kind of tunnel packet with much in it.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define ENOUGH 1000 /* bytes: no acknowledgements */

struct sk_buff {
	__u16 protocol;
	__u16 inner_protocol;
	__u16 mac_header;
	__u16 network_header;
	__u16 transport_header;
	__u16 inner_mac_header;
	__u16 inner_network_header;
	__u16 inner_transport_header;
	__u16 csum_start;
	__u16 csum_offset;
	__u8 ip_summed : 2;
	__u8 encapsulation : 1;
	unsigned char *head;
	__u32 end;
} __attribute__((preserve_access_index));

struct skb_shared_info {
	unsigned short gso_size;
	unsigned int gso_type;
} __attribute__((preserve_access_index));

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym;
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym;

/* Offsets from the start of the frame. */
struct offered {
	__u32 gso_size;
	__u32 gso_type;
	__u32 encapsulation;
	__u32 inner_protocol;
	__u32 udp;
	__u32 inner_mac;
	__u32 inner_network;
	__u32 inner_transport;
	__u32 csum; /* 0, or where the checksum to be finished starts */
	__u32 csum_offset;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct offered);
	__type(value, __u32); /* the longest packet */
} offered SEC(".maps");

SEC("tc")
int offers(struct __sk_buff *ctx)
{
	struct sk_buff *skb = bpf_cast_to_kern_ctx(ctx);
	struct skb_shared_info *shared;
	struct offered key = {};
	__u32 len = ctx->len, *longest;

	if (len < ENOUGH)
		return TC_ACT_UNSPEC;
	shared = bpf_rdonly_cast(skb->head + skb->end,
				 bpf_core_type_id_kernel(struct skb_shared_info));
	key.gso_size = shared->gso_size;
	key.gso_type = shared->gso_type;
	key.encapsulation = BPF_CORE_READ_BITFIELD(skb, encapsulation);
	key.udp = skb->transport_header - skb->mac_header;
	if (key.encapsulation) {
		key.inner_protocol = skb->inner_protocol;
		key.inner_mac = skb->inner_mac_header - skb->mac_header;
		key.inner_network = skb->inner_network_header - skb->mac_header;
		key.inner_transport = skb->inner_transport_header - skb->mac_header;
	}
	if (BPF_CORE_READ_BITFIELD(skb, ip_summed) == 3) { /* CHECKSUM_PARTIAL */
		key.csum = skb->csum_start - skb->mac_header;
		key.csum_offset = skb->csum_offset;
	}
	longest = bpf_map_lookup_elem(&offered, &key);
	if (!longest)
		bpf_map_update_elem(&offered, &key, &len, BPF_ANY);
	else if (*longest < len)
		*longest = len;
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
