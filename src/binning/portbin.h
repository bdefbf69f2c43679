/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports to bins and back. Ports below exact_ports have a bin each; above, each octave (2^k to 2^(k+1)-1) has per_octave
 * equal bins. The default, 1024 and 64, gives 1408 bins, about a pixel each on a log axis. */
#ifndef BINNING_PORTBIN_H
#define BINNING_PORTBIN_H

#include <stdbool.h>
#include <stdint.h>

struct portbin {
	uint32_t exact_ports; /* a power of two, 64 to 65536 */
	uint32_t per_octave;  /* a power of two, 1 to 64 */
};

#define PORTBIN_DEFAULT ((struct portbin){ .exact_ports = 1024, .per_octave = 64 })
#define PORTBIN_EXACT ((struct portbin){ .exact_ports = 65536, .per_octave = 1 }) /* a bin for each port */

bool portbin_valid(const struct portbin *pb);

/* How many bins there are; at most 65536. */
unsigned portbin_count(const struct portbin *pb);

/* The ports of a bin, both inclusive; lo == hi where a bin is one port. bin < portbin_count(). */
void portbin_range(const struct portbin *pb, unsigned bin, uint16_t *lo, uint16_t *hi);

/* The bin of a port. */
static inline unsigned portbin_of(const struct portbin *pb, uint16_t port)
{
	unsigned octave, first;

	if (port < pb->exact_ports)
		return port;
	octave = 31 - (unsigned)__builtin_clz(port);
	first = 31 - (unsigned)__builtin_clz(pb->exact_ports);
	return pb->exact_ports + (octave - first) * pb->per_octave +
	       (((port - (1u << octave)) * pb->per_octave) >> octave);
}

#endif
