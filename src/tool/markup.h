/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of unknown origin written into a page so that they stay texts. Bytes that are not UTF-8, and control characters, become
 * U+FFFD. Errors show in ferror(out). */
#ifndef TOOL_MARKUP_H
#define TOOL_MARKUP_H

#include <stdio.h>

/* Between tags, or within the double quotes of an attribute. */
void markup_text(FILE *out, const char *text);

/* A string of JSON, quotes included, that may stand in a <script>: none of its characters means anything to HTML. */
void markup_json(FILE *out, const char *text);

/* A name of a file as a reference relative to the page. It is one name, not a path, and can't be taken for a scheme. */
void markup_reference(FILE *out, const char *name);

#endif
