/* wiretap.h - what somebody sees who listens on a link, as a transcript.
 *
 *   0:00:01.160 ->  #3 EHLO alice-laptop
 *   0:00:01.240 ->  #3 [TLS, 517 octets] ClientHello for mail.example.org
 *   0:00:01.320 ->  #3 [TLS, 42 octets] encrypted: 1f 0c 9a 77 ...
 *   0:00:01.320 ~>  #3 AUTH PLAIN AGFsaWNl...
 *
 * The last line only for who has the keys (options->secrets).  Everything is made harmless by
 * safe.h. */
#ifndef MAILFLOW_EXPORT_WIRETAP_H
#define MAILFLOW_EXPORT_WIRETAP_H

#include "sim/export/table.h"

bool export_wiretap(const struct trace *t, const struct export_options *options,
                    struct export_out *out, struct err *err_r);

#endif
