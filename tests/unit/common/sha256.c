/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* From memory of just that size. */
static void check(const char *text, size_t size, const char *wanted)
{
	char *copy = malloc(size ? size : 1), hex[2 * SHA256_BYTES + 1];
	uint8_t digest[SHA256_BYTES];

	memcpy(copy, text, size);
	sha256(copy, size, digest);
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, wanted);
	free(copy);
}

/* The examples that NIST publishes with FIPS 180-4. */
static void digests_are_those_of_the_standard(void **state)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = malloc(1000000);

	check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check(two_blocks, sizeof(two_blocks) - 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	check(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

/* Where the padding just has room in the last block, and where it just has not. Made with sha256sum(1). */
static void padding_may_need_a_block_more(void **state)
{
	char text[64];

	memset(text, 'x', sizeof(text));
	check(text, 55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
	check(text, 56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
	check(text, 63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
	check(text, 64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_the_standard),
		cmocka_unit_test(padding_may_need_a_block_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
