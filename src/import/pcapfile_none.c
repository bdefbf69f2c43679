/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A build without libpcap: no capture can be opened. */
#ifndef HAVE_PCAP
#include "import/pcapfile.h"

#include <errno.h>

int pcapfile_open(FILE *file, const char *name, struct pcapfile **pcapfile, struct failure *why)
{
	if (file != stdin)
		fclose(file);
	*pcapfile = NULL;
	return fail(why, ENOTSUP, "%s: is a capture, and this fireplot was built without libpcap", name);
}

int pcapfile_next(struct pcapfile *pcapfile, const uint8_t **frame, size_t *len, struct stamp *stamp, struct failure *why)
{
	return 0;
}

int pcapfile_linktype(const struct pcapfile *pcapfile)
{
	return -1;
}

uint64_t pcapfile_record(const struct pcapfile *pcapfile)
{
	return 0;
}

void pcapfile_close(struct pcapfile *pcapfile)
{
}
#endif
