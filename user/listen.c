// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table of VTEPs: who receives at which address, port and VNI. */
#include <errno.h>
#include <string.h>
#include <bpf/bpf.h>

#include "address.h"
#include "listen.h"

/* The addresses where a segment receives. */
struct places {
	const struct address *at[2];
	int count;
};

static struct places places_of(const struct segment *segment)
{
	struct places places = { .at = { &segment->local, &segment->remote }, .count = 1 };

	if (!address_is_unset(&segment->remote) && address_is_multicast(&segment->remote))
		places.count = 2;
	return places;
}

static struct vtep_key key_of(const struct segment *segment, const struct address *at, __u32 vni)
{
	return (struct vtep_key) { .local = *at, .vni = vni, .port = segment->local_port };
}

static int update(const struct session *session, const struct vtep_key *key,
		  const struct segment *segment)
{
	return bpf_map_update_elem(session->instance.map[MAP_VTEP], key, segment, BPF_ANY) ? -errno
											   : 0;
}

/* The port of the segment that has the entry; 0 for none, and for "ours, whatever the VNI". */
static __u32 holder_of(const struct session *session, const struct vtep_key *key)
{
	struct segment holder;

	return bpf_map_lookup_elem(session->instance.map[MAP_VTEP], key, &holder) ? 0 : holder.port;
}

/* Says that the address and port are ours, and who takes the VNIs that are nobody's. */
static int write_any(const struct session *session, const struct segment *segment,
		     const struct address *at)
{
	struct vtep_key any = key_of(segment, at, VNI_UNSET);
	struct segment nobody = { .protocol = segment->protocol };
	__u32 holder = holder_of(session, &any);

	if (segment->flags & SEGMENT_EXTERNAL)
		return update(session, &any, segment);
	if (holder && holder != segment->port)
		return 0; /* another's, who is external */
	return update(session, &any, &nobody);
}

static int start_at(const struct session *session, const struct segment *segment,
		    const struct address *at)
{
	struct vtep_key key = key_of(segment, at, segment->vni);

	return update(session, &key, segment) ?: write_any(session, segment, at);
}

int listen_start(const struct session *session, const struct segment *segment)
{
	struct places places = places_of(segment);
	int err = 0;

	for (int i = 0; !err && i < places.count; i++)
		err = start_at(session, segment, places.at[i]);
	return err;
}

int listen_update(const struct session *session, const struct segment *segment)
{
	struct places places = places_of(segment);
	int err = 0;

	for (int i = 0; !err && i < places.count; i++) {
		struct vtep_key key = key_of(segment, places.at[i], segment->vni);

		if (holder_of(session, &key) == segment->port)
			err = start_at(session, segment, places.at[i]);
	}
	return err;
}

/* A segment with a VNI that receives at the address and port of @any; false if there is none. */
static bool find_user(const struct session *session, const struct vtep_key *any,
		      struct segment *user)
{
	struct vtep_key key, *previous = NULL;

	while (!bpf_map_get_next_key(session->instance.map[MAP_VTEP], previous, &key)) {
		if (key.vni != VNI_UNSET && key.port == any->port &&
		    !memcmp(&key.local, &any->local, sizeof(key.local)) &&
		    !bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &key, user))
			return true;
		previous = &key;
	}
	return false;
}

static void stop_at(const struct session *session, const struct segment *segment,
		    const struct address *at)
{
	struct vtep_key any = key_of(segment, at, VNI_UNSET),
			key = key_of(segment, at, segment->vni);
	struct segment nobody = { .protocol = segment->protocol }, user;
	__u32 holder = holder_of(session, &any);

	if (holder_of(session, &key) != segment->port)
		return;
	if (segment->vni != VNI_UNSET)
		bpf_map_delete_elem(session->instance.map[MAP_VTEP], &key);
	if (holder && holder != segment->port)
		return; /* an external one stays */
	if (find_user(session, &any, &user))
		update(session, &any, &nobody);
	else
		bpf_map_delete_elem(session->instance.map[MAP_VTEP], &any);
}

void listen_stop(const struct session *session, const struct segment *segment)
{
	struct places places = places_of(segment);

	for (int i = 0; i < places.count; i++)
		stop_at(session, segment, places.at[i]);
}

__u32 listen_duplicate(const struct session *session, const struct segment *segment,
		       const struct address **at)
{
	struct places places = places_of(segment);

	for (int i = 0; i < places.count; i++) {
		struct vtep_key key = key_of(segment, places.at[i], segment->vni);
		struct vtep_key any = key_of(segment, places.at[i], VNI_UNSET);
		__u32 holder = holder_of(session, &key);

		if ((!holder || holder == segment->port) && segment->flags & SEGMENT_EXTERNAL)
			holder = holder_of(session, &any);
		*at = places.at[i];
		if (holder && holder != segment->port)
			return holder;
	}
	return 0;
}

const struct address *listen_other_protocol(const struct session *session,
					    const struct segment *segment, struct segment *holder)
{
	struct places places = places_of(segment);

	for (int i = 0; i < places.count; i++) {
		struct vtep_key any = key_of(segment, places.at[i], VNI_UNSET);

		if (bpf_map_lookup_elem(session->instance.map[MAP_VTEP], &any, holder) ||
		    holder->protocol == segment->protocol)
			continue;
		if (!holder->port)
			find_user(session, &any, holder);
		return places.at[i];
	}
	return NULL;
}
