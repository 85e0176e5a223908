/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What goes on the wire between UDP and the payload, and the one table of
 * tunnel protocols.  GENEVE is RFC 8926 section 3.4, VXLAN RFC 7348 section 5.
 */
#ifndef GENEVE_BPF_PROTOCOL_H
#define GENEVE_BPF_PROTOCOL_H

#include <linux/types.h>

#define VNI_MAX 0xffffffU
#define VNI_UNSET (VNI_MAX + 1) /* "not configured", as FreeBSD stores it */

/* Eight bytes; the VNI stands at the same place in both protocols. */
struct tunnel_hdr {
	union {
		struct {
			__u8 ver_optlen; /* version (2 bits), option length in words (6 bits) */
			__u8 flags;
			__be16 proto; /* ethertype of the payload */
		};
		struct {
			__u8 vxlan_flags;
			__u8 vxlan_reserved[3];
		};
		__be32 start;
	};
	__u8 vni[3];
	__u8 reserved;
};

_Static_assert(sizeof(struct tunnel_hdr) == 8, "tunnel header");

#define GENEVE_VERSION 0
#define GENEVE_OPTLEN_MASK 0x3f
#define GENEVE_F_CONTROL 0x80
#define GENEVE_F_CRITICAL 0x40
#define PAYLOAD_ETHERNET 0x6558 /* Trans Ether Bridging: a whole frame */
#define GENEVE_OPTIONS_MAX (GENEVE_OPTLEN_MASK * 4)
#define VXLAN_F_VNI 0x08 /* the I flag */

struct geneve_opt {
	__be16 opt_class;
	__u8 type;   /* high bit: critical */
	__u8 length; /* low 5 bits: length of the data in 4-byte words */
};

#define GENEVE_OPT_CRITICAL 0x80
#define GENEVE_OPT_LENGTH_MASK 0x1f

enum protocol {
	PROTO_GENEVE = 1,
	PROTO_VXLAN,
};

/*
 * X(enum, interface prefix, name of the port's device, UDP port, start of the
 * header, segment flags that are on by default)
 * The prefix starts the interface's name and each ifconfig word.  The start is
 * the header's first four bytes in host order; 0: the payload's type.
 */
#define PROTOCOLS(X)                                       \
	X(PROTO_GENEVE, "geneve", "gnvport%d", 6081, 0, 0) \
	X(PROTO_VXLAN, "vxlan", "vxlport%d", 4789, (__u32)VXLAN_F_VNI << 24, SEGMENT_UDP6_ZERO_CSUM)

/* What is carried. */
enum layer {
	LAYER_L2, /* Ethernet frames */
	LAYER_L3, /* IP packets; GENEVE only */
};

#endif
