/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/reading.h"

const char *reading_reason_text(enum reading_reason reason)
{
	switch (reason) {
	case READING_NO_TIME:
		return "no time stamp";
	case READING_NO_CLOCK:
		return "of 1 January 1970, when its clock was not set";
	case READING_NO_ADDRESS:
		return "no source or destination address";
	case READING_NO_PROTOCOL:
		return "no protocol";
	case READING_NO_PORT:
		return "no destination port or ICMP type";
	case READING_CUT:
		return "ends in the middle";
	case READING_SYNTAX:
		return "not as its format prescribes";
	case READING_MALFORMED:
		return "malformed packet";
	case READING_SHORT:
		return "too little of the packet was kept";
	case READING_NOT_IP:
		return "not IP";
	case READING_TOO_LONG:
		return "line too long";
	}
	return "unknown";
}
