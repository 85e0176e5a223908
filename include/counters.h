/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one list of counters: enum, names and documentation come from it.
 *
 * Each packet that is not forwarded increments exactly one "drop" counter: of
 * its segment where that is known, of the underlay device elsewhere.
 *
 * X(name, kind, what it means)
 */
#ifndef GENEVE_BPF_COUNTERS_H
#define GENEVE_BPF_COUNTERS_H

#include <linux/types.h>

#define COUNTERS(X)                                                                    \
	X(rx_packets, total, "frames delivered to the interface")                      \
	X(rx_bytes, total, "bytes of those frames")                                    \
	X(tx_packets, total, "frames encapsulated and sent")                           \
	X(tx_bytes, total, "bytes of those frames, before encapsulation")              \
	X(rx_truncated, drop, "a header is cut short or lengths disagree")             \
	X(rx_fragment, drop, "fragment of an outer packet")                            \
	X(rx_version, drop, "unknown GENEVE version")                                  \
	X(rx_no_vni, drop, "VXLAN header without the flag that says it has a VNI")     \
	X(rx_control, drop, "control (O bit) packet")                                  \
	X(rx_critical, drop, "unknown critical option")                                \
	X(rx_protocol, drop, "protocol type that the interface's mode does not carry") \
	X(rx_unknown_vni, drop, "no segment has this VNI")                             \
	X(rx_checksum, drop, "wrong outer UDP checksum")                               \
	X(rx_zero_checksum, drop, "zero outer UDP checksum over IPv6")                 \
	X(rx_ecn, drop, "congestion marked on a packet that cannot say so (RFC 6040)") \
	X(rx_source, drop, "not from the remote, and the source filter is on")         \
	X(rx_no_device, drop, "the tunnel interface is gone")                          \
	X(rx_refused, drop, "the kernel refused to remove the outer headers")          \
	X(tx_truncated, drop, "shorter than an Ethernet header")                       \
	X(tx_protocol, drop, "not an IP packet, which is all that L3 mode carries")    \
	X(tx_no_remote, drop, "no remote: not configured, learned or in the metadata") \
	X(tx_no_route, drop, "no usable route to the remote")                          \
	X(tx_loop, drop, "the route to the remote leads into the interface itself")    \
	X(tx_too_big, drop, "does not fit the underlay's MTU")                         \
	X(tx_vlan_depth, drop, "more than two VLAN tags")                              \
	X(tx_down, drop, "the interface is not running")                               \
	X(tx_refused, drop, "the kernel refused to make room for the outer headers")   \
	X(tx_tso, event, "aggregates encapsulated whole, for the device to segment")   \
	X(tx_soft_tso, event, "aggregates that the kernel segments, not the device")   \
	X(rx_fast, event, "frames that XDP gave the interface's queue directly")       \
	X(rx_csum, event, "frames whose inner checksum the driver had verified")       \
	X(fdb_learned, event, "forwarding entries learned")                            \
	X(fdb_moved, event, "forwarding entries that changed their remote")            \
	X(fdb_nospace, event, "entries not learned because the table is full")

#define COUNTER_ENUM(name, kind, help) COUNTER_##name,
enum counter { COUNTERS(COUNTER_ENUM) _COUNTER_MAX };
#undef COUNTER_ENUM

/* One per CPU and per segment or underlay device: the value of map geneve_stats. */
struct counters {
#define COUNTER_FIELD(name, kind, help) __u64 name;
	COUNTERS(COUNTER_FIELD)
#undef COUNTER_FIELD
};

_Static_assert(sizeof(struct counters) == _COUNTER_MAX * sizeof(__u64), "one field a counter");

#endif
