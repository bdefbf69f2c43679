/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ignore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/netset.h"
#include "common/units.h"

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define RULE_MAX 128

/* A rule without a protocol is in every map. */
enum port_map { PORTS_TCP, PORTS_UDP, PORTS_OTHER, PORT_MAPS };

struct ignore {
	struct netset sources, destinations;
	bool broadcast, multicast, any_port;
	uint8_t classes; /* bit c: class c */
	uint64_t ports[PORT_MAPS][65536 / 64];
	char **rules;
	size_t count, room;
};

struct ignore *ignore_new(void)
{
	return calloc(1, sizeof(struct ignore));
}

void ignore_free(struct ignore *ignore)
{
	if (!ignore)
		return;
	netset_fini(&ignore->sources);
	netset_fini(&ignore->destinations);
	for (size_t i = 0; i < ignore->count; i++)
		free(ignore->rules[i]);
	free(ignore->rules);
	free(ignore);
}

static int remember_rule(struct ignore *ignore, const char *text)
{
	char **rules;

	if (ignore->count == ignore->room) {
		size_t room = ignore->room ? 2 * ignore->room : 16;

		rules = reallocarray(ignore->rules, room, sizeof(*rules));
		if (!rules)
			return -ENOMEM;
		ignore->rules = rules;
		ignore->room = room;
	}
	ignore->rules[ignore->count] = strdup(text);
	if (!ignore->rules[ignore->count])
		return -ENOMEM;
	ignore->count++;
	return 0;
}

/* Each of these adds a rule from its argument and writes the argument as ignore_rule will show it. */

static int add_net(struct netset *set, const char *arg, char *shown, struct failure *why)
{
	struct netset_net net;

	if (netset_parse(arg, &net, why) < 0)
		return -EINVAL;
	netset_format(&net, shown);
	return netset_add(set, &net);
}

static int add_source(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	return add_net(&ignore->sources, arg, shown, why);
}

static int add_destination(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	return add_net(&ignore->destinations, arg, shown, why);
}

static int add_broadcast(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	ignore->broadcast = true;
	return 0;
}

static int add_multicast(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	ignore->multicast = true;
	return 0;
}

/* PORT or PORT-PORT. */
static bool parse_ports(const char *text, uint32_t *first, uint32_t *last)
{
	char low[8];
	const char *dash = strchr(text, '-');
	size_t len = dash ? (size_t)(dash - text) : 0;

	if (!dash)
		return units_parse_number(text, 0, 65535, first) && units_parse_number(text, 0, 65535, last);
	if (len >= sizeof(low))
		return false;
	memcpy(low, text, len);
	low[len] = '\0';
	return units_parse_number(low, 0, 65535, first) && units_parse_number(dash + 1, 0, 65535, last) && *first <= *last;
}

static int add_port(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	bool tcp = !strncmp(arg, "tcp/", 4), udp = !strncmp(arg, "udp/", 4);
	uint32_t first, last;

	if (!parse_ports(tcp || udp ? arg + 4 : arg, &first, &last))
		return fail(why, EINVAL, "\"%.60s\": expected [tcp/|udp/]PORT[-PORT] with ports from 0 to 65535, the lower one first",
			    arg);
	for (uint32_t port = first; port <= last; port++) {
		uint64_t bit = UINT64_C(1) << (port & 63);

		if (!udp)
			ignore->ports[PORTS_TCP][port >> 6] |= bit;
		if (!tcp)
			ignore->ports[PORTS_UDP][port >> 6] |= bit;
		if (!tcp && !udp)
			ignore->ports[PORTS_OTHER][port >> 6] |= bit;
	}
	ignore->any_port = true;
	snprintf(shown, NETSET_TEXT_MAX, first == last ? "%s%u" : "%s%u-%u", tcp ? "tcp/" : udp ? "udp/" : "", first, last);
	return 0;
}

static int add_class(struct ignore *ignore, const char *arg, char *shown, struct failure *why)
{
	enum packet_class class;

	if (!class_by_name(arg, &class))
		return fail(why, EINVAL, "\"%.60s\": expected probe, backscatter or late", arg);
	ignore->classes |= (uint8_t)(1u << class);
	snprintf(shown, NETSET_TEXT_MAX, "%s", class_name(class));
	return 0;
}

