/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack CORPUS FOLDER: writes each seed of a corpus as plain bytes into a folder, for libFuzzer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "seed.h"

static int unpack(const char *corpus, const char *folder, const char *name)
{
	char from[4096], to[4096];
	struct seed seed;
	FILE *file;
	int err = 0;

	snprintf(from, sizeof(from), "%s/%s", corpus, name);
	snprintf(to, sizeof(to), "%s/%s", folder, name);
	if (seed_read(from, &seed) < 0)
		return -1;
	file = fopen(to, "wb");
	if (!file || fwrite(seed.bytes, 1, seed.len, file) != seed.len)
		err = errno;
	if (file && fclose(file))
		err = errno;
	if (err)
		fprintf(stderr, "%s: %s\n", to, strerror(err));
	seed_free(&seed);
	return err ? -1 : 0;
}

int main(int argc, char **argv)
{
	char **names;
	int count, err = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: unpack CORPUS FOLDER\n");
		return 2;
	}
	count = seed_list(argv[1], &names);
	if (count < 0)
		return 1;
	for (int i = 0; i < count; i++)
		err |= unpack(argv[1], argv[2], names[i]);
	seed_list_free(names);
	return err ? 1 : 0;
}
