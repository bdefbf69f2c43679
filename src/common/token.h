/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a line. */
#ifndef COMMON_TOKEN_H
#define COMMON_TOKEN_H

#include <stdbool.h>

#include "common/escape.h"

/* Takes the next of the words that blanks part; false behind the last. What does not fit into token, and so is cut, is longer than anything
 * that could be meant. */
bool token_next(const char **at, char token[ESCAPE_QUOTED]);

#endif
