/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#include "import/gunzip.h"

struct unpacker {
	struct raw *raw;
	struct gunzip *gunzip;   /* NULL for all that libarchive unpacks */
	struct archive *archive; /* NULL for gzip */
	bool is_empty;           /* of nothing, packed */
	int read_error;
};

static const struct {
	size_t len;
	uint8_t magic[UNPACK_MAGIC];
} packed[] = {
	{ 2, { 0x1f, 0x8b } },                /* gzip */
	{ 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } }, /* xz */
	{ 4, { 0x28, 0xb5, 0x2f, 0xfd } },    /* zstd */
	{ 3, { 'B', 'Z', 'h' } },             /* bzip2 */
	{ 4, { 0x04, 0x22, 0x4d, 0x18 } },    /* lz4 */
};

bool unpack_is_packed(const struct raw *raw)
{
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (raw_left(raw) >= packed[i].len && memcmp(raw_bytes(raw), packed[i].magic, packed[i].len) == 0)
			return true;
	return false;
}

/* ---- by libarchive ---- */

#ifdef HAVE_LIBARCHIVE
static la_ssize_t give_raw(struct archive *archive, void *arg, const void **bytes)
{
	struct unpacker *unpacker = arg;
	struct raw *raw = unpacker->raw;
	size_t n;

	unpacker->read_error = raw_fill(raw, 1);
	if (unpacker->read_error) {
		archive_set_error(archive, -unpacker->read_error, "%s", strerror(-unpacker->read_error));
		return -1;
	}
	*bytes = raw_bytes(raw);
	n = raw_left(raw);
	raw->at = raw->end;
	return (la_ssize_t)n;
}

static int archive_fail(const struct unpacker *unpacker, const char **why)
{
	*why = archive_error_string(unpacker->archive);
	if (!*why)
		*why = "cannot be unpacked";
	return unpacker->read_error ? unpacker->read_error : -EILSEQ;
}

/* What is in the table above and nothing else: a log in which somebody writes "begin 644" is not uuencoded. */
static void support_packed(struct archive *archive)
{
	archive_read_support_filter_gzip(archive); /* where zlib was left out */
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_format_empty(archive);
	archive_read_support_format_raw(archive);
}

static int open_archive(struct unpacker *unpacker, const char **why)
{
	struct archive_entry *entry;
	int got;

	*why = "no memory";
	unpacker->archive = archive_read_new();
	if (!unpacker->archive)
		return -ENOMEM;
	support_packed(unpacker->archive);
	if (archive_read_open(unpacker->archive, unpacker, NULL, give_raw, NULL) < ARCHIVE_WARN)
		return archive_fail(unpacker, why);
	got = archive_read_next_header(unpacker->archive, &entry);
	unpacker->is_empty = got == ARCHIVE_EOF;
	return got < ARCHIVE_WARN ? archive_fail(unpacker, why) : 0;
}

static long read_archive(struct unpacker *unpacker, void *buf, size_t size, const char **why)
{
	la_ssize_t n = unpacker->is_empty ? 0 : archive_read_data(unpacker->archive, buf, size);

	return n < 0 ? archive_fail(unpacker, why) : n;
}

static void close_archive(struct unpacker *unpacker)
{
	archive_read_free(unpacker->archive);
}
#else
static int open_archive(struct unpacker *unpacker, const char **why)
{
	(void)unpacker;
	*why = "is compressed, and this fireplot was built without libarchive: unpack it first";
	return -ENOTSUP;
}

static long read_archive(struct unpacker *unpacker, void *buf, size_t size, const char **why)
{
	(void)unpacker, (void)buf, (void)size, (void)why;
	return 0;
}

static void close_archive(struct unpacker *unpacker)
{
	(void)unpacker;
}
#endif

/* ---- either ---- */

int unpack_open(struct raw *raw, struct unpacker **out, const char **why)
{
	struct unpacker *unpacker = calloc(1, sizeof(*unpacker));
	int err = 0;

	*why = "no memory";
	if (!unpacker)
		return -ENOMEM;
	unpacker->raw = raw;
	if (!gunzip_is_gzip(raw))
		err = open_archive(unpacker, why);
	else if (!(unpacker->gunzip = gunzip_new(raw)))
		err = -ENOMEM;
	if (err)
		unpack_close(unpacker);
	else
		*out = unpacker;
	return err;
}

long unpack_read(struct unpacker *unpacker, void *buf, size_t size, const char **why)
{
	if (unpacker->gunzip)
		return gunzip_read(unpacker->gunzip, buf, size, why);
	return read_archive(unpacker, buf, size, why);
}

void unpack_close(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	gunzip_free(unpacker->gunzip);
	close_archive(unpacker);
	free(unpacker);
}
