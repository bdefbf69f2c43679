/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/prometheus.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"

enum metric { PACKETS, UNCOUNTED, WATCHED, LISTENED, UNKNOWN, SOURCES, LAST_UPDATE, STEP, BUILD };

static const struct family {
	const char *name;
	bool is_counter; /* or else a gauge */
	const char *help;
} families[] = {
	[PACKETS] = { "fireplot_packets_total", true, "Packets that the firewall rejected, by series and class." },
	[UNCOUNTED] = { "fireplot_uncounted_packets_total", true,
	                "Packets that the firewall logged and that are in no series, by reason: lost, malformed, short, not_ip, ignored." },
	[WATCHED] = { "fireplot_watched_packets_total", true, "Packets to ports that are watched, over IPv4 and IPv6." },
	[LISTENED] = { "fireplot_listened_seconds_total", true, "Time that somebody listened in." },
	[UNKNOWN] = { "fireplot_unknown_seconds_total", true, "Time that nobody listened in, told when somebody does again." },
	[SOURCES] = { "fireplot_sources", false, "Distinct source addresses in the newest complete step, estimated." },
	[LAST_UPDATE] = { "fireplot_last_update_timestamp_seconds", false,
	                  "End of the newest complete step, up to which the counters count; 0 if there is none." },
	[STEP] = { "fireplot_step_seconds", false, "The shortest time that the archive tells apart." },
	[BUILD] = { "fireplot_build_info", false, "Always 1; the version of fireplot that wrote this." },
};
#define FAMILY_COUNT (sizeof(families) / sizeof(families[0]))

struct value {
	char labels[64]; /* besides the archive: ,series="tcp4",class="probe" */
	double value;
	double *counter; /* what it is a sample of, NULL if none of the counters */
};

#define SAMPLES (SERIES_COUNT * CLASS_COUNT + SLOT_REASONS + SCHEMA_DS)

static const char *const reason_label[SLOT_REASONS] = {
	[SLOT_LOST] = "lost",     [SLOT_MALFORMED] = "malformed", [SLOT_SHORT] = "short",
	[SLOT_NOT_IP] = "not_ip", [SLOT_IGNORED] = "ignored",
};

/* ---- the samples of a family ---- */

static unsigned list_packets(struct counters *counters, struct value *sample)
{
	unsigned n = 0;

	for (unsigned series = 0; series < SERIES_COUNT; series++)
		for (unsigned class = 0; class < CLASS_COUNT; class++) {
			if (schema_total_ds((enum series)series, (enum packet_class)class) < 0)
				continue;
			snprintf(sample[n].labels, sizeof(sample[n].labels), ",series=\"%s\",class=\"%s\"",
			         series_name((enum series)series), class_name((enum packet_class)class));
			sample[n++].counter = &counters->packets[series][class];
		}
	return n;
}

static unsigned list_uncounted(struct counters *counters, struct value *sample)
{
	for (unsigned i = 0; i < SLOT_REASONS; i++) {
		snprintf(sample[i].labels, sizeof(sample[i].labels), ",reason=\"%s\"", reason_label[i]);
		sample[i].counter = &counters->reasons[i];
	}
	return SLOT_REASONS;
}

/* "tcp3389" is the name of a watched port; another DS of watch.rrd is none of ours. */
static unsigned list_watched(const struct reader *reader, struct counters *counters, struct value *sample)
{
	unsigned n = 0;

	for (unsigned i = 0; i < reader_watch_count(reader) && i < SCHEMA_DS; i++) {
		const char *name = reader_watch_name(reader, i);

		if ((strncmp(name, "tcp", 3) != 0 && strncmp(name, "udp", 3) != 0) || strspn(name + 3, "0123456789") != strlen(name + 3))
			continue;
		snprintf(sample[n].labels, sizeof(sample[n].labels), ",protocol=\"%.3s\",port=\"%s\"", name, name + 3);
		sample[n++].counter = &counters->watched[i];
	}
	return n;
}

static unsigned list_one(struct value *sample, double value, double *counter)
{
	sample->value = value;
	sample->counter = counter;
	return 1;
}

/* Fills samples, SAMPLES at most, and returns how many there are. The counters are those of the export, or a copy to be set. */
static unsigned list_samples(const struct prometheus *export, struct counters *counters, enum metric metric, struct value *samples)
{
	memset(samples, 0, SAMPLES * sizeof(*samples));
	switch (metric) {
	case PACKETS:
		return list_packets(counters, samples);
	case UNCOUNTED:
		return list_uncounted(counters, samples);
	case WATCHED:
		return list_watched(export->reader, counters, samples);
	case LISTENED:
		return list_one(samples, 0, &counters->listened_s);
	case UNKNOWN:
		return list_one(samples, 0, &counters->unknown_s);
	case SOURCES:
		return list_one(samples, export->sources, NULL);
	case LAST_UPDATE:
		return list_one(samples, (double)(export->has_counters ? counters->until_s : export->complete_s), NULL);
	case STEP:
		return list_one(samples, reader_schema(export->reader)->step_s, NULL);
	case BUILD:
		snprintf(samples[0].labels, sizeof(samples[0].labels), ",version=\"%.32s\"", PACKAGE_VERSION);
		return list_one(samples, 1, NULL);
	}
	return 0;
}

