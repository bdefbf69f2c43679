/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The spots of a picture as the script of its page reads them. */
#ifndef TOOL_HOVER_JSON_H
#define TOOL_HOVER_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "tool/hover.h"
#include "tool/services.h"
#include "tool/window.h"

/* Writes one object of JSON that may stand in a <script>; the picture is width wide and shows that window. src/tool/page.js says how
 * its numbers follow each other. 0 or -ENOMEM; other errors show in ferror(out). */
int hover_json_write(FILE *out, struct hover *hover, const struct services *services, unsigned width, const struct window *window);

#endif
