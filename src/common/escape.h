/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of unknown origin made fit for a line of a log or a terminal. */
#ifndef COMMON_ESCAPE_H
#define COMMON_ESCAPE_H

#include <stddef.h>

/* Writes text with each byte that is not printable ASCII as \xNN, cut where buf is full (never within a \xNN), with NUL.
 * size must be above 0. Returns how many bytes of text were written: less than len if it was cut. */
size_t escape_bytes(const char *text, size_t len, char *buf, size_t size);

#define ESCAPE_QUOTED 64 /* room for what escape_quote makes */

/* The text in double quotes, escaped, and "..." in place of what is too long to be told. Returns buf. */
const char *escape_quote(const char *text, char buf[ESCAPE_QUOTED]);

#endif
