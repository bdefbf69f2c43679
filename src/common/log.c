/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "common/escape.h"

/* Set before the first thread starts, read by all of them after. */
static const char *program_name = "fireplot";
static bool to_journal;
static int debug_on;

/* $JOURNAL_STREAM is "DEVICE:INODE" of the socket to the journal; stderr may have been redirected since, and children of a
 * service inherit the variable too. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(ours, sizeof(ours), "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void log_open(const char *program)
{
	program_name = program;
	to_journal = stderr_is_journal();
}

void log_set_debug(int on)
{
	__atomic_store_n(&debug_on, on, __ATOMIC_RELAXED);
}

static const char *severity_of(int priority)
{
	switch (priority) {
	case LOG_ERR:
		return "error: ";
	case LOG_WARNING:
		return "warning: ";
	case LOG_DEBUG:
		return "debug: ";
	}
	return "";
}

__attribute__((format(printf, 2, 0)))
static void write_line(int priority, const char *fmt, va_list ap)
{
	char text[1024], line[2048];
	size_t used;
	int len;
	ssize_t n;

	len = vsnprintf(text, sizeof(text), fmt, ap);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text)) {
		len = sizeof(text) - 1;
		memcpy(text + len - 3, "...", 3);
	}
	if (to_journal)
		snprintf(line, sizeof(line), "<%d>", priority);
	else
		snprintf(line, sizeof(line), "%.64s: %s", program_name, severity_of(priority));
	used = strlen(line);
	escape_bytes(text, (size_t)len, line + used, sizeof(line) - used - 1);
	used = strlen(line);
	line[used++] = '\n';
	/* A log that can't be written has nobody left to tell. */
	n = write(STDERR_FILENO, line, used);
	(void)n;
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(LOG_ERR, fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(LOG_WARNING, fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(LOG_INFO, fmt, ap);
	va_end(ap);
}

void log_debug(const char *fmt, ...)
{
	va_list ap;

	if (!__atomic_load_n(&debug_on, __ATOMIC_RELAXED))
		return;
	va_start(ap, fmt);
	write_line(LOG_DEBUG, fmt, ap);
	va_end(ap);
}
