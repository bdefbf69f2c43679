/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bare consumer that fireplotd is measured against: recv, a walk over the attributes, a count by port, sequence gaps and the
 * time of each packet, and no more. It trusts its input and knows only IPv4 and IPv6 without extension headers, so nothing that
 * does the whole job can cost less. Ends on SIGTERM and prints what it saw and the CPU it took. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_log/libnetfilter_log.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define KERNEL_BUFFER 32768 /* the same settings as fireplotd's */
#define QUEUE_THRESHOLD 2000
#define TIMEOUT 10
#define COPY_RANGE 128
#define RECEIVE_BUFFER (16 << 20)

static struct {
	uint64_t packets;
	uint64_t lost;
	uint64_t last_us;
	uint32_t next_seq;
	uint32_t by_port[2][65536];
} seen;

static volatile sig_atomic_t done;

static void on_signal(int number)
{
	(void)number;
	done = 1;
}

static int configure(struct mnl_socket *nl, uint16_t group)
{
	char buf[4096] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = nflog_nlmsg_put_header(buf, NFULNL_MSG_CONFIG, AF_UNSPEC, group);

	nflog_attr_put_cfg_cmd(nlh, NFULNL_CFG_CMD_BIND);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	nlh = nflog_nlmsg_put_header(buf, NFULNL_MSG_CONFIG, AF_UNSPEC, group);
	nflog_attr_put_cfg_mode(nlh, NFULNL_COPY_PACKET, COPY_RANGE);
	mnl_attr_put_u32(nlh, NFULA_CFG_NLBUFSIZ, htonl(KERNEL_BUFFER));
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(QUEUE_THRESHOLD));
	mnl_attr_put_u32(nlh, NFULA_CFG_TIMEOUT, htonl(TIMEOUT));
	mnl_attr_put_u16(nlh, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
	nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	return mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0 ? -1 : 0;
}

static inline void count_payload(const uint8_t *p)
{
	const uint8_t *l4 = p[0] >> 4 == 6 ? p + 40 : p + 4 * (p[0] & 15);
	uint8_t protocol = p[0] >> 4 == 6 ? p[6] : p[9];

	if (protocol == 6 || protocol == 17)
		seen.by_port[protocol == 17][(unsigned)l4[2] << 8 | l4[3]]++;
}

static inline void count_message(const uint8_t *at, const uint8_t *end)
{
	struct nfulnl_msg_packet_timestamp time;
	uint32_t seq;
	uint16_t len, type;

	for (at += NLMSG_HDRLEN + 4; at < end; at += (len + 3u) & ~3u) {
		memcpy(&len, at, 2);
		memcpy(&type, at + 2, 2);
		if (type == NFULA_PAYLOAD) {
			count_payload(at + 4);
		} else if (type == NFULA_SEQ) {
			memcpy(&seq, at + 4, 4);
			seq = ntohl(seq);
			seen.lost += seq - seen.next_seq;
			seen.next_seq = seq + 1;
		} else if (type == NFULA_TIMESTAMP) {
			memcpy(&time, at + 4, sizeof(time));
			seen.last_us = be64toh(time.sec) * 1000000 + be64toh(time.usec);
		}
	}
	seen.packets++;
}

static inline void count_datagram(const uint8_t *at, const uint8_t *end)
{
	uint32_t len;

	for (; at + NLMSG_HDRLEN <= end; at += (len + 3) & ~3u) {
		memcpy(&len, at, 4);
		if (len < NLMSG_HDRLEN)
			break;
		if (at[5] == NFNL_SUBSYS_ULOG && at[4] == NFULNL_MSG_PACKET)
			count_message(at, at + len);
	}
}

static int loop(int fd)
{
	static uint8_t buf[256 * 1024] __attribute__((aligned(8)));

	while (!done) {
		ssize_t len = recv(fd, buf, sizeof(buf), 0);

		if (len > 0)
			count_datagram(buf, buf + len);
		else if (len < 0 && errno != EINTR && errno != ENOBUFS)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	struct sigaction action = { .sa_handler = on_signal };
	struct rusage usage;
	int one = 1, size = RECEIVE_BUFFER;
	uint64_t ns;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    configure(nl, (uint16_t)(argc > 1 ? atoi(argv[1]) : 100)) < 0) {
		perror("bare: cannot listen");
		return 1;
	}
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	mnl_socket_setsockopt(nl, NETLINK_NO_ENOBUFS, &one, sizeof(one));
	sigaction(SIGTERM, &action, NULL);
	puts("ready");
	fflush(stdout);
	if (loop(mnl_socket_get_fd(nl)) < 0)
		perror("bare: recv");
	getrusage(RUSAGE_SELF, &usage);
	ns = ((uint64_t)usage.ru_utime.tv_sec + (uint64_t)usage.ru_stime.tv_sec) * 1000000000 +
	     ((uint64_t)usage.ru_utime.tv_usec + (uint64_t)usage.ru_stime.tv_usec) * 1000;
	printf("packets %llu lost %llu cpu_ns %llu\n", (unsigned long long)seen.packets, (unsigned long long)seen.lost,
	       (unsigned long long)ns);
	mnl_socket_close(nl);
	return 0;
}
