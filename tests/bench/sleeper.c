/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does nothing, so that what its libraries cost can be measured: linked with librrd and without. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
