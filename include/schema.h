/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Keys and values of the maps: what the command writes and the programs read.
 *
 * An address is 16 bytes in network order, IPv4 as ::ffff:a.b.c.d, all zero
 * for "none".  UDP ports are in host order, so that `bpftool map dump` shows
 * them as people write them.  A segment is known by the ifindex of its port,
 * the veth end that never leaves the namespace of the underlay.
 */
#ifndef GENEVE_BPF_SCHEMA_H
#define GENEVE_BPF_SCHEMA_H

#include <linux/bpf.h>
#include <linux/types.h>

#include "protocol.h"

#define SCHEMA_VERSION 8 /* of this file; programs of another version are not touched */

#define SEGMENTS_MAX 4096             /* tunnel interfaces of one namespace */
#define SLOT_SYNCHRONIZE SEGMENTS_MAX /* written only to wait: see user/tables.h */
#define SLOT_NONE 0x7fffffff

/*
 * The address that each port has as a neighbour to be kept resolved: the kernel
 * asks for it every few seconds (NTF_EXT_MANAGED), and so calls program
 * geneve_age.  It is nobody's: RFC 7600, "dummy address".
 */
#define AGE_NEIGHBOUR 0xc0000008 /* 192.0.0.8 */

#define FDB_MAX_DEFAULT 2000
#define FDB_TIMEOUT_DEFAULT 1200 /* seconds */
#define IFNAME_LEN 16            /* IFNAMSIZ, which the programs cannot include */

struct address {
	__u8 bytes[16];
} __attribute__((aligned(8)));

/*
 * Map geneve_vtep: where a packet is received, with its segment as value.
 * The entry with vni VNI_UNSET says that the address and port are ours and by
 * which protocol, whatever the VNI.  Its value is the segment that takes every
 * VNI that is nobody else's (SEGMENT_EXTERNAL), or names none.
 */
struct vtep_key {
	struct address local;
	__u32 vni;
	__u16 port;
	__u16 pad;
};

enum segment_flag {
	SEGMENT_RUNNING = 1 << 0,
	SEGMENT_LEARN = 1 << 1,
	SEGMENT_DEBUG = 1 << 2,          /* every frame crosses the device: taps see it */
	SEGMENT_UDP6_ZERO_CSUM = 1 << 3, /* RFC 6935: send and accept 0 over IPv6 */
	SEGMENT_TTL_INHERIT = 1 << 4,    /* inner TTL outwards and outer TTL inwards */
	SEGMENT_DSCP_INHERIT = 1 << 5,   /* outwards */
	SEGMENT_EXTERNAL = 1 << 6,       /* VNI and remote come from tunnel metadata */
	SEGMENT_SOURCE_FILTER = 1 << 7,  /* accept only what the remote sends */
	SEGMENT_FDB_OVER = 1 << 8,       /* the table holds more than its limit: learn nothing */
	SEGMENT_NO_CARRIER = 1 << 9,     /* something keeps it from passing traffic */
	SEGMENT_DEVICE_DOWN = 1 << 10,   /* a device that is down, as `watch` has found */
	SEGMENT_QUEUE = 1 << 11,         /* the interface has a queue for frames from XDP */
	SEGMENT_MERGE = 1 << 12,         /* and the port leads to it: TCP is merged there */
	SEGMENT_XDP = 1 << 13,           /* an XDP program there wants to see all frames */
	SEGMENT_SOFT_TSO = 1 << 14,      /* its device segments no tunnel packets */
};

/* The outer IPv4 header's don't-fragment bit; the numbers are FreeBSD's. */
enum df {
	DF_UNSET,
	DF_SET,
	DF_INHERIT, /* of inner IPv4; IPv6 never fragments on the way, and counts as set */
};

/* Where to receive. */
enum underlay_mode {
	MODE_AUTO,
	MODE_XDP,
	MODE_TC,
};

/* Why the underlay device is this one. */
enum underlay_fixed {
	UNDERLAY_BY_ROUTE, /* or by the local address */
	UNDERLAY_BY_USER,
	UNDERLAY_BY_ZONE, /* of a link-local address */
};

/*
 * One tunnel interface, as configured.  Map geneve_segment has it by the
 * ifindex of the port and again by that of the interface, and geneve_vtep while
 * it runs: each direction finds everything with one look-up, and a change
 * replaces the whole value at once for a reader.
 */
