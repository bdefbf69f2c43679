/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/rrdcached.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/escape.h"

#define CONNECT_MS 10000
#define ANSWER_MS 30000
#define LINES_MAX 10000000
#define OUT_SIZE 16384
#define IN_SIZE 65536 /* no line of an answer is longer than 4 KB */

struct rrdcached {
	char *text; /* of the address */
	struct rrdcached_address address;
	int fd; /* -1: not connected */
	unsigned session;
	size_t out_used;
	size_t in_at, in_end; /* what was received and not yet read */
	char out[OUT_SIZE];
	char in[IN_SIZE];
};

struct rrdcached *rrdcached_new(const char *address, struct failure *why)
{
	struct rrdcached *cached = calloc(1, sizeof(*cached));

	if (!cached || !(cached->text = strdup(address))) {
		fail(why, ENOMEM, "no memory for a connection to %s", address);
		free(cached);
		return NULL;
	}
	cached->fd = -1;
	cached->session = 1;
	if (rrdcached_parse_address(address, &cached->address, why) == 0)
		return cached;
	rrdcached_free(cached);
	return NULL;
}

void rrdcached_free(struct rrdcached *cached)
{
	if (!cached)
		return;
	rrdcached_disconnect(cached);
	free(cached->text);
	free(cached);
}

const char *rrdcached_address(const struct rrdcached *cached)
{
	return cached->text;
}

bool rrdcached_is_unix(const struct rrdcached *cached)
{
	return cached->address.is_unix;
}

bool rrdcached_is_connected(const struct rrdcached *cached)
{
	return cached->fd >= 0;
}

unsigned rrdcached_session(const struct rrdcached *cached)
{
	return cached->session;
}

void rrdcached_disconnect(struct rrdcached *cached)
{
	if (cached->fd < 0)
		return;
	close(cached->fd);
	cached->fd = -1;
	cached->session++;
	cached->out_used = cached->in_at = cached->in_end = 0;
}

/* Closes the connection, which is of no use any more, and says why. */
static int give_up(struct rrdcached *cached, int err, const char *what, struct failure *why)
{
	rrdcached_disconnect(cached);
	return fail(why, err, "rrdcached at %s: %s", cached->text, what);
}

static int give_up_errno(struct rrdcached *cached, int err, const char *what, struct failure *why)
{
	rrdcached_disconnect(cached);
	return fail_errno(why, err, "rrdcached at %s: %s", cached->text, what);
}

/* ---- connecting ---- */

/* 0, or an errno: ETIMEDOUT after so long. */
static int wait_for(int fd, short events, int64_t until_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int64_t left_ms;
	int n;

	do {
		left_ms = until_ms - clock_steady_ms();
		n = left_ms > 0 ? poll(&poll_fd, 1, (int)left_ms) : 0;
	} while (n < 0 && errno == EINTR);
	return n < 0 ? errno : n == 0 ? ETIMEDOUT : 0;
}

/* The socket, connected and not blocking, or -errno. */
static int open_socket(int family, const struct sockaddr *to, socklen_t size)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), err = 0, on = 1;
	socklen_t err_size = sizeof(err);

	if (fd < 0)
		return -errno;
	if (connect(fd, to, size) < 0)
		err = errno;
	if (err == EINPROGRESS) {
		err = wait_for(fd, POLLOUT, clock_steady_ms() + CONNECT_MS);
		if (err == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &err_size) < 0)
			err = errno;
	}
	if (err) {
		close(fd);
		return -err;
	}
	if (family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int connect_unix(struct rrdcached *cached, struct failure *why)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	snprintf(to.sun_path, sizeof(to.sun_path), "%.*s", (int)sizeof(to.sun_path) - 1, cached->address.host);
	fd = open_socket(AF_UNIX, (const struct sockaddr *)&to, sizeof(to));
	if (fd < 0)
		return fail_errno(why, -fd, "rrdcached at %s: cannot connect", cached->text);
	cached->fd = fd;
	return 0;
}

