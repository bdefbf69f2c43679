/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct plan {
	struct plan_run **heap; /* by at_us, the earliest first */
	size_t count;
	size_t total; /* those that are done lie behind count */
	size_t room;
	uint64_t random;
};

/* splitmix64: any seed does, and a plan stays the same on every machine. */
static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void heap_sink(struct plan *plan, size_t i)
{
	struct plan_run *run = plan->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < plan->count && plan->heap[child + 1]->at_us < plan->heap[child]->at_us)
			child++;
		if (child >= plan->count || run->at_us <= plan->heap[child]->at_us)
			break;
		plan->heap[i] = plan->heap[child];
		i = child;
	}
	plan->heap[i] = run;
}

static bool heap_add(struct plan *plan, struct plan_run *run)
{
	size_t i = plan->count;

	if (plan->count == plan->room) {
		size_t room = plan->room ? 2 * plan->room : 64;
		struct plan_run **heap = realloc(plan->heap, room * sizeof(*heap));

		if (!heap)
			return false;
		plan->heap = heap;
		plan->room = room;
	}
	plan->total = ++plan->count;
	for (; i > 0 && plan->heap[(i - 1) / 2]->at_us > run->at_us; i = (i - 1) / 2)
		plan->heap[i] = plan->heap[(i - 1) / 2];
	plan->heap[i] = run;
	return true;
}

static bool parse_number(const char *text, long min, long max, long *number)
{
	char *end;

	*number = strtol(text, &end, 0);
	return end != text && !*end && *number >= min && *number <= max;
}

/* ADDRESS or NET/BITS; the first address of a line decides the version, the second must agree. */
static bool parse_pool(char *text, unsigned *version, struct plan_pool *pool)
{
	char *slash = strchr(text, '/');
	unsigned is = strchr(text, ':') ? 6 : 4;
	long bits = is == 6 ? 128 : 32;

	if (*version && *version != is)
		return false;
	*version = is;
	if (slash) {
		*slash = '\0';
		if (!parse_number(slash + 1, 0, bits, &bits))
			return false;
	}
	pool->prefix_bits = (unsigned)bits;
	return inet_pton(is == 6 ? AF_INET6 : AF_INET, text, pool->address) == 1;
}

static unsigned ports_span(const struct plan_ports *ports)
{
	return (unsigned)abs(ports->last - ports->first) + 1;
}

/* N, A-B (each, in that order), %A-B (each once, shuffled), ?A-B (random). */
static bool parse_ports(char *text, struct plan_ports *ports)
{
	char *dash;
	long first, last;

	ports->how = PORTS_EACH;
	if (*text == '%' || *text == '?')
		ports->how = *text++ == '%' ? PORTS_SHUFFLED : PORTS_RANDOM;
	dash = strchr(text, '-');
	if (dash)
		*dash = '\0';
	if (!parse_number(text, 0, 65535, &first) || !parse_number(dash ? dash + 1 : text, 0, 65535, &last))
		return false;
	if (!dash)
		ports->how = PORTS_FIXED;
	ports->first = (uint16_t)first;
	ports->last = (uint16_t)last;
	return true;
}

static bool ports_shuffle(struct plan_ports *ports, uint64_t *random)
{
	unsigned n = ports_span(ports), low = ports->first < ports->last ? ports->first : ports->last;

	ports->order = malloc(n * sizeof(*ports->order));
	if (!ports->order)
		return false;
	for (unsigned i = 0; i < n; i++) {
		unsigned j = (unsigned)(random_next(random) % (i + 1));

		ports->order[i] = ports->order[j];
		ports->order[j] = (uint16_t)(low + i);
	}
	return true;
}

static bool parse_flags(const char *text, uint8_t *flags)
{
	static const char letters[] = "FSRPAU"; /* from the lowest bit up (RFC 9293) */

	for (*flags = 0; *text; text++) {
		const char *at = strchr(letters, *text);

		if (*text == '-')
			continue;
		if (!at)
			return false;
		*flags |= (uint8_t)(1u << (at - letters));
	}
	return true;
}

