// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The walk over a GENEVE header's options, called directly. */
#include <sys/mman.h>
#include <unistd.h>

#include "frame.h"
#include "geneve_options.h"

#include "../kselftest_harness.h"

/* Options that end where nothing can be read any more. */
FIXTURE(options)
{
	__u8 *pages;
	__u8 *end;
	long page;
};

FIXTURE_SETUP(options)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->pages = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->pages);
	self->end = self->pages + self->page;
	ASSERT_EQ(0, mprotect(self->end, self->page, PROT_NONE));
}

FIXTURE_TEARDOWN(options)
{
	munmap(self->pages, 2 * self->page);
}

/* The verdict on @list with its end at the edge; what @cut takes off cannot be read. */
static enum options_verdict judge(const FIXTURE_DATA(options) * self, const struct frame *list,
				  __u32 cut)
{
	__u8 *start = self->end - list->len + cut;

	memcpy(start, list->data, list->len - cut);
	return options_judge(start, list->len, self->end);
}

static void put_option(struct frame *list, __u8 type, __u32 data_len)
{
	put16(list, 0xffff);
	put8(list, type);
	put8(list, data_len / 4);
	for (__u32 i = 0; i < data_len; i++)
		put8(list, 0xff); /* data that looks critical */
}

TEST_F(options, none_are_fine)
{
	struct frame list = {};

	EXPECT_EQ(OPTIONS_OK, judge(self, &list, 0));
}

TEST_F(options, one_of_any_length_is_fine)
{
	for (__u32 len = 0; len <= 124; len += 4) {
		struct frame list = {};

		put_option(&list, 0x7f, len);
		EXPECT_EQ(OPTIONS_OK, judge(self, &list, 0));
	}
}

TEST_F(options, many_of_length_0_are_fine)
{
	struct frame list = {};

	for (int i = 0; i < 63; i++)
		put_option(&list, i, 0);
	EXPECT_EQ(252, list.len);
	EXPECT_EQ(OPTIONS_OK, judge(self, &list, 0));
}

TEST_F(options, maximal_ones_are_fine)
{
	struct frame list = {};

	put_option(&list, 1, 124);
	put_option(&list, 2, 120);
	EXPECT_EQ(252, list.len);
	EXPECT_EQ(OPTIONS_OK, judge(self, &list, 0));
}

TEST_F(options, reserved_bits_of_the_length_are_ignored)
{
	struct frame list = {};

	put_option(&list, 1, 8);
	list.data[3] |= 0xe0;
	EXPECT_EQ(OPTIONS_OK, judge(self, &list, 0));
}

TEST_F(options, critical_one_is_found_anywhere)
{
	for (int critical = 0; critical < 63; critical++) {
		struct frame list = {};

		for (int i = 0; i < 63; i++)
			put_option(&list, i == critical ? 0x80 : 0, 0);
		EXPECT_EQ(OPTIONS_CRITICAL, judge(self, &list, 0));
	}
}

TEST_F(options, critical_one_is_found_behind_data)
{
	struct frame list = {};

	put_option(&list, 1, 124);
	put_option(&list, 2, 100);
	put_option(&list, 0xff, 16);
	EXPECT_EQ(OPTIONS_CRITICAL, judge(self, &list, 0));
}

TEST_F(options, running_past_the_list_is_malformed)
{
	struct frame list = {};

	put_option(&list, 1, 8);
	put_option(&list, 2, 4);
	list.data[15] = 2;
	EXPECT_EQ(OPTIONS_MALFORMED, judge(self, &list, 0));
	list.data[15] = 31;
	EXPECT_EQ(OPTIONS_MALFORMED, judge(self, &list, 0));
	list.data[15] = 0; /* then the data is one more option, and critical */
	EXPECT_EQ(OPTIONS_CRITICAL, judge(self, &list, 0));
}

TEST_F(options, last_of_a_full_list_running_past_it_is_malformed)
{
	struct frame list = {};

	for (int i = 0; i < 63; i++)
		put_option(&list, 0, 0);
	list.data[251] = 1;
	EXPECT_EQ(OPTIONS_MALFORMED, judge(self, &list, 0));
}

/* The second page faults if it is touched. */
TEST_F(options, nothing_is_read_at_the_end_or_behind_it)
{
	struct frame list = {};

	for (int i = 0; i < 63; i++)
		put_option(&list, 0, 0);
	for (__u32 cut = 1; cut <= list.len; cut++) {
		EXPECT_EQ(OPTIONS_MALFORMED, judge(self, &list, cut));
	}
}

TEST_HARNESS_MAIN
