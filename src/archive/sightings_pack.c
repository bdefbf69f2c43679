/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sightings of a step as rows of the table packed, and back. */
#include "archive/sightings_db.h"

#ifdef HAVE_SQLITE3

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "packet/series.h"

unsigned sightings_address_bytes(unsigned series)
{
	return series_version((enum series)series) == 6 ? 16 : 4;
}

unsigned sightings_packed_bytes(unsigned address_bytes)
{
	return 2 * address_bytes + 7;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

const uint64_t *sightings_sort(struct sightings *s, const struct sighting_step *step, unsigned *count)
{
	uint64_t *order = reallocarray(s->order, step->count + 1u, sizeof(*order));
	unsigned n = 0;

	if (!order)
		return NULL;
	s->order = order;
	for (unsigned i = 0; i < step->count; i++) {
		const struct sighting *sighting = &step->sighting[i];
		uint32_t kind = (uint32_t)sighting->series << 16 | (uint32_t)sighting->class << 8 | sighting->rule;

		if (sighting->series < SERIES_COUNT && sighting->class < CLASS_COUNT) /* or else the ring was damaged */
			order[n++] = (uint64_t)kind << 32 | i;
	}
	qsort(order, n, sizeof(*order), compare);
	*count = n;
	return order;
}

unsigned sightings_in_row(const struct sighting_step *step, const uint64_t *order, unsigned count)
{
	unsigned series = step->sighting[(uint32_t)order[0]].series;
	unsigned most = SIGHTINGS_ROW / sightings_packed_bytes(sightings_address_bytes(series)), n = 1;

	while (n < count && n < most && order[n] >> 32 == order[0] >> 32)
		n++;
	return n;
}

void sightings_pack(const struct sighting *sighting, unsigned address_bytes, uint8_t *to)
{
	uint16_t number = htobe16(sighting->number);
	uint32_t packets = htobe32(sighting->packets);

	memcpy(to, sighting->source, address_bytes);
	memcpy(to + address_bytes, sighting->destination, address_bytes);
	memcpy(to + 2 * address_bytes, &number, sizeof(number));
	memcpy(to + 2 * address_bytes + 2, &packets, sizeof(packets));
	to[2 * address_bytes + 6] = sighting->tcp_flags;
}

void sightings_unpack(struct sighting *sighting, unsigned address_bytes, const uint8_t *from)
{
	uint16_t number;
	uint32_t packets;

	if (address_bytes == 4) { /* of a size that the compiler knows */
		memcpy(sighting->source, from, 4);
		memcpy(sighting->destination, from + 4, 4);
	} else {
		memcpy(sighting->source, from, 16);
		memcpy(sighting->destination, from + 16, 16);
	}
	memcpy(&number, from + 2 * address_bytes, sizeof(number));
	memcpy(&packets, from + 2 * address_bytes + 2, sizeof(packets));
	sighting->number = be16toh(number);
	sighting->packets = be32toh(packets);
	sighting->tcp_flags = from[2 * address_bytes + 6];
}

#endif
