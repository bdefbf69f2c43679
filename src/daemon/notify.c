/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/notify.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int notify_fd = -1;
static unsigned watchdog_ms;

/* A path, or with @ in front a name in the abstract namespace. Returns the length of the address, 0 if it is neither. */
static socklen_t fill_address(const char *name, struct sockaddr_un *address)
{
	size_t len = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof(address->sun_path))
		return 0;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, name, len);
	if (name[0] == '@') {
		address->sun_path[0] = '\0';
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	}
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
}

static int open_socket(const char *name)
{
	struct sockaddr_un address;
	socklen_t len = fill_address(name, &address);
	int fd;

	if (len == 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, len) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static unsigned long long number_in(const char *variable)
{
	const char *text = getenv(variable);
	char *end;
	unsigned long long n;

	if (!text || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	n = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? n : 0;
}

/* The variables reach children of a service too: $WATCHDOG_PID says whose they are. */
static unsigned read_watchdog(void)
{
	unsigned long long half_ms = number_in("WATCHDOG_USEC") / 2000;

	if (getenv("WATCHDOG_PID") && number_in("WATCHDOG_PID") != (unsigned long long)getpid())
		return 0;
	return half_ms > UINT_MAX ? UINT_MAX : (unsigned)half_ms;
}

void notify_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");

	if (notify_fd >= 0)
		close(notify_fd);
	notify_fd = name ? open_socket(name) : -1;
	watchdog_ms = notify_fd >= 0 ? read_watchdog() : 0;
}

void notify_send(const char *state)
{
	ssize_t n;

	if (notify_fd < 0)
		return;
	do
		n = send(notify_fd, state, strlen(state), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
}

unsigned notify_watchdog_ms(void)
{
	return watchdog_ms;
}
