/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of ICMP only the type decides the class. A request, and whatever nobody has assigned, is a probe; an answer is backscatter:
 * replies, errors, and the announcements, reports and redirects that come without a question. Types are those of IANA's "ICMP Type
 * Numbers" and "ICMPv6 Type Numbers", with the RFC that defines each. A type that carries both (154 to 156, 159) is a probe. */
#include "packet/classify.h"

static const bool icmp4_answers[256] = {
	[0] = true,  /* echo reply, RFC 792 */
	[3] = true,  /* destination unreachable, RFC 792 */
	[4] = true,  /* source quench, RFC 792 */
	[5] = true,  /* redirect, RFC 792; an error by RFC 1122, 3.2.2 */
	[9] = true,  /* router advertisement, RFC 1256 */
	[11] = true, /* time exceeded, RFC 792 */
	[12] = true, /* parameter problem, RFC 792 */
	[14] = true, /* timestamp reply, RFC 792 */
	[16] = true, /* information reply, RFC 792 */
	[18] = true, /* address mask reply, RFC 950 */
	[30] = true, /* traceroute, sent back by routers, RFC 1393 */
	[31] = true, /* datagram conversion error, RFC 1475 */
	[32] = true, /* mobile host redirect, RFC 6918 */
	[34] = true, /* IPv6 I-am-here, RFC 6918 */
	[36] = true, /* mobile registration reply, RFC 6918 */
	[38] = true, /* domain name reply, RFC 1788 */
	[40] = true, /* security failures (Photuris), RFC 2521 */
	[43] = true, /* extended echo reply, RFC 8335 */
};

static const bool icmp6_answers[256] = {
	[1] = true,   /* destination unreachable, RFC 4443 */
	[2] = true,   /* packet too big, RFC 4443 */
	[3] = true,   /* time exceeded, RFC 4443 */
	[4] = true,   /* parameter problem, RFC 4443 */
	[129] = true, /* echo reply, RFC 4443 */
	[131] = true, /* multicast listener report, RFC 2710 */
	[132] = true, /* multicast listener done, RFC 2710 */
	[134] = true, /* router advertisement, RFC 4861 */
	[136] = true, /* neighbor advertisement, RFC 4861 */
	[137] = true, /* redirect, RFC 4861 */
	[140] = true, /* node information response, RFC 4620 */
	[142] = true, /* inverse neighbor advertisement, RFC 3122 */
	[143] = true, /* version 2 multicast listener report, RFC 9777 */
	[145] = true, /* home agent address discovery reply, RFC 6275 */
	[147] = true, /* mobile prefix advertisement, RFC 6275 */
	[149] = true, /* certification path advertisement, RFC 3971 */
	[151] = true, /* multicast router advertisement, RFC 4286 */
	[153] = true, /* multicast router termination, RFC 4286 */
	[158] = true, /* duplicate address confirmation, RFC 6775 */
	[161] = true, /* extended echo reply, RFC 8335 */
};

static enum packet_class class_of_tcp(unsigned flags)
{
	if (flags & PACKET_RST || (flags & (PACKET_SYN | PACKET_ACK)) == (PACKET_SYN | PACKET_ACK))
		return CLASS_BACKSCATTER;
	return flags & PACKET_ACK ? CLASS_LATE : CLASS_PROBE;
}

static void classify(struct packet *packet, enum series series, enum packet_class class)
{
	packet->series = (uint8_t)series;
	packet->class = (uint8_t)class;
}

static void classify_icmp(struct packet *packet, enum series series, const bool *answers)
{
	classify(packet, series, answers[packet->icmp_type] ? CLASS_BACKSCATTER : CLASS_PROBE);
}

void packet_classify_other(struct packet *packet)
{
	classify(packet, packet->version == 4 ? SERIES_OTHER4 : SERIES_OTHER6, CLASS_PROBE);
}

void packet_classify(struct packet *packet)
{
	bool four = packet->version == 4;

	if (packet->protocol == IP_TCP)
		classify(packet, four ? SERIES_TCP4 : SERIES_TCP6, class_of_tcp(packet->tcp_flags));
	else if (packet->protocol == IP_UDP)
		classify(packet, four ? SERIES_UDP4 : SERIES_UDP6, CLASS_PROBE);
	else if (packet->protocol == IP_ICMP && four)
		classify_icmp(packet, SERIES_ICMP4, icmp4_answers);
	else if (packet->protocol == IP_ICMPV6 && !four)
		classify_icmp(packet, SERIES_ICMP6, icmp6_answers);
	else
		packet_classify_other(packet);
}
