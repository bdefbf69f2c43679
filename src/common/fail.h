/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A failure told in words: the layer that fails writes what and why, the layer that decides logs or prints it once. */
#ifndef COMMON_FAIL_H
#define COMMON_FAIL_H

struct failure {
	char text[512]; /* NUL-terminated, without newline or program name */
};

/* Writes the sentence (printf's way, cut at the end of text) and returns -err. err is an errno value; its strerror is not
 * appended. why may be NULL. */
int fail(struct failure *why, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": " and strerror(err) behind the sentence. */
int fail_errno(struct failure *why, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