struct segment {
	struct address local;
	struct address remote;
	__u32 vni;
	__u32 flags; /* enum segment_flag */
	__u32 iface; /* ifindex of geneve0 when it was last seen beside the port */
	__u32 port;
	__u32 slot;        /* its place in geneve_fdb, geneve_stats and geneve_device */
	__u32 underlay;    /* ifindex of the device that receives; 0: not chosen yet */
	__u32 fdb_timeout; /* seconds */
	__u32 fdb_max;
	__u32 table;       /* routing table of the way to the remote (tunnelfib), 0: by the rules */
	__u32 group_dev;   /* ifindex of the device that the group is joined on; 0: no group */
	__u32 flood_count; /* entries in map geneve_flood */
	__u16 local_port;
	__u16 remote_port;
	__u16 port_low; /* range of the UDP source port */
	__u16 port_high;
	__u8 protocol; /* enum protocol */
	__u8 layer;    /* enum layer */
	__u8 df;       /* enum df */
	__u8 ttl;
	__u8 mac[6];                    /* of the interface: never learned */
	__u8 mtu_fixed;                 /* the user said "mtu" */
	__u8 local_chosen;              /* the user did not say "local": found by route or device */
	__u8 underlay_fixed;            /* enum underlay_fixed */
	__u8 underlay_mac[6];           /* XDP takes only what is sent to it */
	__u8 group_mac[6];              /* of group_dev */
	char name[IFNAME_LEN];          /* of the interface when it was last seen */
	char dev[IFNAME_LEN];           /* genevedev */
	char underlay_name[IFNAME_LEN]; /* to know the device again when it comes back */
	__u8 mode;                      /* enum underlay_mode, as the user said */
	__u16 mtu;                      /* of the interface when it was last seen */
	__u64 age_next;                 /* ns of CLOCK_MONOTONIC: see bpf/age.h */
	__u32 singles;                  /* TCP packets that came one by one: see bpf/deliver.h */
	__u32 pad;
};

_Static_assert(sizeof(struct vtep_key) == 24, "no hidden padding");
_Static_assert(sizeof(struct segment) == 176, "no hidden padding");

/* Map fdb_IFACE, in geneve_fdb by slot: inner MAC -> remote. */
struct fdb_key {
	__u8 mac[6];
	__u16 pad;
};

enum fdb_flag {
	FDB_STATIC = 1 << 0,
};

struct fdb_entry {
	struct address remote;
	__u16 port;
	__u16 flags; /* enum fdb_flag */
	__u32 pad;
	__u64 updated; /* ns of CLOCK_MONOTONIC: last seen */
};

_Static_assert(sizeof(struct fdb_entry) == 32, "no hidden padding");

/*
 * Map geneve_flood: where else a frame goes that is for all or for nobody
 * known, besides the remote or group (head-end replication).
 */
struct flood_key {
	__u32 slot;
	__u32 index; /* below segment.flood_count */
};

struct flood_entry {
	struct address remote;
	__u16 port;
	__u16 pad[3];
};

_Static_assert(sizeof(struct flood_entry) == 24, "no hidden padding");

#define FLOOD_MAX 256 /* of one segment */

/*
 * What tunnel metadata say of a frame, as far as we use them.  Map
 * geneve_carried holds it by a number while the frame crosses a device, which
 * makes the kernel forget metadata: see bpf/external.h.
 */
struct metadata {
	struct address remote; /* where to, or where from */
	__u32 vni;
	__u32 mark; /* the frame's own, while its place holds the number */
	__u8 tos;
	__u8 ttl;
	__u8 df;
	__u8 pad[5];
};

_Static_assert(sizeof(struct metadata) == 32, "no hidden padding");

/*
 * Map geneve_hop, per CPU, by the low bits of the remote: what the route
 * look-up said in this tick.  See bpf/route.h.
 */
struct hop {
	__u64 jiffies;
	__u64 confirmed; /* ns: when the neighbour layer last saw a packet to it */
	struct address local;
	struct address remote;
	struct bpf_fib_lookup fib;
	__u32 table;
	__u32 pad;
};

enum underlay_flag {
	UNDERLAY_XDP = 1 << 0,         /* native XDP strips, tc delivers */
	UNDERLAY_CLSACT_OURS = 1 << 1, /* the qdisc goes when we go */
	UNDERLAY_WIRE = 1 << 2,        /* hardware: no checksum is left to the receiver's device */
	UNDERLAY_REDIRECT = 1 << 3,    /* its driver knows XDP_REDIRECT */
};

/* Map geneve_underlay: a device that our programs receive on.  Key: its ifindex. */
struct underlay {
	__u32 flags; /* enum underlay_flag */
};

/* Map geneve_tunnel, one entry: what all hooks of this namespace share. */
struct tunnel {
	__u32 schema;
	__u32 cookie; /* random: marks frames between our own hooks */
	__u64 netns;  /* SO_NETNS_COOKIE: a device takes its tcx and XDP programs along */
};

/* Where the interface and its port are in map geneve_device. */
#define DEVICE_IFACE(slot) (2 * (slot))
#define DEVICE_PORT(slot) (2 * (slot) + 1)

/*
 * Where the ids of the maps in geneve_stats and geneve_fdb are in map geneve_table_id,
 * 0 for "look there".  Only the command reads it: see user/tables.c.
 */
#define TABLE_STATS(slot) (2 * (slot))
#define TABLE_FDB(slot) (2 * (slot) + 1)

/* Written before a frame that XDP stripped (xdp_md.data_meta), read by tc. */
struct stripped {
	__u32 cookie;  /* struct tunnel's: nobody else's metadata is taken for ours */
	__u32 segment; /* ifindex of its port */
	__u32 tag;     /* the inner frame's outermost VLAN tag: VLAN_TAG(), 0 for none */
};

/* A tag as one number; both parts in host order. */
#define VLAN_TAG(proto, tci) ((__u32)(proto) << 16 | (tci))

#endif
