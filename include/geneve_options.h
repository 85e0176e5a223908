/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk over a GENEVE header's options (RFC 8926 section 3.5). */
#ifndef GENEVE_BPF_GENEVE_OPTIONS_H
#define GENEVE_BPF_GENEVE_OPTIONS_H

#include "protocol.h"

enum options_verdict {
	OPTIONS_OK,
	OPTIONS_CRITICAL,  /* one that we do not know says: drop */
	OPTIONS_MALFORMED, /* an option runs past the end of the list */
};

/*
 * Judges the @len bytes (a multiple of 4, at most GENEVE_OPTIONS_MAX) of
 * options at @opts; nothing at or behind @end is read.  We know no option, so
 * any critical one is unknown.
 */
static inline enum options_verdict options_judge(const void *opts, __u32 len, const void *end)
{
	__u32 offset = 0;

	for (int i = 0; i < GENEVE_OPTLEN_MASK && offset < len; i++) {
		const struct geneve_opt *opt = opts + (offset & 0xfc);

		if ((const void *)(opt + 1) > end)
			return OPTIONS_MALFORMED;
		if (opt->type & GENEVE_OPT_CRITICAL)
			return OPTIONS_CRITICAL;
		offset += sizeof(*opt) + (opt->length & GENEVE_OPT_LENGTH_MASK) * 4;
	}
	return offset == len ? OPTIONS_OK : OPTIONS_MALFORMED;
}

#endif
