/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service manager's protocol of sd_notify(3): one datagram to $NOTIFY_SOCKET. All calls do nothing without one. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

/* Opens the socket while its path is still reachable and reads $WATCHDOG_USEC if it is meant for this process. */
void notify_open(void);

/* "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=...", "STATUS=...", "WATCHDOG=1". */
void notify_send(const char *state);

/* How often WATCHDOG=1 is to be sent, in milliseconds (half of what was asked), 0 for never. */
unsigned notify_watchdog_ms(void);

#endif
