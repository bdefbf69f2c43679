/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file: a header of one page, a page of watermarks (a cache line a lane), then lane after lane of slots, each with its counts
 * and behind them its sightings. */
#include "binning/slotring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binning/sample_sum.h"

#define RING_MAGIC "fireplot ring\n\0\0"
#define RING_VERSION 2
#define RING_LANES_MAX 64
#define RING_SLOTS_MAX 65536
#define RING_STEP_MAX_S 86400
#define WATERMARKS_AT 4096
#define SLOTS_AT (WATERMARKS_AT + RING_LANES_MAX * 64)

/* Native byte order: a ring never leaves its machine. */
struct ring_header {
	char magic[16];
	uint32_t version;
	uint32_t slot_bytes;
	struct slotring_shape shape;
	int64_t cut_s; /* the end of the last slot that was cut short */
	uint64_t key;
};

struct slotring {
	struct slotring_shape shape;
	uint8_t *map;
	bool shared; /* map is the file, or else private memory of a snapshot */
	size_t bytes;
	uint32_t counts_bytes;
	uint32_t slot_bytes;
	int fd; /* holds the lock; -1 for a snapshot */
};

static struct ring_header *header(const struct slotring *ring)
{
	return (struct ring_header *)ring->map;
}

static uint32_t slot_bytes(const struct slotring_shape *shape)
{
	return slot_size(portbin_count(&shape->portbin)) + (uint32_t)(shape->sightings ? sample_size(shape->sightings) : 0);
}

static size_t ring_bytes(const struct slotring_shape *shape)
{
	return SLOTS_AT + (size_t)shape->lanes * shape->slots * slot_bytes(shape);
}

static bool shape_valid(const struct slotring_shape *shape)
{
	return portbin_valid(&shape->portbin) && shape->step_s >= 1 && shape->step_s <= RING_STEP_MAX_S && shape->lanes >= 1 &&
	       shape->lanes <= RING_LANES_MAX && shape->slots >= 2 && shape->slots <= RING_SLOTS_MAX &&
	       shape->sightings <= SAMPLE_ROOM_MAX;
}

const struct slotring_shape *slotring_shape(const struct slotring *ring)
{
	return &ring->shape;
}

struct slot *slotring_slot(const struct slotring *ring, unsigned lane, unsigned i)
{
	return (struct slot *)(ring->map + SLOTS_AT + ((size_t)lane * ring->shape.slots + i) * ring->slot_bytes);
}

struct sample *slotring_sample(const struct slotring *ring, const struct slot *slot)
{
	size_t at = (size_t)((const uint8_t *)slot - ring->map) + ring->counts_bytes;

	return ring->shape.sightings ? (struct sample *)(ring->map + at) : NULL;
}

uint64_t slotring_key(const struct slotring *ring)
{
	return header(ring)->key;
}

enum slot_state slotring_state(const struct slot *slot)
{
	return __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) == SLOT_OPEN ? SLOT_OPEN : SLOT_EMPTY;
}

void slotring_set_state(struct slot *slot, enum slot_state state)
{
	__atomic_store_n(&slot->state, (uint32_t)state, __ATOMIC_RELEASE);
}

static int64_t *watermark(const struct slotring *ring, unsigned lane)
{
	return (int64_t *)(ring->map + WATERMARKS_AT + lane * 64);
}

int64_t slotring_watermark(const struct slotring *ring, unsigned lane)
{
	return __atomic_load_n(watermark(ring, lane), __ATOMIC_ACQUIRE);
}

void slotring_set_watermark(struct slotring *ring, unsigned lane, int64_t at_s)
{
	if (at_s > *watermark(ring, lane))
		__atomic_store_n(watermark(ring, lane), at_s, __ATOMIC_RELEASE);
}

int64_t slotring_complete_until(const struct slotring *ring)
{
	int64_t least = slotring_watermark(ring, 0);

	for (unsigned lane = 1; lane < ring->shape.lanes; lane++) {
		int64_t at = slotring_watermark(ring, lane);

		if (at < least)
			least = at;
	}
	return least;
}

int64_t slotring_cut(const struct slotring *ring)
{
	return __atomic_load_n(&header(ring)->cut_s, __ATOMIC_ACQUIRE);
}

void slotring_set_cut(struct slotring *ring, int64_t at_s)
{
	__atomic_store_n(&header(ring)->cut_s, at_s, __ATOMIC_RELEASE);
}

/* ---- opening ---- */

