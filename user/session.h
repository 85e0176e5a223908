/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SESSION_H
#define SESSION_H

#include "instance.h"
#include "links.h"

/*
 * One invocation's view of its network namespace: the links as they are, and
 * the instance if there is one.  It holds the namespace's lock.
 */
struct session {
	struct links links;
	struct instance instance;
	bool exists;   /* the instance does */
	bool watching; /* events are followed: see watch.c */
	bool thorough; /* all interfaces were looked at, not only the changed ones */
	int lock;
	struct {
		struct address address;
		unsigned int ifindex;
		bool known;
	} owner; /* the last answer of session_owner() */
	struct {
		unsigned int ifindex;
		__u32 options, possible; /* see capability.h */
		bool known;
	} hardware;                      /* the last device that was asked for its features */
	unsigned int here;               /* the last device that underlay_is_here() has found */
	struct memberships *memberships; /* what group_is_joined() has asked for */
	struct {
		struct segment *list;
		int count;
		bool known;
	} segments; /* as session_segments() has read them */
};

enum session_for {
	SESSION_ONCE,
	SESSION_WATCH, /* others come as things change: see carrier.h */
};

/* Waits for the lock, looks around and repairs what was left behind.  Reports errors. */
int session_open(struct session *session);
int session_open_to(struct session *session, enum session_for what);
void session_close(struct session *session);

/* address_owner(), but asked once for the many segments that have one address. */
unsigned int session_owner(const struct session *session, const struct address *address);

/*
 * The segment of interface @name, wherever the interface is now: its id, or 0.
 * *@segment is filled.
 */
__u32 session_find(const struct session *session, const char *name, struct segment *segment);

/* The same, but reports -ENOENT if there is no such interface, or -EINVAL if it is another's. */
int session_get(struct session *session, const char *name, __u32 *id, struct segment *segment);

/*
 * All segments, in no order or by name, in an array to be freed; the count or -errno.
 * They are read once, and again after session_changed().
 */
int session_segments(const struct session *session, struct segment **segments);
int session_segments_by_name(const struct session *session, struct segment **segments);

/* Segments were written: what is known of them holds no more. */
void session_changed(const struct session *session);

#endif
