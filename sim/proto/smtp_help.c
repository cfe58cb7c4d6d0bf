/* smtp_help.c - HELP (RFC 5321 4.1.1.8): what the rows of the commands say of themselves.
 * Never says of a host what EHLO would not. */
#include "sim/proto/smtp_server.h"

static bool is_here(const struct smtp_server *s, struct session_io io, const struct smtp_verb *v)
{
    uint32_t offers = smtp_server_offers(s, io);
    return v->help.len > 0 && (v->needs & ~offers) == 0;
}

static void list_commands(const struct smtp_server *s, struct session_io io, struct buf *text)
{
    const struct smtp_verb *v;
    size_t at = 0;
    buf_addz(text, "2.0.0 Commands of RFC 5321:");
    while ((v = smtp_verb_each(&at))) {
        if (is_here(s, io, v)) {
            buf_byte(text, ' ');
            buf_add(text, v->name);
        }
    }
    buf_addz(text, "\nHELP command tells more");
}

enum smtp_outcome smtp_run_help(struct smtp_server *s, struct session_io io, slice argument,
                                struct session_event *ev_r)
{
    const struct smtp_verb *v = argument.len > 0 ? smtp_verb_find(argument) : NULL;
    if (argument.len > 0 && !(v && is_here(s, io, v))) {
        return SMTP_REFUSE("504 5.5.4 there is no help on that");
    }
    struct buf text = { 0 };
    if (v) {
        buf_addz(&text, "2.0.0 ");
        buf_add(&text, v->help);
    } else {
        list_commands(s, io, &text);
    }
    bool enhanced = smtp_server_enhanced(s);
    smtp_say_text(io.out, enhanced, 214, buf_slice(&text));
    buf_deinit(&text);
    return OUTCOME_YES;
}