static int map_file(const char *path, int fd, struct slotring *ring, struct failure *why)
{
	void *at = mmap(NULL, ring->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return fail_errno(why, errno, "%s: cannot map the ring", path);
	ring->map = at;
	ring->shared = true;
	return 0;
}

/* Reads and judges the header of an open file. */
static int read_header(const char *path, int fd, struct ring_header *head, struct failure *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_errno(why, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return fail(why, EILSEQ, "%s: expected a slot ring, found no regular file", path);
	if (pread(fd, head, sizeof(*head), 0) != sizeof(*head) || memcmp(head->magic, RING_MAGIC, sizeof(head->magic)) != 0)
		return fail(why, EILSEQ, "%s: expected a slot ring of fireplot, found something else; move it away to start with a "
		            "new one", path);
	if (head->version != RING_VERSION)
		return fail(why, EILSEQ, "%s: slot ring of version %u, expected version %u; move it away to start with a new one", path,
		            head->version, RING_VERSION);
	if (!shape_valid(&head->shape) || head->slot_bytes != slot_bytes(&head->shape) ||
	    (uint64_t)st.st_size != ring_bytes(&head->shape))
		return fail(why, EILSEQ, "%s: damaged slot ring (its header does not fit its size); move it away to start with a new "
		            "one", path);
	return 0;
}

/* A slot that says OPEN must have a span that lies within one step, and no more sightings than there is room for. */
static int check_slots(const char *path, const struct slotring *ring, struct failure *why)
{
	int64_t step = ring->shape.step_s;

	for (unsigned lane = 0; lane < ring->shape.lanes; lane++)
		for (unsigned i = 0; i < ring->shape.slots; i++) {
			const struct slot *slot = slotring_slot(ring, lane, i);

			if (slot->state == SLOT_EMPTY)
				continue;
			if (slot->state != SLOT_OPEN || slot->start_s < 0 || slot->start_s > INT64_MAX / 2 ||
			    slot->start_s % step != 0 || slot->end_s <= slot->start_s || slot->end_s > slot->start_s + step)
				return fail(why, EILSEQ, "%s: damaged slot ring (slot %u of lane %u has no valid span); move it away to "
				            "start with a new one", path, i, lane);
			if (!sample_is_sound(slotring_sample(ring, slot), ring->shape.sightings))
				return fail(why, EILSEQ, "%s: damaged slot ring (slot %u of lane %u has more sightings than it can); move "
				            "it away to start with a new one", path, i, lane);
		}
	return 0;
}

static int lock_file(const char *path, int fd, struct failure *why)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return fail(why, EBUSY, "%s: another fireplotd is counting into this ring", path);
	return fail_errno(why, errno, "%s: cannot lock the ring", path);
}

static struct slotring *ring_new(const struct slotring_shape *shape)
{
	struct slotring *ring = calloc(1, sizeof(*ring));

	if (ring) {
		ring->shape = *shape;
		ring->counts_bytes = slot_size(portbin_count(&shape->portbin));
		ring->slot_bytes = slot_bytes(shape);
		ring->bytes = ring_bytes(shape);
		ring->fd = -1;
	}
	return ring;
}

static void write_header(struct slotring *ring)
{
	struct ring_header *head = header(ring);

	head->version = RING_VERSION;
	head->slot_bytes = ring->slot_bytes;
	head->shape = ring->shape;
	memcpy(head->magic, RING_MAGIC, sizeof(head->magic));
}

static int draw_key(struct slotring *ring, const char *path, struct failure *why)
{
	uint64_t *key = &header(ring)->key;

	return getrandom(key, sizeof(*key), 0) == sizeof(*key) ? 0 : fail_errno(why, errno, "%s: no random key", path);
}

/* Makes an empty ring under a name of its own, locked, and leaves it to the caller to rename it into place. */
static int make_ring(const char *path, const struct slotring_shape *shape, struct slotring **out, struct failure *why)
{
	struct slotring *ring = ring_new(shape);
	int err;

	if (!ring)
		return fail(why, ENOMEM, "%s: no memory", path);
	unlink(path);
	ring->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (ring->fd < 0) {
		err = fail_errno(why, errno, "%s: cannot make the ring", path);
		goto free_ring;
	}
	err = lock_file(path, ring->fd, why);
	if (err)
		goto remove_file;
	/* Reserved now, because a full tmpfs would be a SIGBUS later. */
	err = -posix_fallocate(ring->fd, 0, (off_t)ring->bytes);
	if (err) {
		fail_errno(why, -err, "%s: no room for a ring of %zu bytes", path, ring->bytes);
		goto remove_file;
	}
	err = map_file(path, ring->fd, ring, why);
	if (err)
		goto remove_file;
	write_header(ring);
	err = draw_key(ring, path, why);
	if (err) {
		unlink(path);
		slotring_close(ring);
		return err;
	}
	*out = ring;
	return 0;

remove_file:
	unlink(path);
	close(ring->fd);
free_ring:
	free(ring);
	return err;
}

static int carry_sightings(const struct slotring *into, const struct slot *slot, const struct slotring *old,
                           const struct slotring_span *span)
{
	struct sample *sample = slotring_sample(into, slot);
	struct sample_sum sum;
	int err;

	if (!sample)
		return 0;
	err = sample_sum(old, span, &sum);
	if (!err)
		sample_fill(sample, into->shape.sightings, &sum.step, slotring_key(into));
	sample_sum_fini(&sum);
	return err;
}

/* Copies every span of old into lane 0 of a new ring. 0 or -ENOMEM. */
static int carry_over(struct slotring *into, const struct slotring *old, const struct slotring_span *spans, unsigned n)
{
	int err = 0;

	header(into)->key = slotring_key(old);
	for (unsigned i = 0; i < n && !err; i++) {
		struct slot *slot = slotring_slot(into, 0, i);

		slotring_sum(old, &spans[i], slot);
		slot->start_s = spans[i].start_s;
		slot->end_s = spans[i].end_s;
		err = carry_sightings(into, slot, old, &spans[i]);
		slotring_set_state(slot, SLOT_OPEN);
	}
	slotring_set_cut(into, slotring_cut(old));
	return err;
}

static int make_in_place(const char *path, const struct slotring_shape *shape, const struct slotring *old, struct slotring **out,
                         struct failure *why)
{
	struct slotring_shape wanted = *shape;
	struct slotring_span *spans = NULL;
	struct slotring *ring = NULL;
	char *name = NULL;
	unsigned n = 0;
	int err;

	if (old) {
		unsigned max = old->shape.lanes * old->shape.slots;

		spans = calloc(max, sizeof(*spans));
		if (!spans)
			return fail(why, ENOMEM, "%s: no memory", path);
		n = slotring_spans(old, INT64_MAX, spans, max);
		if (wanted.slots < n + 2)
			wanted.slots = n + 2;
	}
	if (asprintf(&name, "%s.new", path) < 0) {
		name = NULL;
		err = fail(why, ENOMEM, "%s: no memory", path);
		goto done;
	}
	err = make_ring(name, &wanted, &ring, why);
	if (err)
		goto done;
	if (old && carry_over(ring, old, spans, n))
		err = fail(why, ENOMEM, "%s: no memory", path);
	else if (rename(name, path) < 0)
		err = fail_errno(why, errno, "%s: cannot put the ring in place", path);
	if (err) {
		unlink(name);
		slotring_close(ring);
		goto done;
	}
	*out = ring;
done:
	free(name);
	free(spans);
	return err;
}

static bool holds_counts(const struct slotring *ring)
{
	struct slotring_span span;

	return slotring_spans(ring, INT64_MAX, &span, 1) > 0;
}

static bool same_counting(const struct slotring_shape *a, const struct slotring_shape *b)
{
	return a->step_s == b->step_s && a->portbin.exact_ports == b->portbin.exact_ports &&
	       a->portbin.per_octave == b->portbin.per_octave;
}

/* Opens and checks an existing file; the lock is held. */
static int open_existing(const char *path, int fd, struct slotring **out, struct failure *why)
{
	struct ring_header head;
	struct slotring *ring;
	int err = lock_file(path, fd, why);

	if (!err)
		err = read_header(path, fd, &head, why);
	if (err)
		return err;
	ring = ring_new(&head.shape);
	if (!ring)
		return fail(why, ENOMEM, "%s: no memory", path);
	err = map_file(path, fd, ring, why);
	if (!err)
		err = check_slots(path, ring, why);
	if (err) {
		slotring_close(ring);
		return err;
	}
	ring->fd = fd;
	*out = ring;
	return 0;
}

int slotring_open(const char *path, const struct slotring_shape *shape, struct slotring **out, struct failure *why)
{
	struct slotring *old = NULL;
	int fd, err;

	if (!shape_valid(shape))
		return fail(why, EINVAL, "%s: a ring cannot have this shape", path);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return make_in_place(path, shape, NULL, out, why);
	if (fd < 0)
		return fail_errno(why, errno, "%s: cannot open the ring", path);
	err = open_existing(path, fd, &old, why);
	if (err) {
		close(fd);
		return err;
	}
	if (memcmp(&old->shape, shape, sizeof(*shape)) == 0) {
		*out = old;
		return 0;
	}
	if (same_counting(&old->shape, shape))
		err = make_in_place(path, shape, old, out, why);
	else if (!holds_counts(old))
		err = make_in_place(path, shape, NULL, out, why);
	else
		err = fail(why, EEXIST, "%s: holds counts of another layout (step %u s, %u exact ports, %u bins an octave); expected step "
		           "%u s, %u, %u", path, old->shape.step_s, old->shape.portbin.exact_ports, old->shape.portbin.per_octave,
		           shape->step_s, shape->portbin.exact_ports, shape->portbin.per_octave);
	slotring_close(old);
	return err;
}

/* ---- a reader's copy ---- */

/* Of the sightings only those that are in use. What the counting changes meanwhile is told by the hashes (sample_sum.h). */
static bool read_sample(int fd, struct sample *sample, off_t at)
{
	uint32_t room;

	if (pread(fd, sample, sizeof(*sample), at) != sizeof(*sample))
		return false;
	room = sample->room;
	if (sample->count > room)
		return true; /* check_slots tells */
	return pread(fd, sample->sighting, sample->count * sizeof(struct sighting), at + (off_t)sizeof(*sample)) ==
	       (ssize_t)(sample->count * sizeof(struct sighting));
}

/* Reads one slot whole: its state and span are the same before and after, so nobody made it anew meanwhile. pread, not a
 * mapping: a file that is cut short under us must be an error and no SIGBUS. */
static bool read_slot(int fd, const struct slotring *ring, struct slot *slot, off_t at)
{
	struct sample *sample = slotring_sample(ring, slot);
	struct slot before, after;

	if (pread(fd, &before, sizeof(before), at) != sizeof(before))
		return false;
	if (before.state == SLOT_EMPTY)
		return true;
	/* The sightings after the counts, so that they are all of them: a packet is counted as a sighting first. */
	if (pread(fd, slot, ring->counts_bytes, at) != (ssize_t)ring->counts_bytes ||
	    (sample && !read_sample(fd, sample, at + ring->counts_bytes)) || pread(fd, &after, sizeof(after), at) != sizeof(after))
		return false;
	if (after.state != before.state || after.start_s != before.start_s || after.end_s != before.end_s)
		memset(slot, 0, ring->counts_bytes);
	return true;
}

static int read_slots(const char *path, int fd, struct slotring *ring, uint32_t bytes_a_slot, struct failure *why)
{
	off_t at = SLOTS_AT;

	if (pread(fd, ring->map, SLOTS_AT, 0) != SLOTS_AT)
		return fail(why, EILSEQ, "%s: the ring was cut short", path);
	for (unsigned lane = 0; lane < ring->shape.lanes; lane++)
		for (unsigned i = 0; i < ring->shape.slots; i++, at += bytes_a_slot)
			if (!read_slot(fd, ring, slotring_slot(ring, lane, i), at))
				return fail(why, EILSEQ, "%s: the ring was cut short", path);
	return check_slots(path, ring, why);
}

int slotring_snapshot(const char *path, bool with_sightings, struct slotring **out, struct failure *why)
{
	struct slotring *ring = NULL;
	struct ring_header head;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err;

	*out = NULL;
	if (fd < 0)
		return fail_errno(why, errno, "%s: cannot read the ring", path);
	err = read_header(path, fd, &head, why);
	if (err)
		goto close_file;
	if (!with_sightings)
		head.shape.sightings = 0;
	ring = ring_new(&head.shape);
	if (ring)
		ring->map = calloc(1, ring->bytes);
	if (!ring || !ring->map)
		err = fail(why, ENOMEM, "%s: no memory", path);
	else
		err = read_slots(path, fd, ring, head.slot_bytes, why);
close_file:
	close(fd);
	if (err)
		slotring_close(ring);
	else
		*out = ring;
	return err;
}

void slotring_close(struct slotring *ring)
{
	if (!ring)
		return;
	if (ring->shared)
		munmap(ring->map, ring->bytes);
	else
		free(ring->map);
	if (ring->fd >= 0)
		close(ring->fd);
	free(ring);
}
