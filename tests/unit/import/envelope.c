/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define S INT64_C(1000000)
#define MAR_17 (INT64_C(1710656701) * S)         /* 2024-03-17 06:25:01 */
#define MAR_17_YEARLESS (INT64_C(953274301) * S) /* the same in 2000 */

static bool lies_in(const char *view, size_t view_len, const char *line, size_t len)
{
	return view >= line && view <= line + len && view_len <= (size_t)(line + len - view);
}

/* Each shorter copy of a line is split without a look behind its end, and into pieces of it. */
static void cut(const char *line, size_t len)
{
	for (size_t n = 0; n <= len; n++) {
		char *copy = malloc(n ? n : 1);
		struct envelope e;

		assert_non_null(copy);
		memcpy(copy, line, n);
		envelope_parse(copy, n, &e);
		assert_true(lies_in(e.message, e.message_len, copy, n));
		assert_true(lies_in(e.front, e.front_len, copy, n));
		assert_true(!e.program || lies_in(e.program, e.program_len, copy, n));
		assert_ptr_equal(e.message + e.message_len, copy + n);
		free(copy);
	}
}

static void assert_stamp(const char *line, const struct stamp *stamp, enum stamp_kind kind, int64_t us)
{
	if (stamp->kind != kind || (kind != STAMP_NONE && stamp->us != us))
		fail_msg("%s: kind %d, %lld us instead of kind %d, %lld us", line, (int)stamp->kind, (long long)stamp->us, (int)kind,
		         (long long)us);
}

static void assert_text(const char *line, const char *what, const char *text, size_t len, const char *expected)
{
	if (len != strlen(expected) || memcmp(text, expected, len) != 0)
		fail_msg("%s: %s is \"%.*s\" instead of \"%s\"", line, what, (int)len, text, expected);
}

static void assert_line(const char *line, enum stamp_kind kind, int64_t us, const char *program, const char *message)
{
	struct envelope e;

	envelope_parse(line, strlen(line), &e);
	assert_stamp(line, &e.stamp, kind, us);
	if (!e.program != !program)
		fail_msg("%s: %s", line, program ? "no program" : "a program");
	if (program)
		assert_text(line, "program", e.program, e.program_len, program);
	assert_text(line, "message", e.message, e.message_len, message);
	cut(line, strlen(line));
}

static void assert_time(const char *text, enum stamp_kind kind, int64_t us, size_t used)
{
	struct stamp stamp;

	for (size_t n = 0; n <= strlen(text); n++) {
		char *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, text, n);
		assert_true(envelope_time(exact, n, &stamp) <= n);
		free(exact);
	}
	assert_int_equal(envelope_time(text, strlen(text), &stamp), used);
	assert_stamp(text, &stamp, kind, us);
}

static void assert_no_time(const char *text)
{
	assert_time(text, STAMP_NONE, 0, 0);
}