static bool parse_hex(const char *text, struct plan_run *run)
{
	unsigned byte;

	for (; text[0] && text[1] && run->raw_len < PLAN_RAW_BYTES; text += 2) {
		if (sscanf(text, "%2x", &byte) != 1)
			return false;
		run->raw[run->raw_len++] = (uint8_t)byte;
	}
	return !*text && run->raw_len > 0;
}

static bool parse_extensions(char *text, struct plan_run *run)
{
	static const struct {
		const char *name;
		uint8_t number;
	} known[] = { { "hop", 0 }, { "routing", 43 }, { "frag", 44 }, { "esp", 50 }, { "ah", 51 }, { "none", 59 },
	              { "dest", 60 }, { "mobility", 135 }, { "hip", 139 }, { "shim6", 140 } };
	char *rest = NULL;

	for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(word, known[i].name) != 0)
			i++;
		if (i == sizeof(known) / sizeof(known[0]) || run->extension_count == PLAN_EXTENSIONS)
			return false;
		run->extension[run->extension_count++] = known[i].number;
	}
	return true;
}

static bool parse_trailing(char *word, struct plan_run *run, uint64_t *rounds)
{
	char *equals = strchr(word, '=');
	char *value = equals ? equals + 1 : word + 1;
	long n;

	if (strncmp(word, "ext=", 4) == 0)
		return parse_extensions(value, run);
	if (strcmp(word, "broadcast") == 0)
		return run->broadcast = true;
	if (!parse_number(value, 0, INT32_MAX, &n))
		return false;
	if (*word == 'x' && !equals)
		*rounds = (uint64_t)n;
	else if (strncmp(word, "len=", 4) == 0 && n <= 1200)
		run->payload_bytes = (unsigned)n;
	else if (strncmp(word, "frag=", 5) == 0 && n <= 0x1fff)
		run->fragment_offset = (unsigned)n;
	else if (strncmp(word, "opt=", 4) == 0 && n <= 10)
		run->ip_option_words = (unsigned)n;
	else if (strncmp(word, "ihl=", 4) == 0 && n <= 15)
		run->ihl = (int)n;
	else if (strncmp(word, "total=", 6) == 0 && n <= 65535)
		run->total_length = (int)n;
	else if (strncmp(word, "cut=", 4) == 0)
		run->cut_bytes = (int)n;
	else
		return false;
	return true;
}

static bool parse_at(char *text, struct plan_run *run)
{
	char *end;

	run->at_us = 1000 * strtod(text, &end);
	if (end == text || !(run->at_us >= 0))
		return false;
	if (*end == '+') {
		text = end + 1;
		run->every_us = 1000 * strtod(text, &end);
		if (end == text || !(run->every_us >= 0))
			return false;
	}
	return !*end;
}

static bool parse_kind(const char *word, enum plan_kind *kind)
{
	static const char *const names[] = { "tcp", "udp", "udplite", "sctp", "dccp", "icmp", "ip", "raw" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i]) == 0) {
			*kind = (enum plan_kind)i;
			return true;
		}
	return false;
}

/* The words between the kind and the trailing ones. Returns how many there were, 0 if one is wrong. */
static unsigned parse_body(char *words[], unsigned count, struct plan_run *run)
{
	long a, b = 0;

	if (run->kind == PLAN_RAW) {
		if (count < 1 || !parse_hex(words[0], run))
			return 0;
		run->version = run->raw[0] >> 4 == 6 ? 6 : 4;
		return 1;
	}
	if (count < 3 || !parse_pool(words[0], &run->version, &run->source) ||
	    !parse_pool(words[1], &run->version, &run->destination))
		return 0;
	if (run->kind == PLAN_ICMP || run->kind == PLAN_IP) {
		unsigned used = run->kind == PLAN_ICMP ? 4 : 3;

		if (count < used || !parse_number(words[2], 0, 255, &a) || (used == 4 && !parse_number(words[3], 0, 255, &b)))
			return 0;
		run->type = (uint8_t)a;
		run->code = (uint8_t)b;
		return used;
	}
	if (count < 4 || !parse_ports(words[2], &run->source_ports) || !parse_ports(words[3], &run->destination_ports))
		return 0;
	if (run->kind == PLAN_TCP)
		return count >= 5 && parse_flags(words[4], &run->tcp_flags) ? 5 : 0;
	return 4;
}

