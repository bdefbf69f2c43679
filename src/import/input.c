/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#define RAW_BYTES 65536
#define BUFFER_BYTES (4 * INPUT_LINE)
#define PEEK_MOST 4096

struct input {
	const char *name; /* for people */
	int fd;
	int64_t written_s;
	uint64_t size; /* of the file; 0: not known */
	uint64_t raw_read;
	uint8_t raw[RAW_BYTES]; /* as it lies in the file */
	size_t raw_at, raw_end;
	struct archive *unpacker; /* NULL if it is not compressed */
	char buffer[BUFFER_BYTES + 1]; /* unpacked, and not taken yet */
	size_t at, end;
	bool is_over;
	bool (*go_on)(void *arg);
	void *go_on_arg;
	int error;
	struct failure failure;
};

/* ---- as it lies in the file ---- */

static int input_fail(struct input *in, int err, const char *what)
{
	if (!in->error)
		in->error = fail(&in->failure, err, "%s: %s", in->name, what);
	return in->error;
}

/* Fills what was read before up to at least n bytes, as far as there are so many. */
static int fill_raw(struct input *in, size_t n)
{
	if (in->raw_at == in->raw_end)
		in->raw_at = in->raw_end = 0;
	while (in->raw_end - in->raw_at < n) {
		ssize_t got = read(in->fd, in->raw + in->raw_end, sizeof(in->raw) - in->raw_end);

		if (got < 0)
			return input_fail(in, errno, strerror(errno));
		if (got == 0)
			break;
		in->raw_end += (size_t)got;
		in->raw_read += (size_t)got;
	}
	return 0;
}

/* ---- unpacking ---- */

static const struct {
	size_t len;
	uint8_t magic[6];
} packed[] = {
	{ 2, { 0x1f, 0x8b } },                /* gzip */
	{ 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } }, /* xz */
	{ 4, { 0x28, 0xb5, 0x2f, 0xfd } },    /* zstd */
	{ 3, { 'B', 'Z', 'h' } },             /* bzip2 */
	{ 4, { 0x04, 0x22, 0x4d, 0x18 } },    /* lz4 */
};

static bool is_packed(const struct input *in)
{
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (in->raw_end - in->raw_at >= packed[i].len && memcmp(in->raw + in->raw_at, packed[i].magic, packed[i].len) == 0)
			return true;
	return false;
}

#ifdef HAVE_LIBARCHIVE
static la_ssize_t give_raw(struct archive *unpacker, void *arg, const void **bytes)
{
	struct input *in = arg;
	size_t n;

	if (fill_raw(in, 1)) {
		archive_set_error(unpacker, EIO, "%s", in->failure.text);
		return -1;
	}
	*bytes = in->raw + in->raw_at;
	n = in->raw_end - in->raw_at;
	in->raw_at = in->raw_end;
	return (la_ssize_t)n;
}

static int unpack_fail(struct input *in)
{
	const char *why = archive_error_string(in->unpacker);

	return input_fail(in, EILSEQ, why ? why : "cannot be unpacked");
}

/* What is in the table above and nothing else: a log in which somebody writes "begin 644" is not uuencoded. */
static void support_packed(struct archive *unpacker)
{
	archive_read_support_filter_gzip(unpacker);
	archive_read_support_filter_xz(unpacker);
	archive_read_support_filter_zstd(unpacker);
	archive_read_support_filter_bzip2(unpacker);
	archive_read_support_filter_lz4(unpacker);
	archive_read_support_format_empty(unpacker);
	archive_read_support_format_raw(unpacker);
}

static int start_unpacking(struct input *in)
{
	struct archive_entry *entry;
	int got;

	in->unpacker = archive_read_new();
	if (!in->unpacker)
		return input_fail(in, ENOMEM, "no memory");
	support_packed(in->unpacker);
	if (archive_read_open(in->unpacker, in, NULL, give_raw, NULL) < ARCHIVE_WARN)
		return unpack_fail(in);
	got = archive_read_next_header(in->unpacker, &entry);
	in->is_over = got == ARCHIVE_EOF; /* nothing, packed */
	return got < ARCHIVE_WARN ? unpack_fail(in) : 0;
}

static long unpack(struct input *in, void *buf, size_t size)
{
	la_ssize_t n = archive_read_data(in->unpacker, buf, size);

	return n < 0 ? unpack_fail(in) : n;
}

static void stop_unpacking(struct input *in)
{
	archive_read_free(in->unpacker);
}
#else
static int start_unpacking(struct input *in)
{
	return input_fail(in, ENOTSUP, "is compressed, and this fireplot was built without libarchive: unpack it first");
}

static long unpack(struct input *in, void *buf, size_t size)
{
	(void)buf, (void)size;
	return in->error;
}

static void stop_unpacking(struct input *in)
{
	(void)in;
}
#endif

/* ---- unpacked ---- */

static long take_raw(struct input *in, void *buf, size_t size)
{
	size_t n;
	int err = fill_raw(in, 1);

	if (err)
		return err;
	n = in->raw_end - in->raw_at < size ? in->raw_end - in->raw_at : size;
	memcpy(buf, in->raw + in->raw_at, n);
	in->raw_at += n;
	return (long)n;
}

