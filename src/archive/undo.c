/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNDO_MAGIC "fireplot undo\n\0"
#define UNDO_BYTES_MAX (1u << 20)
#define UNDO_MODE 0644 /* as the ring: it holds nothing that the archive does not */

/* The file: this, then the bytes to put back. Native byte order: it never leaves its machine. */
struct undo_header {
	char magic[16];
	uint32_t armed; /* 0, or another number each time; written last when arming, first when disarming */
	uint32_t bytes;
	uint64_t device;
	uint64_t inode;
	char file[PATH_MAX];
};

#define UNDO_MARK offsetof(struct undo_header, file) /* bytes up to there tell what is armed */

struct undo {
	char *path;
	int fd;
	uint32_t times; /* it was armed; never 0 then */
	uint8_t *buffer; /* UNDO_BYTES_MAX */
};

struct undo_reader {
	int fd;
};

int undo_path_of_ring(const char *ring, char *path, size_t size, struct failure *why)
{
	if ((size_t)snprintf(path, size, "%s.undo", ring) >= size)
		return fail_errno(why, ENAMETOOLONG, "%s.undo", ring);
	return 0;
}

/* ---- writing ---- */

static int write_all(int fd, const void *buf, size_t n, off_t at)
{
	const uint8_t *p = buf;

	while (n > 0) {
		ssize_t done = pwrite(fd, p, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		p += done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

static int set_armed(struct undo *undo, uint32_t armed)
{
	return write_all(undo->fd, &armed, sizeof(armed), offsetof(struct undo_header, armed));
}

static bool is_of(const struct undo_header *head, const struct stat *file)
{
	return S_ISREG(file->st_mode) && (uint64_t)file->st_dev == head->device && (uint64_t)file->st_ino == head->inode &&
	       file->st_size >= (off_t)head->bytes;
}

/* Puts the bytes back. A file that is gone or another one by now needs nothing. */
static int restore(struct undo *undo, struct undo_header *head, char *restored, unsigned restored_size, struct failure *why)
{
	struct stat st;
	int fd, err = 0;

	head->file[sizeof(head->file) - 1] = 0;
	if (head->bytes > UNDO_BYTES_MAX || pread(undo->fd, undo->buffer, head->bytes, sizeof(*head)) != (ssize_t)head->bytes)
		return fail(why, EILSEQ, "%s: damaged undo file; move it away to go on without it", undo->path);
	fd = open(head->file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return fail_errno(why, errno, "%s: cannot take back an interrupted update", head->file);
	if (fstat(fd, &st) == 0 && is_of(head, &st)) {
		err = write_all(fd, undo->buffer, head->bytes, 0);
		if (err)
			fail_errno(why, -err, "%s: cannot take back an interrupted update", head->file);
		else if (restored)
			snprintf(restored, restored_size, "%s", head->file);
	}
	close(fd);
	return err;
}

/* Reads what is there: an empty file is new, an armed one must be finished. */
static int recover(struct undo *undo, char *restored, unsigned restored_size, struct failure *why)
{
	struct undo_header head;
	ssize_t n = pread(undo->fd, &head, sizeof(head), 0);
	int err;

	if (n == 0) {
		memset(&head, 0, sizeof(head));
		memcpy(head.magic, UNDO_MAGIC, sizeof(UNDO_MAGIC));
		err = write_all(undo->fd, &head, sizeof(head), 0);
		return err ? fail_errno(why, -err, "%s: cannot write", undo->path) : 0;
	}
	if (n != sizeof(head) || memcmp(head.magic, UNDO_MAGIC, sizeof(UNDO_MAGIC)) != 0)
		return fail(why, EILSEQ, "%s: expected an undo file of fireplot, found something else; move it away", undo->path);
	if (!head.armed)
		return 0;
	err = restore(undo, &head, restored, restored_size, why);
	if (!err)
		err = set_armed(undo, 0);
	return err;
}

/* Gives a file that only its owner may read the mode that it would get today. */
static void let_read(int fd)
{
	struct stat st;
	mode_t mask;

	if (fstat(fd, &st) < 0 || (st.st_mode & 0777) != 0600)
		return;
	mask = umask(022);
	umask(mask);
	fchmod(fd, UNDO_MODE & ~mask);
}

int undo_open(const char *path, struct undo **out, char *restored, unsigned restored_size, struct failure *why)
{
	struct undo *undo = calloc(1, sizeof(*undo));
	int err;

	if (restored)
		restored[0] = 0;
	if (!undo)
		return fail(why, ENOMEM, "%s: no memory", path);
	undo->fd = -1;
	undo->path = strdup(path);
	undo->buffer = malloc(UNDO_BYTES_MAX);
	if (!undo->path || !undo->buffer) {
		err = fail(why, ENOMEM, "%s: no memory", path);
		goto close_undo;
	}
	undo->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, UNDO_MODE);
	if (undo->fd < 0)
		err = fail_errno(why, errno, "%s: cannot open", path);
	else
		err = recover(undo, restored, restored_size, why);
	if (!err) {
		let_read(undo->fd);
		*out = undo;
		return 0;
	}
close_undo:
	undo_close(undo);
	return err;
}

void undo_close(struct undo *undo)
{
	if (!undo)
		return;
	if (undo->fd >= 0)
		close(undo->fd);
	free(undo->buffer);
	free(undo->path);
	free(undo);
}

static int copy_head(struct undo *undo, const char *file, uint32_t bytes, struct undo_header *head)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = fstat(fd, &st) < 0 ? -1 : pread(fd, undo->buffer, bytes, 0);
	close(fd);
	if (n != (ssize_t)bytes)
		return n < 0 ? -errno : -EILSEQ;
	head->device = st.st_dev;
	head->inode = st.st_ino;
	head->bytes = bytes;
	return write_all(undo->fd, undo->buffer, bytes, sizeof(*head));
}

int undo_arm(struct undo *undo, const char *file, uint32_t bytes, struct failure *why)
{
	struct undo_header head = { .magic = UNDO_MAGIC };
	int err;

	if (bytes > UNDO_BYTES_MAX || strlen(file) >= sizeof(head.file))
		return fail(why, EILSEQ, "%s: %u bytes before the rows, expected at most %u", file, bytes, UNDO_BYTES_MAX);
	strcpy(head.file, file);
	err = copy_head(undo, file, bytes, &head);
	if (!err)
		err = write_all(undo->fd, &head, sizeof(head), 0);
	if (++undo->times == 0)
		undo->times = 1;
	if (!err)
		err = set_armed(undo, undo->times);
	if (err)
		return fail_errno(why, -err, "%s: cannot keep a copy of %s before updating it", undo->path, file);
	return 0;
}

void undo_disarm(struct undo *undo)
{
	/* A failure leaves an undo of an update that was whole: it would only be made again. */
	set_armed(undo, 0);
}

/* ---- reading ---- */

struct undo_reader *undo_reader_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	struct undo_reader *undo = fd < 0 ? NULL : malloc(sizeof(*undo));

	if (undo)
		undo->fd = fd;
	else if (fd >= 0)
		close(fd);
	return undo;
}

void undo_reader_close(struct undo_reader *undo)
{
	if (!undo)
		return;
	close(undo->fd);
	free(undo);
}

/* Reads what is armed, but not the path; false if nothing is, or not for that file. */
static bool read_mark(const struct undo_reader *undo, const struct stat *file, struct undo_header *head)
{
	return undo && pread(undo->fd, head, UNDO_MARK, 0) == (ssize_t)UNDO_MARK &&
	       memcmp(head->magic, UNDO_MAGIC, sizeof(UNDO_MAGIC)) == 0 && head->armed && is_of(head, file);
}

bool undo_reader_is_armed(const struct undo_reader *undo, const struct stat *file)
{
	struct undo_header head;

	return read_mark(undo, file, &head);
}

bool undo_reader_copy(const struct undo_reader *undo, const struct stat *file, void *to, uint32_t bytes)
{
	struct undo_header before, after;

	return read_mark(undo, file, &before) && before.bytes == bytes &&
	       pread(undo->fd, to, bytes, sizeof(before)) == (ssize_t)bytes && read_mark(undo, file, &after) &&
	       memcmp(&before, &after, UNDO_MARK) == 0;
}
