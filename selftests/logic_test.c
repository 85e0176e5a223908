// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The pure arithmetic of include/, called directly. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "checksum.h"
#include "ecn.h"
#include "frame.h"
#include "overhead.h"
#include "source_port.h"

#include "../kselftest_harness.h"

/* A sum of native words, as the programs make them; what is left over counts as padded. */
static __u64 native_sum(const __u8 *bytes, __u32 len)
{
	__u64 sum = 0;
	__u32 word;

	for (; len; bytes += word, len -= word) {
		__u32 value = 0;

		word = len < 4 ? len : 4;
		memcpy(&value, bytes, word);
		sum += value;
	}
	return sum;
}

TEST(csum_fold_carries_to_the_end)
{
	EXPECT_EQ(0, csum_fold(0));
	EXPECT_EQ(0x1234, csum_fold(0x1234));
	EXPECT_EQ(0xffff, csum_fold(0xffff));
	EXPECT_EQ(1, csum_fold(0x10000));
	EXPECT_EQ(0xffff, csum_fold(0xffffffff));
	EXPECT_EQ(1, csum_fold(0x100000000));
	EXPECT_EQ(0xffff, csum_fold(~0ULL));
	EXPECT_EQ(1, csum_fold(0xffff0001));
	EXPECT_EQ(1, csum_fold(0xffffffff00000001));
}

TEST(csum_fold_equals_byte_sum_of_any_length)
{
	struct frame frame = {};

	put_payload(&frame, 1500);
	for (__u32 len = 0; len <= frame.len; len++) {
		ASSERT_EQ(internet_sum(0, frame.data, len),
			  ntohs(csum_fold(native_sum(frame.data, len))))
		{
			TH_LOG("length %u", len);
		}
	}
}

TEST(csum_of_bytes_all_ones)
{
	__u8 ones[64];

	memset(ones, 0xff, sizeof(ones));
	EXPECT_EQ(0xffff, csum_fold(native_sum(ones, sizeof(ones))));
	EXPECT_EQ(internet_sum(0, ones, 63), ntohs(csum_fold(native_sum(ones, 63))));
}

FIXTURE(pseudo)
{
	const struct host *src, *dst;
};

FIXTURE_VARIANT(pseudo)
{
	bool ipv6;
};

FIXTURE_VARIANT_ADD(pseudo, ipv4) { .ipv6 = false };
FIXTURE_VARIANT_ADD(pseudo, ipv6) { .ipv6 = true };

FIXTURE_SETUP(pseudo)
{
	self->src = host(variant->ipv6, 1);
	self->dst = host(variant->ipv6, 2);
}

FIXTURE_TEARDOWN(pseudo)
{
}

static __u16 folded_pseudo(const struct host *src, const struct host *dst, __u32 len, __u8 proto)
{
	struct address from = address_of(src), to = address_of(dst);

	return ntohs(csum_fold(csum_pseudo(&from, &to, len, proto)));
}

TEST_F(pseudo, equals_byte_sum_of_the_header)
{
	static const __u32 lengths[] = { 0, 1, 8, 255, 256, 1480, 65535 };
	static const __u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, 255 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		for (size_t j = 0; j < sizeof(protocols); j++) {
			EXPECT_EQ(pseudo_sum(self->src, self->dst, lengths[i], protocols[j]),
				  folded_pseudo(self->src, self->dst, lengths[i], protocols[j]));
		}
	}
}

TEST_F(pseudo, equals_byte_sum_of_extreme_addresses)
{
	struct host ones = *self->src, zero = *self->src;

	memset(ones.bytes, 0xff, ones.len);
	memset(zero.bytes, 0, zero.len);
	EXPECT_EQ(pseudo_sum(&ones, &ones, 65535, 255), folded_pseudo(&ones, &ones, 65535, 255));
	EXPECT_EQ(pseudo_sum(&zero, &zero, 8, 17), folded_pseudo(&zero, &zero, 8, 17));
}

/* The identity behind local checksum offload: see bpf/udp_csum.h. */
TEST_F(pseudo, finished_segment_sums_to_its_complement)
{
	for (__u32 payload = 0; payload < 64; payload++) {
		struct frame frame = {};
		__u16 sum;

		put_tcp(&frame, self->src, self->dst, payload, true);
		sum = csum_fold(native_sum(frame.data, frame.len));
		EXPECT_EQ((__u16)~folded_pseudo(self->src, self->dst, frame.len, IPPROTO_TCP),
			  ntohs(sum));
	}
}

