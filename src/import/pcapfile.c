/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef HAVE_PCAP
#include "import/pcapfile.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "import/capture.h"

#define LINKTYPE_RAW 101

struct pcapfile {
	pcap_t *pcap;
	FILE *file; /* pcap's */
	char *name;
	uint64_t record;
	bool ended;
};

/* errno is still that of the read if the stream has an error. */
static int stream_errno(FILE *file, int err)
{
	if (ferror(file))
		return err ? err : EIO;
	return feof(file) ? ENODATA : EBADMSG;
}

static const char *linktype_name(int dlt)
{
	const char *name = pcap_datalink_val_to_name(dlt);

	return name ? name : "unknown";
}

static int open_stream(FILE *file, const char *name, struct pcapfile *p, struct failure *why)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	int err;

	errno = 0;
	p->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_MICRO, error);
	if (!p->pcap) {
		err = stream_errno(file, errno);
		if (file != stdin)
			fclose(file);
		return fail(why, err, "%s: %s", name, error);
	}
	p->file = file;
	__fsetlocking(file, FSETLOCKING_BYCALLER); /* nobody else has it, and a lock costs a fifth of a small record */
	if (!capture_knows(pcapfile_linktype(p)))
		return fail(why, EPROTONOSUPPORT, "%s: frames of link type %s (%d) cannot be imported", name,
		            linktype_name(pcap_datalink(p->pcap)), pcapfile_linktype(p));
	return 0;
}

int pcapfile_open(FILE *file, const char *name, struct pcapfile **pcapfile, struct failure *why)
{
	struct pcapfile *p = calloc(1, sizeof(*p));
	int err;

	*pcapfile = NULL;
	if (!p || !(p->name = strdup(name))) {
		free(p);
		if (file != stdin)
			fclose(file);
		return fail(why, ENOMEM, "%s: no memory to read a capture", name);
	}
	err = open_stream(file, name, p, why);
	if (err) {
		pcapfile_close(p);
		return err;
	}
	*pcapfile = p;
	return 0;
}

static int fail_record(struct pcapfile *p, int err, struct failure *why)
{
	const char *error = pcap_geterr(p->pcap);

	if (err == ENODATA)
		return fail(why, err, "%s: cut off behind record %" PRIu64, p->name, p->record);
	if (strstr(error, "of the first interface"))
		return fail(why, err, "%s: behind record %" PRIu64 ": %s; libpcap reads only files whose interfaces agree", p->name,
		            p->record, error);
	return fail(why, err, "%s: record %" PRIu64 ": %s", p->name, p->record + 1, error);
}

static struct stamp record_stamp(const struct timeval *ts)
{
	int64_t s = ts->tv_sec;
	uint32_t us = ts->tv_usec >= 0 && ts->tv_usec < 1000000 ? (uint32_t)ts->tv_usec : 999999;

	if (!s && !us)
		return (struct stamp){ .kind = STAMP_NONE };
	/* pcap's seconds are unsigned, and libpcap takes them for signed. */
	if (s < 0 && s >= INT32_MIN)
		s += INT64_C(1) << 32;
	return stamp_of((uint64_t)s, us);
}

int pcapfile_next(struct pcapfile *p, const uint8_t **frame, size_t *len, struct stamp *stamp, struct failure *why)
{
	struct pcap_pkthdr *header;
	int got;

	if (p->ended)
		return 0;
	errno = 0;
	got = pcap_next_ex(p->pcap, &header, frame);
	if (got != 1) {
		p->ended = true;
		return got == PCAP_ERROR_BREAK ? 0 : fail_record(p, stream_errno(p->file, errno), why);
	}
	p->record++;
	*len = header->caplen;
	*stamp = record_stamp(&header->ts);
	return 1;
}

/* libpcap gives its own numbers, which are those of the file but for raw IP, which has another on each system. */
int pcapfile_linktype(const struct pcapfile *p)
{
	int dlt = pcap_datalink(p->pcap);

	return dlt == DLT_RAW ? LINKTYPE_RAW : dlt;
}

uint64_t pcapfile_record(const struct pcapfile *p)
{
	return p->record;
}

void pcapfile_close(struct pcapfile *p)
{
	if (!p)
		return;
	if (p->pcap)
		pcap_close(p->pcap);
	free(p->name);
	free(p);
}
#endif
