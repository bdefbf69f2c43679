/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the packets of a plan as frames on one interface, so that a firewall at its other end has something to reject. */

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "plan.h"

#define BATCH 64
#define GUARD_NS 10000000 /* no batch starts that close to the end of a second, if it's logged */
#define NS 1000000000L

static const char help[] =
	"usage: knock -i INTERFACE -m MAC [options] <PLAN\n"
	"  -m MAC      whom the frames are for\n"
	"  --seed N    decides every random choice (default 1)\n"
	"  --rate N    at most N packets a second\n"
	"  --seconds N stop after that long\n"
	"  --align N   start at the next whole multiple of N seconds\n"
	"  --log FILE  a line for each packet: FIRST,LAST,SERIES,PORT,US (the seconds it was sent in, port or ICMP type, and the\n"
	"              microsecond since 1970 before it was sent)\n"
	"It ends when the plan does, or on SIGTERM.\n"
	"PLAN: a run of packets a line, AT in ms from the start, EVERY in ms between its packets (as fast as can be without)\n"
	"  AT[+EVERY] tcp SRC DST SPORT DPORT FLAGS    FLAGS: letters of FSRPAU, or -\n"
	"  AT[+EVERY] udp|udplite|sctp|dccp SRC DST SPORT DPORT\n"
	"  AT[+EVERY] icmp SRC DST TYPE CODE\n"
	"  AT[+EVERY] ip SRC DST PROTOCOL\n"
	"  AT[+EVERY] raw HEX                          from layer 3 on\n"
	"  SRC, DST: address, or NET/BITS for random ones     SPORT, DPORT: N, A-B each, %A-B each once, shuffled, ?A-B random\n"
	"  then: xN N times (a range of DPORT counts as one)  len=N payload  ext=hop,dest,routing,frag,ah,mobility,hip,shim6,esp,none\n"
	"        frag=OFFSET/8  opt=WORDS  broadcast          and lies: ihl=N total=N cut=BYTES\n";

struct knock {
	int fd;
	const char *interface;
	struct frame_macs macs;
	FILE *log;
	double rate;
	double seconds;
	unsigned align_s;
	uint64_t sent;
	unsigned batched;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct plan_packet packets[BATCH];
	uint8_t frames[BATCH][FRAME_BYTES];
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS + ts.tv_nsec;
}

static void sleep_until_ns(clockid_t clock, int64_t at_ns)
{
	struct timespec ts = { .tv_sec = at_ns / NS, .tv_nsec = at_ns % NS };

	while (clock_nanosleep(clock, TIMER_ABSTIME, &ts, NULL) == EINTR && !stopped)
		;
}

static int complain(const char *what)
{
	fprintf(stderr, "knock: %s: %s\n", what, strerror(errno));
	return -1;
}

