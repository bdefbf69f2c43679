/* SPDX-License-Identifier: GPL-2.0-or-later */
/* captures < LIST: decodes every packet of every capture in the list (one path a line), each also cut short, with the checks of
 * fuzz_packet. Captures are full of packets that nobody made up: broken ones, tunnels, old and odd stacks. */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/fuzz.h"
#include "nfnl/nfmsg.h"
#include "packet/packet.h"

#define CUTS 128 /* the daemon's default copy range */

static struct {
	unsigned read, refused, broken;
	unsigned long packets, series[SERIES_COUNT], status[PACKET_NOT_IP + 1], not_nflog;
} counts;

static unsigned net16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static size_t skip_ethernet(const uint8_t *frame, size_t len)
{
	size_t at = 12;

	while (at + 6 <= len && (net16(frame + at) == 0x8100 || net16(frame + at) == 0x88a8 || net16(frame + at) == 0x9100))
		at += 4; /* VLAN tags */
	return at + 2;
}

/* Where layer 3 begins; 0 for link types that are not known here. */
static size_t skip_link(int type, const uint8_t *frame, size_t len)
{
	switch (type) {
	case DLT_EN10MB:
		return skip_ethernet(frame, len);
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_PPP:
		return 4;
	case DLT_LINUX_SLL:
		return 16;
	case DLT_LINUX_SLL2:
		return 20;
	default:
		return 0;
	}
}

/* The first len bytes, in memory of exactly that size. */
static enum packet_status decode_cut(const uint8_t *bytes, size_t len, struct packet *packet)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum packet_status status;

	FUZZ_CHECK(copy);
	memcpy(copy, bytes, len);
	LLVMFuzzerTestOneInput(copy, len);
	status = packet_decode(copy, len, packet);
	free(copy);
	return status;
}

static void decode(const uint8_t *bytes, size_t len, bool count)
{
	struct packet packet;
	enum packet_status status;

	for (size_t cut = 0; cut < len && cut < CUTS; cut++)
		decode_cut(bytes, cut, &packet);
	status = decode_cut(bytes, len, &packet);
	if (!count)
		return;
	counts.status[status]++;
	if (status == PACKET_OK)
		counts.series[packet.series]++;
}

static void decode_nflog(const uint8_t *body, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct nfmsg msg;

	FUZZ_CHECK(copy);
	memcpy(copy, body, len);
	if (!nfmsg_parse(copy, len, &msg))
		counts.not_nflog++;
	else if (msg.payload)
		decode(msg.payload, msg.payload_len, true);
	free(copy);
}

/* Frames that don't hold IP are decoded too, because nonsense is input, but not counted. */
static bool holds_ip(int type, const uint8_t *frame, size_t layer3)
{
	unsigned ethertype;

	switch (type) {
	case DLT_EN10MB:
		ethertype = net16(frame + layer3 - 2);
		return ethertype == 0x0800 || ethertype == 0x86dd;
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
		return true;
	default:
		return false;
	}
}

static void read_capture(const char *path)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, error);
	struct pcap_pkthdr *header;
	const u_char *frame;
	int got, type;

	if (!pcap) {
		counts.refused++;
		return;
	}
	type = pcap_datalink(pcap);
	while ((got = pcap_next_ex(pcap, &header, &frame)) == 1) {
		size_t skip = skip_link(type, frame, header->caplen);

		counts.packets++;
		if (type == DLT_NFLOG)
			decode_nflog(frame, header->caplen);
		else if (skip <= header->caplen)
			decode(frame + skip, header->caplen - skip, holds_ip(type, frame, skip));
	}
	if (got == PCAP_ERROR)
		counts.broken++;
	counts.read++;
	pcap_close(pcap);
}

int main(void)
{
	char path[4096];
	unsigned series_seen = 0;

	while (fgets(path, sizeof(path), stdin)) {
		path[strcspn(path, "\n")] = '\0';
		read_capture(path);
	}
	printf("# %u captures, %u of them broken at some point; %u that libpcap refuses\n", counts.read, counts.broken,
	       counts.refused);
	printf("# %lu packets; of those that hold IP:", counts.packets);
	for (unsigned i = 0; i <= PACKET_NOT_IP; i++)
		printf(" %s %lu", packet_status_name((enum packet_status)i), counts.status[i]);
	printf("\n#");
	for (unsigned i = 0; i < SERIES_COUNT; i++) {
		printf(" %s %lu", series_name((enum series)i), counts.series[i]);
		series_seen += counts.series[i] != 0;
	}
	printf("\n# %lu NFLOG messages that can't be read\n", counts.not_nflog);
	printf("%sok 1 - every packet is decoded within its bytes, and every shorter copy alike\n", counts.packets ? "" : "not ");
	printf("%sok 2 - there are packets of every series\n", series_seen == SERIES_COUNT ? "" : "not ");
	printf("1..2\n");
	return 0;
}
