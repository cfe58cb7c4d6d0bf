/* smtp_text.c - a letter on its way in: behind DATA up to the dot, or in chunks (RFC 3030).
 * Never decides whether it is welcome; only size and line ends are looked at.
 * A refused letter is read over to its true end, the CRLF.CRLF or the last octet that was
 * announced, so that nothing of it is ever taken for a command.
 * A text line of more than 1000 octets is accepted (RFC 5321 4.5.3.1 asks for no limit without
 * need); so is 8-bit text without BODY=8BITMIME. */
#include "sim/proto/smtp_server.h"

/* One reply, and whether the transaction goes with it. */
struct smtp_refusal {
    slice reply;
    bool ends;
};

/* clang-format off */
#define LINE(text) SLICE_INIT(text "\r\n")
static const struct smtp_refusal
    too_big = { LINE("552 5.3.4 too big for this server"), true }, /* RFC 5321 4.5.3.1.9 */
    bare = { LINE("554 5.6.0 a bare CR or LF is in the text"), true },
    no_tls = { LINE("530 5.7.0 Must issue a STARTTLS command first"), false },
    no_hello = { LINE("503 5.5.1 HELO or EHLO first"), false },
    not_offered = { LINE("503 5.5.1 EHLO did not offer BDAT"), false },
    no_mail = { LINE("503 5.5.1 MAIL and RCPT first"), false },
    no_rcpt = { LINE("554 5.5.1 no valid recipients"), false }; /* RFC 5321 3.3 */
/* clang-format on */

static void text_begin(struct smtp_server *s)
{
    s->message = message_new();
    s->dots = (struct dot_reader){ 0 };
}

/* What is wrong with what has been read so far; NULL: nothing. */
static const struct smtp_refusal *fault(const struct smtp_server *s, bool at_end)
{
    if (s->config->size_max > 0 && s->dots.size > s->config->size_max) {
        return &too_big;
    }
    bool is_bare = s->dots.bare || (at_end && dot_ends_in_cr(&s->dots));
    return is_bare && s->config->bare == SMTP_BARE_REFUSE ? &bare : NULL;
}

enum smtp_outcome smtp_run_data(struct smtp_server *s, struct session_io io, slice argument,
                                struct session_event *ev_r)
{
    (void)argument;
    if (s->rcpt_count == 0) {
        return smtp_refuse(s, io, no_rcpt.reply, ev_r);
    }
    text_begin(s);
    return OUTCOME_YES;
}

static bool text_ends(struct smtp_server *s, struct session_io io, const struct smtp_refusal *why,
                      enum smtp_outcome *outcome_r, struct session_event *ev_r)
{
    s->line = (slice){ 0 };
    if (why) {
        *outcome_r = smtp_refuse(s, io, why->reply, ev_r);
        if (s->state != S_GONE) {
            smtp_server_enter(s, why->ends ? S_READY : s->back);
        }
        return true;
    }
    ev_r->message = s->message;
    ev_r->number = s->dots.size;
    *outcome_r = OUTCOME_ASK;
    return true;
}

static bool read_dots(struct smtp_server *s, struct session_io io, enum smtp_outcome *outcome_r,
                      struct session_event *ev_r)
{
    bool loose = s->config->bare == SMTP_BARE_END;
    bool ended = (loose ? dot_read_loose : dot_read)(&s->dots, &s->lines, s->message);
    if (s->message && fault(s, false) == &too_big) {
        message_unref(&s->message); /* read to its end, but no longer kept */
    }
    return ended && text_ends(s, io, fault(s, false), outcome_r, ev_r);
}

/* ---- BDAT ---- */

/* Known before its octets have come, and said behind them. */
static const struct smtp_refusal *unwelcome(const struct smtp_server *s, struct session_io io,
                                            uint64_t octets)
{
    uint64_t limit = s->config->size_max;
    if (s->config->tls_required && !io.tls) {
        return &no_tls;
    }
    if (s->state == S_NEW) {
        return &no_hello;
    }
    if (!(smtp_server_on(s) & SMTP_CHUNKING)) {
        return &not_offered;
    }
    if (!(s->state & S_OPEN)) {
        return &no_mail;
    }
    if (s->rcpt_count == 0) {
        return &no_rcpt;
    }
    uint64_t had = s->state == S_MORE ? s->dots.size : 0;
    return limit > 0 && octets > limit - had ? &too_big : NULL;
}

enum smtp_outcome smtp_run_bdat(struct smtp_server *s, struct session_io io, slice argument,
                                struct session_event *ev_r)
{
    uint64_t octets;
    if (!(s->config->extensions & SMTP_CHUNKING)) { /* then nobody knows what it means */
        return SMTP_REFUSE("502 5.5.1 BDAT is not offered");
    }
    bool sized = slice_to_u64(slice_word(&argument), &octets);
    slice last = slice_word(&argument);
    bool known = last.len == 0 || slice_eq_nocase(last, SLICE("LAST"));
    if (!sized || !known || slice_trim(argument).len > 0) {
        return SMTP_REFUSE("501 5.5.4 BDAT octets [LAST], please");
    }
    s->chunk_left = octets;
    s->chunk_last = last.len > 0;
    s->refused = unwelcome(s, io, octets);
    s->back = s->state;
    if (!s->refused && !s->message) {
        text_begin(s);
    }
    return OUTCOME_CHUNK;
}

static bool read_chunk(struct smtp_server *s, struct session_io io, enum smtp_outcome *outcome_r,
                       struct session_event *ev_r)
{
    struct chunk c;
    size_t max = s->chunk_left < SIZE_MAX ? (size_t)s->chunk_left : SIZE_MAX;
    if (line_take_raw(&s->lines, max, &c)) {
        s->chunk_left -= c.bytes.len;
        if (!s->refused) {
            bool loose = s->config->bare == SMTP_BARE_END;
            (loose ? dot_take_loose : dot_take)(&s->dots, c, s->message);
        }
    }
    if (s->chunk_left > 0) {
        return false;
    }
    const struct smtp_refusal *why = s->refused ? s->refused : fault(s, s->chunk_last);
    if (why || s->chunk_last) {
        return text_ends(s, io, why, outcome_r, ev_r);
    }
    smtp_server_say(s, io, SLICE("250 2.0.0 chunk taken\r\n"));
    smtp_server_enter(s, S_MORE);
    return false;
}

bool smtp_text_read(struct smtp_server *s, struct session_io io, enum smtp_outcome *outcome_r,
                    struct session_event *ev_r)
{
    s->since = line_has_input(&s->lines) ? io.now : s->since;
    if (s->state == S_CHUNK) {
        return read_chunk(s, io, outcome_r, ev_r);
    }
    return line_has_input(&s->lines) && read_dots(s, io, outcome_r, ev_r);
}
