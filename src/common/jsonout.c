/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/jsonout.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>

#include "common/utf8.h"

void jsonout_init(struct jsonout *json, FILE *out)
{
	*json = (struct jsonout){ .out = out };
}

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *at = text; *at;) {
		unsigned len = utf8_length(at);

		if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if ((unsigned char)*at < 0x20 || *at == 0x7f)
			fprintf(out, "\\u%04x", (unsigned)*at);
		else if (len == 0)
			fputs("\\ufffd", out);
		else
			fwrite(at, 1, len, out);
		at += len ? len : 1;
	}
	fputc('"', out);
}

/* All that stands before a value: comma, new line, key. */
static void begin_value(struct jsonout *json, const char *key)
{
	bool flat = json->depth == 0 || json->flat[json->depth];

	if (json->depth > 0 && json->filled[json->depth])
		fputs(flat ? ", " : ",", json->out);
	json->filled[json->depth] = true;
	if (!flat)
		fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
	if (key) {
		put_string(json->out, key);
		fputs(": ", json->out);
	}
}

void jsonout_open(struct jsonout *json, const char *key, char bracket, bool flat)
{
	bool within_flat = json->flat[json->depth];

	begin_value(json, key);
	fputc(bracket, json->out);
	if (json->depth + 1 < JSON_DEPTH)
		json->depth++;
	json->filled[json->depth] = false;
	json->flat[json->depth] = flat || within_flat;
}

void jsonout_close(struct jsonout *json, char bracket)
{
	bool filled = json->filled[json->depth], flat = json->flat[json->depth];

	if (json->depth > 0)
		json->depth--;
	if (filled && !flat)
		fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
	fputc(bracket, json->out);
	if (json->depth == 0)
		fputc('\n', json->out);
}

void jsonout_string(struct jsonout *json, const char *key, const char *text)
{
	begin_value(json, key);
	if (text)
		put_string(json->out, text);
	else
		fputs("null", json->out);
}

void jsonout_integer(struct jsonout *json, const char *key, int64_t number)
{
	begin_value(json, key);
	fprintf(json->out, "%" PRId64, number);
}

/* The shortest of up to 17 digits that reads back the same, with a point in every locale. */
void jsonout_number(struct jsonout *json, const char *key, double number)
{
	char text[40];
	double back;

	begin_value(json, key);
	if (!isfinite(number)) {
		fputs("null", json->out);
		return;
	}
	if (fabs(number) < 1e15 && number == floor(number)) {
		fprintf(json->out, "%.0f", number);
		return;
	}
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (sscanf(text, "%lf", &back) == 1 && !(back < number) && !(back > number))
			break;
	}
	for (char *at = text; *at; at++)
		if (*at == ',')
			*at = '.';
	fputs(text, json->out);
}

void jsonout_bool(struct jsonout *json, const char *key, bool value)
{
	begin_value(json, key);
	fputs(value ? "true" : "false", json->out);
}
