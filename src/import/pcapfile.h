/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of a pcap or pcapng stream, as libpcap reads them. Without libpcap nothing can be opened, and the failure says so. */
#ifndef IMPORT_PCAPFILE_H
#define IMPORT_PCAPFILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/fail.h"
#include "import/stamp.h"

struct pcapfile;

/* Reads the head of a stream. file stands at the stream's first byte and is read from there to the end, so a pipe or an fopencookie(3)
 * will do. It is taken over, also on failure: closed with the pcapfile, but for stdin, which stays open. name is copied, for failures.
 * 0, or with *why -EBADMSG: no capture, or none that libpcap can read; -ENODATA: cut off in its head; -EPROTONOSUPPORT: of a link type
 * that capture.h does not know; -ENOTSUP: built without libpcap; or the errno of the stream. */
int pcapfile_open(FILE *file, const char *name, struct pcapfile **pcapfile, struct failure *why);

/* The next record: 1, 0 at the end, or with *why, which names the file and the record, -ENODATA: cut off, all before it has been read;
 * -EBADMSG: libpcap cannot read on, as where the interfaces of a pcapng file differ in link type or snapshot length; or the errno of the
 * stream. After that it ends. frame is borrowed until the next call, for capture_parse: what NFLOG has in host order is in that of this
 * machine. stamp is the record's, STAMP_NONE if it has none (pcapng's simple packet block). */
int pcapfile_next(struct pcapfile *pcapfile, const uint8_t **frame, size_t *len, struct stamp *stamp, struct failure *why);

/* LINKTYPE_ value of its frames. */
int pcapfile_linktype(const struct pcapfile *pcapfile);

/* Number of the record that pcapfile_next gave last, from 1 on. */
uint64_t pcapfile_record(const struct pcapfile *pcapfile);

/* NULL is let pass. */
void pcapfile_close(struct pcapfile *pcapfile);

#endif