/* ---- text ---- */

/* A label's value: backslash, quote and newline escaped, in UTF-8. */
static void write_label(const char *text, FILE *out)
{
	for (const char *at = text; *at;) {
		unsigned len = utf8_length(at);

		if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if (*at == '\n')
			fputs("\\n", out);
		else if (len == 0)
			fputs("\xef\xbf\xbd", out);
		else
			fwrite(at, 1, len, out);
		at += len ? len : 1;
	}
}

static void write_key(const char *archive, enum metric metric, const struct value *sample, FILE *out)
{
	fprintf(out, "%s{archive=\"", families[metric].name);
	write_label(archive, out);
	fprintf(out, "\"%s} ", sample->labels);
}

/* Seconds may have a part; what is counted in packets has none. */
static void write_value(double value, FILE *out)
{
	if (isnan(value))
		fputs("NaN\n", out);
	else if (value < 1e15 && value == floor(value))
		fprintf(out, "%.0f\n", value);
	else
		fprintf(out, "%.17g\n", value);
}

static void write_family(const struct prometheus *export, enum metric metric, FILE *out)
{
	struct counters counters = export->counters;
	struct value samples[SAMPLES];
	unsigned count = list_samples(export, &counters, metric, samples);

	if (count == 0)
		return;
	fprintf(out, "# HELP %s %s\n", families[metric].name, families[metric].help);
	fprintf(out, "# TYPE %s %s\n", families[metric].name, families[metric].is_counter ? "counter" : "gauge");
	for (unsigned i = 0; i < count; i++) {
		write_key(export->archive, metric, &samples[i], out);
		write_value(samples[i].counter ? *samples[i].counter : samples[i].value, out);
	}
}

void prometheus_write(const struct prometheus *export, FILE *out)
{
	fputs("# Written by fireplot export prometheus.\n", out);
	if (!export->has_counters)
		fputs("# No counters: they go on from the file that was written before, which -o FILE names.\n", out);
	for (unsigned metric = 0; metric < FAMILY_COUNT; metric++)
		if (export->has_counters || !families[metric].is_counter)
			write_family(export, (enum metric)metric, out);
}

/* ---- reading back ---- */

/* Finds the line of a sample and its value; false if there is none. -1 as the value if it is no number of ours. */
static bool find_value(const struct prometheus *export, const char *text, enum metric metric, const struct value *sample, double *value)
{
	char *key = NULL, *end;
	const char *at = text;
	size_t length = 0;
	FILE *out = open_memstream(&key, &length);

	if (!out)
		return false;
	write_key(export->archive, metric, sample, out);
	if (fclose(out))
		length = 0;
	while (at && length && strncmp(at, key, length) != 0)
		at = (at = strchr(at, '\n')) ? at + 1 : NULL;
	if (at && length) {
		*value = strtod(at + length, &end);
		if (end == at + length || *end != '\n' || !isfinite(*value) || *value < 0)
			*value = -1;
	}
	free(key);
	return at && length;
}

static int read_family(const struct prometheus *export, const char *text, enum metric metric, struct counters *counters,
                       struct failure *why)
{
	struct value samples[SAMPLES];
	unsigned count = list_samples(export, counters, metric, samples);

	for (unsigned i = 0; i < count; i++) {
		double value = 0;

		if (find_value(export, text, metric, &samples[i], &value) && value < 0)
			return fail(why, EINVAL, "%s%s has no number behind it", families[metric].name, samples[i].labels);
		*samples[i].counter = value;
	}
	return 0;
}

int prometheus_read(struct prometheus *export, const char *text, struct failure *why)
{
	struct counters counters = { 0 };
	struct value last_update = { "", 0, NULL };
	double until_s = 0;
	int err = 0;

	if (!find_value(export, text, LAST_UPDATE, &last_update, &until_s) || !(until_s >= 0 && until_s < 1e15))
		return fail(why, EINVAL, "is no export of the archive %s", export->archive);
	for (unsigned metric = 0; metric < FAMILY_COUNT && err == 0; metric++)
		if (families[metric].is_counter)
			err = read_family(export, text, (enum metric)metric, &counters, why);
	if (err)
		return err;
	counters.until_s = (int64_t)until_s;
	export->counters = counters;
	return 0;
}