/* As good as random, and the same in each run. */
static __u32 hash_of(__u32 flow)
{
	flow = (flow ^ flow >> 16) * 0x85ebca6bU;
	flow = (flow ^ flow >> 13) * 0xc2b2ae35U;
	return flow ^ flow >> 16;
}

TEST(source_port_reaches_both_bounds)
{
	EXPECT_EQ(10000, source_port(0, 10000, 65535));
	EXPECT_EQ(65535, source_port(0xffff, 10000, 65535)); /* hash ^ hash << 16 is all ones */
	EXPECT_EQ(1, source_port(0, 1, 65535));
	EXPECT_EQ(65535, source_port(0xffff, 1, 65535));
	EXPECT_EQ(0, source_port(0, 0, 65535));
	EXPECT_EQ(65535, source_port(0xffff, 0, 65535));
}

TEST(source_port_range_of_one)
{
	for (__u32 hash = 0; hash < 1000; hash++) {
		EXPECT_EQ(4789, source_port(hash_of(hash), 4789, 4789));
	}
}

TEST(source_port_stays_in_range)
{
	for (__u32 i = 0; i < 1000000; i++) {
		__u16 port = source_port(hash_of(i), 10000, 10009);

		ASSERT_LE(10000, port);
		ASSERT_GE(10009, port);
	}
}

TEST(source_port_uses_the_whole_range_evenly)
{
	const __u32 hashes = 64 * 65535;
	__u32 *uses = calloc(65536, sizeof(*uses));

	ASSERT_NE(NULL, uses);
	for (__u32 i = 0; i < hashes; i++)
		uses[source_port(hash_of(i), 1, 65535)]++;
	EXPECT_EQ(0, uses[0]);
	for (__u32 port = 1; port < 65536; port++) {
		ASSERT_LT(16, uses[port]);
		ASSERT_GT(128, uses[port]);
	}
	free(uses);
}

TEST(inner_mtu_is_what_fits)
{
	EXPECT_EQ(36, outer_len(false));
	EXPECT_EQ(56, outer_len(true));
	EXPECT_EQ(1450, inner_mtu(1500, false, LAYER_L2));
	EXPECT_EQ(1430, inner_mtu(1500, true, LAYER_L2));
	EXPECT_EQ(1464, inner_mtu(1500, false, LAYER_L3));
	EXPECT_EQ(1444, inner_mtu(1500, true, LAYER_L3));
	EXPECT_EQ(8950, inner_mtu(9000, false, LAYER_L2));
	EXPECT_EQ(65465, inner_mtu(65535, true, LAYER_L2));
}

TEST(inner_mtu_of_a_tiny_underlay_is_zero)
{
	EXPECT_EQ(0, inner_mtu(0, false, LAYER_L2));
	EXPECT_EQ(0, inner_mtu(50, false, LAYER_L2));
	EXPECT_EQ(1, inner_mtu(51, false, LAYER_L2));
	EXPECT_EQ(0, inner_mtu(36, false, LAYER_L3));
	EXPECT_EQ(1, inner_mtu(37, false, LAYER_L3));
	EXPECT_EQ(0, inner_mtu(0, true, LAYER_L2));
	EXPECT_EQ(0, inner_mtu(70, true, LAYER_L2));
	EXPECT_EQ(1, inner_mtu(71, true, LAYER_L2));
}

/* RFC 6040 figure 4: a row for each inner value, Not-ECT, ECT(1), ECT(0), CE as the bits count. */
TEST(ecn_on_decapsulation)
{
	static const int after[4][4] = {
		{ 0, 0, 0, -1 },
		{ 1, 1, 1, 3 },
		{ 2, 1, 2, 3 },
		{ 3, 3, 3, 3 },
	};

	for (int inner = 0; inner < 4; inner++)
		for (int outer = 0; outer < 4; outer++) {
			EXPECT_EQ(after[inner][outer], ecn_decapsulate(inner, outer));
			EXPECT_EQ(after[inner][outer], ecn_decapsulate(0xb8 | inner, 0xe0 | outer));
		}
}

TEST_HARNESS_MAIN
