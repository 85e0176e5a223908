// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Changing forwarding entries by hand. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "error.h"
#include "fdb.h"
#include "fdb_edit.h"
#include "fdb_table.h"
#include "flood.h"
#include "segment.h"
#include "value.h"

enum verb { VERB_ADD, VERB_REPLACE, VERB_DELETE, VERB_FLUSH, _VERB_MAX };

static const struct {
	const char *name;
	int words; /* that it must have */
	const char *missing;
} verbs[_VERB_MAX] = {
	[VERB_ADD] = { "add", 3, "IFACE, MAC or REMOTE" },
	[VERB_REPLACE] = { "replace", 3, "IFACE, MAC or REMOTE" },
	[VERB_DELETE] = { "del", 2, "IFACE or MAC" },
	[VERB_FLUSH] = { "flush", 1, "IFACE" },
};

/* What a command line says of one entry. */
struct edit {
	const char *who; /* the interface */
	enum verb verb;
	struct segment segment;
	struct fdb_key key;
	struct fdb_entry entry;
	bool flood, has_remote, is_static, all;
};

static enum verb verb_of(const char *name)
{
	enum verb verb;

	for (verb = 0; verb < _VERB_MAX; verb++)
		if (!strcmp(name, verbs[verb].name))
			break;
	return verb;
}

bool fdb_edits(const char *verb)
{
	return verb_of(verb) < _VERB_MAX;
}

static bool enters(const struct edit *edit)
{
	return edit->verb == VERB_ADD || edit->verb == VERB_REPLACE;
}

static int take_mac(struct edit *edit, const char *text)
{
	edit->flood = !strcmp(text, "flood") || !strcmp(text, "00:00:00:00:00:00");
	if (edit->flood)
		return 0;
	if (value_mac(edit->who, "fdb", text, edit->key.mac))
		return -EUSAGE;
	if (enters(edit) && !memcmp(edit->key.mac, edit->segment.mac, sizeof(edit->key.mac)))
		return refuse(EINVAL, edit->who, "fdb: %s is the interface's own address", text);
	return 0;
}

/* What says the family: the remote does where the local address is yet to be chosen. */
static const struct address *endpoint(const struct segment *segment)
{
	return address_is_unset(&segment->local) ? &segment->remote : &segment->local;
}

static int take_remote(struct edit *edit, const char *text)
{
	const struct address *remote = &edit->entry.remote, *ours = endpoint(&edit->segment);
	char zone[IFNAMSIZ] = "";

	if (value_address(edit->who, "fdb", text, &edit->entry.remote, zone))
		return -EUSAGE;
	if (address_is_wildcard(remote))
		return refuse(EINVAL, edit->who, "fdb: a wildcard is no remote");
	if (zone[0] && edit->segment.underlay && strcmp(zone, edit->segment.underlay_name))
		return refuse(EINVAL, edit->who, "fdb: %s is not on the tunnel's device %s", text,
			      edit->segment.underlay_name);
	if (!address_is_unset(ours) && address_family(ours) != address_family(remote))
		return refuse(EAFNOSUPPORT, edit->who, "fdb: %s is not of the tunnel's family",
			      text);
	edit->has_remote = true;
	return 0;
}

/* Takes what follows the words that each verb has; returns 0 or -errno. */
static int take_flags(struct edit *edit, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--static") && enters(edit)) {
			edit->is_static = true;
		} else if (!strcmp(argv[i], "--all") && edit->verb == VERB_FLUSH) {
			edit->all = true;
		} else if (!strcmp(argv[i], "--port") && edit->has_remote && i + 1 < argc) {
			if (value_number(edit->who, "--port", argv[++i], 1, 65535,
					 &edit->entry.port, sizeof(edit->entry.port)))
				return -EUSAGE;
		} else {
			return refuse(EUSAGE, edit->who, "fdb: unexpected \"%s\" (see --help)",
				      argv[i]);
		}
	}
	return 0;
}

static int put_entry(struct session *session, struct edit *edit, __u64 flags)
{
	int table = fdb_open(session, &edit->segment), err = 0;

	if (table < 0)
		return table;
	if (bpf_map_update_elem(table, &edit->key, &edit->entry, flags))
		err = -errno;
	close(table);
	return err;
}

/* One that has expired is no more, though it may still be in the map. */
static void drop_expired(struct session *session, struct edit *edit)
{
	struct fdb_entry entry;
	int table = fdb_open(session, &edit->segment);

	if (table < 0)
		return;
	if (!bpf_map_lookup_elem(table, &edit->key, &entry) && !fdb_alive(&entry, &edit->segment))
		bpf_map_delete_elem(table, &edit->key);
	close(table);
}

/* Learned or not: a dynamic entry is bound to the limit, and only as many as that are. */
static bool over_limit(struct session *session, struct edit *edit)
{
	struct fdb_entry entry;
	int table, missing;

	if (edit->is_static || !(edit->segment.flags & SEGMENT_FDB_OVER))
		return false;
	table = fdb_open(session, &edit->segment);
	if (table < 0)
		return false;
	missing = bpf_map_lookup_elem(table, &edit->key, &entry);
	close(table);
	return missing;
}

