/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of this folder share: a directory of their own, a small layout, random numbers that can be repeated. */
#ifndef TESTS_UNIT_ARCHIVE_SCRATCH_H
#define TESTS_UNIT_ARCHIVE_SCRATCH_H

#include <stdint.h>

#include "archive/schema.h"

#define SCRATCH_PATH 512

struct failure;

/* Makes an empty directory below $TMPDIR; as a cmocka setup and teardown, *state is its path. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* "DIR/NAME", in one of a few static buffers. */
const char *scratch_path(void **state, const char *name);

/* Steps of 10 s kept for 10 minutes, minutes for 2 hours, rows of 10 minutes for a day; 64 exact ports and 2 bins an octave. */
struct schema scratch_schema(void);

/* Prints and sets the seed, which is $SEED or the clock; then numbers below n. */
void scratch_seed(void);
uint32_t scratch_random(uint32_t n);

/* A file's bytes, in an allocation of exactly that size. */
uint8_t *scratch_read(const char *path, size_t *size);
void scratch_write(const char *path, const uint8_t *bytes, size_t size);

/* Fails the test with *why where err is not 0. */
void must(int err, const struct failure *why);

#endif
