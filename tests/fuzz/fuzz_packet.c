/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet decoder: what it says of a packet fits together, and every shorter copy gets the same answer or "short". */
#include "fuzz.h"

#include <string.h>

#include "packet/packet.h"

#define CUTS 192 /* shorter copies are tried up to this length */

static void check_packet(const struct packet *p)
{
	enum series series = (enum series)p->series;
	bool tcp = series == SERIES_TCP4 || series == SERIES_TCP6;
	bool six = series == SERIES_TCP6 || series == SERIES_UDP6 || series == SERIES_ICMP6 || series == SERIES_OTHER6;
	bool icmp = series == SERIES_ICMP4 || series == SERIES_ICMP6;

	FUZZ_CHECK(p->series < SERIES_COUNT && p->class < CLASS_COUNT);
	FUZZ_CHECK(series_has_class(series, (enum packet_class)p->class));
	FUZZ_CHECK(p->version == (six ? 6 : 4));
	FUZZ_CHECK(p->has_ports || p->series >= SERIES_WITH_PORTS);
	FUZZ_CHECK(p->has_ports || (p->source_port == 0 && p->destination_port == 0));
	FUZZ_CHECK(!p->tcp_flags || tcp);
	FUZZ_CHECK(!(p->icmp_type | p->icmp_code) || icmp);
	FUZZ_CHECK(!tcp || p->protocol == 6);
	FUZZ_CHECK(!icmp || p->protocol == (six ? 58 : 1));
	FUZZ_CHECK(!p->link_broadcast);
	for (unsigned i = 4; i < 16; i++)
		FUZZ_CHECK(six || !(p->source[i] | p->destination[i]));
}

/* In place, not in memory of its own size: libFuzzer and replay.c cut inputs short themselves. */
static void check_cut(const uint8_t *data, size_t len, enum packet_status whole, const struct packet *packet)
{
	struct packet cut;
	enum packet_status status;

	memset(&cut, 0, sizeof(cut)); /* padding too, for memcmp */
	status = packet_decode(data, len, &cut);
	FUZZ_CHECK(status == PACKET_SHORT || status == whole);
	if (status == PACKET_OK)
		FUZZ_CHECK(!memcmp(&cut, packet, sizeof(cut)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packet;
	enum packet_status status;

	memset(&packet, 0, sizeof(packet));
	status = packet_decode(data, size, &packet);
	FUZZ_CHECK(packet_status_name(status));
	if (status == PACKET_OK)
		check_packet(&packet);
	for (size_t len = 0; len < size && len < CUTS; len++)
		check_cut(data, len, status, &packet);
	return 0;
}
