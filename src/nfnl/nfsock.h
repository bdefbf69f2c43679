/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NFLOG socket: the only code that opens, binds and configures one (libmnl, libnetfilter_log). */
#ifndef NFNL_NFSOCK_H
#define NFNL_NFSOCK_H

#include <stddef.h>
#include <stdint.h>

#include "common/fail.h"

struct nfsock;

/* The kernel acknowledges a kernel_buffer_bytes outside of its range and then ignores it, so the range is held here. Its real
 * minimum depends on the page size; this is above it on every machine. */
#define NFSOCK_KERNEL_BUFFER_MIN 8192
#define NFSOCK_KERNEL_BUFFER_MAX 131072
#define NFSOCK_COPY_RANGE_MIN 20 /* an IPv4 header; 0 would mean everything to the kernel */
#define NFSOCK_COPY_RANGE_MAX 65531

struct nfsock_settings {
	uint32_t copy_range_bytes;     /* of each packet, from layer 3 on */
	uint32_t kernel_buffer_bytes;  /* nlbufsiz: a batch in the kernel */
	uint32_t queue_threshold;      /* qthresh: packets a batch holds at most */
	uint32_t timeout_ms;           /* a batch waits this long at most; the kernel counts in 10 ms */
	uint32_t receive_buffer_bytes; /* SO_RCVBUFFORCE, or as much of it as SO_RCVBUF gives without the right to force */
};

/* Whether every setting is one that the kernel would honour; 0, or -EINVAL with *why naming the setting and its range. */
int nfsock_check_settings(const struct nfsock_settings *settings, struct failure *why);

/* Opens a netlink socket and binds it to one NFLOG group with these settings (sequence numbers on, ENOBUFS off). Needs
 * CAP_NET_ADMIN; once open the socket needs none. Returns NULL with *why, which names the group and says if another program
 * has it (EPERM, EBUSY) or the right is missing. */
struct nfsock *nfsock_open(uint16_t group, const struct nfsock_settings *settings, struct failure *why);
void nfsock_close(struct nfsock *sock);

int nfsock_fd(const struct nfsock *sock);
uint16_t nfsock_group(const struct nfsock *sock);

/* The receive buffer that the kernel really gave, in the bytes that were asked for (it doubles them for its own use). */
uint32_t nfsock_receive_buffer(const struct nfsock *sock);

/* The least buffer nfsock_receive needs: a datagram can be twice the kernel buffer. */
size_t nfsock_buffer_size(const struct nfsock_settings *settings);

/* One datagram, without waiting. Returns its length, or -errno: -EAGAIN when there is none, -ENOBUFS when the kernel dropped
 * some, -EMSGSIZE if the datagram did not fit. Datagrams that the kernel did not send are passed over. */
long nfsock_receive(struct nfsock *sock, void *buf, size_t size);

#endif
