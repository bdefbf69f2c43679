/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the service manager: binds the datagram socket SOCKET and writes each message of sd_notify(3) to FILE, a line
 * for each assignment, until it is ended. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char message[4096];
	FILE *out;
	ssize_t len;
	int fd;

	if (argc != 3 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fputs("usage: notified SOCKET FILE\n", stderr);
		return 2;
	}
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	out = fopen(argv[2], "a");
	if (fd < 0 || !out || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(argv[1]);
		return 1;
	}
	chmod(argv[1], 0666); /* who runs unprivileged may write, too */
	while ((len = recv(fd, message, sizeof(message), 0)) >= 0) {
		fprintf(out, "%.*s\n", (int)len, message);
		fflush(out);
	}
	return 1;
}
