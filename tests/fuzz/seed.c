/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seed.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_MAX (1 << 20)

static bool is_hex(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && !strcmp(path + len - 4, ".hex");
}

static int digit(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Turns hex text into bytes in place. 0, or the number of the line that is wrong. */
static unsigned unpack_hex(struct seed *seed)
{
	size_t len = 0;
	unsigned line = 1;

	for (size_t i = 0; i < seed->len; i++) {
		int c = seed->bytes[i];

		if (c == '#')
			while (i + 1 < seed->len && seed->bytes[i + 1] != '\n')
				i++;
		else if (c == '\n')
			line++;
		else if (isxdigit(c) && i + 1 < seed->len && isxdigit(seed->bytes[i + 1]))
			seed->bytes[len++] = (uint8_t)(digit(c) << 4 | digit(seed->bytes[++i]));
		else if (!isspace(c))
			return line;
	}
	seed->len = len;
	return 0;
}

int seed_read(const char *path, struct seed *seed)
{
	FILE *file = fopen(path, "rb");
	unsigned line;

	*seed = (struct seed){ .bytes = malloc(SEED_MAX) };
	if (!file || !seed->bytes) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		goto wrong;
	}
	seed->len = fread(seed->bytes, 1, SEED_MAX, file);
	if (ferror(file) || seed->len == SEED_MAX) {
		fprintf(stderr, "%s: can't be read, or has more than %d bytes\n", path, SEED_MAX - 1);
		goto wrong;
	}
	line = is_hex(path) ? unpack_hex(seed) : 0;
	if (line) {
		fprintf(stderr, "%s:%u: expected pairs of hex digits, blanks and # comments\n", path, line);
		goto wrong;
	}
	fclose(file);
	return 0;
wrong:
	if (file)
		fclose(file);
	seed_free(seed);
	return -1;
}

void seed_free(struct seed *seed)
{
	free(seed->bytes);
	seed->bytes = NULL;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int seed_list(const char *folder, char ***names)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, alphasort);

	if (count < 0) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return -1;
	}
	*names = calloc((size_t)count + 1, sizeof(**names));
	for (int i = 0; i < count; i++) {
		if (*names)
			(*names)[i] = strdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return *names ? count : -1;
}

void seed_list_free(char **names)
{
	for (char **name = names; *name; name++)
		free(*name);
	free(names);
}
