/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The outer UDP checksum, made on transmit and verified on receive.
 *
 * Neither side needs to read the payload when the inner frame is a TCP or UDP
 * packet with a checksum of its own: such a segment sums to the complement of
 * its pseudo header (local checksum offload, lco_csum() in
 * include/linux/skbuff.h).  That also holds while the inner checksum is still
 * to be filled in by the device (CHECKSUM_PARTIAL), when the bytes themselves
 * say something else.
 */
#ifndef GENEVE_BPF_UDP_CSUM_H
#define GENEVE_BPF_UDP_CSUM_H

#include "inner.h"
#include "overhead.h"
#include "maps.h"
#include "packet.h"

#define SUM_CHUNKS_MAX (65536 / SCRATCH_LEN)

/*
 * @len, which is 1 to SCRATCH_LEN, in a way that tells the verifier so: that
 * of 6.1 learns no bound from a comparison with zero.
 */
static __always_inline __u32 chunk_len(__u32 len)
{
	asm volatile("" : "+r"(len)); /* the compiler knows, and would drop the mask */
	return ((len - 1) & (SCRATCH_LEN - 1)) + 1;
}

/*
 * SUM_BYTES(name, context, load) defines a function that sums the @len bytes
 * at offset @offset of a packet, fragments and all, to 32 bits; -1 on error.
 * Global functions: the verifier walks their loop once, not once a caller.
 */
#define SUM_BYTES(name, context, load)                                              \
	__noinline __s64 name(context *ctx, __u32 offset, __u32 len)                \
	{                                                                           \
		struct scratch *scratch;                                            \
		__u32 zero = 0;                                                     \
		__s64 sum = 0;                                                      \
                                                                                    \
		scratch = bpf_map_lookup_elem(&geneve_scratch, &zero);              \
		if (!scratch)                                                       \
			return -1;                                                  \
		for (int i = 0; i < SUM_CHUNKS_MAX && len > SCRATCH_LEN; i++) {     \
			if (load(ctx, offset, scratch->word, SCRATCH_LEN))          \
				return -1;                                          \
			sum = bpf_csum_diff(0, 0, scratch->word, SCRATCH_LEN, sum); \
			offset += SCRATCH_LEN;                                      \
			len -= SCRATCH_LEN;                                         \
		}                                                                   \
		if (!len || len > SCRATCH_LEN)                                      \
			return len ? -1 : 0;                                        \
		scratch->word[(len >> 2) & (SCRATCH_LEN / 4 - 1)] = 0;              \
		if (load(ctx, offset, scratch->word, chunk_len(len)))               \
			return -1;                                                  \
		sum = bpf_csum_diff(0, 0, scratch->word, (len + 3) & ~3U, sum);     \
		return sum & 0xffffffff;                                            \
	}

SUM_BYTES(skb_sum, struct __sk_buff, bpf_skb_load_bytes)
SUM_BYTES(xdp_sum, struct xdp_md, bpf_xdp_load_bytes)

static __always_inline __s64 sum_bytes(const struct packet *pkt, __u32 offset, __u32 len)
{
	return pkt->skb ? skb_sum(pkt->skb, offset, len) : xdp_sum(pkt->xdp, offset, len);
}

/* A UDP datagram in a packet, and the folded sum of its pseudo header. */
struct datagram {
	__u32 offset;
	__u32 len;
	__u16 pseudo;
};

/*
 * The folded sum of the datagram with its pseudo header, the inner segment's
 * part taken from the identity above; -1 if it does not apply.
 */
static __always_inline __s32 udp_sum_lco(const struct packet *pkt, const struct datagram *udp,
					 const struct inner *inner)
{
	__s64 sum;

	if (!inner->l4 || !inner->check)
		return -1;
	sum = sum_bytes(pkt, udp->offset, inner->l4 - udp->offset);
	return sum < 0 ? -1 : csum_fold(sum + udp->pseudo + (__u16)~inner->pseudo);
}

/* The same by reading all of it; -1 if it is not all there. */
static __always_inline __s32 udp_sum_full(const struct packet *pkt, const struct datagram *udp)
{
	__s64 sum = sum_bytes(pkt, udp->offset, udp->len);

	return sum < 0 ? -1 : csum_fold(sum + udp->pseudo);
}

/*
 * The functions below are global ones, too: their many paths are verified once
 * and not multiplied by those of the programs.
 */

/*
 * Whether the received checksum is right.  The sender on the other end of a
 * veth may have left one checksum for the device to finish: then the field
 * holds the bare pseudo header sum, the outer one's or the inner one's.
 */
static __always_inline bool udp_csum_valid(const struct packet *pkt, const struct outer *outer,
					   __u32 payload, __be16 proto)
{
	struct datagram udp = {
		.offset = outer->udp,
		.len = outer->udp_len,
		.pseudo = csum_fold(
			csum_pseudo(&outer->src, &outer->dst, outer->udp_len, IPPROTO_UDP)),
	};
	struct inner inner;

	if (outer->check == udp.pseudo)
		return true;
	inner_parse(pkt, payload, proto, &inner);
	if (inner.l4 && inner.check == inner.pseudo)
		return udp_sum_lco(pkt, &udp, &inner) == 0xffff;
	return udp_sum_full(pkt, &udp) == 0xffff;
}

__noinline int skb_csum_valid(struct __sk_buff *skb, const struct outer *outer, __u32 payload,
			      __be16 proto)
{
	struct packet pkt = packet_of_skb(skb);

	if (!outer)
		return 0;
	pkt.len = outer->end;
	return udp_csum_valid(&pkt, outer, payload, proto);
}

__noinline int xdp_csum_valid(struct xdp_md *ctx, const struct outer *outer, __u32 payload,
			      __be16 proto)
{
	struct packet pkt = packet_of_xdp(ctx);

	return outer && udp_csum_valid(&pkt, outer, payload, proto);
}

/* Fills in the UDP checksum of the complete packet, over IPv6, with a payload of @proto; 0, or -1.
 */
__noinline int skb_csum_write(struct __sk_buff *skb, __be16 proto)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);
	const struct ipv6hdr *ip = pkt.data + ETH_HLEN;
	struct datagram udp = { .offset = ETH_HLEN + sizeof(*ip) };
	struct inner inner;
	__u16 check;
	__s32 sum;

	if ((const void *)(ip + 1) > pkt.end)
		return -1;
	udp.len = bpf_ntohs(ip->payload_len);
	udp.pseudo =
		csum_fold(csum_pseudo((const struct address *)&ip->saddr,
				      (const struct address *)&ip->daddr, udp.len, IPPROTO_UDP));
	inner_parse(&pkt, udp.offset + UDP_HDR_LEN + sizeof(struct tunnel_hdr), proto, &inner);
	sum = udp_sum_lco(&pkt, &udp, &inner);
	if (sum < 0)
		sum = udp_sum_full(&pkt, &udp);
	if (sum < 0)
		return -1;
	check = ~sum;
	if (!check)
		check = 0xffff; /* zero means none: RFC 768 */
	return bpf_skb_store_bytes(skb, udp.offset + offsetof(struct udphdr, check), &check,
				   sizeof(check), 0);
}

/* Reads the headers of the payload of type @proto that is at @offset in the skb; 0, or -1. */
__noinline int skb_inner(struct __sk_buff *skb, __u32 offset, __be16 proto, struct inner *inner)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);

	if (!inner)
		return -1;
	inner_parse(&pkt, offset, proto, inner);
	return 0;
}

#endif
