/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A main for fuzz targets without libFuzzer, so that every `make check` runs them: each seed of the corpus, each shorter copy of
 * it, and mutations that are the same in every run. Each input lies in memory of exactly its size.
 *
 *     fuzz_NAME [CORPUS ...]     files or folders; by default $top_srcdir/tests/fuzz/corpus/NAME
 *
 * When an input breaks something, it is printed as hex: put it into the corpus. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "seed.h"

#define CUTS 4096 /* shorter copies tried of one seed */
#define FLIPS 4096 /* bytes of one seed that are changed one by one */
#define ROUNDS 2000 /* mutations of several bytes */

static const uint8_t *current;
static size_t current_len;
static unsigned long inputs;

/* Only write(2): it may be called from a signal handler. */
static void print_current(void)
{
	static const char digits[] = "0123456789abcdef", head[] = "the input was:\n";

	if (!current || write(STDERR_FILENO, head, sizeof(head) - 1) < 0)
		return;
	for (size_t i = 0; i < current_len; i++) {
		char text[3] = { digits[current[i] >> 4], digits[current[i] & 15], i % 32 == 31 ? '\n' : ' ' };

		if (write(STDERR_FILENO, text, sizeof(text)) < 0)
			return;
	}
	if (write(STDERR_FILENO, "\n", 1) < 0)
		return;
}

static void on_abort(int sig)
{
	print_current();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The sanitizers' own way to say that they end the process; absent without them. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void run(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy) {
		perror("replay");
		exit(1);
	}
	memcpy(copy, data, len);
	current = copy;
	current_len = len;
	LLVMFuzzerTestOneInput(copy, len);
	inputs++;
	current = NULL;
	free(copy);
}

/* xorshift64: the same numbers everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void run_cuts(const struct seed *seed)
{
	for (size_t len = 0; len < seed->len && len < CUTS; len++)
		run(seed->bytes, len);
}

/* Each byte: turned over, at both ends of its range, a step up and down, and each bit. */
static void run_changed_bytes(const struct seed *seed)
{
	for (size_t i = 0; i < seed->len && i < FLIPS; i++) {
		uint8_t was = seed->bytes[i];
		uint8_t tries[] = { (uint8_t)~was, 0, 0x7f, 0x80, 0xff, (uint8_t)(was + 1), (uint8_t)(was - 1) };

		for (size_t t = 0; t < sizeof(tries); t++) {
			seed->bytes[i] = tries[t];
			run(seed->bytes, seed->len);
		}
		for (unsigned bit = 0; bit < 8; bit++) {
			seed->bytes[i] = (uint8_t)(was ^ 1u << bit);
			run(seed->bytes, seed->len);
		}
		seed->bytes[i] = was;
	}
}

/* Several changes at once: bytes set, pieces copied over others, the end cut off. */
static void run_mutations(const struct seed *seed)
{
	uint64_t state = 0x9e3779b97f4a7c15u;
	uint8_t *copy = seed->len ? malloc(seed->len) : NULL;

	for (unsigned round = 0; copy && round < ROUNDS; round++) {
		unsigned changes = 1 + (unsigned)(next_random(&state) % 8);
		size_t len = seed->len;

		memcpy(copy, seed->bytes, len);
		while (changes--) {
			size_t from = next_random(&state) % len, to = next_random(&state) % len;
			size_t room = len - (from > to ? from : to);

			if (next_random(&state) % 4)
				copy[to] = (uint8_t)next_random(&state);
			else
				memmove(copy + to, copy + from, next_random(&state) % (room + 1));
		}
		if (!(next_random(&state) % 4))
			len = next_random(&state) % (len + 1);
		run(copy, len);
	}
	free(copy);
}

static bool run_seed(unsigned number, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct seed seed;

	if (seed_read(path, &seed) < 0) {
		printf("not ok %u - %s\n", number, path);
		return false;
	}
	printf("# %s\n", path);
	fflush(stdout);
	inputs = 0;
	run(seed.bytes, seed.len);
	run_cuts(&seed);
	run_changed_bytes(&seed);
	run_mutations(&seed);
	printf("ok %u - %s and %lu inputs made from it\n", number, slash ? slash + 1 : path, inputs - 1);
	fflush(stdout);
	seed_free(&seed);
	return true;
}

/* A file, or every file of a folder. An empty folder is a failure: then nothing was tested. */
static bool run_path(unsigned *number, const char *path)
{
	char name[4096], **names;
	struct stat st;
	bool ok = true;
	int count;

	if (!stat(path, &st) && !S_ISDIR(st.st_mode))
		return run_seed(++*number, path);
	count = seed_list(path, &names);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, names[i]);
		ok &= run_seed(++*number, name);
	}
	if (count >= 0)
		seed_list_free(names);
	if (count <= 0)
		printf("not ok %u - no seeds in %s\n", ++*number, path);
	return ok && count > 0;
}

static void default_corpus(const char *program, char *path, size_t size)
{
	const char *name = strstr(program, "fuzz_"), *top = getenv("top_srcdir");

	for (const char *more = name; more; more = strstr(more + 1, "fuzz_")) /* the last one: folders may be called so too */
		name = more;
	snprintf(path, size, "%s/tests/fuzz/corpus/%s", top ? top : ".", name ? name + 5 : program);
}

int main(int argc, char **argv)
{
	char path[4096];
	unsigned number = 0;
	bool ok = true;

	signal(SIGABRT, on_abort);
	signal(SIGSEGV, on_abort);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(print_current);
	if (argc < 2) {
		default_corpus(argv[0], path, sizeof(path));
		ok = run_path(&number, path);
	}
	for (int i = 1; i < argc; i++)
		ok &= run_path(&number, argv[i]);
	printf("1..%u\n", number);
	return ok ? 0 : 1;
}
