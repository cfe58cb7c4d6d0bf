/* pcapng.h - a trace as a capture file that Wireshark and its like open. */
#ifndef MAILFLOW_EXPORT_PCAPNG_H
#define MAILFLOW_EXPORT_PCAPNG_H

#include "sim/export/table.h"

/* Needs the level BYTES.  false: err_r says why. */
bool export_pcapng(const struct trace *t, const struct export_options *options,
                   struct export_out *out, struct err *err_r);

#endif
