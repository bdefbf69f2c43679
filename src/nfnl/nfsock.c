/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nfnl/nfsock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_log/libnetfilter_log.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#define ANSWER_TIMEOUT_MS 2000
#define TICK_MS 10 /* NFULA_CFG_TIMEOUT counts hundredths of a second */
#define KERNEL_ENOTSUPP 524 /* of include/linux/errno.h, which user space is never meant to see */
#define MESSAGE_OVERHEAD_BYTES 1024 /* all attributes of a message but its payload, with room to spare */

struct nfsock {
	struct mnl_socket *netlink;
	int fd;
	uint16_t group;
};

static int check_range(const char *what, uint32_t value, uint32_t min, uint32_t max, struct failure *why)
{
	if (value >= min && value <= max)
		return 0;
	return fail(why, EINVAL, "%s is %u, expected %u to %u", what, value, min, max);
}

int nfsock_check_settings(const struct nfsock_settings *s, struct failure *why)
{
	int err;

	err = check_range("copy range", s->copy_range_bytes, NFSOCK_COPY_RANGE_MIN, NFSOCK_COPY_RANGE_MAX, why);
	if (!err)
		err = check_range("kernel buffer", s->kernel_buffer_bytes, NFSOCK_KERNEL_BUFFER_MIN,
				  NFSOCK_KERNEL_BUFFER_MAX, why);
	if (!err)
		err = check_range("queue threshold", s->queue_threshold, 1, INT_MAX, why);
	if (!err) /* the kernel multiplies it by its clock rate in 32 bits */
		err = check_range("batch timeout (ms)", s->timeout_ms, 1, 60000, why);
	if (!err) /* the kernel doubles it in an int */
		err = check_range("receive buffer", s->receive_buffer_bytes, 4096, INT_MAX / 2, why);
	return err;
}

/* Sizes for bursts, and no ENOBUFS: with it a socket that overflowed once stays closed until it is drained, which loses more;
 * what was lost is known from the sequence numbers. */
static int set_options(const struct nfsock *sock, const struct nfsock_settings *s, struct failure *why)
{
	int bytes = (int)s->receive_buffer_bytes, on = 1;

	if (setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0 &&
	    setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) < 0)
		return fail_errno(why, errno, "NFLOG group %u: can't set a receive buffer of %d bytes", sock->group, bytes);
	if (mnl_socket_setsockopt(sock->netlink, NETLINK_NO_ENOBUFS, &on, sizeof(on)) < 0)
		return fail_errno(why, errno, "NFLOG group %u: can't set NETLINK_NO_ENOBUFS", sock->group);
	return 0;
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* Whether the datagram is the kernel's answer to the request seq; then *error is its errno, 0 for done. */
static bool is_answer(const void *datagram, size_t len, uint32_t seq, int *error)
{
	const struct nlmsghdr *nlh = datagram;
	const struct nlmsgerr *answer;

	if (len < NLMSG_HDRLEN + sizeof(*answer) || nlh->nlmsg_type != NLMSG_ERROR || nlh->nlmsg_seq != seq)
		return false;
	answer = (const struct nlmsgerr *)(const void *)((const char *)datagram + NLMSG_HDRLEN);
	*error = -answer->error;
	return true;
}

/* The answer to a request: 0 or the errno (positive) it brought. A batch that comes before it, which takes a full one within
 * microseconds, is dropped, and shows as a first sequence number above 0. */
static int wait_answer(struct nfsock *sock, uint32_t seq, void *buf, size_t size)
{
	struct pollfd pfd = { .fd = sock->fd, .events = POLLIN };
	struct timespec start;
	long len, left;
	int error;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		len = nfsock_receive(sock, buf, size);
		if (len >= 0 && is_answer(buf, (size_t)len, seq, &error))
			return error;
		if (len >= 0 || len == -EMSGSIZE || len == -ENOBUFS)
			continue;
		if (len != -EAGAIN)
			return (int)-len;
		left = ANSWER_TIMEOUT_MS - elapsed_ms(&start);
		if (left <= 0 || (poll(&pfd, 1, (int)left) < 0 && errno != EINTR))
			return ETIMEDOUT;
	}
}

/* Sends a request and waits for the kernel to say what became of it. 0 or an errno (positive). */
static int request(struct nfsock *sock, struct nlmsghdr *nlh, uint32_t seq)
{
	_Alignas(struct nlmsghdr) char buf[8192];

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = seq;
	if (mnl_socket_sendto(sock->netlink, nlh, nlh->nlmsg_len) < 0)
		return errno;
	return wait_answer(sock, seq, buf, sizeof(buf));
}

/* One request binds the group and sets everything, so that not even the first packet sees other settings. */
static int bind_group(struct nfsock *sock, const struct nfsock_settings *s)
{
	_Alignas(struct nlmsghdr) char buf[1024] = { 0 };
	struct nlmsghdr *nlh = nflog_nlmsg_put_header(buf, NFULNL_MSG_CONFIG, AF_UNSPEC, sock->group);

	if (nflog_attr_put_cfg_cmd(nlh, NFULNL_CFG_CMD_BIND) < 0 ||
	    nflog_attr_put_cfg_mode(nlh, NFULNL_COPY_PACKET, s->copy_range_bytes) < 0)
		return EINVAL;
	mnl_attr_put_u32(nlh, NFULA_CFG_NLBUFSIZ, htonl(s->kernel_buffer_bytes));
	mnl_attr_put_u32(nlh, NFULA_CFG_TIMEOUT, htonl((s->timeout_ms + TICK_MS - 1) / TICK_MS));
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(s->queue_threshold));
	mnl_attr_put_u16(nlh, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
	return request(sock, nlh, 1);
}