static int connect_network(struct rrdcached *cached, struct failure *why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *list;
	int err = getaddrinfo(cached->address.host, cached->address.port, &hints, &list), fd = -EADDRNOTAVAIL;

	if (err)
		return fail(why, EHOSTUNREACH, "rrdcached at %s: no address for %s: %s", cached->text, cached->address.host,
		            gai_strerror(err));
	for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
		fd = open_socket(at->ai_family, at->ai_addr, at->ai_addrlen);
	freeaddrinfo(list);
	if (fd < 0)
		return fail_errno(why, -fd, "rrdcached at %s: cannot connect", cached->text);
	cached->fd = fd;
	return 0;
}

/* Nothing is to be read between two requests but the end. */
static bool has_hung_up(const struct rrdcached *cached)
{
	struct pollfd poll_fd = { .fd = cached->fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) != 0;
}

int rrdcached_connect(struct rrdcached *cached, struct failure *why)
{
	if (cached->fd >= 0 && has_hung_up(cached))
		rrdcached_disconnect(cached);
	if (cached->fd >= 0)
		return 0;
	return cached->address.is_unix ? connect_unix(cached, why) : connect_network(cached, why);
}

int rrdcached_renew(struct rrdcached *cached, struct failure *why)
{
	rrdcached_disconnect(cached);
	return rrdcached_connect(cached, why);
}

/* ---- asking ---- */

static int not_connected(const struct rrdcached *cached, struct failure *why)
{
	return fail(why, ENOTCONN, "rrdcached at %s: not connected", cached->text);
}

static int send_all(struct rrdcached *cached, struct failure *why)
{
	int64_t until_ms = clock_steady_ms() + ANSWER_MS;
	size_t done = 0;

	while (done < cached->out_used) {
		ssize_t n = send(cached->fd, cached->out + done, cached->out_used - done, MSG_NOSIGNAL);
		int err;

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		err = n < 0 && errno != EAGAIN && errno != EINTR ? errno : wait_for(cached->fd, POLLOUT, until_ms);
		if (err)
			return give_up_errno(cached, err, "cannot send", why);
	}
	cached->out_used = 0;
	return 0;
}

/* Writes the name with a backslash before what rrdcached would take for its end. False if it does not fit. */
static bool put_escaped(char *line, size_t *used, const char *file)
{
	for (; *file; file++) {
		if (*used + 2 >= RRDCACHED_LINE || *file == '\n')
			return false;
		if (*file == ' ' || *file == '\\')
			line[(*used)++] = '\\';
		line[(*used)++] = *file;
	}
	return true;
}

int rrdcached_ask(struct rrdcached *cached, const char *command, const char *file, const char *arguments, struct failure *why)
{
	size_t used = strlen(command), size = strlen(arguments);
	char line[RRDCACHED_LINE];
	int err;

	memcpy(line, command, used);
	line[used++] = ' ';
	if (!put_escaped(line, &used, file) || used + 1 + size + 1 > sizeof(line))
		return fail(why, E2BIG, "%.256s: a request to rrdcached that is longer than %d bytes", file, RRDCACHED_LINE);
	if (size) {
		line[used++] = ' ';
		memcpy(line + used, arguments, size);
		used += size;
	}
	line[used++] = '\n';
	if (cached->fd < 0)
		return not_connected(cached, why);
	if (used > sizeof(cached->out) - cached->out_used && (err = send_all(cached, why)) < 0)
		return err;
	memcpy(cached->out + cached->out_used, line, used);
	cached->out_used += used;
	return 0;
}

/* ---- reading answers ---- */

/* Waits for more bytes; the buffer has room. */
static int receive(struct rrdcached *cached, struct failure *why)
{
	int64_t until_ms = clock_steady_ms() + ANSWER_MS;
	ssize_t n;
	int err = 0;

	if (cached->fd < 0)
		return not_connected(cached, why);
	if (cached->in_at > 0) {
		memmove(cached->in, cached->in + cached->in_at, cached->in_end - cached->in_at);
		cached->in_end -= cached->in_at;
		cached->in_at = 0;
	}
	do {
		n = recv(cached->fd, cached->in + cached->in_end, sizeof(cached->in) - cached->in_end, 0);
		if (n < 0)
			err = errno == EAGAIN || errno == EINTR ? wait_for(cached->fd, POLLIN, until_ms) : errno;
	} while (n < 0 && err == 0);
	if (err == ETIMEDOUT)
		return give_up(cached, err, "no answer within 30 s", why);
	if (err)
		return give_up_errno(cached, err, "the connection broke", why);
	if (n == 0)
		return give_up(cached, EPIPE, "it closed the connection", why);
	cached->in_end += (size_t)n;
	return 0;
}