static const struct rule_word {
	const char *name;
	const char *expects; /* the argument, NULL for none */
	int (*add)(struct ignore *ignore, const char *arg, char *shown, struct failure *why);
} rule_words[] = {
	{ "source", "an address or network", add_source },
	{ "destination", "an address or network", add_destination },
	{ "broadcast", NULL, add_broadcast },
	{ "multicast", NULL, add_multicast },
	{ "port", "[tcp/|udp/]PORT[-PORT]", add_port },
	{ "class", "probe, backscatter or late", add_class },
};

static const struct rule_word *find_word(const char *name)
{
	for (size_t i = 0; i < sizeof(rule_words) / sizeof(*rule_words); i++)
		if (!strcmp(rule_words[i].name, name))
			return &rule_words[i];
	return NULL;
}

/* Whether the words are there that the rule expects, and no more. */
static int check_words(const struct rule_word *word, const char *arg, const char *rest, struct failure *why)
{
	if (word->expects && !arg)
		return fail(why, EINVAL, "ignore %s: expected %s after it", word->name, word->expects);
	if (!word->expects && arg)
		return fail(why, EINVAL, "ignore %s: expected nothing after it, found \"%.60s\"", word->name, arg);
	if (rest)
		return fail(why, EINVAL, "ignore %s: expected nothing after \"%.60s\", found \"%.60s\"", word->name, arg, rest);
	return 0;
}

/* Puts the name of the rule before what its argument had to say. */
static int name_failure(const char *name, int err, const struct failure *detail, struct failure *why)
{
	if (err == -EINVAL)
		return fail(why, EINVAL, "ignore %s: %s", name, detail->text);
	return fail_errno(why, -err, "ignore %s", name);
}

int ignore_add(struct ignore *ignore, const char *rule, struct failure *why)
{
	char buf[RULE_MAX], shown[NETSET_TEXT_MAX] = "", text[RULE_MAX];
	char *name, *arg, *rest, *state = NULL;
	const struct rule_word *word;
	struct failure detail;
	int err;

	if (strlen(rule) >= sizeof(buf))
		return fail(why, EINVAL, "ignore: a rule of %zu characters, expected at most %zu", strlen(rule), sizeof(buf) - 1);
	strcpy(buf, rule);
	name = strtok_r(buf, " \t", &state);
	arg = strtok_r(NULL, " \t", &state);
	rest = strtok_r(NULL, " \t", &state);
	word = name ? find_word(name) : NULL;
	if (!word)
		return fail(why, EINVAL, "ignore \"%.60s\": expected source, destination, broadcast, multicast, port or class",
			    name ? name : "");
	err = check_words(word, arg, rest, why);
	if (err)
		return err;
	err = word->add(ignore, arg, shown, &detail);
	if (!err) {
		snprintf(text, sizeof(text), "%s%s%s", word->name, *shown ? " " : "", shown);
		err = remember_rule(ignore, text);
	}
	return err ? name_failure(word->name, err, &detail, why) : 0;
}

void ignore_seal(struct ignore *ignore)
{
	netset_seal(&ignore->sources);
	netset_seal(&ignore->destinations);
}

bool ignore_empty(const struct ignore *ignore)
{
	return !ignore->count;
}

static bool is_broadcast(const struct packet *packet)
{
	static const uint8_t all[4] = { 255, 255, 255, 255 };

	return packet->link_broadcast || (packet->version == 4 && !memcmp(packet->destination, all, sizeof(all)));
}

static bool is_multicast(const struct packet *packet)
{
	uint8_t first = packet->destination[0];

	return packet->version == 4 ? first >> 4 == 14 : first == 0xff;
}

static bool port_matches(const struct ignore *ignore, const struct packet *packet)
{
	enum port_map map = PORTS_OTHER;

	if (!packet->has_ports)
		return false;
	if (packet->protocol == PROTOCOL_TCP)
		map = PORTS_TCP;
	else if (packet->protocol == PROTOCOL_UDP)
		map = PORTS_UDP;
	return ignore->ports[map][packet->destination_port >> 6] >> (packet->destination_port & 63) & 1;
}

bool ignore_matches(const struct ignore *ignore, const struct packet *packet)
{
	return (ignore->classes >> packet->class & 1) || (ignore->any_port && port_matches(ignore, packet)) ||
	       (ignore->broadcast && is_broadcast(packet)) || (ignore->multicast && is_multicast(packet)) ||
	       netset_contains(&ignore->sources, packet->version, packet->source) ||
	       netset_contains(&ignore->destinations, packet->version, packet->destination);
}

const char *ignore_rule(const struct ignore *ignore, size_t i)
{
	return i < ignore->count ? ignore->rules[i] : NULL;
}
