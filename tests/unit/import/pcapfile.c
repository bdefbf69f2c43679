/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/pcapfile.h"

#include <byteswap.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/capture.h"

enum { NFLOG = 239, RAW = 101 };

/* A file as it is put together, and read from front to end. */
struct stream {
	uint8_t bytes[4096];
	size_t len;
	bool swapped; /* of a machine of the other byte order */
	size_t block; /* where the open pcapng block begins */
	size_t at;
	int error; /* what reading ends with, 0 for the end */
	unsigned closed;
};

static void put(struct stream *s, const void *bytes, size_t len)
{
	assert_true(s->len + len <= sizeof(s->bytes));
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

static void put16(struct stream *s, uint16_t value)
{
	value = s->swapped ? bswap_16(value) : value;
	put(s, &value, sizeof(value));
}

static void put32(struct stream *s, uint32_t value)
{
	value = s->swapped ? bswap_32(value) : value;
	put(s, &value, sizeof(value));
}

/* The file's head as pcap-savefile(5) has it. */
static void put_head(struct stream *s, uint32_t magic, uint32_t linktype)
{
	put32(s, magic);
	put16(s, 2);
	put16(s, 4);
	put32(s, 0);
	put32(s, 0);
	put32(s, 262144);
	put32(s, linktype);
}

static void begin_record(struct stream *s, uint32_t sec, uint32_t fraction, uint32_t len)
{
	put32(s, sec);
	put32(s, fraction);
	put32(s, len);
	put32(s, len);
}

static void put_record(struct stream *s, uint32_t sec, uint32_t fraction, const void *frame, size_t len)
{
	begin_record(s, sec, fraction, (uint32_t)len);
	put(s, frame, len);
}

#define MICRO 0xa1b2c3d4
#define NANO 0xa1b23c4d

/* UDP 192.0.2.1:5353 -> 198.51.100.2:53 */
static const uint8_t udp[28] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2, 0x14, 0xe9, 0, 53, 0, 8 };

static void put_frame_nflog(struct stream *s)
{
	put(s, "\2\0\0\5", 4);
	put16(s, 4 + 5);
	put16(s, 10); /* NFULA_PREFIX */
	put(s, "in: \0\0\0", 8);
	put16(s, 4 + sizeof(udp));
	put16(s, 9); /* NFULA_PAYLOAD */
	put(s, udp, sizeof(udp));
}
#define NFLOG_LEN (4 + 12 + 4 + sizeof(udp))

static ssize_t stream_read(void *cookie, char *buf, size_t size)
{
	struct stream *s = cookie;
	size_t n = s->len - s->at < 7 ? s->len - s->at : 7; /* as pipes do: less than was asked for */

	if (!n && s->error) {
		errno = s->error;
		return -1;
	}
	n = n < size ? n : size;
	memcpy(buf, s->bytes + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static int stream_close(void *cookie)
{
	((struct stream *)cookie)->closed++;
	return 0;
}

static int open_stream(struct stream *s, struct pcapfile **p, struct failure *why)
{
	FILE *file = fopencookie(s, "r", (cookie_io_functions_t){ .read = stream_read, .close = stream_close });

	assert_non_null(file);
	s->at = 0;
	s->closed = 0;
	why->text[0] = '\0';
	return pcapfile_open(file, "a.pcap", p, why);
}

/* Opens, reads all records and closes; returns how it ended. */
static int read_all(struct stream *s, uint64_t *records, struct failure *why)
{
	struct pcapfile *p;
	const uint8_t *frame;
	struct stamp stamp;
	size_t len;
	int got = open_stream(s, &p, why);

	*records = 0;
	if (!got) {
		while ((got = pcapfile_next(p, &frame, &len, &stamp, why)) == 1)
			assert_int_equal(pcapfile_record(p), ++*records);
		assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, NULL), 0);
	}
	pcapfile_close(p);
	assert_int_equal(s->closed, 1);
	return got;
}

static void records_come_in_order_with_their_stamps(void **state)
{
	static const uint32_t magics[] = { MICRO, NANO };

	for (unsigned i = 0; i < 4; i++) {
		struct stream s = { .swapped = i >= 2 };
		struct failure why;
		struct pcapfile *p;
		const uint8_t *frame;
		struct stamp stamp;
		size_t len;

		put_head(&s, magics[i % 2], RAW);
		for (uint32_t n = 0; n < 3; n++)
			put_record(&s, 1795490000 + n, i % 2 ? 123456789 : 123456, udp, sizeof(udp) - n);
		assert_int_equal(open_stream(&s, &p, &why), 0);
		assert_int_equal(pcapfile_linktype(p), RAW);
		for (uint32_t n = 0; n < 3; n++) {
			assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 1);
			assert_int_equal(stamp.kind, STAMP_ABSOLUTE);
			assert_int_equal(stamp.us, (1795490000 + (int64_t)n) * 1000000 + 123456);
			assert_int_equal(len, sizeof(udp) - n);
			assert_memory_equal(frame, udp, len);
		}
		assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 0);
		pcapfile_close(p);
	}
}

