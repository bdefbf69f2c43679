/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/layout.h"

#include <errno.h>
#include <inttypes.h>

#include "common/escape.h"
#include "common/units.h"

static int take_number(const char *value, uint32_t min, uint32_t max, uint32_t *number, struct failure *why)
{
	char quoted[ESCAPE_QUOTED];

	if (units_parse_number(value, min, max, number) && (*number & (*number - 1)) == 0)
		return 0;
	return fail(why, EINVAL, "expected a power of two from %" PRIu32 " to %" PRIu32 ", not %s", min, max,
	            escape_quote(value, quoted));
}

int layout_take(struct layout *layout, int code, const char *value, bool *is_taken, struct failure *why)
{
	*is_taken = true;
	switch (code) {
	case LAYOUT_PROFILE:
		layout->profile = value;
		return 0;
	case LAYOUT_STEP:
		layout->step = value;
		return 0;
	case LAYOUT_RETENTION:
		layout->retention = value;
		return 0;
	case LAYOUT_EXACT_PORTS:
		return take_number(value, 64, 65536, &layout->exact_ports, why);
	case LAYOUT_BINS_PER_OCTAVE:
		return take_number(value, 1, 64, &layout->bins_per_octave, why);
	default:
		*is_taken = false;
		return 0;
	}
}

int layout_schema(const struct layout *layout, struct schema *schema, struct failure *why)
{
	const char *profile = layout->profile ? layout->profile : "default";
	char quoted[ESCAPE_QUOTED];

	if (!schema_by_profile(profile, schema))
		return fail(why, EINVAL, "unknown profile %s, expected default or small", escape_quote(profile, quoted));
	if (layout->step && !units_parse_duration(layout->step, &schema->step_s))
		return fail(why, EINVAL, "step: expected a time as 10s or 1m, not %s", escape_quote(layout->step, quoted));
	if (layout->step && !layout->retention && schema->step_s != schema->level[0].row_s) {
		uint32_t span_s = schema->level[0].row_s * schema->level[0].rows;

		schema->level[0] = (struct schema_level){ schema->step_s, schema->step_s ? span_s / schema->step_s : 0 };
	}
	if (layout->exact_ports)
		schema->portbin.exact_ports = layout->exact_ports;
	if (layout->bins_per_octave)
		schema->portbin.per_octave = layout->bins_per_octave;
	if (layout->retention)
		return schema_parse_retention(layout->retention, schema, why);
	return schema_check(schema, why);
}
