/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a file, or of standard input, unpacked if they are compressed: what they are is told by the content, not by the name. */
#ifndef IMPORT_INPUT_H
#define IMPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/fail.h"

#define INPUT_LINE 65536 /* bytes of the longest line */

struct input;

/* Opens a file, or standard input for "-". -EISDIR, -ENOENT ...; -ENOTSUP if the library that unpacks it was left out;
 * as all that reads here, -EINTR if a signal comes while it waits. */
int input_open(const char *name, struct input **input, struct failure *why);
void input_close(struct input *input);

/* Of a line that is too long there may be no end: go_on is asked while it is passed over, and if it says no that is a failure, -EINTR. */
void input_ask(struct input *input, bool (*go_on)(void *arg), void *arg);

/* For people: the name, or "standard input". */
const char *input_name(const struct input *input);

/* When it was last written, since 1970; now for a pipe. */
int64_t input_written_s(const struct input *input);

/* What part of it has been read, 0 to 1; below 0 if that can't be known. */
double input_progress(const struct input *input);

/* The first bytes without taking them, up to n, at most 4096; fewer only where there are no more. -errno if it can't be read. */
long input_peek(struct input *input, size_t n, const uint8_t **bytes, struct failure *why);

/* The next line without its newline and a CR before it, valid until the next call. 1, or 0 at the end; -errno with *why, also where
 * compressed data end too early or are damaged. A line longer than INPUT_LINE is passed over: *len is INPUT_LINE + 1 then, *line NULL. */
int input_line(struct input *input, const char **line, size_t *len, struct failure *why);

/* All that follows as a stream, which the caller closes before the input. A failure shows as an error of the stream, and in
 * input_failure. Not to be mixed with input_line. NULL without memory. */
FILE *input_stream(struct input *input);

/* 0, or what went wrong while reading. */
int input_failure(const struct input *input, struct failure *why);

#endif
