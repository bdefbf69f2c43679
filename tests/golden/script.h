/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened in the window of a case, as its words tell; moments are shares of the window from 0 to 1. */
#ifndef TESTS_GOLDEN_SCRIPT_H
#define TESTS_GOLDEN_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "case.h"

#define EVENTS 200000
#define PIECES 8

struct event {
	double when;
	unsigned series;
	unsigned port;
	double count;
};

struct span {
	double from;
	double to;
	double known;
};

struct sampled {
	double from;
	double to;
	double left_out;
};

struct piece {
	unsigned row_s;
	double from;
	double to;
};

struct script {
	int64_t start_s;
	int64_t end_s;
	unsigned events;
	struct event event[EVENTS];
	unsigned pieces;
	struct piece piece[PIECES];
	unsigned gaps;
	struct span gap[16];
	unsigned losses;
	struct event loss[16];
	unsigned samples;
	struct sampled sample[16];
	bool is_exact;
	unsigned full_seed; /* 0: not full */
	double now;
	uint32_t random;
	bool has_days;
	struct axis_view view;
};

/* Ends the program with a message. */
void die(const char *what, const char *word) __attribute__((noreturn));

/* 2026-11-24T12:00:00 in local time. */
int64_t parse_time(const char *word);

/* A word behind the size of a case (see case.h): what happened goes to the script, whose window and pieces are known, how it looks to
 * golden. Ends the program with a message if it is wrong. */
void take_word(struct script *script, struct golden *golden, const char *word);

#endif