static void assert_udp(struct stream *s, int64_t us)
{
	struct failure why;
	struct pcapfile *p;
	const uint8_t *frame;
	struct reading r;
	struct stamp stamp;
	size_t len;

	assert_int_equal(open_stream(s, &p, &why), 0);
	assert_int_equal(pcapfile_linktype(p), NFLOG);
	assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 1);
	assert_int_equal(stamp.us, us);
	assert_int_equal(capture_parse(NFLOG, frame, len, &r), READING_PACKET);
	assert_int_equal(r.packet.series, SERIES_UDP4);
	assert_int_equal(r.packet.destination_port, 53);
	assert_int_equal(r.rule_len, 4);
	assert_memory_equal(r.rule, "in: ", 4);
	assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 0);
	pcapfile_close(p);
}

static void nflog_is_in_host_order_whoever_captured_it(void **state)
{
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct stream s = { .swapped = swapped };

		put_head(&s, MICRO, NFLOG);
		begin_record(&s, 5, 6, NFLOG_LEN);
		put_frame_nflog(&s);
		assert_udp(&s, 5000006);
	}
}

/* ---- pcapng ---- */

static void begin_block(struct stream *s, uint32_t type)
{
	s->block = s->len;
	put32(s, type);
	put32(s, 0);
}

static void end_block(struct stream *s)
{
	uint32_t total;

	while (s->len % 4)
		put(s, "", 1);
	total = (uint32_t)(s->len - s->block + 4);
	put32(s, total);
	memcpy(s->bytes + s->block + 4, s->bytes + s->len - 4, 4);
}

static void put_section(struct stream *s)
{
	begin_block(s, 0x0a0d0d0a);
	put32(s, 0x1a2b3c4d);
	put16(s, 1);
	put16(s, 0);
	put32(s, UINT32_MAX);
	put32(s, UINT32_MAX);
	end_block(s);
}

static void put_interface(struct stream *s, uint16_t linktype, uint32_t snaplen)
{
	begin_block(s, 1);
	put16(s, linktype);
	put16(s, 0);
	put32(s, snaplen);
	end_block(s);
}

static void put_enhanced(struct stream *s, uint32_t interface)
{
	begin_block(s, 6);
	put32(s, interface);
	put32(s, 0);
	put32(s, 5000006);
	put32(s, NFLOG_LEN);
	put32(s, NFLOG_LEN);
	put_frame_nflog(s);
	end_block(s);
}

static void pcapng_is_read_whoever_captured_it(void **state)
{
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct stream s = { .swapped = swapped };

		put_section(&s);
		put_interface(&s, NFLOG, 65535);
		put_interface(&s, NFLOG, 65535);
		begin_block(&s, 0xbad); /* of a type that nobody knows */
		end_block(&s);
		put_enhanced(&s, 1);
		assert_udp(&s, 5000006);
	}
}

static void a_simple_packet_block_has_no_stamp(void **state)
{
	struct stream s = { .len = 0 };
	struct failure why;
	struct pcapfile *p;
	const uint8_t *frame;
	struct stamp stamp;
	size_t len;

	put_section(&s);
	put_interface(&s, RAW, 65535);
	begin_block(&s, 3);
	put32(&s, sizeof(udp));
	put(&s, udp, sizeof(udp));
	end_block(&s);
	assert_int_equal(open_stream(&s, &p, &why), 0);
	assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 1);
	assert_int_equal(stamp.kind, STAMP_NONE);
	assert_int_equal(len, sizeof(udp));
	pcapfile_close(p);
}

static void interfaces_that_differ_are_told_after_what_stands_before(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		struct stream s = { .len = 0 };
		struct failure why;
		uint64_t records;

		put_section(&s);
		put_interface(&s, NFLOG, 65535);
		put_enhanced(&s, 0);
		put_interface(&s, i ? NFLOG : RAW, i ? 96 : 65535);
		put_enhanced(&s, 1);
		assert_int_equal(read_all(&s, &records, &why), -EBADMSG);
		assert_int_equal(records, 1);
		assert_non_null(strstr(why.text, "a.pcap: behind record 1: "));
		assert_non_null(strstr(why.text, "interfaces agree"));
	}
}

/* ---- what is wrong ---- */

static void assert_cut_everywhere(struct stream *whole, const size_t *ends, unsigned n)
{
	struct failure why;
	char expected[64];
	uint64_t records;

	for (size_t len = 0; len <= whole->len; len++) {
		struct stream s = *whole;
		unsigned before = 0;
		int got;

		s.len = len;
		got = read_all(&s, &records, &why);
		if (len < ends[0]) {
			assert_true(got == -ENODATA || got == -EBADMSG);
			assert_ptr_equal(strstr(why.text, "a.pcap: "), why.text);
			continue;
		}
		while (before < n && len >= ends[before + 1])
			before++;
		assert_int_equal(records, before);
		assert_int_equal(got, len == ends[before] ? 0 : -ENODATA);
		snprintf(expected, sizeof(expected), "a.pcap: cut off behind record %u", before);
		assert_string_equal(why.text, got ? expected : "");
	}
}

