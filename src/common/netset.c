/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/netset.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/units.h"

static size_t address_len(unsigned version)
{
	return version == 4 ? 4 : 16;
}

/* The bits of byte i that lie behind the prefix. */
static uint8_t host_bits(unsigned prefix, size_t i)
{
	if (prefix >= 8 * (i + 1))
		return 0;
	return prefix <= 8 * i ? 0xff : (uint8_t)(0xff >> (prefix - 8 * i));
}

/* The len bytes of text before the slash. */
static bool parse_address(const char *text, size_t len, struct netset_net *net)
{
	char address[NETSET_TEXT_MAX];

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (inet_pton(AF_INET, address, net->address) == 1)
		net->version = 4;
	else if (inet_pton(AF_INET6, address, net->address) == 1)
		net->version = 6;
	else
		return false;
	return true;
}

int netset_parse(const char *text, struct netset_net *net, struct failure *why)
{
	const char *slash = strchrnul(text, '/');
	uint32_t prefix, bits;

	*net = (struct netset_net){ 0 };
	if (!parse_address(text, (size_t)(slash - text), net))
		return fail(why, EINVAL, "\"%.60s\" is no address; expected an address or network like 192.0.2.0/24 or 2001:db8::/32",
			    text);
	bits = 8 * (uint32_t)address_len(net->version);
	prefix = bits;
	if (*slash && !units_parse_number(slash + 1, 0, bits, &prefix))
		return fail(why, EINVAL, "\"%.60s\": after the / expected a number of bits from 0 to %u", text, bits);
	net->prefix = (uint8_t)prefix;
	for (size_t i = 0; i < address_len(net->version); i++)
		net->address[i] &= (uint8_t)~host_bits(prefix, i);
	return 0;
}

const char *netset_format(const struct netset_net *net, char buf[NETSET_TEXT_MAX])
{
	size_t used;

	inet_ntop(net->version == 4 ? AF_INET : AF_INET6, net->address, buf, NETSET_TEXT_MAX);
	if (net->prefix < 8 * address_len(net->version)) {
		used = strlen(buf);
		snprintf(buf + used, NETSET_TEXT_MAX - used, "/%u", net->prefix);
	}
	return buf;
}

void netset_fini(struct netset *set)
{
	free(set->v4.range);
	free(set->v6.range);
	*set = (struct netset){ 0 };
}

int netset_add(struct netset *set, const struct netset_net *net)
{
	struct netset_ranges *ranges = net->version == 4 ? &set->v4 : &set->v6;
	struct netset_range *range;

	if (ranges->count == ranges->room) {
		size_t room = ranges->room ? 2 * ranges->room : 16;

		range = reallocarray(ranges->range, room, sizeof(*range));
		if (!range)
			return -ENOMEM;
		ranges->range = range;
		ranges->room = room;
	}
	range = &ranges->range[ranges->count++];
	memset(range, 0, sizeof(*range));
	for (size_t i = 0; i < address_len(net->version); i++) {
		range->low[i] = net->address[i];
		range->high[i] = net->address[i] | host_bits(net->prefix, i);
	}
	return 0;
}

/* IPv4 leaves the last 12 bytes 0, so one order serves both. */
static int compare_ranges(const void *a, const void *b)
{
	return memcmp(((const struct netset_range *)a)->low, ((const struct netset_range *)b)->low, 16);
}

/* The address behind the one given; false if that was the last of all. */
static bool next_address(uint8_t *address, size_t len)
{
	while (len--)
		if (++address[len])
			return true;
	return false;
}

/* Whether a range that begins at low continues one that ends at high. */
static bool continues(const uint8_t *high, const uint8_t *low, size_t len)
{
	uint8_t next[16] = { 0 };

	memcpy(next, high, len);
	return !next_address(next, len) || memcmp(low, next, len) <= 0;
}

static void seal_ranges(struct netset_ranges *ranges, size_t len)
{
	struct netset_range *range = ranges->range;
	size_t last = 0;

	if (!ranges->count)
		return;
	qsort(range, ranges->count, sizeof(*range), compare_ranges);
	for (size_t i = 1; i < ranges->count; i++) {
		if (!continues(range[last].high, range[i].low, len))
			range[++last] = range[i];
		else if (memcmp(range[i].high, range[last].high, len) > 0)
			memcpy(range[last].high, range[i].high, len);
	}
	ranges->count = last + 1;
}

void netset_seal(struct netset *set)
{
	seal_ranges(&set->v4, 4);
	seal_ranges(&set->v6, 16);
}

bool netset_empty(const struct netset *set)
{
	return !set->v4.count && !set->v6.count;
}

bool netset_contains(const struct netset *set, unsigned version, const uint8_t *address)
{
	const struct netset_ranges *ranges = version == 4 ? &set->v4 : &set->v6;
	size_t len = address_len(version), low = 0, high = ranges->count;

	while (low < high) { /* the first range that begins behind the address */
		size_t middle = low + (high - low) / 2;

		if (memcmp(ranges->range[middle].low, address, len) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && memcmp(address, ranges->range[low - 1].high, len) <= 0;
}
