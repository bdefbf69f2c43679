/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain values of settings, read into and written from the member that their word names (words.h). The readers return 0, or
 * -errno with *why as "expected this, not that"; the writers write the line that reads back the same. */
#ifndef DAEMON_VALUES_H
#define DAEMON_VALUES_H

#include "daemon/words.h"

typedef int value_set(struct settings *settings, const struct word *word, const char *value, struct failure *why);
typedef void value_print(const struct settings *settings, const struct word *word, FILE *out);

value_set value_set_number, value_set_timeout, value_set_size, value_set_duration, value_set_step, value_set_power_of_two,
	value_set_archive, value_set_path, value_set_daemon, value_set_user;
value_print value_print_number, value_print_size, value_print_duration, value_print_path, value_print_daemon, value_print_user;

#endif
