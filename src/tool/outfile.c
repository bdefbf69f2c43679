/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

/* Into what is there already and is no regular file. */
static int write_device(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, bytes, size);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int write_beside(const char *path, mode_t mode, const uint8_t *bytes, size_t size)
{
	size_t length = strlen(path) + sizeof(".XXXXXX");
	char *beside = malloc(length);
	int fd, err;

	if (!beside)
		return -ENOMEM;
	snprintf(beside, length, "%s.XXXXXX", path);
	fd = mkostemp(beside, O_CLOEXEC);
	err = fd < 0 ? -errno : write_all(fd, bytes, size);
	if (fd >= 0) {
		if (!err && fchmod(fd, mode))
			err = -errno;
		if (close(fd) && !err)
			err = -errno;
		if (!err && rename(beside, path))
			err = -errno;
		if (err)
			unlink(beside);
	}
	free(beside);
	return err;
}

int outfile_write(const char *path, const uint8_t *bytes, size_t size, struct failure *why)
{
	mode_t mask = umask(0);
	struct stat st;
	int err;

	umask(mask);
	if (strcmp(path, "-") == 0) {
		err = write_all(STDOUT_FILENO, bytes, size);
		return err ? fail_errno(why, -err, "cannot write to the standard output") : 0;
	}
	if (stat(path, &st))
		err = write_beside(path, 0666 & ~mask, bytes, size);
	else if (S_ISREG(st.st_mode))
		err = write_beside(path, st.st_mode & 0777, bytes, size);
	else
		err = write_device(path, bytes, size);
	return err ? fail_errno(why, -err, "cannot write %s", path) : 0;
}
