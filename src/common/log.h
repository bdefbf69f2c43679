/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines of the daemon: to stderr, each with the program's name; under systemd (JOURNAL_STREAM names our stderr) with the
 * <priority> prefix of sd-daemon(3) instead. Bytes that do not print are written as \xNN: what is logged may come from a packet.
 * Safe from any thread, one write(2) a line. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

void log_open(const char *program);
void log_set_debug(int on);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
