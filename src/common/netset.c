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

static uint64_t read_number(const uint8_t *p, size_t len)
{
	uint64_t number = 0;

	while (len--)
		number = number << 8 | *p++;
	return number;
}

static struct netset_number to_number(unsigned version, const uint8_t *address)
{
	if (version == 4)
		return (struct netset_number){ .low = read_number(address, 4) };
	return (struct netset_number){ .high = read_number(address, 8), .low = read_number(address + 8, 8) };
}

static bool less(struct netset_number a, struct netset_number b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

int netset_add(struct netset *set, const struct netset_net *net)
{
	struct netset_ranges *ranges = net->version == 4 ? &set->v4 : &set->v6;
	uint8_t last[16];

	if (ranges->count == ranges->room) {
		size_t room = ranges->room ? 2 * ranges->room : 16;
		struct netset_range *range = reallocarray(ranges->range, room, sizeof(*range));

		if (!range)
			return -ENOMEM;
		ranges->range = range;
		ranges->room = room;
	}
	for (size_t i = 0; i < address_len(net->version); i++)
		last[i] = net->address[i] | host_bits(net->prefix, i);
	ranges->range[ranges->count++] = (struct netset_range){
		.first = to_number(net->version, net->address),
		.last = to_number(net->version, last),
	};
	return 0;
}

static int compare_ranges(const void *a, const void *b)
{
	struct netset_number x = ((const struct netset_range *)a)->first, y = ((const struct netset_range *)b)->first;

	return less(x, y) ? -1 : less(y, x);
}

/* Whether a range that begins at first continues one that ends at last: within it, or at the next address. */
static bool continues(struct netset_number last, struct netset_number first)
{
	struct netset_number next = { .high = last.high + (last.low == UINT64_MAX), .low = last.low + 1 };
	bool none_behind = next.high == 0 && next.low == 0;

	return none_behind || !less(next, first);
}

static void seal_ranges(struct netset_ranges *ranges)
{
	struct netset_range *range = ranges->range;
	size_t last = 0;

	if (!ranges->count)
		return;
	qsort(range, ranges->count, sizeof(*range), compare_ranges);
	for (size_t i = 1; i < ranges->count; i++) {
		if (!continues(range[last].last, range[i].first))
			range[++last] = range[i];
		else if (less(range[last].last, range[i].last))
			range[last].last = range[i].last;
	}
	ranges->count = last + 1;
}

void netset_seal(struct netset *set)
{
	seal_ranges(&set->v4);
	seal_ranges(&set->v6);
}

bool netset_empty(const struct netset *set)
{
	return !set->v4.count && !set->v6.count;
}

bool netset_contains(const struct netset *set, unsigned version, const uint8_t *address)
{
	const struct netset_ranges *ranges = version == 4 ? &set->v4 : &set->v6;
	size_t low = 0, high = ranges->count;
	struct netset_number asked;

	if (!high)
		return false;
	asked = to_number(version, address);
	while (low < high) { /* for the first range that begins behind the address */
		size_t middle = low + (high - low) / 2;

		if (less(asked, ranges->range[middle].first))
			high = middle;
		else
			low = middle + 1;
	}
	return low && !less(ranges->range[low - 1].last, asked);
}
