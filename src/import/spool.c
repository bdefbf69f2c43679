/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 32768 /* records that are sorted in memory */
#define READ_AHEAD (4u << 20) /* bytes in memory while runs are merged, of all together, */
#define READ_LEAST 4096       /* but of each run at least so many */
#define READ_MOST (256u << 10)
#define KINDS (STAMP_UPTIME + 1)

/* Records in order, of one source and one kind of stamp. */
struct run {
	off_t at;
	uint64_t bytes;
	uint64_t records;
	int64_t first, last; /* orders; times after spool_rewind */
	unsigned source;
	enum stamp_kind kind;
};

/* A run that is being read. */
struct reader {
	const struct run *run;
	uint64_t read; /* bytes of the run that came into memory */
	uint8_t *bytes;
	uint32_t at, end;
	struct record next; /* with its time */
};

/* Records of one kind of stamp in memory. A source may have several kinds by turns. */
struct chunk {
	struct record *record; /* NULL before the first */
	uint32_t count;
	bool is_unordered;
};

struct spool {
	int fd;
	bool has_digest;
	off_t end;
	struct chunk chunk[KINDS];
	uint8_t *packed; /* of a chunk */
	unsigned source;
	struct run *run;
	size_t runs, runs_room;
	/* while reading */
	spool_time *time;
	void *arg;
	size_t next_run; /* the oldest that is not open */
	struct reader **heap; /* open ones, the earliest on top */
	size_t open;
	uint32_t ahead; /* bytes of each in memory */
};

/* ---- on disk ---- */

/* A record without what others of its kind don't have: 16 bytes, addresses of 4 or 16 bytes each if it is a packet, and the digest if
 * there are any. */
#define PACKED_MOST (16 + 32 + 8)

static size_t address_bytes(const struct record *record)
{
	if (record->kind != RECORD_PACKET)
		return 0;
	return series_version(record->series) == 4 ? 4 : 16;
}

static uint8_t *put(uint8_t *to, const void *bytes, size_t len)
{
	memcpy(to, bytes, len);
	return to + len;
}

static uint8_t *pack(const struct record *record, bool has_digest, uint8_t *to)
{
	size_t len = address_bytes(record);

	to = put(to, &record->at, 8);
	to = put(to, &record->number, 2);
	to = put(to, &record->rule, 2);
	*to++ = record->kind;
	*to++ = record->series;
	*to++ = record->class;
	*to++ = record->tcp_flags;
	to = put(to, record->source, len);
	to = put(to, record->destination, len);
	return has_digest ? put(to, &record->digest, 8) : to;
}

static const uint8_t *get(const uint8_t *from, void *bytes, size_t len)
{
	memcpy(bytes, from, len);
	return from + len;
}

static const uint8_t *unpack(const uint8_t *from, bool has_digest, struct record *record)
{
	size_t len;

	*record = (struct record){ 0 };
	from = get(from, &record->at, 8);
	from = get(from, &record->number, 2);
	from = get(from, &record->rule, 2);
	record->kind = *from++;
	record->series = *from++;
	record->class = *from++;
	record->tcp_flags = *from++;
	len = address_bytes(record);
	from = get(from, record->source, len);
	from = get(from, record->destination, len);
	return has_digest ? get(from, &record->digest, 8) : from;
}

/* ---- writing ---- */

static int make_file(const char *dir, struct failure *why)
{
	char path[PATH_MAX];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) { /* not every file system can */
		if (snprintf(path, sizeof(path), "%s/.fireplot-import-XXXXXX", dir) >= (int)sizeof(path))
			return fail(why, ENAMETOOLONG, "%s: the name is too long", dir);
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0)
			unlink(path);
	}
	return fd >= 0 ? fd : fail_errno(why, errno, "%s: no room for records on their way", dir);
}

int spool_open(const char *dir, bool has_digest, struct spool **out, struct failure *why)
{
	struct spool *spool = calloc(1, sizeof(*spool));

	if (spool) {
		spool->fd = -1;
		spool->has_digest = has_digest;
		spool->packed = malloc(CHUNK * PACKED_MOST);
	}
	if (!spool || !spool->packed) {
		spool_close(spool);
		return fail(why, ENOMEM, "no memory for records");
	}
	spool->fd = make_file(dir, why);
	if (spool->fd < 0) {
		int err = spool->fd;

		spool_close(spool);
		return err;
	}
	*out = spool;
	return 0;
}