static int open_interface(struct knock *k)
{
	struct ifreq request = { 0 };
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	int one = 1;

	k->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* protocol 0: nothing is received */
	if (k->fd < 0)
		return complain("packet socket");
	strncpy(request.ifr_name, k->interface, IFNAMSIZ - 1);
	address.sll_ifindex = (int)if_nametoindex(k->interface);
	if (ioctl(k->fd, SIOCGIFHWADDR, &request) < 0 || bind(k->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return complain(k->interface);
	memcpy(k->macs.source, request.ifr_hwaddr.sa_data, 6);
	/* Past the queueing discipline: it costs time and could drop. */
	if (setsockopt(k->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		return complain("PACKET_QDISC_BYPASS");
	for (unsigned i = 0; i < BATCH; i++) {
		k->vectors[i].iov_base = k->frames[i];
		k->messages[i].msg_hdr.msg_iov = &k->vectors[i];
		k->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return 0;
}

static void log_packet(FILE *log, int64_t first_ns, int64_t last_ns, const struct plan_packet *packet)
{
	static const char *const names[] = { "tcp", "udp", "other", "other", "other", "icmp", "other", "raw" };
	const struct plan_run *run = packet->run;
	const char *name = run->fragment_offset ? "other" : names[run->kind];
	unsigned number = 0;

	if (strcmp(name, "icmp") == 0)
		number = run->type;
	else if (strcmp(name, "other") != 0 && run->kind != PLAN_RAW)
		number = packet->destination_port;
	fprintf(log, "%lld,%lld,%s%u,%u,%lld\n", (long long)(first_ns / NS), (long long)(last_ns / NS), name, run->version, number,
	        (long long)(first_ns / 1000));
}

/* Sends what was batched. A batch that is logged lies in one second if the machine lets it; else the log says which two. */
static int send_batch(struct knock *k)
{
	unsigned done = 0;
	int64_t first_ns = 0, last_ns;

	if (k->log) {
		first_ns = now_ns(CLOCK_REALTIME);
		if (first_ns % NS > NS - GUARD_NS) {
			sleep_until_ns(CLOCK_REALTIME, (first_ns / NS + 1) * NS);
			first_ns = now_ns(CLOCK_REALTIME);
		}
	}
	while (done < k->batched) {
		int n = sendmmsg(k->fd, k->messages + done, k->batched - done, 0);

		if (n < 0 && errno != EINTR && errno != ENOBUFS && errno != EAGAIN)
			return complain(k->interface);
		if (n > 0)
			done += (unsigned)n;
	}
	if (k->log) {
		last_ns = now_ns(CLOCK_REALTIME);
		for (unsigned i = 0; i < k->batched; i++)
			log_packet(k->log, first_ns, last_ns, &k->packets[i]);
	}
	k->sent += k->batched;
	k->batched = 0;
	return 0;
}

/* Microseconds from the start at which the next packet may go. */
static double next_due_us(const struct knock *k, const struct plan *plan)
{
	double due = plan_next_us(plan), paced = k->rate > 0 ? (double)(k->sent + k->batched) * 1e6 / k->rate : 0;

	return due > paced || due < 0 ? due : paced;
}

static int send_plan(struct knock *k, struct plan *plan)
{
	int64_t start_ns = now_ns(CLOCK_MONOTONIC);
	double now_us = 0, due_us;

	while (!stopped && (due_us = next_due_us(k, plan)) >= 0 && (k->seconds <= 0 || now_us < k->seconds * 1e6)) {
		if (due_us > now_us || (k->sent + k->batched) % 1024 == 0)
			now_us = (double)(now_ns(CLOCK_MONOTONIC) - start_ns) / 1000;
		if (due_us > now_us) {
			if (k->batched && send_batch(k) < 0)
				return -1;
			sleep_until_ns(CLOCK_MONOTONIC, start_ns + (int64_t)(due_us * 1000));
			now_us = due_us;
			if (stopped)
				break;
		}
		plan_take(plan, &k->packets[k->batched]);
		k->vectors[k->batched].iov_len = frame_build(&k->macs, &k->packets[k->batched], k->frames[k->batched]);
		if (++k->batched == BATCH && send_batch(k) < 0)
			return -1;
	}
	return k->batched ? send_batch(k) : 0;
}

/* What the interface dropped so far: column 12 of /proc/net/dev. A full backlog of the other end shows there. */
static long long interface_drops(const char *interface)
{
	FILE *file = fopen("/proc/net/dev", "r");
	char line[512];
	long long drops = 0, n;

	while (file && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':'), *name = line + strspn(line, " ");

		if (colon && strlen(interface) == (size_t)(colon - name) && strncmp(name, interface, (size_t)(colon - name)) == 0 &&
		    sscanf(colon + 1, "%*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %lld", &n) == 1)
			drops = n;
	}
	if (file)
		fclose(file);
	return drops;
}

static bool parse_mac(const char *text, uint8_t mac[6])
{
	char rest;

	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5], &rest) == 6;
}

static int usage(FILE *out)
{
	fputs(help, out);
	return out == stdout ? 0 : 2;
}

static int run(struct knock *k, uint64_t seed)
{
	struct plan *plan = plan_read(stdin, "plan", seed);
	long long drops;
	int64_t began_ns;
	double took_s;
	int status = -1;

	if (!plan)
		return -1;
	if (open_interface(k) < 0)
		goto free_plan;
	drops = interface_drops(k->interface);
	if (k->align_s)
		sleep_until_ns(CLOCK_REALTIME, (now_ns(CLOCK_REALTIME) / NS / k->align_s + 1) * k->align_s * NS);
	began_ns = now_ns(CLOCK_MONOTONIC);
	status = send_plan(k, plan);
	took_s = (double)(now_ns(CLOCK_MONOTONIC) - began_ns) / NS;
	drops = interface_drops(k->interface) - drops;
	printf("sent %llu packets in %.3f s, %lld dropped on the way\n", (unsigned long long)k->sent, took_s, drops);
	if (drops)
		status = -1;
	if (k->log && fclose(k->log) != 0)
		status = complain("log");
free_plan:
	plan_free(plan);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' }, { "rate", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 't' }, { "align", required_argument, NULL, 'a' },
		{ "log", required_argument, NULL, 'l' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	static struct knock k = { .fd = -1 };
	uint64_t seed = 1;
	bool mac = false;
	int c;

	while ((c = getopt_long(argc, argv, "i:m:h", options, NULL)) != -1) {
		if (c == 'i')
			k.interface = optarg;
		else if (c == 'm')
			mac = parse_mac(optarg, k.macs.destination);
		else if (c == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (c == 'r')
			k.rate = strtod(optarg, NULL);
		else if (c == 't')
			k.seconds = strtod(optarg, NULL);
		else if (c == 'a')
			k.align_s = (unsigned)strtoul(optarg, NULL, 0);
		else if (c == 'l' && !(k.log = fopen(optarg, "w")))
			return complain(optarg), 1;
		else if (c == 'h' || c == '?')
			return usage(c == 'h' ? stdout : stderr);
	}
	if (!k.interface || !mac || optind != argc)
		return usage(stderr);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	return run(&k, seed) < 0;
}
