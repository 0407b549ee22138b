#include "format/entry.h"

BKS_API extern const struct format_entry backstay_formats;
const struct format_entry backstay_formats = {BKS_VERSION, format_guess_folder, format_verify,
	format_glance, format_glance_folder, format_ready};
