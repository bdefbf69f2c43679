/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/pcapfile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void without_libpcap_a_capture_cannot_be_opened_and_the_failure_says_why(void **state)
{
	struct pcapfile *pcapfile;
	struct failure why;
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(pcapfile_open(file, "scan.pcap", &pcapfile, &why), -ENOTSUP);
	assert_null(pcapfile);
	assert_non_null(strstr(why.text, "scan.pcap: "));
	assert_non_null(strstr(why.text, "without libpcap"));
	pcapfile_close(pcapfile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_libpcap_a_capture_cannot_be_opened_and_the_failure_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
