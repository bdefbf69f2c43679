/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/gunzip.h"

#ifdef HAVE_ZLIB

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define ONLY_GZIP (16 + MAX_WBITS)

struct gunzip {
	struct raw *raw;
	z_stream stream;
	bool is_between; /* members */
};

bool gunzip_is_gzip(const struct raw *raw)
{
	return raw_left(raw) >= 2 && memcmp(raw_bytes(raw), "\x1f\x8b", 2) == 0;
}

struct gunzip *gunzip_new(struct raw *raw)
{
	struct gunzip *gunzip = calloc(1, sizeof(*gunzip));

	if (!gunzip)
		return NULL;
	gunzip->raw = raw;
	if (inflateInit2(&gunzip->stream, ONLY_GZIP) == Z_OK)
		return gunzip;
	free(gunzip);
	return NULL;
}

void gunzip_free(struct gunzip *gunzip)
{
	if (gunzip)
		inflateEnd(&gunzip->stream);
	free(gunzip);
}

/* 1 where there is another member, else 0. */
static int next_member(struct gunzip *gunzip)
{
	int err = raw_fill(gunzip->raw, 2);

	if (err || !gunzip_is_gzip(gunzip->raw))
		return err;
	inflateReset(&gunzip->stream);
	gunzip->is_between = false;
	return 1;
}

long gunzip_read(struct gunzip *gunzip, void *buf, size_t size, const char **why)
{
	z_stream *stream = &gunzip->stream;
	struct raw *raw = gunzip->raw;
	int got;

	stream->next_out = buf;
	stream->avail_out = size < UINT_MAX ? (unsigned)size : UINT_MAX;
	while (stream->next_out == buf) {
		got = gunzip->is_between ? next_member(gunzip) : raw_fill(raw, 1);
		if (got < 0)
			*why = strerror(-got);
		if (got < 0 || gunzip->is_between)
			return got;
		stream->next_in = raw->bytes + raw->at;
		stream->avail_in = (unsigned)raw_left(raw);
		got = inflate(stream, Z_NO_FLUSH);
		raw->at = raw->end - stream->avail_in;
		gunzip->is_between = got == Z_STREAM_END;
		if (got == Z_OK || got == Z_STREAM_END || stream->next_out != buf)
			continue;
		*why = got == Z_MEM_ERROR ? "no memory" : got == Z_BUF_ERROR ? "is cut off (gzip)" : "is damaged (gzip)";
		return got == Z_MEM_ERROR ? -ENOMEM : -EILSEQ;
	}
	return stream->next_out - (unsigned char *)buf;
}

#else

bool gunzip_is_gzip(const struct raw *raw)
{
	(void)raw;
	return false;
}

struct gunzip *gunzip_new(struct raw *raw)
{
	(void)raw;
	return NULL;
}

void gunzip_free(struct gunzip *gunzip)
{
	(void)gunzip;
}

long gunzip_read(struct gunzip *gunzip, void *buf, size_t size, const char **why)
{
	(void)gunzip, (void)buf, (void)size, (void)why;
	return 0;
}

#endif
