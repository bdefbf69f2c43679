/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket against the kernel of this machine, in a network namespace of its own; without the right to have one, only what
 * needs none is tested. */
#include "nfnl/nfsock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <cmocka.h>

static const struct nfsock_settings good = {
	.copy_range_bytes = 128,
	.kernel_buffer_bytes = 32768,
	.queue_threshold = 2000,
	.timeout_ms = 105,
	.receive_buffer_bytes = 4 << 20,
};

/* cmocka's skip() reads as a failure in TAP, so what can't be tested here is left out and told. */
static bool enter_namespace(void)
{
	if (unshare(CLONE_NEWNET) == 0)
		return true;
	printf("# the socket itself is not tested: it takes root, for a network namespace of its own\n");
	return false;
}

static struct nfsock *open_good(uint16_t group)
{
	struct failure why = { "" };
	struct nfsock *sock = nfsock_open(group, &good, &why);

	if (!sock)
		fail_msg("%s", why.text);
	return sock;
}

/* The kernel's view of a group: qthresh is not in it, timeout is in hundredths of a second. False if nobody has the group. */
struct group_state {
	unsigned group, port, queued, copy_mode, copy_range, timeout, users;
};

static bool read_group(unsigned group, struct group_state *g)
{
	FILE *list = fopen("/proc/thread-self/net/netfilter/nfnetlink_log", "re");
	bool found = false;
	char line[256];

	assert_non_null(list);
	while (!found && fgets(line, sizeof(line), list))
		found = sscanf(line, "%u %u %u %u %u %u %u", &g->group, &g->port, &g->queued, &g->copy_mode, &g->copy_range,
			       &g->timeout, &g->users) == 7 &&
			g->group == group;
	fclose(list);
	return found;
}