const char *rrdcached_line(struct rrdcached *cached, struct failure *why)
{
	for (;;) {
		size_t have = cached->in_end - cached->in_at;
		char *start = cached->in + cached->in_at, *end = memchr(start, '\n', have);

		if (end) {
			*end = '\0';
			cached->in_at += (size_t)(end - start) + 1;
			return start;
		}
		if (have == sizeof(cached->in)) {
			give_up(cached, EPROTO, "a line that does not end; is it an rrdcached?", why);
			return NULL;
		}
		if (receive(cached, why) < 0)
			return NULL;
	}
}

int rrdcached_bytes(struct rrdcached *cached, void *to, size_t size, struct failure *why)
{
	char *at = to;

	while (size > 0) {
		size_t have = cached->in_end - cached->in_at;

		if (have > size)
			have = size;
		memcpy(at, cached->in + cached->in_at, have);
		cached->in_at += have;
		at += have;
		size -= have;
		if (size > 0 && receive(cached, why) < 0)
			return -EIO;
	}
	return 0;
}

/* What rrdcached's own words mean for who runs it. */
static const char *advice(const char *text)
{
	if (strcmp(text, "Permission denied.") == 0)
		return "; this socket does not permit the command: see the option -P of rrdcached(1)";
	if (strstr(text, "Permission denied"))
		return "; it may not write there, or only below its base directory: see -b and -B of rrdcached(1)";
	if (strstr(text, "recursively create"))
		return "; start rrdcached with -B -R, or make that directory for it";
	if (strstr(text, "Unknown command"))
		return "; expected rrdcached 1.7 or newer";
	if (strstr(text, "illegal attempt to update"))
		return "; does somebody else write it, too?";
	return "";
}

/* Its words are all that a refusal has. */
static int refused(const struct rrdcached *cached, const char *command, const char *file, const char *text, struct failure *why)
{
	static const struct {
		const char *part;
		int err;
	} known[] = { { "No such file", ENOENT }, { "ermission", EACCES }, { "File exists", EEXIST }, { "could not lock", EAGAIN } };
	int err = EREMOTEIO;

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]) && err == EREMOTEIO; i++)
		if (strstr(text, known[i].part))
			err = known[i].err;
	return fail(why, err, "rrdcached at %s: %s: %s: %.256s%s", cached->text, file, command, text, advice(text));
}

int rrdcached_answer(struct rrdcached *cached, const char *command, const char *file, struct failure *why)
{
	const char *line;
	char *text;
	long status;
	int err = cached->fd < 0 ? not_connected(cached, why) : send_all(cached, why);

	if (err)
		return err;
	line = rrdcached_line(cached, why);
	if (!line)
		return -EIO;
	errno = 0;
	status = strtol(line, &text, 10);
	if (text == line || errno || status > LINES_MAX || (*text != ' ' && *text != '\0'))
		return rrdcached_is_strange(cached, command, line, why);
	text += strspn(text, " ");
	return status < 0 ? refused(cached, command, file, text, why) : (int)status;
}

int rrdcached_answer_plain(struct rrdcached *cached, const char *command, const char *file, struct failure *why)
{
	int lines = rrdcached_answer(cached, command, file, why);

	for (int i = 0; i < lines; i++)
		if (!rrdcached_line(cached, why))
			return -EIO;
	return lines < 0 ? lines : 0;
}

int rrdcached_is_strange(struct rrdcached *cached, const char *command, const char *line, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	escape_quote(line, quoted); /* before it is gone */
	rrdcached_disconnect(cached);
	return fail(why, EPROTO, "rrdcached at %s: %s: %s is no answer to that; is it an rrdcached?", cached->text, command, quoted);
}
