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

/* What a command line says of one entry. */
struct edit {
	const char *who; /* the interface */
	struct segment segment;
	struct fdb_key key;
	struct fdb_entry entry;
	bool flood, has_remote, is_static, all;
};

static int take_mac(struct edit *edit, const char *text)
{
	edit->flood = !strcmp(text, "flood") || !strcmp(text, "00:00:00:00:00:00");
	return edit->flood ? 0 : value_mac(edit->who, "fdb", text, edit->key.mac);
}

static int take_remote(struct edit *edit, const char *text)
{
	const struct address *remote = &edit->entry.remote, *local = &edit->segment.local;
	char zone[IFNAMSIZ] = "";

	if (value_address(edit->who, "fdb", text, &edit->entry.remote, zone))
		return -EUSAGE;
	if (address_is_wildcard(remote))
		return refuse(EINVAL, edit->who, "fdb: a wildcard is no remote");
	if (!address_is_unset(local) && address_family(local) != address_family(remote))
		return refuse(EAFNOSUPPORT, edit->who,
			      "fdb: %s is not of the local address's family", text);
	edit->has_remote = true;
	return 0;
}

/* Takes what follows the words that each verb has; returns 0 or -errno. */
static int take_flags(struct edit *edit, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--static")) {
			edit->is_static = true;
		} else if (!strcmp(argv[i], "--all")) {
			edit->all = true;
		} else if (!strcmp(argv[i], "--port") && i + 1 < argc) {
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

/* A static entry is not bound to the limit, as on FreeBSD: the table grows for it. */
static int make_room(struct session *session, struct edit *edit)
{
	struct segment *segment = &edit->segment;
	int err;

	if (!edit->is_static)
		return -ENOSPC;
	err = fdb_grow(session, segment);
	return err ?: segment_write(session, segment);
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

static int add_entry(struct session *session, struct edit *edit, bool replace)
{
	__u64 flags = replace ? BPF_ANY : BPF_NOEXIST;
	int err;

	edit->entry.flags = edit->is_static ? FDB_STATIC : 0;
	edit->entry.updated = fdb_now();
	drop_expired(session, edit);
	err = put_entry(session, edit, flags);
	if (err == -E2BIG)
		err = make_room(session, edit) ?: put_entry(session, edit, flags);
	return err;
}

static int add_flood(struct session *session, struct edit *edit, bool replace)
{
	struct flood_entry entry = { .remote = edit->entry.remote, .port = edit->entry.port };
	int err;

	if (replace) {
		err = flood_delete(session, &edit->segment, &entry.remote);
		if (err && err != -ENOENT)
			return err;
	}
	return flood_add(session, &edit->segment, &entry);
}

static int add(struct session *session, struct edit *edit, bool replace)
{
	int err;

	if (!edit->entry.port)
		edit->entry.port = edit->segment.remote_port;
	err = edit->flood ? add_flood(session, edit, replace) : add_entry(session, edit, replace);
	if (err == -EEXIST)
		return refuse(EEXIST, edit->who, "fdb: there is such an entry (use \"replace\")");
	if (err == -ENOSPC)
		return refuse(ENOSPC, edit->who, "fdb: %s is full (%u)",
			      edit->flood ? "the flood list" : "the table",
			      edit->flood ? FLOOD_MAX : edit->segment.fdb_max);
	return err ? fail(-err, edit->who, "fdb: cannot add the entry") : 0;
}

static int delete_entry(struct session *session, struct edit *edit)
{
	int table = fdb_open(session, &edit->segment), err = 0;

	if (table < 0)
		return table;
	drop_expired(session, edit);
	if (bpf_map_delete_elem(table, &edit->key))
		err = -errno;
	close(table);
	return err;
}

static int delete (struct session *session, struct edit *edit)
{
	int err;

	if (!edit->flood)
		err = delete_entry(session, edit);
	else if (edit->has_remote)
		err = flood_delete(session, &edit->segment, &edit->entry.remote);
	else
		return refuse(EUSAGE, edit->who, "fdb del: which remote of the flood list?");
	if (err == -ENOENT)
		return refuse(ENOENT, edit->who, "fdb: no such entry (see \"fdb show\")");
	return err ? fail(-err, edit->who, "fdb: cannot remove the entry") : 0;
}

static int flush(struct session *session, struct edit *edit)
{
	int err = fdb_flush(session, &edit->segment, edit->all ? FLUSH_ALL : FLUSH_DYNAMIC);

	if (!err && edit->all)
		err = flood_clear(session, &edit->segment);
	return err ? fail(-err, edit->who, "fdb: cannot flush the table") : 0;
}

static const char *const verbs[] = { "add", "replace", "del", "flush" };

bool fdb_edits(const char *verb)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verb, verbs[i]))
			return true;
	return false;
}

int fdb_edit(struct session *session, const char *verb, int argc, char **argv)
{
	bool flushes = !strcmp(verb, "flush"), deletes = !strcmp(verb, "del");
	int words = flushes ? 1 : deletes ? 2 : 3, err;
	struct edit edit = { .who = argc ? argv[0] : NULL };
	__u32 id;

	if (argc < words)
		return refuse(EUSAGE, "fdb", "%s: IFACE%s%s missing (see --help)", verb,
			      words > 1 ? ", MAC" : "", words > 2 ? " or REMOTE" : "");
	err = session_get(session, argv[0], &id, &edit.segment);
	if (!err && edit.segment.layer == LAYER_L3)
		err = refuse(EOPNOTSUPP, argv[0], "fdb: an L3 tunnel has no table");
	if (!err && words > 1)
		err = take_mac(&edit, argv[1]);
	if (!err && deletes && argc > 2 && argv[2][0] != '-')
		words = 3;
	if (!err && words > 2)
		err = take_remote(&edit, argv[2]);
	err = err ?: take_flags(&edit, argc - words, argv + words);
	if (err)
		return err;
	if (flushes)
		return flush(session, &edit);
	return deletes ? delete (session, &edit) : add(session, &edit, !strcmp(verb, "replace"));
}
