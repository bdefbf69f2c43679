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

#include "import/raw.h"
#include "import/unpack.h"

#define BUFFER_BYTES (4 * INPUT_LINE)
#define PEEK_MOST 4096

struct input {
	const char *name; /* for people */
	int64_t written_s;
	uint64_t size; /* of the file; 0: not known */
	struct raw raw;
	struct unpacker *unpacker; /* NULL if it is not compressed */
	char buffer[BUFFER_BYTES + 1]; /* unpacked, and not taken yet */
	size_t at, end;
	bool is_over;
	bool (*go_on)(void *arg);
	void *go_on_arg;
	int error;
	struct failure failure;
};

static int input_fail(struct input *in, int err, const char *what)
{
	if (!in->error)
		in->error = fail(&in->failure, err, "%s: %s", in->name, what);
	return in->error;
}

static int fill_raw(struct input *in, size_t n)
{
	int err = raw_fill(&in->raw, n);

	return err ? input_fail(in, -err, strerror(-err)) : 0;
}

static int start_unpacking(struct input *in)
{
	const char *why;
	int err = unpack_open(&in->raw, &in->unpacker, &why);

	return err ? input_fail(in, -err, why) : 0;
}

static long unpack(struct input *in, void *buf, size_t size)
{
	const char *why;
	long n = unpack_read(in->unpacker, buf, size, &why);

	return n < 0 ? input_fail(in, (int)-n, why) : n;
}

/* ---- unpacked ---- */

static long take_raw(struct input *in, void *buf, size_t size)
{
	size_t n;
	int err = fill_raw(in, 1);

	if (err)
		return err;
	n = raw_left(&in->raw) < size ? raw_left(&in->raw) : size;
	memcpy(buf, raw_bytes(&in->raw), n);
	in->raw.at += n;
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

		newline = memchr(in->buffer, '\n', in->end);
		if (err && !newline)
			return input_failure(in, why); /* a part of a line may tell something else than the whole */
		if (in->end == 0)
			return 0;
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

	if (fstat(in->raw.fd, &st) < 0)
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
	in->raw.fd = is_file ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (in->raw.fd < 0)
		return input_fail(in, errno, strerror(errno));
	err = look(in, is_file);
	if (!err)
		err = fill_raw(in, UNPACK_MAGIC);
	if (!err && unpack_is_packed(&in->raw))
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
	unpack_close(in->unpacker);
	if (in->raw.fd > STDIN_FILENO)
		close(in->raw.fd);
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
	return in->size ? (double)in->raw.taken / (double)in->size : -1;
}

int input_failure(const struct input *in, struct failure *why)
{
	if (in->error && why)
		*why = in->failure;
	return in->error;
}
