/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to an rrdcached and its line protocol (rrdcached(1), PROTOCOL): requests are queued, answers come in their
 * order. One thread at a time.
 *
 * librrd's client speaks the same protocol and is not used: it waits for ever; when a connection breaks it may take what the
 * answer before left in its buffer for the next one, so that an update which nobody got looks taken; it gives a relative path
 * another meaning on a unix socket, and refuses an absolute one elsewhere; and it fetches as text, four times the bytes. */
#ifndef ARCHIVE_RRDCACHED_H
#define ARCHIVE_RRDCACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "common/fail.h"

#define RRDCACHED_ADDRESS_MAX 256
#define RRDCACHED_LINE 4096 /* of a request at most, newline and all: rrdcached cuts longer ones short in its journal */

struct rrdcached_address {
	bool is_unix;
	char host[RRDCACHED_ADDRESS_MAX]; /* or the path of the socket */
	char port[8];
};

/* Reads an address as rrdtool spells it: unix:/path, /path, host, host:port, [host], [host]:port; the port is 42217 unless it
 * says another. 0, or -EINVAL with *why. No name is looked up. */
int rrdcached_parse_address(const char *text, struct rrdcached_address *address, struct failure *why);

/* The address that the user gave, or else $RRDCACHED_ADDRESS, as in rrdtool; NULL for none, which "" says too. */
const char *rrdcached_choose_address(const char *given);

struct rrdcached;

/* Not connected yet. NULL with *why if the address can't be one, or without memory. */
struct rrdcached *rrdcached_new(const char *address, struct failure *why);
void rrdcached_free(struct rrdcached *cached);

/* As it was given; and whether it is a unix socket, that is, on this machine. */
const char *rrdcached_address(const struct rrdcached *cached);
bool rrdcached_is_unix(const struct rrdcached *cached);

/* Connects, unless it is connected and the other side has not hung up since. 0, or -errno with *why naming the address. */
int rrdcached_connect(struct rrdcached *cached, struct failure *why);

bool rrdcached_is_connected(const struct rrdcached *cached);

/* Which connection this is: another number after each one, never 0. What was handed over in an earlier one may be lost. */
unsigned rrdcached_session(const struct rrdcached *cached);

/* Closes; requests without an answer are forgotten. And connects anew, where the rest of an answer is hard to tell from the next. */
void rrdcached_disconnect(struct rrdcached *cached);
int rrdcached_renew(struct rrdcached *cached, struct failure *why);

/* Queues "COMMAND FILE ARGUMENTS" (arguments "" for none), the file in rrdcached's escapes. 0, or -errno with *why: -E2BIG if it
 * is longer than a line may be, -ENOTCONN. After any failure but -E2BIG the connection is closed, and so it is below. */
int rrdcached_ask(struct rrdcached *cached, const char *command, const char *file, const char *arguments, struct failure *why);

/* Waits for the next answer, at most half a minute: its status, which is 0 or the number of lines that follow and that the
 * caller reads. command and file are what was asked, for *why. Or -errno: where the connection still stands rrdcached refused,
 * with -ENOENT for a file that is not there, -EACCES for what it does not permit, -EEXIST, -EAGAIN for a file that somebody has
 * locked just now, or -EREMOTEIO for the rest. */
int rrdcached_answer(struct rrdcached *cached, const char *command, const char *file, struct failure *why);

/* The next answer, with lines that are of no interest read over: 0 or -errno as above. */
int rrdcached_answer_plain(struct rrdcached *cached, const char *command, const char *file, struct failure *why);

/* The next line of the answer, without its newline; borrowed until the next call. NULL with *why. */
const char *rrdcached_line(struct rrdcached *cached, struct failure *why);

/* The next bytes of the answer. */
int rrdcached_bytes(struct rrdcached *cached, void *to, size_t size, struct failure *why);

/* What was read is no answer to what was asked: closes the connection. Returns -EPROTO with *why. */
int rrdcached_is_strange(struct rrdcached *cached, const char *command, const char *line, struct failure *why);

#endif
