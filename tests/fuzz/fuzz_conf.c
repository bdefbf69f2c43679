/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file: what is refused is told in one printable line that names the file, and what is taken reads back the
 * same after it was printed. */
#include "fuzz.h"

#include <string.h>

#include "daemon/settings.h"

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

static char *printed(const struct settings *settings)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	FUZZ_CHECK(out);
	settings_print(settings, out);
	FUZZ_CHECK(fclose(out) == 0);
	return text;
}

static void check_bounds(const struct settings *s)
{
	FUZZ_CHECK(s->group_count >= 1 && s->group_count <= SETTINGS_GROUPS);
	FUZZ_CHECK(s->watch.count <= SLOT_WATCHED);
	FUZZ_CHECK(s->archive[0] == '/' && s->ring[0] == '/');
	FUZZ_CHECK(s->layout.step_s >= 1 && s->flush_s >= 1 && s->flush_s <= 3600);
	FUZZ_CHECK(!s->layout_given || s->flush_s % s->layout.step_s == 0);
	FUZZ_CHECK(s->classes_by_port > 0 && s->classes_by_port < 1u << CLASS_COUNT);
	FUZZ_CHECK(s->socket.kernel_buffer_bytes >= 4096 && s->socket.kernel_buffer_bytes <= 131072);
	FUZZ_CHECK(s->socket.timeout_ms >= 10 && s->socket.copy_range_bytes >= 64);
}

static void check_round_trip(const struct settings *settings)
{
	struct settings again;
	struct failure why = { "" };
	char *once = printed(settings), *twice;

	FUZZ_CHECK(settings_init(&again) == 0);
	FUZZ_CHECK(settings_read_text(&again, "again", once, strlen(once), &why) == 0);
	FUZZ_CHECK(settings_check(&again, &why) == 0);
	twice = printed(&again);
	FUZZ_CHECK(strcmp(once, twice) == 0);
	FUZZ_CHECK(settings_restart_word(settings, &again) == NULL);
	free(once);
	free(twice);
	settings_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings;
	struct failure why = { "" };

	FUZZ_CHECK(settings_init(&settings) == 0);
	if (settings_read_text(&settings, "conf", (const char *)data, size, &why) < 0) {
		FUZZ_CHECK(strncmp(why.text, "conf:", 5) == 0 && is_printable(why.text));
	} else if (settings_check(&settings, &why) < 0) {
		FUZZ_CHECK(why.text[0] != '\0' && is_printable(why.text));
	} else {
		check_bounds(&settings);
		check_round_trip(&settings);
	}
	settings_fini(&settings);
	return 0;
}
