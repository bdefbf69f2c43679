/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/rules.h"

#include <stdlib.h>
#include <string.h>

#include "binning/sample.h"

#define BUCKETS (4 * RULES_MOST)
#define LAST_LEN 128

struct rules {
	unsigned count; /* number 0 is no rule */
	char text[RULES_MOST][SIGHTING_RULE];
	uint16_t bucket[BUCKETS]; /* by hash of the text, linear probing; 0: empty */
	uint8_t last[LAST_LEN]; /* as it was given; rules repeat */
	size_t last_len;
	uint16_t last_number;
};

struct rules *rules_new(void)
{
	struct rules *rules = calloc(1, sizeof(*rules));

	if (rules)
		rules->count = 1;
	return rules;
}

void rules_free(struct rules *rules)
{
	free(rules);
}

static uint16_t find(struct rules *rules, const char *text)
{
	uint32_t at = (uint32_t)sample_rule_hash(text, UINT64_C(0x2545f4914f6cdd1d)) % BUCKETS;

	while (rules->bucket[at]) {
		if (strcmp(rules->text[rules->bucket[at]], text) == 0)
			return rules->bucket[at];
		at = (at + 1) % BUCKETS;
	}
	if (rules->count == RULES_MOST)
		return RULES_MOST - 1;
	strcpy(rules->text[rules->count], rules->count < RULES_MOST - 1 ? text : SIGHTING_RULE_REST);
	rules->bucket[at] = (uint16_t)rules->count;
	return (uint16_t)rules->count++;
}

uint16_t rules_enter(struct rules *rules, const uint8_t *prefix, size_t len)
{
	char text[SIGHTING_RULE];

	if (len == 0)
		return 0;
	if (len > LAST_LEN)
		len = LAST_LEN;
	if (len == rules->last_len && memcmp(rules->last, prefix, len) == 0)
		return rules->last_number;
	sample_clean_rule(prefix, len, text);
	rules->last_number = text[0] ? find(rules, text) : 0;
	memcpy(rules->last, prefix, len);
	rules->last_len = len;
	return rules->last_number;
}

const char *rules_text(const struct rules *rules, uint16_t number)
{
	return rules->text[number];
}
