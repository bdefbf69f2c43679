/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/settings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* Settings as read from that text; the test goes on only if all of it is right. */
static void read_good(struct settings *settings, const char *text)
{
	struct failure why = { "" };

	assert_int_equal(settings_init(settings), 0);
	if (settings_read_text(settings, "f", text, strlen(text), &why) < 0 || settings_check(settings, &why) < 0)
		fail_msg("%s", why.text);
}

/* The text, or the whole of the settings, is wrong, and this is said. */
static void assert_wrong(const char *text, const char *expected)
{
	struct settings settings;
	struct failure why = { "" };
	int err;

	assert_int_equal(settings_init(&settings), 0);
	err = settings_read_text(&settings, "f", text, strlen(text), &why);
	if (err == 0)
		err = settings_check(&settings, &why);
	assert_true(err < 0);
	assert_string_equal(why.text, expected);
	settings_fini(&settings);
}

static char *printed(const struct settings *settings)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	settings_print(settings, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void nothing_said_means_the_defaults(void **state)
{
	struct settings s;

	read_good(&s, "");
	assert_string_equal(s.archive, LOCALSTATEDIR "/lib/fireplot");
	assert_string_equal(s.user, geteuid() == 0 ? "fireplot" : "");
	assert_int_equal(s.group_count, 1);
	assert_int_equal(s.groups[0], 100);
	assert_int_equal(s.socket.copy_range_bytes, 128);
	assert_int_equal(s.socket.kernel_buffer_bytes, 32768);
	assert_int_equal(s.socket.queue_threshold, 2000);
	assert_int_equal(s.socket.timeout_ms, 100);
	assert_int_equal(s.socket.receive_buffer_bytes, 16 << 20);
	assert_int_equal(s.layout.step_s, 10);
	assert_int_equal(s.layout.portbin.exact_ports, 1024);
	assert_false(s.layout_given);
	assert_int_equal(s.flush_s, 300);
	assert_int_equal(s.classes_by_port, 1 << CLASS_PROBE);
	assert_true(ignore_empty(s.ignore));
	assert_int_equal(s.watch.count, 0);
	assert_null(strstr(s.ring, ".."));
	assert_string_equal(s.ring + strlen(s.ring) - strlen("-fireplot.ring"), "-fireplot.ring");
	settings_fini(&s);
}

static void every_word_is_read(void **state)
{
	struct settings s;

	read_good(&s, "archive /srv/my archive\nring /run/r.ring\nuser nobody\ngroup 7 9\nstep 1m\nretention 1m:1d 1h:1y\n"
	              "exact-ports 64\nbins-per-octave 4\nflush 2m\ncount late probe\nignore port 53\nwatch tcp/22 udp/5060\n"
	              "copy-range 96\nkernel-buffer 64k\nqueue-threshold 17\ntimeout 20\nreceive-buffer 4M\n");
	assert_string_equal(s.archive, "/srv/my archive");
	assert_string_equal(s.ring, "/run/r.ring");
	assert_string_equal(s.user, "nobody");
	assert_int_equal(s.group_count, 2);
	assert_int_equal(s.groups[0], 7);
	assert_int_equal(s.groups[1], 9);
	assert_int_equal(s.layout.step_s, 60);
	assert_int_equal(s.layout.levels, 2);
	assert_int_equal(s.layout.level[1].row_s, 3600);
	assert_int_equal(s.layout.level[1].rows, 8760);
	assert_int_equal(s.layout.portbin.exact_ports, 64);
	assert_int_equal(s.layout.portbin.per_octave, 4);
	assert_true(s.layout_given);
	assert_int_equal(s.flush_s, 120);
	assert_int_equal(s.classes_by_port, 1 << CLASS_PROBE | 1 << CLASS_LATE);
	assert_string_equal(ignore_rule(s.ignore, 0), "port 53");
	assert_int_equal(s.watch.count, 2);
	assert_int_equal(s.watch.port[0].protocol, 6);
	assert_int_equal(s.watch.port[0].port, 22);
	assert_int_equal(s.watch.port[1].protocol, 17);
	assert_int_equal(s.watch.port[1].port, 5060);
	assert_int_equal(s.socket.copy_range_bytes, 96);
	assert_int_equal(s.socket.kernel_buffer_bytes, 65536);
	assert_int_equal(s.socket.queue_threshold, 17);
	assert_int_equal(s.socket.timeout_ms, 20);
	assert_int_equal(s.socket.receive_buffer_bytes, 4 << 20);
	settings_fini(&s);
}

static void groups_add_up_over_lines(void **state)
{
	struct settings s;
	static const uint16_t expected[] = { 100, 101, 102, 103, 0, 65535, 7 };

	read_good(&s, "group 100-103\ngroup 0 \t65535\ngroup 7-7\n");
	assert_int_equal(s.group_count, 7);
	assert_memory_equal(s.groups, expected, sizeof(expected));
	settings_fini(&s);
}

static void ports_and_rules_add_up_over_lines(void **state)
{
	struct settings s;

	read_good(&s, "watch tcp/1\nignore broadcast\nwatch udp/1 tcp/0\nignore source 192.0.2.0/24\n");
	assert_int_equal(s.watch.count, 3);
	assert_string_equal(ignore_rule(s.ignore, 0), "broadcast");
	assert_string_equal(ignore_rule(s.ignore, 1), "source 192.0.2.0/24");
	assert_null(ignore_rule(s.ignore, 2));
	settings_fini(&s);
}

static void a_profile_sets_the_layout_and_later_words_change_it(void **state)
{
	struct settings s;

	read_good(&s, "profile small\nbins-per-octave 8\n");
	assert_int_equal(s.sightings_bytes, SETTINGS_SIGHTINGS_BYTES_SMALL);
	assert_int_equal(s.layout.step_s, 60);
	assert_int_equal(s.layout.levels, 3);
	assert_int_equal(s.layout.portbin.exact_ports, 128);
	assert_int_equal(s.layout.portbin.per_octave, 8);
	assert_true(s.layout_given);
	settings_fini(&s);
	assert_wrong("step 1m\nprofile small\n",
	             "f:2: profile: expected before the words of the layout that it would undo");
}

static void retention_and_step_come_in_either_order(void **state)
{
	struct settings a, b;

	read_good(&a, "step 1s\nretention 1s:1h 1m:1d\n");
	read_good(&b, "retention 1s:1h 1m:1d\nstep 1s\n");
	assert_true(schema_equal(&a.layout, &b.layout));
	settings_fini(&a);
	settings_fini(&b);
}

static void a_later_source_replaces_groups_and_classes(void **state)
{
	struct settings s;
	struct failure why;

	read_good(&s, "group 1 2\ncount probe late\nwatch tcp/1\nignore broadcast\nflush 1m\n");
	settings_begin(&s);
	assert_int_equal(settings_set(&s, "group", "5", &why), 0);
	assert_int_equal(settings_set(&s, "group", "6", &why), 0);
	assert_int_equal(settings_set(&s, "count", "backscatter", &why), 0);
	assert_int_equal(settings_set(&s, "watch", "tcp/1 udp/2", &why), 0);
	assert_int_equal(settings_set(&s, "ignore", "multicast", &why), 0);
	assert_int_equal(settings_set(&s, "flush", "2m", &why), 0);
	assert_int_equal(settings_check(&s, &why), 0);
	assert_int_equal(s.group_count, 2);
	assert_int_equal(s.groups[0], 5);
	assert_int_equal(s.groups[1], 6);
	assert_int_equal(s.classes_by_port, 1 << CLASS_BACKSCATTER);
	assert_int_equal(s.watch.count, 2);
	assert_string_equal(ignore_rule(s.ignore, 1), "multicast");
	assert_int_equal(s.flush_s, 120);
	settings_fini(&s);
}

/* Each as told, whatever the value's kind. */
static void wrong_values_are_told_with_what_was_expected(void **state)
{
	static const char *const wrong[][2] = {
		{ "groups 1", "f:1: unknown word \"groups\", expected one of archive daemon ring user group profile step retention "
		              "exact-ports bins-per-octave flush sightings sightings-size count ignore watch copy-range kernel-buffer "
		              "queue-threshold timeout receive-buffer" },
		{ "Group 1", "f:1: unknown word \"Group\", expected one of archive daemon ring user group profile step retention "
		             "exact-ports bins-per-octave flush sightings sightings-size count ignore watch copy-range kernel-buffer "
		             "queue-threshold timeout receive-buffer" },
		{ "\n\nflush", "f:3: flush: nothing behind it, expected TIME" },
		{ "user", "f:1: user: nothing behind it, expected USER" },
		{ "daemon", "f:1: daemon: nothing behind it, expected ADDRESS" },
		{ "daemon ::1", "f:1: daemon: address of an rrdcached: expected an IPv6 address in brackets, as "
		                "[2001:db8::1]:42217, not \"::1\"" },
		{ "daemon host:0", "f:1: daemon: address of an rrdcached: expected a port from 1 to 65535, not \"host:0\"" },
		{ "ring /a\x01" "b", "f:1: ring: expected a path without control characters, not \"/a\\x01b\"" },
		{ "user a b", "f:1: user: expected the name of a user, or - to stay who started it, not \"a b\"" },
		{ "user -x", "f:1: user: expected the name of a user, or - to stay who started it, not \"-x\"" },
		{ "group 65536", "f:1: group: expected numbers from 0 to 65535 or a range, as 100 or 100-103, not \"65536\"" },
		{ "group 1,2", "f:1: group: expected numbers from 0 to 65535 or a range, as 100 or 100-103, not \"1,2\"" },
		{ "group 5-3", "f:1: group: expected numbers from 0 to 65535 or a range, as 100 or 100-103, not \"5-3\"" },
		{ "group 5-", "f:1: group: expected numbers from 0 to 65535 or a range, as 100 or 100-103, not \"5-\"" },
		{ "group -5", "f:1: group: expected numbers from 0 to 65535 or a range, as 100 or 100-103, not \"-5\"" },
		{ "group 1-64 65", "f:1: group: expected at most 64 groups" },
		{ "group 0-65535", "f:1: group: expected at most 64 groups" },
		{ "group 1 2 1", "f:1: group: 1 is there already, expected each group once" },
		{ "group 1-3\ngroup 3", "f:2: group: 3 is there already, expected each group once" },
		{ "profile large", "f:1: profile: expected default or small, not \"large\"" },
		{ "step 301s", "f:1: step: expected a time from 1s to 5m, as 10s or 5m, not \"301s\"" },
		{ "step 7s", "f:1: step: expected a step that a day is a multiple of, as 1s, 10s or 1m, not \"7s\"" },
		{ "retention 10s", "f:1: retention \"10s\": expected ROW:SPAN, for example 10s:6h or 2h:1y" },
		{ "exact-ports 1000", "f:1: exact-ports: expected a power of two from 64 to 65536, not \"1000\"" },
		{ "exact-ports 32", "f:1: exact-ports: expected a power of two from 64 to 65536, not \"32\"" },
		{ "bins-per-octave 0", "f:1: bins-per-octave: expected a power of two from 1 to 64, not \"0\"" },
		{ "flush 2h", "f:1: flush: expected a time from 1s to 1h, as 10s or 5m, not \"2h\"" },
		{ "flush 5 m", "f:1: flush: expected a time from 1s to 1h, as 10s or 5m, not \"5 m\"" },
		{ "sightings 32769", "f:1: sightings: expected a number from 0 to 32768, not \"32769\"" },
		{ "sightings-size 512k", "f:1: sightings-size: expected bytes from 1M to 4294967295, as 512, 64k or 16M, not \"512k\"" },
		{ "count all", "f:1: count: expected probe, backscatter or late, not \"all\"" },
		{ "count late late", "f:1: count: late is there already, expected each class once" },
		{ "count probe\ncount probe", "f:2: count: probe is there already, expected each class once" },
		{ "watch 22", "f:1: watch: expected ports as tcp/3389 or udp/5060, not \"22\"" },
		{ "watch sctp/22", "f:1: watch: expected ports as tcp/3389 or udp/5060, not \"sctp/22\"" },
		{ "watch tcp/65536", "f:1: watch: expected ports as tcp/3389 or udp/5060, not \"tcp/65536\"" },
		{ "watch tcp/22 tcp/22", "f:1: watch: tcp/22 is there already, expected each port once" },
		{ "copy-range 32", "f:1: copy-range: expected bytes from 64 to 65535, as 512, 64k or 16M, not \"32\"" },
		{ "kernel-buffer 256k", "f:1: kernel-buffer: expected bytes from 4k to 128k, as 512, 64k or 16M, not \"256k\"" },
		{ "kernel-buffer 4095", "f:1: kernel-buffer: expected bytes from 4k to 128k, as 512, 64k or 16M, not \"4095\"" },
		{ "queue-threshold 0", "f:1: queue-threshold: expected a number from 1 to 65535, not \"0\"" },
		{ "timeout 15", "f:1: timeout: expected milliseconds from 10 to 1000 in steps of 10, not \"15\"" },
		{ "timeout 0", "f:1: timeout: expected milliseconds from 10 to 1000 in steps of 10, not \"0\"" },
		{ "receive-buffer 2G", "f:1: receive-buffer: expected bytes from 64k to 1G, as 512, 64k or 16M, not \"2G\"" },
		{ "flush 1m\nflush 1m", "f:2: flush: given twice, expected once" },
		{ "archive /a\narchive /b", "f:2: archive: given twice, expected once" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_wrong(wrong[i][0], wrong[i][1]);
}

static void a_wrong_rule_names_file_line_and_word_once(void **state)
{
	struct settings s;
	struct failure why;

	assert_int_equal(settings_init(&s), 0);
	assert_true(settings_read_text(&s, "f", "ignore source \x1bx", 16, &why) < 0);
	assert_memory_equal(why.text, "f:1: ignore source", 18);
	assert_null(strstr(why.text, "ignore: ignore"));
	assert_null(strchr(why.text, '\x1b'));
	settings_fini(&s);
}

static void a_long_value_is_quoted_in_part(void **state)
{
	char text[3000];
	struct failure why;
	struct settings s;

	memset(text, '\x80', sizeof(text));
	memcpy(text, "flush ", 6);
	assert_int_equal(settings_init(&s), 0);
	assert_int_equal(settings_read_text(&s, "f", text, sizeof(text), &why), -EINVAL);
	assert_true(strlen(why.text) < 200);
	assert_non_null(strstr(why.text, "not \"\\x80\\x80"));
	assert_string_equal(why.text + strlen(why.text) - 4, "\"...");
	settings_fini(&s);
}

static void words_are_judged_together(void **state)
{
	assert_wrong("step 1m\n", "retention: the first row is 10s, expected the step, 1m");
	assert_wrong("step 1m\nretention 1m:1d\nflush 90s\n", "flush: expected a multiple of the step, 1m, not 90s");
	assert_wrong("profile small\nflush 10s\n", "flush: expected a multiple of the step, 1m, not 10s");
}

static void the_flush_is_judged_by_the_step_in_effect(void **state)
{
	struct settings s;
	struct failure why;

	/* An archive that is there may have a step of 1 s. */
	read_good(&s, "flush 5s\n");
	assert_int_equal(settings_check_flush(&s, 1, &why), 0);
	assert_int_equal(settings_check_flush(&s, 5, &why), 0);
	assert_int_equal(settings_check_flush(&s, 10, &why), -EINVAL);
	settings_fini(&s);
}

static void there_are_at_most_64_watched_ports(void **state)
{
	char text[1000] = "watch";
	struct settings s;
	size_t used;

	for (int port = 1; port <= 64; port++) {
		used = strlen(text);
		snprintf(text + used, sizeof(text) - used, " tcp/%d", port);
	}
	read_good(&s, text);
	assert_int_equal(s.watch.count, 64);
	settings_fini(&s);
	used = strlen(text);
	snprintf(text + used, sizeof(text) - used, " udp/1");
	assert_wrong(text, "f:1: watch: expected at most 64 ports");
}

static void paths_have_a_longest(void **state)
{
	char text[SETTINGS_PATH + 20] = "ring /";
	struct failure why;
	struct settings s;

	memset(text + 6, 'a', SETTINGS_PATH - 2);
	text[5 + SETTINGS_PATH - 1] = '\0';
	read_good(&s, text);
	assert_int_equal(strlen(s.ring), SETTINGS_PATH - 1);
	settings_fini(&s);
	text[5 + SETTINGS_PATH - 1] = 'a';
	text[5 + SETTINGS_PATH] = '\0';
	assert_int_equal(settings_init(&s), 0);
	assert_int_equal(settings_read_text(&s, "f", text, strlen(text), &why), -ENAMETOOLONG);
	settings_fini(&s);
}

/* What a path of the command line may not hold, since no line of a file could say it. */
static void values_that_no_line_could_say_are_refused(void **state)
{
	struct settings s;
	struct failure why;

	assert_int_equal(settings_init(&s), 0);
	settings_begin(&s);
	assert_int_equal(settings_set(&s, "archive", "/a\nring /b", &why), -EINVAL);
	assert_string_equal(why.text, "archive: expected a path without control characters, not \"/a\\x0aring /b\"");
	settings_begin(&s);
	assert_int_equal(settings_set(&s, "archive", "/a ", &why), -EINVAL);
	settings_begin(&s);
	assert_int_equal(settings_set(&s, "archive", "", &why), -EINVAL);
	settings_begin(&s);
	assert_int_equal(settings_set(&s, "group", "", &why), -EINVAL);
	assert_int_equal(settings_set(&s, "count", " ", &why), -EINVAL);
	assert_int_equal(settings_set(&s, "watch", "", &why), -EINVAL);
	assert_int_equal(settings_set(&s, "user", "", &why), 0);
	assert_string_equal(s.user, "");
	settings_fini(&s);
}

/* Reads what was printed; prints that again. */
static void assert_round_trip(const char *text)
{
	struct settings first, second;
	char *once, *twice;

	read_good(&first, text);
	once = printed(&first);
	read_good(&second, once);
	twice = printed(&second);
	assert_string_equal(once, twice);
	assert_string_equal(first.archive, second.archive);
	assert_string_equal(first.ring, second.ring);
	assert_string_equal(first.user, second.user);
	assert_int_equal(first.group_count, second.group_count);
	assert_memory_equal(first.groups, second.groups, sizeof(first.groups));
	assert_memory_equal(&first.socket, &second.socket, sizeof(first.socket));
	assert_int_equal(first.layout_given, second.layout_given);
	assert_true(schema_equal(&first.layout, &second.layout));
	assert_int_equal(first.flush_s, second.flush_s);
	assert_int_equal(first.classes_by_port, second.classes_by_port);
	assert_int_equal(first.watch.count, second.watch.count);
	for (unsigned i = 0; i < first.watch.count; i++) {
		assert_int_equal(first.watch.port[i].protocol, second.watch.port[i].protocol);
		assert_int_equal(first.watch.port[i].port, second.watch.port[i].port);
	}
	assert_int_equal(first.sightings, second.sightings);
	assert_int_equal(first.sightings_bytes, second.sightings_bytes);
	for (size_t i = 0; ignore_rule(first.ignore, i) || ignore_rule(second.ignore, i); i++)
		assert_string_equal(ignore_rule(first.ignore, i), ignore_rule(second.ignore, i));
	assert_null(settings_restart_word(&first, &second));
	free(once);
	free(twice);
	settings_fini(&first);
	settings_fini(&second);
}

static void what_is_printed_reads_back_the_same(void **state)
{
	assert_round_trip("");
	assert_round_trip("user -\n");
	assert_round_trip("profile small\n");
	assert_round_trip("daemon unix:/run/rrdcached.sock\n");
	assert_round_trip("archive a/b c\ndaemon [2001:db8::1]:42218\n");
	assert_round_trip("archive /srv/a  b\xc3\xbc\nring /run/x y.ring\nuser nobody\ngroup 0 65535 1-3\nprofile small\nexact-ports 64\n"
	                  "flush 17m\ncount backscatter late\nignore source 192.0.2.0/24\nignore source 2001:db8::/32\n"
	                  "ignore broadcast\nignore multicast\nignore port udp/137-138\nignore class late\nwatch udp/0 tcp/65535\n"
	                  "copy-range 65535\nkernel-buffer 128k\nqueue-threshold 65535\ntimeout 1000\nreceive-buffer 1G\n");
	assert_round_trip("step 1s\nretention 1s:7d 1m:14d 2h:2y\nflush 1h\n");
}

static unsigned any(unsigned min, unsigned max)
{
	return min + (unsigned)rand() % (max - min + 1);
}

static void random_settings_read_back_the_same(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	char text[2000];

	print_message("# seed %u\n", seed);
	srand(seed);
	for (int i = 0; i < 200; i++) {
		unsigned group = any(0, 65000), step_s = 1u << any(0, 3), port = any(0, 65534);

		snprintf(text, sizeof(text),
		         "archive /%c/%x\ngroup %u-%u\nstep %us\nretention %us:%uh\nexact-ports %u\nbins-per-octave %u\nflush %us\n"
		         "count %s\nwatch tcp/%u udp/%u tcp/%u\nignore port %u-%u\ncopy-range %u\nkernel-buffer %u\n"
		         "queue-threshold %u\ntimeout %u\nreceive-buffer %u\n",
		         any(0x21, 0x7e), any(0, UINT32_MAX - 1), group, group + any(0, 63), step_s, step_s, any(1, 48),
		         1u << any(6, 16), 1u << any(0, 6), step_s * any(1, 400), any(0, 1) ? "late" : "probe backscatter", port,
		         port, port + 1, port, port + 1, any(64, 65535), any(4096, 131072), any(1, 65535), 10 * any(1, 100),
		         any(65536, 1u << 30));
		assert_round_trip(text);
	}
}

static void only_behind_a_daemon_an_archive_is_relative(void **state)
{
	struct settings s;
	struct failure why;

	read_good(&s, "archive sensor1\ndaemon central\n");
	assert_string_equal(s.archive, "sensor1");
	assert_string_equal(s.ring, RUNSTATEDIR "/fireplot/central:42217-sensor1.ring");
	settings_fini(&s);

	assert_int_equal(settings_init(&s), 0);
	assert_int_equal(settings_set(&s, "archive", "sensor1", &why), 0);
	assert_int_equal(settings_check(&s, &why), -EINVAL);
	assert_string_equal(why.text, "archive: expected an absolute path, not \"sensor1\"; only behind a daemon it may be relative");
	settings_fini(&s);
}

static void the_environment_names_a_daemon_that_words_take_the_place_of(void **state)
{
	struct settings s;
	struct failure why;

	setenv("RRDCACHED_ADDRESS", "unix:/run/from.environment", 1);
	read_good(&s, "");
	assert_string_equal(settings_daemon(&s), "unix:/run/from.environment");
	settings_fini(&s);
	read_good(&s, "daemon central\n");
	assert_string_equal(settings_daemon(&s), "central");
	settings_fini(&s);
	read_good(&s, "archive /var/lib/fireplot\ndaemon -\n");
	assert_null(settings_daemon(&s));
	assert_string_equal(s.ring, RUNSTATEDIR "/fireplot/var-lib-fireplot.ring");
	settings_fini(&s);

	setenv("RRDCACHED_ADDRESS", "no address", 1);
	assert_int_equal(settings_init(&s), 0);
	assert_int_equal(settings_check(&s, &why), -EINVAL);
	assert_string_equal(why.text, "daemon: address of an rrdcached: expected no blanks and no control characters, not "
	                              "\"no address\"");
	settings_fini(&s);
	unsetenv("RRDCACHED_ADDRESS");
}

static void a_layout_not_given_is_printed_as_comments(void **state)
{
	struct settings s;
	char *text;

	read_good(&s, "");
	text = printed(&s);
	assert_non_null(strstr(text, "\n# step 10s\n# retention 10s:6h 1m:2d 10m:30d 2h:1y\n# exact-ports 1024\n# bins-per-octave 64\n"));
	free(text);
	settings_fini(&s);
}

static const char *restart_word(const char *text)
{
	struct settings now, next;
	const char *word;

	read_good(&now, "archive /a\n");
	read_good(&next, text);
	word = settings_restart_word(&now, &next);
	settings_fini(&now);
	settings_fini(&next);
	return word;
}

static void rules_and_ports_change_without_a_restart(void **state)
{
	assert_null(restart_word("archive /a\nignore broadcast\nwatch tcp/22\ncount late\n"));
	assert_string_equal(restart_word("archive /a\ngroup 101\n"), "group");
	assert_string_equal(restart_word("archive /a\nstep 10s\n"), "step");
	assert_string_equal(restart_word("archive /a\nignore broadcast\ntimeout 10\n"), "timeout");
	assert_string_equal(restart_word("archive /b\n"), "archive");
}

static void every_word_has_a_text_for_people(void **state)
{
	const struct settings_word *word;
	unsigned i;

	for (i = 0; (word = settings_word(i)) != NULL; i++) {
		assert_true(strlen(word->name) > 0);
		assert_true(strlen(word->value) > 0);
		assert_true(strlen(word->help) > 0);
	}
	assert_in_range(i, 18, 32); /* settings_source has a bit for each */
}

static void a_file_that_is_not_there_is_an_error_of_its_own(void **state)
{
	struct settings s;
	struct failure why;

	assert_int_equal(settings_init(&s), 0);
	assert_int_equal(settings_read_file(&s, "/nowhere/fireplot.conf", &why), -ENOENT);
	assert_string_equal(why.text, "can't open /nowhere/fireplot.conf: No such file or directory");
	settings_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_means_the_defaults),
		cmocka_unit_test(every_word_is_read),
		cmocka_unit_test(groups_add_up_over_lines),
		cmocka_unit_test(ports_and_rules_add_up_over_lines),
		cmocka_unit_test(a_profile_sets_the_layout_and_later_words_change_it),
		cmocka_unit_test(retention_and_step_come_in_either_order),
		cmocka_unit_test(a_later_source_replaces_groups_and_classes),
		cmocka_unit_test(wrong_values_are_told_with_what_was_expected),
		cmocka_unit_test(a_wrong_rule_names_file_line_and_word_once),
		cmocka_unit_test(a_long_value_is_quoted_in_part),
		cmocka_unit_test(words_are_judged_together),
		cmocka_unit_test(the_flush_is_judged_by_the_step_in_effect),
		cmocka_unit_test(there_are_at_most_64_watched_ports),
		cmocka_unit_test(paths_have_a_longest),
		cmocka_unit_test(values_that_no_line_could_say_are_refused),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
		cmocka_unit_test(random_settings_read_back_the_same),
		cmocka_unit_test(only_behind_a_daemon_an_archive_is_relative),
		cmocka_unit_test(the_environment_names_a_daemon_that_words_take_the_place_of),
		cmocka_unit_test(a_layout_not_given_is_printed_as_comments),
		cmocka_unit_test(rules_and_ports_change_without_a_restart),
		cmocka_unit_test(every_word_has_a_text_for_people),
		cmocka_unit_test(a_file_that_is_not_there_is_an_error_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