static void free_chunks(struct spool *spool)
{
	for (unsigned kind = 0; kind < KINDS; kind++) {
		free(spool->chunk[kind].record);
		spool->chunk[kind].record = NULL;
	}
	free(spool->packed);
	spool->packed = NULL;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	while (spool->open > 0) {
		struct reader *reader = spool->heap[--spool->open];

		free(reader->bytes);
		free(reader);
	}
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool->heap);
	free(spool->run);
	free_chunks(spool);
	free(spool);
}

static int write_all(struct spool *spool, const void *bytes, size_t len, struct failure *why)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = pwrite(spool->fd, at, len, spool->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_errno(why, n < 0 ? errno : ENOSPC, "cannot keep the records read so far");
		at += n;
		len -= (size_t)n;
		spool->end += n;
	}
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct record *left = a, *right = b;

	return left->at < right->at ? -1 : left->at > right->at;
}

/* Whether records from first on go on the newest run. */
static bool continues(const struct spool *spool, enum stamp_kind kind, int64_t first)
{
	const struct run *last = spool->runs ? &spool->run[spool->runs - 1] : NULL;

	return last && last->source == spool->source && last->kind == kind && last->last <= first;
}

static int begin_run(struct spool *spool, enum stamp_kind kind, int64_t first, struct failure *why)
{
	if (spool->runs == spool->runs_room) {
		size_t room = spool->runs_room ? 2 * spool->runs_room : 64;
		struct run *run = realloc(spool->run, room * sizeof(*run));

		if (!run)
			return fail(why, ENOMEM, "no memory for records");
		spool->run = run;
		spool->runs_room = room;
	}
	spool->run[spool->runs++] =
		(struct run){ .at = spool->end, .first = first, .source = spool->source, .kind = kind };
	return 0;
}

static int flush(struct spool *spool, enum stamp_kind kind, struct failure *why)
{
	struct chunk *chunk = &spool->chunk[kind];
	uint8_t *end = spool->packed;
	struct run *run;
	int err = 0;

	if (chunk->count == 0)
		return 0;
	if (chunk->is_unordered)
		qsort(chunk->record, chunk->count, sizeof(*chunk->record), by_order);
	if (!continues(spool, kind, chunk->record[0].at))
		err = begin_run(spool, kind, chunk->record[0].at, why);
	for (uint32_t i = 0; i < chunk->count; i++)
		end = pack(&chunk->record[i], spool->has_digest, end);
	if (!err)
		err = write_all(spool, spool->packed, (size_t)(end - spool->packed), why);
	if (err)
		return err;
	run = &spool->run[spool->runs - 1];
	run->bytes += (uint64_t)(end - spool->packed);
	run->records += chunk->count;
	run->last = chunk->record[chunk->count - 1].at;
	chunk->count = 0;
	chunk->is_unordered = false;
	return 0;
}

static int flush_all(struct spool *spool, struct failure *why)
{
	int err = 0;

	for (unsigned kind = 0; kind < KINDS && !err; kind++)
		err = flush(spool, (enum stamp_kind)kind, why);
	return err;
}

/* Room for one more record. */
static int make_room(struct spool *spool, unsigned source, enum stamp_kind kind, struct failure *why)
{
	struct chunk *chunk = &spool->chunk[kind];
	int err = 0;

	if (source != spool->source)
		err = flush_all(spool, why);
	else if (chunk->count == CHUNK)
		err = flush(spool, kind, why);
	if (err)
		return err;
	spool->source = source;
	if (!chunk->record)
		chunk->record = malloc(CHUNK * sizeof(*chunk->record));
	return chunk->record ? 0 : fail(why, ENOMEM, "no memory for records");
}

