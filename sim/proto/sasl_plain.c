/* sasl_plain.c - PLAIN and LOGIN: the password itself.
 * Never knows whether it is right. */
#include "sim/proto/sasl_row.h"

/* ---- PLAIN ---- */

/* message = [authzid] NUL authcid NUL passwd, neither of the last two empty (RFC 4616 2). */
static enum sasl_step plain_step(struct sasl_server *s, slice raw)
{
    slice message = raw;
    slice authzid = slice_cut(&message, '\0');
    slice authcid = slice_cut(&message, '\0');
    if (authcid.len == 0 || message.len == 0 || slice_find_byte(message, '\0') != SLICE_NONE) {
        return SASL_UNREADABLE;
    }
    s->authzid = authzid;
    s->authcid = authcid;
    s->password = message;
    return SASL_PASSWORD;
}

/* One message, to a challenge that has nothing in it. */
static bool plain_answer(struct sasl_client *c, slice raw)
{
    if (c->at > 0 || raw.len > 0) {
        return false;
    }
    c->at = 1;
    buf_byte(&c->said, '\0');
    buf_add(&c->said, c->account.user);
    buf_byte(&c->said, '\0');
    buf_add(&c->said, c->account.password);
    return true;
}

const struct sasl_row sasl_row_plain = {
    .name = SLICE_INIT("PLAIN"),
    .bit = SASL_PLAIN,
    .client_begins = true,
    .server_step = plain_step,
    .client_answer = plain_answer,
    .client_done = 1,
};

/* ---- LOGIN ---- */

/* The draft's words end in a NUL; what everybody sends, and some clients look for, does not. */
static enum sasl_step login_begin(struct sasl_server *s)
{
    s->challenge = SLICE("Username:");
    return SASL_CHALLENGE;
}

/* The name may also come with the command, as clients do that know no better of it. */
static enum sasl_step login_step(struct sasl_server *s, slice raw)
{
    if (raw.len == 0 || slice_find_byte(raw, '\0') != SLICE_NONE) {
        return SASL_UNREADABLE;
    }
    if (s->at++ == 0) {
        buf_add(&s->names, raw);
        s->challenge = SLICE("Password:");
        return SASL_CHALLENGE;
    }
    s->authcid = buf_slice(&s->names);
    s->password = raw;
    return SASL_PASSWORD;
}

/* Servers differ in the words, and a client is not to read them: first the name, then the
 * password. */
static bool login_answer(struct sasl_client *c, slice raw)
{
    (void)raw;
    if (c->at >= 2) {
        return false;
    }
    buf_add(&c->said, c->at++ == 0 ? c->account.user : c->account.password);
    return true;
}

const struct sasl_row sasl_row_login = {
    .name = SLICE_INIT("LOGIN"),
    .bit = SASL_LOGIN,
    .server_begin = login_begin,
    .server_step = login_step,
    .client_answer = login_answer,
    .client_done = 2,
};
