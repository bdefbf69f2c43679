/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A picture of an archive as text. state is scratch's; what can't fail in a test fails the test. */
#ifndef TESTS_UNIT_TOOL_DRAWING_H
#define TESTS_UNIT_TOOL_DRAWING_H

#include "tool/picture.h"

/* Draws the archive. The text is the caller's; *picture, where it is wanted, has no bytes any more. */
char *drawing_of(void **state, const struct picture_order *order, struct picture *picture);

#endif