int spool_add(struct spool *spool, unsigned source, enum stamp_kind kind, const struct record *record, struct failure *why)
{
	struct chunk *chunk = &spool->chunk[kind];

	if (!chunk->record || chunk->count == CHUNK || source != spool->source) {
		int err = make_room(spool, source, kind, why);

		if (err)
			return err;
	}
	if (chunk->count > 0 && record->at < chunk->record[chunk->count - 1].at)
		chunk->is_unordered = true;
	chunk->record[chunk->count++] = *record;
	return 0;
}

/* ---- reading ---- */

static int by_first(const void *a, const void *b)
{
	const struct run *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* How many runs are open at once at the most: those that have begun less those that have ended. */
static size_t count_open(const struct spool *spool, int64_t *end)
{
	size_t open = 0, most = 1, ended = 0;

	for (size_t i = 0; i < spool->runs; i++)
		end[i] = spool->run[i].last;
	qsort(end, spool->runs, sizeof(*end), by_number);
	for (size_t i = 0; i < spool->runs; i++) {
		open++;
		while (end[ended] < spool->run[i].first) {
			ended++;
			open--;
		}
		if (open > most)
			most = open;
	}
	return most;
}

int spool_rewind(struct spool *spool, spool_time *time, void *arg, struct failure *why)
{
	size_t most_open = 1;
	int64_t *end;
	int err = flush_all(spool, why);

	if (err)
		return err;
	free_chunks(spool);
	spool->time = time;
	spool->arg = arg;
	for (size_t i = 0; i < spool->runs; i++) {
		struct run *run = &spool->run[i];

		run->first = time(arg, run->source, run->kind, run->first);
		run->last = time(arg, run->source, run->kind, run->last);
	}
	if (spool->runs > 0)
		qsort(spool->run, spool->runs, sizeof(*spool->run), by_first);
	end = malloc((spool->runs + 1) * sizeof(*end));
	if (end)
		most_open = count_open(spool, end);
	free(end);
	spool->heap = calloc(spool->runs + 1, sizeof(*spool->heap));
	if (!end || !spool->heap)
		return fail(why, ENOMEM, "no memory for records");
	spool->ahead = (uint32_t)(READ_AHEAD / most_open);
	if (spool->ahead < READ_LEAST)
		spool->ahead = READ_LEAST;
	if (spool->ahead > READ_MOST)
		spool->ahead = READ_MOST;
	return 0;
}

static int read_all(const struct spool *spool, void *bytes, size_t len, off_t at, struct failure *why)
{
	char *to = bytes;

	while (len > 0) {
		ssize_t n = pread(spool->fd, to, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_errno(why, n < 0 ? errno : EIO, "cannot read the records again");
		to += n;
		len -= (size_t)n;
		at += n;
	}
	return 0;
}

/* Has a whole record in memory, if there is one more. */
static int refill(const struct spool *spool, struct reader *reader, struct failure *why)
{
	uint64_t left = reader->run->bytes - reader->read;
	uint32_t kept = reader->end - reader->at, n = spool->ahead - kept;
	int err;

	if (kept >= PACKED_MOST || left == 0)
		return 0;
	if (n > left)
		n = (uint32_t)left;
	memmove(reader->bytes, reader->bytes + reader->at, kept);
	err = read_all(spool, reader->bytes + kept, n, reader->run->at + (off_t)reader->read, why);
	reader->read += n;
	reader->at = 0;
	reader->end = kept + n;
	return err;
}

/* Takes the next record of a run out of what is in memory. 1, 0 at its end, -errno. */
static int advance(struct spool *spool, struct reader *reader, struct failure *why)
{
	int64_t now = reader->next.at, time;
	int err = refill(spool, reader, why);

	if (err || reader->at == reader->end)
		return err;
	reader->at = (uint32_t)(unpack(reader->bytes + reader->at, spool->has_digest, &reader->next) - reader->bytes);
	time = spool->time(spool->arg, reader->run->source, reader->run->kind, reader->next.at);
	reader->next.at = time > now ? time : now;
	return 1;
}

/* ---- a part of the time ---- */

/* What of a run is in [start_us, end_us), which may be nothing. */
static int cut_run(struct spool *spool, struct run *run, int64_t start_us, int64_t end_us, struct failure *why)
{
	struct reader reader = { .run = run, .bytes = malloc(spool->ahead), .next.at = run->first };
	struct run kept = { .at = run->at, .source = run->source, .kind = run->kind };
	uint64_t begin = 0, end = 0; /* of the record, in the run */
	int got = reader.bytes ? 1 : fail(why, ENOMEM, "no memory for records");

	while (got > 0 && (got = advance(spool, &reader, why)) > 0 && reader.next.at < end_us) {
		begin = end;
		end = reader.read - (reader.end - reader.at);
		if (reader.next.at < start_us)
			continue;
		if (kept.records++ == 0) {
			kept.at = run->at + (off_t)begin;
			kept.first = reader.next.at;
		}
		kept.last = reader.next.at;
		kept.bytes = (uint64_t)(run->at - kept.at) + end;
	}
	free(reader.bytes);
	*run = kept;
	return got < 0 ? got : 0;
}

int spool_bound(struct spool *spool, unsigned source, int64_t start_us, int64_t end_us, uint64_t *left_out, struct failure *why)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < spool->runs; i++) {
		struct run run = spool->run[i];

		if (!err && run.source == source && (run.first < start_us || run.last >= end_us)) {
			err = cut_run(spool, &run, start_us, end_us, why);
			*left_out += spool->run[i].records - run.records;
		}
		if (run.records > 0)
			spool->run[kept++] = run;
	}
	spool->runs = kept;
	if (kept > 0)
		qsort(spool->run, kept, sizeof(*spool->run), by_first);
	return err;
}

