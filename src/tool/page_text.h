/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The script and the style of a page: page.js and page.css, which the Makefile makes texts of. */
#ifndef TOOL_PAGE_TEXT_H
#define TOOL_PAGE_TEXT_H

extern const char page_script[];
extern const char page_style[];

#endif