static long read_more(struct input *in, void *buf, size_t size)
{
	if (in->error)
		return in->error;
	return in->unpacker ? unpack(in, buf, size) : take_raw(in, buf, size);
}

/* Moves what is left to the front and reads until there are n bytes or no more. */
static int fill(struct input *in, size_t n)
{
	memmove(in->buffer, in->buffer + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	while (in->end < n && !in->is_over) {
		long got = read_more(in, in->buffer + in->end, BUFFER_BYTES - in->end);

		if (got < 0)
			return (int)got;
		in->is_over = got == 0;
		in->end += (size_t)got;
	}
	return 0;
}

long input_peek(struct input *in, size_t n, const uint8_t **bytes, struct failure *why)
{
	int err = fill(in, n < PEEK_MOST ? n : PEEK_MOST);

	if (err && in->end == 0)
		return input_failure(in, why);
	*bytes = (const uint8_t *)in->buffer;
	return (long)(in->end < n ? in->end : n);
}

static bool may_go_on(struct input *in)
{
	if (!in->go_on || in->go_on(in->go_on_arg))
		return true;
	input_fail(in, EINTR, strerror(EINTR));
	return false;
}

/* Passes over the rest of a line that is too long. */
static void skip_line(struct input *in)
{
	const char *newline;

	while (!(newline = memchr(in->buffer + in->at, '\n', in->end - in->at))) {
		in->at = in->end;
		if (!may_go_on(in) || fill(in, 1) || in->end == 0)
			return;
	}
	in->at = (size_t)(newline - in->buffer) + 1;
}

int input_line(struct input *in, const char **line, size_t *len, struct failure *why)
{
	char *newline = memchr(in->buffer + in->at, '\n', in->end - in->at);

	if (!newline) {
		int err = fill(in, BUFFER_BYTES);

		if (in->end == 0)
			return err ? input_failure(in, why) : 0;
		newline = memchr(in->buffer, '\n', in->end);
	}
	*line = in->buffer + in->at;
	*len = (size_t)((newline ? newline : in->buffer + in->end) - *line);
	if (*len > INPUT_LINE) {
		*line = NULL;
		*len = INPUT_LINE + 1;
		in->at += INPUT_LINE + 1;
		skip_line(in);
		return 1;
	}
	in->at += *len + (newline != NULL);
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	return 1;
}

static ssize_t stream_read(void *cookie, char *buf, size_t size)
{
	struct input *in = cookie;
	size_t n = in->end - in->at;
	long got;

	if (n > 0) {
		n = n < size ? n : size;
		memcpy(buf, in->buffer + in->at, n);
		in->at += n;
		return (ssize_t)n;
	}
	if (in->is_over)
		return 0;
	got = read_more(in, buf, size);
	if (got >= 0)
		return got;
	errno = (int)-got;
	return -1;
}

FILE *input_stream(struct input *in)
{
	FILE *stream = fopencookie(in, "r", (cookie_io_functions_t){ .read = stream_read });

	if (stream)
		setvbuf(stream, NULL, _IOFBF, RAW_BYTES);
	return stream;
}

/* ---- life ---- */

static int look(struct input *in, bool is_file)
{
	struct stat st;

	if (fstat(in->fd, &st) < 0)
		return input_fail(in, errno, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return input_fail(in, EISDIR, "is a directory; expected a file");
	in->written_s = time(NULL);
	if (S_ISREG(st.st_mode)) {
		in->written_s = st.st_mtime;
		in->size = is_file ? (uint64_t)st.st_size : 0;
	}
	return 0;
}

static int start(struct input *in, const char *name)
{
	bool is_file = strcmp(name, "-") != 0;
	int err;

	in->name = is_file ? name : "standard input";
	in->fd = is_file ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (in->fd < 0)
		return input_fail(in, errno, strerror(errno));
	err = look(in, is_file);
	if (!err)
		err = fill_raw(in, sizeof(packed[0].magic));
	if (!err && is_packed(in))
		err = start_unpacking(in);
	return err;
}

int input_open(const char *name, struct input **out, struct failure *why)
{
	struct input *in = calloc(1, sizeof(*in));
	int err;

	if (!in)
		return fail(why, ENOMEM, "%s: no memory", name);
	err = start(in, name);
	if (err) {
		input_failure(in, why);
		input_close(in);
		return err;
	}
	*out = in;
	return 0;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	stop_unpacking(in);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in);
}

void input_ask(struct input *in, bool (*go_on)(void *arg), void *arg)
{
	in->go_on = go_on;
	in->go_on_arg = arg;
}

const char *input_name(const struct input *in)
{
	return in->name;
}

int64_t input_written_s(const struct input *in)
{
	return in->written_s;
}

double input_progress(const struct input *in)
{
	return in->size ? (double)in->raw_read / (double)in->size : -1;
}

int input_failure(const struct input *in, struct failure *why)
{
	if (in->error && why)
		*why = in->failure;
	return in->error;
}