/* A static entry is not bound to the limit, as on FreeBSD: the table grows for it. */
static int grow(struct session *session, struct edit *edit)
{
	if (!edit->is_static)
		return -ENOSPC;
	return fdb_grow(session, &edit->segment) ?: segment_write(session, &edit->segment);
}

static int add_entry(struct session *session, struct edit *edit)
{
	__u64 flags = edit->verb == VERB_REPLACE ? BPF_ANY : BPF_NOEXIST;
	int err;

	edit->entry.flags = edit->is_static ? FDB_STATIC : 0;
	edit->entry.updated = fdb_now();
	drop_expired(session, edit);
	if (over_limit(session, edit))
		return -ENOSPC;
	err = put_entry(session, edit, flags);
	if (err == -E2BIG)
		err = grow(session, edit) ?: put_entry(session, edit, flags);
	return err;
}

static int add_flood(struct session *session, struct edit *edit)
{
	struct flood_entry entry = { .remote = edit->entry.remote, .port = edit->entry.port };
	int err;

	if (edit->verb == VERB_REPLACE) {
		err = flood_delete(session, &edit->segment, &entry.remote, 0);
		if (err && err != -ENOENT)
			return err;
	}
	return flood_add(session, &edit->segment, &entry);
}

static int add(struct session *session, struct edit *edit)
{
	int err;

	if (!edit->entry.port)
		edit->entry.port = edit->segment.remote_port;
	err = edit->flood ? add_flood(session, edit) : add_entry(session, edit);
	if (err == -EEXIST)
		return refuse(EEXIST, edit->who, "fdb: there is such an entry (use \"replace\")");
	if (err == -ENOSPC)
		return refuse(ENOSPC, edit->who, "fdb: %s is full (%u)",
			      edit->flood ? "the flood list" : "the table",
			      edit->flood ? FLOOD_MAX : edit->segment.fdb_max);
	if (err == -E2BIG)
		return refuse(ENOSPC, edit->who, "fdb: the flood lists of all interfaces are full");
	return err ? fail(-err, edit->who, "fdb: cannot add the entry") : 0;
}

/* With a remote and port, only an entry that has them. */
static int delete_entry(struct session *session, struct edit *edit)
{
	int table = fdb_open(session, &edit->segment), err = 0;
	struct fdb_entry entry;

	if (table < 0)
		return table;
	drop_expired(session, edit);
	if (bpf_map_lookup_elem(table, &edit->key, &entry) ||
	    (edit->has_remote && !address_equal(&entry.remote, &edit->entry.remote)) ||
	    (edit->entry.port && edit->entry.port != entry.port))
		err = -ENOENT;
	else if (bpf_map_delete_elem(table, &edit->key))
		err = -errno;
	close(table);
	return err;
}

static int delete (struct session *session, struct edit *edit)
{
	int err;

	if (!edit->flood)
		err = delete_entry(session, edit) ?: fdb_refit(session, &edit->segment);
	else if (edit->has_remote)
		err = flood_delete(session, &edit->segment, &edit->entry.remote, edit->entry.port);
	else
		return refuse(EUSAGE, edit->who, "fdb del: which remote of the flood list?");
	if (err == -ENOENT)
		return refuse(ENOENT, edit->who, "fdb: no such entry (see \"fdb show\")");
	return err ? fail(-err, edit->who, "fdb: cannot remove the entry") : 0;
}

static int flush(struct session *session, struct edit *edit)
{
	int err = fdb_flush(session, &edit->segment, edit->all ? FLUSH_ALL : FLUSH_DYNAMIC)
			  ?: fdb_refit(session, &edit->segment);

	if (!err && edit->all)
		err = flood_clear(session, &edit->segment);
	return err ? fail(-err, edit->who, "fdb: cannot flush the table") : 0;
}

static int run(struct session *session, struct edit *edit)
{
	switch (edit->verb) {
	case VERB_FLUSH:
		return flush(session, edit);
	case VERB_DELETE:
		return delete (session, edit);
	default:
		return add(session, edit);
	}
}

int fdb_edit(struct session *session, const char *verb, int argc, char **argv)
{
	struct edit edit = { .who = argc ? argv[0] : NULL, .verb = verb_of(verb) };
	int words = verbs[edit.verb].words, err;
	__u32 id;

	if (argc < words)
		return refuse(EUSAGE, "fdb", "%s: %s missing (see --help)", verb,
			      verbs[edit.verb].missing);
	err = session_get(session, argv[0], &id, &edit.segment);
	if (!err && edit.segment.layer == LAYER_L3)
		err = refuse(EOPNOTSUPP, argv[0], "fdb: an L3 tunnel has no table");
	if (!err && words > 1)
		err = take_mac(&edit, argv[1]);
	if (!err && edit.verb == VERB_DELETE && argc > 2 && argv[2][0] != '-')
		words = 3;
	if (!err && words > 2)
		err = take_remote(&edit, argv[2]);
	err = err ?: take_flags(&edit, argc - words, argv + words);
	return err ?: run(session, &edit);
}
