/* sasl_row.h - what a mechanism is to sasl.c: a row of its own file; nobody else looks here. */
#ifndef MAILFLOW_PROTO_SASL_ROW_H
#define MAILFLOW_PROTO_SASL_ROW_H

#include "sim/proto/sasl.h"

struct sasl_row {
    slice name;
    enum sasl_mechanism bit;
    bool client_begins;   /* there is an initial response (RFC 4422 5) */
    bool challenge_first; /* an initial response has no meaning; LOGIN takes its name there */
    bool needs_nonce;
    /* raw: the response, decoded, lies in s->raw; its answer is s->challenge. */
    enum sasl_step (*server_begin)(struct sasl_server *s); /* where the client does not */
    enum sasl_step (*server_step)(struct sasl_server *s, slice raw);
    enum sasl_step (*server_secret)(struct sasl_server *s, const struct sasl_secret *secret);
    /* raw: the challenge, decoded; the response is added to c->said. */
    bool (*client_answer)(struct sasl_client *c, slice raw);
    uint8_t client_done; /* c->at when all was said and shown */
};
extern const struct sasl_row sasl_row_plain, sasl_row_login; /* sasl_plain.c */
extern const struct sasl_row sasl_row_cram_md5, sasl_row_scram_sha_256;

#endif