static void of_a_file_cut_off_all_before_is_read(void **state)
{
	struct stream s = { .len = 0 };
	size_t ends[4];

	put_head(&s, MICRO, RAW);
	ends[0] = s.len;
	for (uint32_t n = 1; n <= 3; n++) {
		put_record(&s, n, 0, udp, sizeof(udp));
		ends[n] = s.len;
	}
	assert_cut_everywhere(&s, ends, 3);
}

static void of_a_pcapng_file_cut_off_all_before_is_read(void **state)
{
	struct stream s = { .len = 0 };
	size_t ends[3];

	put_section(&s);
	put_interface(&s, NFLOG, 65535);
	ends[0] = s.len;
	for (unsigned n = 1; n <= 2; n++) {
		put_enhanced(&s, 0);
		ends[n] = s.len;
	}
	assert_cut_everywhere(&s, ends, 2);
}

static void a_record_that_lies_is_told_by_its_number(void **state)
{
	struct stream s = { .len = 0 };
	struct failure why;
	uint64_t records;

	put_head(&s, MICRO, RAW);
	put_record(&s, 1, 0, udp, sizeof(udp));
	begin_record(&s, 2, 0, UINT32_MAX);
	assert_int_equal(read_all(&s, &records, &why), -EBADMSG);
	assert_int_equal(records, 1);
	assert_non_null(strstr(why.text, "a.pcap: record 2: "));
}

static void an_error_of_the_stream_is_passed_on(void **state)
{
	struct stream s = { .error = EMFILE };
	struct failure why;
	uint64_t records;

	assert_int_equal(read_all(&s, &records, &why), -EMFILE);
	put_head(&s, MICRO, RAW);
	put_record(&s, 1, 0, udp, sizeof(udp));
	assert_int_equal(read_all(&s, &records, &why), -EMFILE);
	assert_int_equal(records, 1);
	assert_non_null(strstr(why.text, "a.pcap: record 2: "));
}

static void what_is_no_capture_is_refused(void **state)
{
	struct stream s = { .len = 0 };
	struct failure why;
	uint64_t records;

	put(&s, "Mar 17 06:25:01 host kernel: IN=eth0\n", 37);
	assert_int_equal(read_all(&s, &records, &why), -EBADMSG);
	assert_non_null(strstr(why.text, "a.pcap: "));
}

static void an_unknown_link_type_is_refused_by_name(void **state)
{
	struct stream s = { .len = 0 };
	struct failure why;
	uint64_t records;

	put_head(&s, MICRO, 105);
	put_record(&s, 1, 0, udp, sizeof(udp));
	assert_int_equal(read_all(&s, &records, &why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why.text, "IEEE802_11 (105)"));
}

static void link_types_are_those_of_files(void **state)
{
	static const struct {
		uint32_t in_file;
		int expected;
	} types[] = {
		{ 101, 101 }, { 12, 101 }, { 14, 14 }, { 228, 228 }, { 229, 229 }, { 0, 0 }, { 108, 108 }, { 1, 1 },
		{ 113, 113 }, { 276, 276 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct stream s = { .len = 0 };
		struct failure why;
		struct pcapfile *p;

		put_head(&s, MICRO, types[i].in_file);
		assert_int_equal(open_stream(&s, &p, &why), 0);
		assert_int_equal(pcapfile_linktype(p), types[i].expected);
		pcapfile_close(p);
	}
}

static void stamps_go_on_past_2038_and_never_reach_a_second(void **state)
{
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct stream s = { .swapped = swapped };
		struct failure why;
		struct pcapfile *p;
		const uint8_t *frame;
		struct stamp stamp;
		size_t len;

		put_head(&s, MICRO, RAW);
		put_record(&s, UINT32_MAX, UINT32_MAX, udp, sizeof(udp));
		assert_int_equal(open_stream(&s, &p, &why), 0);
		assert_int_equal(pcapfile_next(p, &frame, &len, &stamp, &why), 1);
		assert_int_equal(stamp.us, INT64_C(4294967295999999));
		pcapfile_close(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_in_order_with_their_stamps),
		cmocka_unit_test(nflog_is_in_host_order_whoever_captured_it),
		cmocka_unit_test(pcapng_is_read_whoever_captured_it),
		cmocka_unit_test(a_simple_packet_block_has_no_stamp),
		cmocka_unit_test(interfaces_that_differ_are_told_after_what_stands_before),
		cmocka_unit_test(of_a_file_cut_off_all_before_is_read),
		cmocka_unit_test(of_a_pcapng_file_cut_off_all_before_is_read),
		cmocka_unit_test(a_record_that_lies_is_told_by_its_number),
		cmocka_unit_test(an_error_of_the_stream_is_passed_on),
		cmocka_unit_test(what_is_no_capture_is_refused),
		cmocka_unit_test(an_unknown_link_type_is_refused_by_name),
		cmocka_unit_test(link_types_are_those_of_files),
		cmocka_unit_test(stamps_go_on_past_2038_and_never_reach_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
