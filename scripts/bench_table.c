// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fills a forwarding table as traffic would:
 *
 *	bench_table MAP-ID ENTRIES REMOTE PORT
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>

#include "bench_frames.h"
#include "bench_helper.h"
#include "schema.h"

#define BATCH 10000

static struct fdb_key keys[BATCH];
static struct fdb_entry entries[BATCH];

static struct fdb_entry entry_of(const char *remote, int port)
{
	struct fdb_entry entry = { .port = port, .updated = now_ns() };

	entry.remote.bytes[10] = entry.remote.bytes[11] = 0xff;
	if (inet_pton(AF_INET, remote, entry.remote.bytes + 12) != 1)
		die("%s: no IPv4 address", remote);
	return entry;
}

int main(int argc, char **argv)
{
	int fd, count, done = 0;
	struct fdb_entry entry;

	errno = 0;
	if (argc != 5)
		die("MAP-ID ENTRIES REMOTE PORT");
	entry = entry_of(argv[3], atoi(argv[4]));
	count = atoi(argv[2]);
	fd = bpf_map_get_fd_by_id(atoi(argv[1]));
	if (fd < 0)
		die("map %s", argv[1]);
	while (done < count) {
		__u32 now = count - done < BATCH ? count - done : BATCH;

		for (__u32 i = 0; i < now; i++) {
			bench_mac(keys[i].mac, done + i);
			entries[i] = entry;
		}
		if (bpf_map_update_batch(fd, keys, entries, &now, NULL))
			die("entry %d", done);
		done += now;
	}
	return 0;
}