/* Asks the kernel for something it does not support, so that it answers. */
static void make_kernel_answer(const struct nfsock *sock)
{
	struct {
		struct nlmsghdr header;
		struct nfgenmsg body;
	} message = {
		.header = { .nlmsg_len = sizeof(message), .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	assert_int_equal(sendto(nfsock_fd(sock), &message, sizeof(message), 0, (struct sockaddr *)&kernel, sizeof(kernel)),
			 sizeof(message));
}

static void the_kernel_has_the_settings_that_were_asked_for(void **state)
{
	struct group_state g;
	struct nfsock *sock;

	sock = open_good(100);
	assert_true(read_group(100, &g));
	assert_int_equal(g.copy_mode, NFULNL_COPY_PACKET);
	assert_int_equal(g.copy_range, 128);
	assert_int_equal(g.timeout, 11); /* 105 ms, rounded up */
	assert_int_equal(nfsock_group(sock), 100);
	assert_int_equal(nfsock_receive_buffer(sock), 4 << 20);
	nfsock_close(sock);
	assert_false(read_group(100, &g));
}

static void the_socket_is_closed_on_exec(void **state)
{
	struct nfsock *sock;

	sock = open_good(0);
	assert_true(fcntl(nfsock_fd(sock), F_GETFD) & FD_CLOEXEC);
	nfsock_close(sock);
}

static void enobufs_is_off(void **state)
{
	struct nfsock *sock;
	int on = 0;
	socklen_t len = sizeof(on);

	sock = open_good(1);
	assert_int_equal(getsockopt(nfsock_fd(sock), SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, &len), 0);
	assert_int_equal(on, 1);
	nfsock_close(sock);
}

static void a_group_that_is_taken_is_told_with_its_owner(void **state)
{
	struct failure why = { "" };
	struct group_state g;
	struct nfsock *sock;
	char expected[128];

	sock = open_good(65535);
	assert_true(read_group(65535, &g));
	assert_null(nfsock_open(65535, &good, &why));
	snprintf(expected, sizeof(expected),
		 "NFLOG group 65535 is taken by another program (netlink port %u, mostly its process id)", g.port);
	assert_string_equal(why.text, expected);
	nfsock_close(sock);

	sock = open_good(65535); /* free again */
	nfsock_close(sock);
}

static void a_missing_right_is_told_also_if_the_group_is_taken(void **state)
{
	struct failure why = { "" };
	struct nfsock *sock;

	sock = open_good(7);
	assert_int_equal(seteuid(65534), 0);
	for (uint16_t group = 7; group <= 8; group++) {
		struct nfsock *second = nfsock_open(group, &good, &why);
		char expected[128];

		assert_null(second);
		snprintf(expected, sizeof(expected), "NFLOG group %u: no right to bind it: that takes CAP_NET_ADMIN (start as root)",
			 group);
		assert_string_equal(why.text, expected);
	}
	assert_int_equal(seteuid(0), 0);
	nfsock_close(sock);
}

static void many_groups_can_be_open_at_once(void **state)
{
	struct nfsock *socks[64];

	for (uint16_t i = 0; i < 64; i++)
		socks[i] = open_good((uint16_t)(100 + i));
	for (uint16_t i = 0; i < 64; i++)
		nfsock_close(socks[i]);
}

static void nothing_there_is_eagain(void **state)
{
	struct nfsock *sock;
	uint8_t buf[64];

	sock = open_good(2);
	assert_int_equal(nfsock_receive(sock, buf, sizeof(buf)), -EAGAIN);
	nfsock_close(sock);
}

static void a_datagram_that_does_not_fit_is_emsgsize(void **state)
{
	struct nfsock *sock;
	uint8_t buf[256];
	long len;

	sock = open_good(3);
	make_kernel_answer(sock);
	assert_int_equal(nfsock_receive(sock, buf, 8), -EMSGSIZE);
	make_kernel_answer(sock);
	len = nfsock_receive(sock, buf, sizeof(buf));
	assert_true(len >= (long)sizeof(struct nlmsghdr) + (long)sizeof(struct nlmsgerr));
	make_kernel_answer(sock);
	assert_int_equal(nfsock_receive(sock, buf, (size_t)len), len);
	make_kernel_answer(sock);
	assert_int_equal(nfsock_receive(sock, buf, (size_t)len - 1), -EMSGSIZE);
	nfsock_close(sock);
}

static void datagrams_of_other_processes_are_passed_over(void **state)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	socklen_t to_len = sizeof(to);
	struct nfsock *sock;
	uint8_t buf[256];
	int other;

	sock = open_good(4);
	assert_int_equal(getsockname(nfsock_fd(sock), (struct sockaddr *)&to, &to_len), 0);
	other = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	assert_true(other >= 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(sendto(other, "forged", 6, 0, (struct sockaddr *)&to, sizeof(to)), 6);
	assert_int_equal(poll(&(struct pollfd){ .fd = nfsock_fd(sock), .events = POLLIN }, 1, 0), 1);
	assert_int_equal(nfsock_receive(sock, buf, sizeof(buf)), -EAGAIN);

	assert_int_equal(sendto(other, "forged", 6, 0, (struct sockaddr *)&to, sizeof(to)), 6);
	make_kernel_answer(sock);
	assert_true(nfsock_receive(sock, buf, sizeof(buf)) > (long)sizeof(struct nlmsghdr));
	close(other);
	nfsock_close(sock);
}

static void settings_that_the_kernel_would_ignore_are_refused(void **state)
{
	static const struct {
		size_t field;
		uint32_t value;
		const char *why;
	} wrong[] = {
		{ offsetof(struct nfsock_settings, copy_range_bytes), 0, "copy range is 0, expected 20 to 65531" },
		{ offsetof(struct nfsock_settings, copy_range_bytes), 65532, "copy range is 65532, expected 20 to 65531" },
		{ offsetof(struct nfsock_settings, kernel_buffer_bytes), 8191, "kernel buffer is 8191, expected 8192 to 131072" },
		{ offsetof(struct nfsock_settings, kernel_buffer_bytes), 131073, "kernel buffer is 131073, expected 8192 to 131072" },
		{ offsetof(struct nfsock_settings, queue_threshold), 0, "queue threshold is 0, expected 1 to 2147483647" },
		{ offsetof(struct nfsock_settings, timeout_ms), 0, "batch timeout (ms) is 0, expected 1 to 60000" },
		{ offsetof(struct nfsock_settings, timeout_ms), 60001, "batch timeout (ms) is 60001, expected 1 to 60000" },
		{ offsetof(struct nfsock_settings, receive_buffer_bytes), 0, "receive buffer is 0, expected 4096 to 1073741823" },
	};

	assert_int_equal(nfsock_check_settings(&good, NULL), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct nfsock_settings settings = good;
		struct failure why = { "" };

		memcpy((char *)&settings + wrong[i].field, &wrong[i].value, sizeof(wrong[i].value));
		assert_int_equal(nfsock_check_settings(&settings, &why), -EINVAL);
		assert_string_equal(why.text, wrong[i].why);
		assert_null(nfsock_open(1, &settings, &why));
		assert_non_null(strstr(why.text, wrong[i].why));
	}
}

static void the_buffer_holds_twice_a_batch_and_twice_a_message(void **state)
{
	struct nfsock_settings settings = good;

	assert_true(nfsock_buffer_size(&settings) >= 2 * 32768);
	settings.kernel_buffer_bytes = 8192;
	settings.copy_range_bytes = NFSOCK_COPY_RANGE_MAX;
	assert_true(nfsock_buffer_size(&settings) >= 2 * NFSOCK_COPY_RANGE_MAX);
}

static void closing_none_is_fine(void **state)
{
	nfsock_close(NULL);
}

int main(void)
{
	const struct CMUnitTest anybody[] = {
		cmocka_unit_test(settings_that_the_kernel_would_ignore_are_refused),
		cmocka_unit_test(the_buffer_holds_twice_a_batch_and_twice_a_message),
		cmocka_unit_test(closing_none_is_fine),
	};
	const struct CMUnitTest root[] = {
		cmocka_unit_test(the_kernel_has_the_settings_that_were_asked_for),
		cmocka_unit_test(the_socket_is_closed_on_exec),
		cmocka_unit_test(enobufs_is_off),
		cmocka_unit_test(a_group_that_is_taken_is_told_with_its_owner),
		cmocka_unit_test(a_missing_right_is_told_also_if_the_group_is_taken),
		cmocka_unit_test(many_groups_can_be_open_at_once),
		cmocka_unit_test(nothing_there_is_eagain),
		cmocka_unit_test(a_datagram_that_does_not_fit_is_emsgsize),
		cmocka_unit_test(datagrams_of_other_processes_are_passed_over),
		cmocka_unit_test(settings_that_the_kernel_would_ignore_are_refused),
		cmocka_unit_test(the_buffer_holds_twice_a_batch_and_twice_a_message),
		cmocka_unit_test(closing_none_is_fine),
	};

	if (enter_namespace())
		return cmocka_run_group_tests(root, NULL, NULL);
	return cmocka_run_group_tests(anybody, NULL, NULL);
}