/* EPERM means two things. nfnetlink checks the right before it looks at the message, so a request that nothing supports tells
 * them apart, also in a user namespace, where the capability set alone would not. */
static bool may_configure(struct nfsock *sock)
{
	_Alignas(struct nlmsghdr) char buf[1024] = { 0 };
	int err = request(sock, nflog_nlmsg_put_header(buf, NFULNL_MSG_PACKET, AF_UNSPEC, sock->group), 2);

	return err == KERNEL_ENOTSUPP || err == EOPNOTSUPP || err == 0;
}

/* The netlink port that holds the group, 0 if /proc doesn't tell: mostly the process id of its owner. */
static unsigned group_owner(uint16_t group)
{
	FILE *list = fopen("/proc/thread-self/net/netfilter/nfnetlink_log", "re");
	unsigned number, port, owner = 0;
	char line[256];

	if (!list)
		return 0;
	while (!owner && fgets(line, sizeof(line), list))
		if (sscanf(line, "%u %u", &number, &port) == 2 && number == group)
			owner = port;
	fclose(list);
	return owner;
}

static int explain_taken(uint16_t group, int err, struct failure *why)
{
	unsigned owner = group_owner(group);

	if (owner)
		return fail(why, err, "NFLOG group %u is taken by another program (netlink port %u, mostly its process id)",
			    group, owner);
	return fail(why, err, "NFLOG group %u is taken by another program", group);
}

static int explain(struct nfsock *sock, int err, struct failure *why)
{
	switch (err) {
	case EPERM:
		if (!may_configure(sock))
			return fail(why, err, "NFLOG group %u: no right to bind it: that takes CAP_NET_ADMIN (start as root)",
				    sock->group);
		return explain_taken(sock->group, err, why);
	case EBUSY:
		return explain_taken(sock->group, err, why);
	case EINVAL:
	case EOPNOTSUPP:
		return fail_errno(why, err, "NFLOG group %u: the kernel refused; is nfnetlink_log there (modprobe nfnetlink_log)?",
				  sock->group);
	case ETIMEDOUT:
		return fail(why, err, "NFLOG group %u: the kernel did not answer within %d ms", sock->group, ANSWER_TIMEOUT_MS);
	default:
		return fail_errno(why, err, "NFLOG group %u: can't bind it", sock->group);
	}
}

static int open_netlink(struct nfsock *sock, struct failure *why)
{
	sock->netlink = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!sock->netlink)
		return fail_errno(why, errno, "NFLOG group %u: can't open a netfilter netlink socket", sock->group);
	sock->fd = mnl_socket_get_fd(sock->netlink);
	if (mnl_socket_bind(sock->netlink, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail_errno(why, errno, "NFLOG group %u: can't bind a netlink socket", sock->group);
	return 0;
}

struct nfsock *nfsock_open(uint16_t group, const struct nfsock_settings *settings, struct failure *why)
{
	struct nfsock *sock;
	int err;

	if (nfsock_check_settings(settings, why) < 0)
		return NULL;
	sock = calloc(1, sizeof(*sock));
	if (!sock) {
		fail_errno(why, ENOMEM, "NFLOG group %u", group);
		return NULL;
	}
	sock->group = group;
	if (open_netlink(sock, why) < 0 || set_options(sock, settings, why) < 0)
		goto close;
	err = bind_group(sock, settings);
	if (err) {
		explain(sock, err, why);
		goto close;
	}
	return sock;
close:
	nfsock_close(sock);
	return NULL;
}

void nfsock_close(struct nfsock *sock)
{
	if (!sock)
		return;
	if (sock->netlink)
		mnl_socket_close(sock->netlink);
	free(sock);
}

int nfsock_fd(const struct nfsock *sock)
{
	return sock->fd;
}

uint16_t nfsock_group(const struct nfsock *sock)
{
	return sock->group;
}

uint32_t nfsock_receive_buffer(const struct nfsock *sock)
{
	int bytes = 0;
	socklen_t len = sizeof(bytes);

	return getsockopt(sock->fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len) < 0 || bytes < 0 ? 0 : (uint32_t)bytes / 2;
}

/* The kernel allocates what a batch (or a single larger message) needs and then fills all that the allocator rounded it up to,
 * which is less than twice as much. */
size_t nfsock_buffer_size(const struct nfsock_settings *settings)
{
	size_t message = (size_t)settings->copy_range_bytes + MESSAGE_OVERHEAD_BYTES;
	size_t batch = settings->kernel_buffer_bytes;

	return 2 * (batch > message ? batch : message) + MESSAGE_OVERHEAD_BYTES;
}

long nfsock_receive(struct nfsock *sock, void *buf, size_t size)
{
	struct sockaddr_nl from;
	socklen_t from_len;
	ssize_t len;

	for (;;) {
		from_len = sizeof(from);
		/* For netlink MSG_TRUNC makes the result the datagram's own length. */
		len = recvfrom(sock->fd, buf, size, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &from_len);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		if (from_len < sizeof(from) || from.nl_pid != 0)
			continue;
		return (size_t)len > size ? -EMSGSIZE : (long)len;
	}
}
