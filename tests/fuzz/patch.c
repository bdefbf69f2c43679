/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "patch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MUST(condition)                                  \
	do {                                             \
		if (!(condition)) {                      \
			perror(#condition);              \
			abort();                         \
		}                                        \
	} while (0)

void patch_init(struct patch_base *base, void (*make)(const char *path))
{
	const char *tmp = getenv("TMPDIR");
	char dir[256], path[300];
	struct stat st;
	FILE *in;

	snprintf(dir, sizeof(dir), "%s/fireplot-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	MUST(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/base", dir);
	make(path);
	in = fopen(path, "rb");
	MUST(in && fstat(fileno(in), &st) == 0 && st.st_size > 0);
	base->size = (size_t)st.st_size;
	base->bytes = malloc(base->size);
	MUST(base->bytes && fread(base->bytes, 1, base->size, in) == base->size);
	fclose(in);
	unlink(path);
	rmdir(dir);
}

static uint32_t little_endian(const uint8_t *at, unsigned bytes)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint32_t)at[i] << (8 * i);
	return value;
}

static void write_value(uint8_t *bytes, size_t size, size_t at, unsigned width, int32_t value)
{
	uint64_t wide = (uint64_t)(int64_t)value;

	for (unsigned i = 0; i < width; i++)
		bytes[(at + i) % size] = (uint8_t)(wide >> (8 * i));
}

int patch_apply(const struct patch_base *base, const uint8_t *data, size_t size, char path[PATCH_PATH])
{
	uint8_t *bytes = malloc(base->size);
	size_t length = base->size;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	MUST(bytes && fd >= 0);
	memcpy(bytes, base->bytes, base->size);
	for (; size >= 8; data += 8, size -= 8) {
		size_t at = little_endian(data, 3) % base->size;
		unsigned width = data[3];

		if (width == 1 || width == 2 || width == 4 || width == 8)
			write_value(bytes, base->size, at, width, (int32_t)little_endian(data + 4, 4));
		else
			length = at;
	}
	MUST(write(fd, bytes, length) == (ssize_t)length);
	free(bytes);
	snprintf(path, PATCH_PATH, "/proc/self/fd/%d", fd);
	return fd;
}