static bool run_parse(char *line, struct plan_run *run, uint64_t *random)
{
	char *words[16], *rest = NULL;
	unsigned count = 0, used;
	uint64_t rounds = 1, span = 1;

	for (char *word = strtok_r(line, " \t\n", &rest); word && count < 16; word = strtok_r(NULL, " \t\n", &rest))
		words[count++] = word;
	run->ihl = run->total_length = run->cut_bytes = -1;
	if (count < 3 || !parse_at(words[0], run) || !parse_kind(words[1], &run->kind))
		return false;
	used = parse_body(words + 2, count - 2, run);
	if (!used)
		return false;
	for (unsigned i = 2 + used; i < count; i++)
		if (!parse_trailing(words[i], run, &rounds))
			return false;
	if (run->destination_ports.how == PORTS_EACH || run->destination_ports.how == PORTS_SHUFFLED)
		span = ports_span(&run->destination_ports);
	run->count = rounds * span;
	return run->destination_ports.how != PORTS_SHUFFLED || ports_shuffle(&run->destination_ports, random);
}

static void run_free(struct plan_run *run)
{
	if (!run)
		return;
	free(run->destination_ports.order);
	free(run);
}

struct plan *plan_read(FILE *in, const char *name, uint64_t seed)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	struct plan_run *run = NULL;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;

	if (!plan)
		return NULL;
	plan->random = seed;
	while (getline(&line, &size, in) >= 0) {
		number++;
		if (line[strspn(line, " \t\n")] == '\0' || *line == '#')
			continue;
		run = calloc(1, sizeof(*run));
		if (!run || !run_parse(line, run, &plan->random)) {
			fprintf(stderr, "knock: %s:%u: no run of packets; see knock --help\n", name, number);
			goto wrong;
		}
		if (run->count == 0)
			run_free(run);
		else if (!heap_add(plan, run))
			goto wrong;
	}
	free(line);
	return plan;
wrong:
	run_free(run);
	free(line);
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->total; i++)
		run_free(plan->heap[i]);
	free(plan->heap);
	free(plan);
}

double plan_next_us(const struct plan *plan)
{
	return plan->count ? plan->heap[0]->at_us : -1;
}

static void pool_choose(const struct plan_pool *pool, unsigned version, uint64_t *random, uint8_t out[16])
{
	unsigned bytes = version == 6 ? 16 : 4, bits = pool->prefix_bits;
	uint64_t dice = 0;

	memcpy(out, pool->address, 16);
	for (unsigned i = bits / 8; i < bytes; i++) {
		uint8_t keep = i == bits / 8 ? (uint8_t)(0xff00u >> bits % 8) : 0;

		if (i % 8 == 0 || i == bits / 8)
			dice = random_next(random);
		out[i] = (uint8_t)((pool->address[i] & keep) | ((uint8_t)dice & (uint8_t)~keep));
		dice >>= 8;
	}
}

static uint16_t ports_choose(const struct plan_ports *ports, uint64_t sent, uint64_t *random)
{
	unsigned span = ports_span(ports), low = ports->first < ports->last ? ports->first : ports->last;

	switch (ports->how) {
	case PORTS_FIXED:
		return ports->first;
	case PORTS_EACH:
		return (uint16_t)(ports->first <= ports->last ? low + sent % span : low + span - 1 - sent % span);
	case PORTS_SHUFFLED:
		return ports->order ? ports->order[sent % span] : (uint16_t)(low + sent % span);
	case PORTS_RANDOM:
		return (uint16_t)(low + random_next(random) % span);
	}
	return 0;
}

void plan_take(struct plan *plan, struct plan_packet *packet)
{
	struct plan_run *run = plan->heap[0];

	packet->run = run;
	if (run->kind != PLAN_RAW) {
		pool_choose(&run->source, run->version, &plan->random, packet->source);
		pool_choose(&run->destination, run->version, &plan->random, packet->destination);
		packet->source_port = ports_choose(&run->source_ports, run->sent, &plan->random);
		packet->destination_port = ports_choose(&run->destination_ports, run->sent, &plan->random);
	}
	run->at_us += run->every_us;
	if (++run->sent == run->count) {
		plan->heap[0] = plan->heap[--plan->count];
		plan->heap[plan->count] = run;
	}
	if (plan->count)
		heap_sink(plan, 0);
}
