/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seeds: the files of a target's corpus. NAME.hex holds bytes as hex digits, blanks and # comments between them, so that a
 * binary format can be read and reviewed; any other file is taken as it is. */
#ifndef TESTS_FUZZ_SEED_H
#define TESTS_FUZZ_SEED_H

#include <stddef.h>
#include <stdint.h>

struct seed {
	uint8_t *bytes; /* never NULL */
	size_t len;
};

/* Reads one file. 0, or -1 after a message on stderr. */
int seed_read(const char *path, struct seed *seed);
void seed_free(struct seed *seed);

/* The names of the files in a corpus, sorted, NULL behind the last. Returns how many, or -1 after a message on stderr. */
int seed_list(const char *folder, char ***names);
void seed_list_free(char **names);

#endif