static void bsd_syslog_lacks_its_year_and_perhaps_more(void **state)
{
	assert_line("Mar 17 06:25:01 host kernel: [12345.678901] DROP IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "DROP IN=eth0");
	assert_line("<6>Mar 17 06:25:01 host kernel: [    5.678901] IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=eth0");
	assert_line("Mar 17 06:25:01 host kernel: [12345.678901][  T42] [UFW BLOCK] IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel",
	            "[UFW BLOCK] IN=eth0");
	assert_line("Mar 17 06:25:01 vm-1 kernel: [UFW AUDIT] IN=lo", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "[UFW AUDIT] IN=lo");
	assert_line("Mar 17 06:25:01 host kernel:IN=lo", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=lo");
	assert_line("Mar 17 06:25:01 kernel: IN=lo", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=lo");
	assert_line("Mar 17 06:25:01 192.0.2.1 kernel: IN=lo", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=lo");
	assert_line("Mar 17 06:25:01 (none) user.info kernel: IN=lo", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=lo");
	assert_line("Mar 17 06:25:01 host filterlog[123]: 4,,,", STAMP_YEARLESS, MAR_17_YEARLESS, "filterlog", "4,,,");
	assert_line("Mar 17 06:25:01 filterlog: 4,,,", STAMP_YEARLESS, MAR_17_YEARLESS, "filterlog", "4,,,");
	assert_line("Mar 17 06:25:01 host postfix/smtpd[1]: connect", STAMP_YEARLESS, MAR_17_YEARLESS, "postfix/smtpd", "connect");
	assert_line("Mar 17 06:25:01 host cron: run", STAMP_YEARLESS, MAR_17_YEARLESS, "cron", "run");
	assert_line("Mar 17 06:25:01 host kernel: ", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "");
}

static void a_day_below_ten_has_a_blank_a_zero_or_nothing(void **state)
{
	assert_time("Mar  7 06:25:01", STAMP_YEARLESS, MAR_17_YEARLESS - 10 * 86400 * S, 15);
	assert_time("Mar 07 06:25:01", STAMP_YEARLESS, MAR_17_YEARLESS - 10 * 86400 * S, 15);
	assert_time("Mar 7 06:25:01", STAMP_YEARLESS, MAR_17_YEARLESS - 10 * 86400 * S, 14);
}

static void a_rule_that_looks_like_a_name_stays_with_the_message(void **state)
{
	assert_line("Mar 17 06:25:01 DENY: IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "DENY: IN=eth0");
	assert_line("Mar 17 06:25:01 host kernel: DROP: IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "DROP: IN=eth0");
	assert_line("Mar 17 06:25:01 vm DROP: IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "DROP: IN=b0");
	assert_line("Mar 17 06:25:01 vm DROP: OUT=b0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "DROP: OUT=b0");
	assert_line("Mar 17 06:25:01 vm fp-drop-emu  IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "fp-drop-emu  IN=b0");
	assert_line("Mar 17 06:25:01 2b11ee656a3d [INPUT] IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "[INPUT] IN=eth0");
	assert_line("Mar 17 06:25:01 vm  IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "IN=b0");
	assert_line("Mar 17 06:25:01 vm Shorewall:net2fw:DROP:IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "Shorewall:net2fw:DROP:IN=b0");
	assert_line("Mar 17 06:25:01 IN=eth0 OUT=", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "IN=eth0 OUT=");
	assert_line("Mar 17 06:25:01 [UFW BLOCK] IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, NULL, "[UFW BLOCK] IN=eth0");
	assert_line("[12345.678901] DROP IN=eth0", STAMP_UPTIME, INT64_C(12345678901), NULL, "DROP IN=eth0");
	assert_line("[12345.678901] DROP: IN=eth0", STAMP_UPTIME, INT64_C(12345678901), NULL, "DROP: IN=eth0");
	assert_line("Mar 17 06:25:01 host kernel: [1.5] IN=eth0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "[1.5] IN=eth0");
}

static void what_stands_between_time_and_message_can_be_had(void **state)
{
	static const char line[] = "Mar 17 06:25:01 host firewall,info input: in:ether1";
	struct envelope e;

	envelope_parse(line, strlen(line), &e);
	assert_text(line, "front", e.front, e.front_len, "host ");
	assert_text(line, "message", e.message, e.message_len, "firewall,info input: in:ether1");
}

static void iso_8601_has_a_zone_or_none(void **state)
{
	assert_line("2024-03-17T06:25:01.123456+01:00 host kernel: DROP: IN=eth0", STAMP_ABSOLUTE, MAR_17 - 3600 * S + 123456, "kernel",
	            "DROP: IN=eth0");
	assert_line("<6>2024-03-17T06:25:01Z host kernel: [wan-D]IN=eth0", STAMP_ABSOLUTE, MAR_17, "kernel", "[wan-D]IN=eth0");
	assert_line("2024-03-17 06:25:01 host kernel: IN=eth0", STAMP_LOCAL, MAR_17, "kernel", "IN=eth0");
	assert_line("2024-03-17 06:25:01 -0330 host kernel: IN=eth0", STAMP_ABSOLUTE, MAR_17 + 12600 * S, "kernel", "IN=eth0");
	assert_line("2024-03-17 06:25:01 DROP IN=eth0", STAMP_LOCAL, MAR_17, NULL, "IN=eth0");
	assert_time("2024-03-17T06:25:01-05", STAMP_ABSOLUTE, MAR_17 + 5 * 3600 * S, 22);
	assert_time("2024-03-17T06:25:01+0100", STAMP_ABSOLUTE, MAR_17 - 3600 * S, 24);
	assert_time("2024-03-17t06:25:01z", STAMP_ABSOLUTE, MAR_17, 20);
	assert_time("2024-03-17 06:25:01 UTC", STAMP_ABSOLUTE, MAR_17, 23);
	assert_time("2024-03-17 06:25:01 CET", STAMP_LOCAL, MAR_17, 19);
	assert_time("2024-02-29 06:25:01", STAMP_LOCAL, MAR_17 - 17 * 86400 * S, 19);
}

static void a_fraction_has_a_point_or_a_comma_and_any_length(void **state)
{
	assert_time("2024-03-17 06:25:01,123", STAMP_LOCAL, MAR_17 + 123000, 23);
	assert_time("2024-03-17 06:25:01.1234567899Z", STAMP_ABSOLUTE, MAR_17 + 123456, 31);
	assert_time("Mar 17 06:25:01.5", STAMP_YEARLESS, MAR_17_YEARLESS + 500000, 17);
	assert_time("2024-03-17 06:25:01,x", STAMP_LOCAL, MAR_17, 19);
}

static void rfc_5424_names_its_program_in_a_field(void **state)
{
	assert_line("<134>1 2024-03-17T06:25:01.123Z host app 123 - - IN=eth0", STAMP_ABSOLUTE, MAR_17 + 123000, "app", "IN=eth0");
	assert_line("<134>1 2024-03-17T06:25:01Z host kernel - - [a b=\"]\\\"\"][c d=\"e\"] \xef\xbb\xbf[   12.123456] IN=eth0",
	            STAMP_ABSOLUTE, MAR_17, "kernel", "IN=eth0");
	assert_line("<134>1 - - - - - - IN=eth0", STAMP_NONE, 0, NULL, "IN=eth0");
}

static void dmesg_counts_from_the_boot(void **state)
{
	assert_line("[    5.087103] [FP DROP] IN=b0", STAMP_UPTIME, 5087103, NULL, "[FP DROP] IN=b0");
	assert_line("[    5.087103][  T123] [FP DROP] IN=b0", STAMP_UPTIME, 5087103, NULL, "[FP DROP] IN=b0");
	assert_line("<4>[    5.087103] IN=b0", STAMP_UPTIME, 5087103, NULL, "IN=b0");
	assert_line("[    5.087103] host kernel: IN=b0", STAMP_UPTIME, 5087103, "kernel", "IN=b0");
	assert_line("[    5.087103] systemd[1]: Started", STAMP_UPTIME, 5087103, "systemd", "Started");
	assert_line("6,1234,5087103,-;IN=b0", STAMP_UPTIME, 5087103, NULL, "IN=b0");
	assert_line("6,1234,5087103,-,caller=T1;IN=b0", STAMP_UPTIME, 5087103, NULL, "IN=b0");
	assert_line("6,22,80,12;x", STAMP_NONE, 0, NULL, "6,22,80,12;x");
}

static void who_called_printk_is_no_rule(void **state)
{
	assert_line("[    5.087103] [   T123] DROP IN=b0", STAMP_UPTIME, 5087103, NULL, "DROP IN=b0");
	assert_line("[    5.087103] [     C0] DROP IN=b0", STAMP_UPTIME, 5087103, NULL, "DROP IN=b0");
	assert_line("[Sun Mar 17 06:25:01 2024] [ T12345] DROP IN=b0", STAMP_LOCAL, MAR_17, NULL, "DROP IN=b0");
	assert_line("[    5.087103] [T1] IN=b0", STAMP_UPTIME, 5087103, NULL, "[T1] IN=b0");
}

static void what_options_of_dmesg_add_is_left_out(void **state)
{
	assert_line("kern  :warn  : [    5.087103] DROP IN=b0", STAMP_UPTIME, 5087103, NULL, "DROP IN=b0");
	assert_line("kern  :info  : [Sun Mar 17 06:25:01 2024] DROP IN=b0", STAMP_LOCAL, MAR_17, NULL, "DROP IN=b0");
	assert_line("authpriv:notice: 2024-03-17T06:25:01,123456+01:00 DROP IN=b0", STAMP_ABSOLUTE, MAR_17 - 3600 * S + 123456, NULL,
	            "DROP IN=b0");
	assert_line("kern  :loud  : [    5.087103] DROP IN=b0", STAMP_NONE, 0, NULL, "kern  :loud  : [    5.087103] DROP IN=b0");
	assert_line("[    5.087103 <    0.000123>] DROP IN=b0", STAMP_UPTIME, 5087103, NULL, "DROP IN=b0");
	assert_line("[Sun Mar 17 06:25:01 2024 <    0.000123>] DROP IN=b0", STAMP_LOCAL, MAR_17, NULL, "DROP IN=b0");
	assert_line("[    5.087103 <    0.000123 >] host kernel: IN=b0", STAMP_UPTIME, 5087103, "kernel", "IN=b0");
	assert_line("[    5.087103                ] host kernel: IN=b0", STAMP_UPTIME, 5087103, "kernel", "IN=b0");
	assert_line("[    5.087103 <x>] DROP IN=b0", STAMP_NONE, 0, NULL, "[    5.087103 <x>] DROP IN=b0");
}

static void dmesg_and_journalctl_write_dates_too(void **state)
{
	assert_line("[Sun Mar 17 06:25:01 2024] DROP IN=b0", STAMP_LOCAL, MAR_17, NULL, "DROP IN=b0");
	assert_line("2024-03-17T06:25:01,123456+01:00 DROP IN=b0", STAMP_ABSOLUTE, MAR_17 - 3600 * S + 123456, NULL, "DROP IN=b0");
	assert_line("Sun 2024-03-17 06:25:01 CET host kernel: IN=b0", STAMP_LOCAL, MAR_17, "kernel", "IN=b0");
	assert_line("Sun 2024-03-17 06:25:01 UTC host kernel: IN=b0", STAMP_ABSOLUTE, MAR_17, "kernel", "IN=b0");
	assert_line("Sun 2024-03-17 06:25:01 -03 host kernel: IN=b0", STAMP_ABSOLUTE, MAR_17 + 10800 * S, "kernel", "IN=b0");
	assert_line("1710656701.123456 host kernel: IN=b0", STAMP_ABSOLUTE, MAR_17 + 123456, "kernel", "IN=b0");
}

static void routers_write_the_year_in_other_places(void **state)
{
	assert_line("Sun Mar 17 06:25:01 2024 kern.warn kernel: [123.456789] REJECT wan in: IN=b0", STAMP_LOCAL, MAR_17, "kernel",
	            "REJECT wan in: IN=b0");
	assert_time("Sun Mar 17 06:25:01 CET 2024", STAMP_LOCAL, MAR_17, 28);
	assert_time("Sun Mar 17 06:25:01 UTC 2024", STAMP_ABSOLUTE, MAR_17, 28);
	assert_time("Mar 17 2024 06:25:01", STAMP_LOCAL, MAR_17, 20);
	assert_time("2024 Mar 17 06:25:01.5 UTC", STAMP_ABSOLUTE, MAR_17 + 500000, 26);
	assert_time("Mar 17 06:25:01: %SEC", STAMP_YEARLESS, MAR_17_YEARLESS, 15);
	assert_line("101 1 tap101i0-IN 17/Mar/2024:06:25:01 +0200 policy DROP: IN=vmbr0", STAMP_ABSOLUTE, MAR_17 - 7200 * S, NULL,
	            "policy DROP: IN=vmbr0");
	assert_line("0 5 GROUP-a-IN 17/Mar/2024:06:25:01 +0200 IN=vmbr0", STAMP_ABSOLUTE, MAR_17 - 7200 * S, NULL, "IN=vmbr0");
}

static void numbers_since_1970_are_told_apart_by_their_digits(void **state)
{
	assert_time("1710656701", STAMP_ABSOLUTE, MAR_17, 10);
	assert_time("1710656701123", STAMP_ABSOLUTE, MAR_17 + 123000, 13);
	assert_time("1710656701123456", STAMP_ABSOLUTE, MAR_17 + 123456, 16);
	assert_time("1710656701123456789", STAMP_ABSOLUTE, MAR_17 + 123456, 19);
	assert_no_time("17106567011");
	assert_no_time("99999999999999999999");
}

static void the_name_that_grep_puts_in_front_is_left_out(void **state)
{
	assert_line("kern.log.1:Mar 17 06:25:01 host kernel: IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=b0");
	assert_line("kern.log:12:Mar 17 06:25:01 host kernel: IN=b0", STAMP_YEARLESS, MAR_17_YEARLESS, "kernel", "IN=b0");
}

static void the_calendar_and_the_clock_have_limits(void **state)
{
	static const char *const none[] = { "",
		                            "Mar",
		                            "Mar 32 06:25:01",
		                            "Mar 0 06:25:01",
		                            "Feb 30 06:25:01",
		                            "Mrz 17 06:25:01",
		                            "Mar 17 25:61:61",
		                            "Mar 17 24:00:00",
		                            "Mar 17 06:60:01",
		                            "Mar 17 06:25:61",
		                            "Mar 17 06:25:011",
		                            "Mar 17 06:25:01x",
		                            "Mar 17 06:25",
		                            "2023-02-29 06:25:01",
		                            "1900-02-29 06:25:01",
		                            "2024-13-17 06:25:01",
		                            "2024-00-17 06:25:01",
		                            "0000-03-17 06:25:01",
		                            "1969-12-31 06:25:01",
		                            "2024-03-17T06:25:01+25:00",
		                            "2024-03-17T06:25:01+0",
		                            "17/Mar/2024 06:25:01",
		                            "Sun 17" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_no_time(none[i]);
}

static void a_leap_second_belongs_to_the_next_minute(void **state)
{
	assert_time("Mar 17 06:24:60", STAMP_YEARLESS, MAR_17_YEARLESS - S, 15);
}

static void a_line_without_time_is_message_behind_what_is_known(void **state)
{
	assert_line("", STAMP_NONE, 0, NULL, "");
	assert_line("IN=eth0 OUT=", STAMP_NONE, 0, NULL, "IN=eth0 OUT=");
	assert_line("<6>kernel: DROP: IN=eth0", STAMP_NONE, 0, "kernel", "DROP: IN=eth0");
	assert_line("host kernel: [UFW BLOCK] IN=eth0", STAMP_NONE, 0, "kernel", "[UFW BLOCK] IN=eth0");
	assert_line("DROP: IN=eth0", STAMP_NONE, 0, NULL, "DROP: IN=eth0");
	assert_line("-- Boot e9bd9b9b -- ", STAMP_NONE, 0, NULL, "-- Boot e9bd9b9b -- ");
}

static void any_byte_is_harmless(void **state)
{
	static const char line[] = "<6>Mar 17 06:25:01 host kernel: [12345.678901] IN=eth0";
	char copy[sizeof(line)];

	for (size_t at = 0; at < sizeof(line) - 1; at++)
		for (unsigned byte = 0; byte < 256; byte++) {
			struct envelope e;

			memcpy(copy, line, sizeof(line));
			copy[at] = (char)byte;
			envelope_parse(copy, sizeof(line) - 1, &e);
			assert_true(lies_in(e.message, e.message_len, copy, sizeof(line) - 1));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bsd_syslog_lacks_its_year_and_perhaps_more),
		cmocka_unit_test(a_day_below_ten_has_a_blank_a_zero_or_nothing),
		cmocka_unit_test(a_rule_that_looks_like_a_name_stays_with_the_message),
		cmocka_unit_test(what_stands_between_time_and_message_can_be_had),
		cmocka_unit_test(iso_8601_has_a_zone_or_none),
		cmocka_unit_test(a_fraction_has_a_point_or_a_comma_and_any_length),
		cmocka_unit_test(rfc_5424_names_its_program_in_a_field),
		cmocka_unit_test(dmesg_counts_from_the_boot),
		cmocka_unit_test(who_called_printk_is_no_rule),
		cmocka_unit_test(what_options_of_dmesg_add_is_left_out),
		cmocka_unit_test(dmesg_and_journalctl_write_dates_too),
		cmocka_unit_test(routers_write_the_year_in_other_places),
		cmocka_unit_test(numbers_since_1970_are_told_apart_by_their_digits),
		cmocka_unit_test(the_name_that_grep_puts_in_front_is_left_out),
		cmocka_unit_test(the_calendar_and_the_clock_have_limits),
		cmocka_unit_test(a_leap_second_belongs_to_the_next_minute),
		cmocka_unit_test(a_line_without_time_is_message_behind_what_is_known),
		cmocka_unit_test(any_byte_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
