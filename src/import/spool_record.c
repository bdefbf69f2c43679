/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool_record.h"

#include <stddef.h>
#include <string.h>

static size_t address_bytes(const struct record *record)
{
	if (record->kind != RECORD_PACKET)
		return 0;
	return series_version(record->series) == 4 ? 4 : 16;
}

static uint8_t *put(uint8_t *to, const void *bytes, size_t len)
{
	memcpy(to, bytes, len);
	return to + len;
}

uint8_t *spool_record_pack(const struct record *record, bool has_digest, uint8_t *to)
{
	size_t len = address_bytes(record);

	to = put(to, &record->at, 8);
	to = put(to, &record->number, 2);
	to = put(to, &record->rule, 2);
	*to++ = record->kind;
	*to++ = record->series;
	*to++ = record->class;
	*to++ = record->tcp_flags;
	to = put(to, record->source, len);
	to = put(to, record->destination, len);
	return has_digest ? put(to, &record->digest, 8) : to;
}

static const uint8_t *get(const uint8_t *from, void *bytes, size_t len)
{
	memcpy(bytes, from, len);
	return from + len;
}

const uint8_t *spool_record_unpack(const uint8_t *from, bool has_digest, struct record *record)
{
	size_t len;

	*record = (struct record){ 0 };
	from = get(from, &record->at, 8);
	from = get(from, &record->number, 2);
	from = get(from, &record->rule, 2);
	record->kind = *from++;
	record->series = *from++;
	record->class = *from++;
	record->tcp_flags = *from++;
	len = address_bytes(record);
	from = get(from, record->source, len);
	from = get(from, record->destination, len);
	return has_digest ? get(from, &record->digest, 8) : from;
}
