/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot/palette_given.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/escape.h"

/* ground: what lies below. In the order of the enum those below come first. */
static const struct {
	const char *tag;
	enum palette_part ground;
} parts[PALETTE_PARTS] = {
	[PALETTE_BACK] = { "BACK", PALETTE_BACK },      [PALETTE_CANVAS] = { "CANVAS", PALETTE_BACK },
	[PALETTE_SHADEA] = { "SHADEA", PALETTE_BACK },  [PALETTE_SHADEB] = { "SHADEB", PALETTE_BACK },
	[PALETTE_GRID] = { "GRID", PALETTE_CANVAS },    [PALETTE_MGRID] = { "MGRID", PALETTE_CANVAS },
	[PALETTE_FONT] = { "FONT", PALETTE_BACK },      [PALETTE_FRAME] = { "FRAME", PALETTE_BACK },
	[PALETTE_AXIS] = { "AXIS", PALETTE_BACK },      [PALETTE_ARROW] = { "ARROW", PALETTE_BACK },
	[PALETTE_TCP4] = { "TCP4", PALETTE_CANVAS },    [PALETTE_UDP4] = { "UDP4", PALETTE_CANVAS },
	[PALETTE_TCP6] = { "TCP6", PALETTE_CANVAS },    [PALETTE_UDP6] = { "UDP6", PALETTE_CANVAS },
	[PALETTE_ICMP4] = { "ICMP4", PALETTE_CANVAS },  [PALETTE_ICMP6] = { "ICMP6", PALETTE_CANVAS },
	[PALETTE_UNKNOWN] = { "UNKNOWN", PALETTE_CANVAS }, [PALETTE_LOST] = { "LOST", PALETTE_BACK },
};

static int unknown_tag(const char *text, size_t length, struct failure *why)
{
	char tag[32], quoted[ESCAPE_QUOTED], list[256];
	size_t used = 0;

	snprintf(tag, sizeof(tag), "%.*s", (int)(length < sizeof(tag) ? length : sizeof(tag)), text);
	for (unsigned i = 0; i < PALETTE_PARTS; i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
		                         i == 0 ? "" : i + 1 < PALETTE_PARTS ? ", " : " or ", parts[i].tag);
	return fail(why, EINVAL, "unknown tag %s, expected %s", escape_quote(tag, quoted), list);
}

int palette_given_take(struct palette_given *given, const char *text, struct failure *why)
{
	size_t length = strcspn(text, "#"), digits;
	char quoted[ESCAPE_QUOTED];
	unsigned part = 0;
	uint32_t rgba;

	while (part < PALETTE_PARTS && (strlen(parts[part].tag) != length || strncmp(parts[part].tag, text, length) != 0))
		part++;
	if (part == PALETTE_PARTS)
		return unknown_tag(text, length, why);
	text += length + (text[length] == '#');
	digits = strspn(text, "0123456789abcdefABCDEF");
	if (text[digits] || (digits != 6 && digits != 8))
		return fail(why, EINVAL, "expected %s#rrggbb or %s#rrggbbaa, with hexadecimal digits, not %s behind the tag",
		            parts[part].tag,
		            parts[part].tag, escape_quote(text, quoted));
	rgba = (uint32_t)strtoul(text, NULL, 16);
	given->rgba[part] = digits == 8 ? rgba : rgba << 8 | 0xff;
	given->parts |= 1u << part;
	return 0;
}

void palette_given_apply(const struct palette_given *given, struct palette *palette)
{
	for (unsigned i = 0; i < PALETTE_PARTS; i++) {
		uint32_t rgba = given->rgba[i];

		if (given->parts >> i & 1)
			palette->colour[i] = palette_mix(rgba >> 8, palette->colour[parts[i].ground], rgba & 0xff, 0xff);
		else if (i == PALETTE_SHADEA || i == PALETTE_SHADEB)
			palette->colour[i] = palette->colour[PALETTE_BACK];
	}
	palette->given = given->parts;
}