/* ---- the records in order ---- */

static void sift_down(struct spool *spool)
{
	struct reader **heap = spool->heap, *moving = heap[0];
	size_t at = 0;

	for (size_t child = 1; child < spool->open; child = 2 * at + 1) {
		if (child + 1 < spool->open && heap[child + 1]->next.at < heap[child]->next.at)
			child++;
		if (heap[child]->next.at >= moving->next.at)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moving;
}

static void sift_up(struct spool *spool, size_t at)
{
	struct reader **heap = spool->heap, *moving = heap[at];

	for (size_t parent; at > 0 && heap[parent = (at - 1) / 2]->next.at > moving->next.at; at = parent)
		heap[at] = heap[parent];
	heap[at] = moving;
}

static int open_run(struct spool *spool, const struct run *run, struct failure *why)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int got;

	if (reader)
		reader->bytes = malloc(spool->ahead);
	if (!reader || !reader->bytes) {
		free(reader);
		return fail(why, ENOMEM, "no memory for records");
	}
	reader->run = run;
	reader->next.at = run->first;
	spool->heap[spool->open] = reader;
	spool->open++;
	got = advance(spool, reader, why);
	sift_up(spool, spool->open - 1);
	return got < 0 ? got : 0;
}

static void close_first(struct spool *spool)
{
	struct reader *reader = spool->heap[0];

	free(reader->bytes);
	free(reader);
	spool->heap[0] = spool->heap[--spool->open];
	if (spool->open > 0)
		sift_down(spool);
}

int spool_next(struct spool *spool, struct record *record, unsigned *source, struct failure *why)
{
	struct reader *first;
	int got;

	while (spool->next_run < spool->runs &&
	       (spool->open == 0 || spool->run[spool->next_run].first <= spool->heap[0]->next.at)) {
		int err = open_run(spool, &spool->run[spool->next_run++], why);

		if (err)
			return err;
	}
	if (spool->open == 0)
		return 0;
	first = spool->heap[0];
	*record = first->next;
	*source = first->run->source;
	got = advance(spool, first, why);
	if (got < 0)
		return got;
	if (got == 0)
		close_first(spool);
	else if (spool->open > 1)
		sift_down(spool);
	return 1;
}

bool spool_span(const struct spool *spool, unsigned source, int64_t *first_us, int64_t *last_us)
{
	bool any = false;

	for (size_t i = 0; i < spool->runs; i++) {
		const struct run *run = &spool->run[i];

		if (run->source != source)
			continue;
		*first_us = any && *first_us < run->first ? *first_us : run->first;
		*last_us = any && *last_us > run->last ? *last_us : run->last;
		any = true;
	}
	return any;
}
