/* smtp_ext.h - the extensions, one row each: what EHLO offers, what MAIL and RCPT may carry
 * (smtp_params.c), what a client learns from it.  For the SMTP sessions alone. */
#ifndef MAILFLOW_PROTO_SMTP_EXT_H
#define MAILFLOW_PROTO_SMTP_EXT_H

#include "sim/proto/smtp.h"

/* What a server has been heard to offer. */
struct smtp_offer {
    uint32_t extensions;
    uint32_t mechanisms; /* of AUTH, those that are known here: enum sasl_mechanism, bits */
    uint64_t size_max;   /* of SIZE; 0: not said */
};

/* The lines of the EHLO reply behind the first one, each with code and CRLF; `offers` is a part of
 * the configured extensions, `mechanisms` (sasl.h) those of AUTH. */
void smtp_ext_offer(const struct smtp_server_config *config, uint32_t offers, uint32_t mechanisms,
                    struct outq *out);
/* One line of an EHLO reply, without code. */
void smtp_ext_heard(slice line, struct smtp_offer *offer);

enum smtp_params { PARAMS_OK, PARAMS_UNKNOWN, PARAMS_BAD };
/* What follows the path in MAIL, and in RCPT; on: the extensions in force. */
enum smtp_params smtp_ext_params(slice rest, uint32_t on, struct smtp_mail *mail_r);
enum smtp_params smtp_ext_rcpt_params(slice rest, uint32_t on, struct smtp_rcpt *rcpt_r);
/* By how many octets these extensions lengthen the line of a command, known by its event (RFC 5321
 * 4.1.1.11), and the longest line of all, CRLF counted. */
size_t smtp_ext_growth(uint32_t on, uint16_t event);
size_t smtp_ext_line_max(uint32_t on);
/* What the client puts behind the path: only parameters of extensions in force. */
void smtp_ext_say(uint32_t on, struct smtp_mail *mail, struct outq *out);
void smtp_ext_say_rcpt(uint32_t on, struct smtp_rcpt *rcpt, struct outq *out);

#endif
