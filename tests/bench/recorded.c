/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what `fireplot import` reads, as much as wanted, to be measured with:
 *
 *   tests/bench/recorded log|nflog RECORDS RECORDS_A_SECOND >FILE
 *
 * TCP SYNs from 5,000 sources to random ports, as lines of a syslog or as a capture of NFLOG. */
#include <endian.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/netfilter/nfnetlink_log.h>

#define START_S 1700000000
#define SOURCES 5000
#define PREFIX "[FW DROP] "

struct probe {
	uint64_t at_us;
	uint32_t source;
	uint16_t from, to;
};

static uint64_t state = 88172645463325252;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static struct probe probe_at(uint64_t i, uint64_t a_second)
{
	uint64_t random = draw();

	return (struct probe){ .at_us = START_S * UINT64_C(1000000) + i * 1000000 / a_second,
		               .source = 0xc6336400 + (uint32_t)(random % SOURCES), /* 198.51.100.0 and on */
		               .from = (uint16_t)(random >> 16), .to = (uint16_t)(random >> 32) };
}

static void write_line(const struct probe *p)
{
	time_t at_s = (time_t)(p->at_us / 1000000);
	struct tm tm;
	char stamp[32];

	localtime_r(&at_s, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %T", &tm);
	printf("%s fw kernel: [%8" PRIu64 ".%06" PRIu64 "] " PREFIX "IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 "
	       "SRC=%u.%u.%u.%u DST=192.0.2.1 LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=%u PROTO=TCP SPT=%u DPT=%u WINDOW=1024 RES=0x00 "
	       "SYN URGP=0 \n",
	       stamp, p->at_us / 1000000 - START_S, p->at_us % 1000000, p->source >> 24, p->source >> 16 & 255, p->source >> 8 & 255,
	       p->source & 255, p->from ^ 0x5555u, p->from, p->to);
}

/* ---- a capture ---- */

struct record {
	uint8_t bytes[256];
	uint32_t len;
};

static void put_attribute(struct record *r, uint16_t type, const void *value, uint16_t len)
{
	uint16_t head[2] = { (uint16_t)(len + 4), type };

	memcpy(r->bytes + r->len, head, 4);
	memcpy(r->bytes + r->len + 4, value, len);
	r->len += (4u + len + 3) & ~3u;
}

static void write_record(const struct probe *p)
{
	struct record r = { .bytes = { 2 /* AF_INET */, 0, 0, 100 }, .len = 4 };
	uint8_t packet[40] = { 0x45, 0, 0, 40, 0, 0, 0x40, 0, 240, 6, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1 };
	uint64_t stamp[2] = { htobe64(p->at_us / 1000000), htobe64(p->at_us % 1000000) };
	uint32_t source = htobe32(p->source), head[4];
	uint16_t ports[2] = { htobe16(p->from), htobe16(p->to) };

	memcpy(packet + 12, &source, 4);
	memcpy(packet + 20, ports, 4);
	packet[32] = 0x50;
	packet[33] = 2; /* SYN */
	put_attribute(&r, NFULA_PACKET_HDR, (uint8_t[]){ 8, 0, 1, 0 }, 4);
	put_attribute(&r, NFULA_PREFIX, PREFIX, sizeof(PREFIX));
	put_attribute(&r, NFULA_TIMESTAMP, stamp, sizeof(stamp));
	put_attribute(&r, NFULA_PAYLOAD, packet, sizeof(packet));
	head[0] = (uint32_t)(p->at_us / 1000000);
	head[1] = (uint32_t)(p->at_us % 1000000);
	head[2] = head[3] = r.len;
	fwrite(head, sizeof(head), 1, stdout);
	fwrite(r.bytes, r.len, 1, stdout);
}

static void write_head(void)
{
	fwrite((uint32_t[]){ 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 239 }, 24, 1, stdout);
}

int main(int argc, char **argv)
{
	uint64_t records = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t a_second = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
	int is_log = argc == 4 && strcmp(argv[1], "log") == 0;

	if (records == 0 || a_second == 0 || (!is_log && strcmp(argv[1], "nflog") != 0)) {
		fprintf(stderr, "usage: recorded log|nflog RECORDS RECORDS_A_SECOND >FILE\n");
		return 2;
	}
	if (!is_log)
		write_head();
	for (uint64_t i = 0; i < records; i++) {
		struct probe probe = probe_at(i, a_second);

		if (is_log)
			write_line(&probe);
		else
			write_record(&probe);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
