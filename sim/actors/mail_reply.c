/* mail_reply.c - letters that a mail host writes itself in answer to others (RFC 3834): marked as
 * such, with the null reverse-path, so that nothing answers them, and no report wanted (3.3).
 * Never decides whether to answer. */
#include "sim/actors/mail_policy.h"

#include "sim/mail/compose.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"
#include "sim/proto/imap_decode.h"

/* A field of the letter that is answered, unfolded; empty: it has none. */
static void field_of(struct mail_host *m, struct message *letter, slice name, struct buf *out)
{
    struct header_field f;
    if (header_find(message_header(letter, &mail_stage(m)->scratch), name, &f)) {
        header_unfold(f.body, out);
    }
}

static void add_id(slice id, struct buf *out)
{
    buf_addz(out, " <");
    buf_add(out, id);
    buf_addz(out, ">\r\n");
}

/* RFC 5322 3.6.4: what it refers to, or what it answers, and the letter itself.  A stranger wrote
 * them, so only what is an id is repeated. */
static void add_thread(struct mail_host *m, struct message *letter, struct buf *out)
{
    struct buf id = { 0 }, before = { 0 };
    buf_add(&id, header_message_id(message_header(letter, &mail_stage(m)->scratch)));
    field_of(m, letter, SLICE("References"), &before);
    if (before.len == 0) {
        field_of(m, letter, SLICE("In-Reply-To"), &before);
    }
    if (header_id_is_plain(buf_slice(&id))) {
        buf_addz(out, "In-Reply-To:");
        add_id(buf_slice(&id), out);
        buf_addz(out, "References:");
        slice rest = buf_slice(&before);
        for (slice one = slice_word(&rest); one.len > 0; one = slice_word(&rest)) {
            slice inside = one.len > 2 ? slice_sub(one, 1, one.len - 2) : SLICE("");
            if (one.ptr[0] == '<' && slice_ends(one, SLICE(">")) && header_id_is_plain(inside)) {
                add_id(inside, out);
            }
        }
        add_id(buf_slice(&id), out);
    }
    buf_deinit(&id);
    buf_deinit(&before);
}

static struct message *write_letter(struct mail_host *m, const struct reply *r, slice id)
{
    struct buf subject = { 0 }, front = { 0 };
    if (r->subject.len > 0) {
        buf_add(&subject, r->subject);
    } else {
        struct buf original = { 0 };
        buf_addz(&subject, "Auto: "); /* RFC 3834 3.1.5 */
        field_of(m, r->letter, SLICE("Subject"), &original);
        imap_decode_field(buf_slice(&original), &subject); /* it is encoded anew */
        buf_deinit(&original);
    }
    const struct compose c = { .from = r->from,
                               .from_name = r->name,
                               .message_id = id,
                               .subject = buf_slice(&subject),
                               .text = r->text,
                               .to = &r->to,
                               .to_count = 1,
                               .now = actor_unix(&m->base) };
    struct message *plain = compose_message(&c);
    buf_addz(&front, "Auto-Submitted: auto-replied\r\n");
    add_thread(m, r->letter, &front);
    struct message *letter = message_with_front(plain, buf_slice(&front));
    message_unref(&plain);
    buf_deinit(&subject);
    buf_deinit(&front);
    return letter;
}

void reply_send(struct mail_host *m, const struct reply *r)
{
    struct stage *s = mail_stage(m);
    uint64_t cause = s->trace->cause;
    struct buf id = { 0 };
    fmt_u64(&id, ++s->next_message);
    buf_addz(&id, ".auto@");
    buf_add(&id, m->base.name);
    struct message *letter = write_letter(m, r, buf_slice(&id));
    struct entry *e = entry_new(m, SLICE(""));
    e->letter = trace_name(s->trace, buf_slice(&id));
    e->utf8 = !mime_is_ascii(r->to) || !mime_is_ascii(r->from); /* RFC 6531 3.4 */
    entry_add_rcpt(e, r->to);
    entry_ask_rcpt(e, SMTP_NOTIFY_NEVER, SLICE(""));
    e->message = letter;
    trace_written(m, e, r->from, r->to);
    queue_accept(m, e, letter);
    s->trace->cause = cause;
    buf_deinit(&id);
}

/* ---- whom nobody should answer automatically: RFC 3834 2 ---- */

static bool is_auto_submitted(slice body)
{
    slice rest = body;
    slice word = slice_cut(&rest, ';');
    slice first = slice_word(&word); /* a comment may follow */
    return !slice_eq_nocase(first, SLICE("no"));
}

static bool is_role(slice local)
{
    static const slice names[] = { SLICE_INIT("mailer-daemon"), SLICE_INIT("postmaster"),
                                   SLICE_INIT("listserv"), SLICE_INIT("majordomo") };
    static const slice ends[] = { SLICE_INIT("-request"), SLICE_INIT("-owner"),
                                  SLICE_INIT("-bounces") };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (slice_eq_nocase(local, names[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(ends); i++) {
        size_t len = ends[i].len;
        if (local.len > len && slice_eq_nocase(slice_from(local, local.len - len), ends[i])) {
            return true;
        }
    }
    return slice_starts_nocase(local, SLICE("owner-"));
}

static bool is_bulk(slice body)
{
    return slice_eq_nocase(body, SLICE("list")) || slice_eq_nocase(body, SLICE("bulk")) ||
           slice_eq_nocase(body, SLICE("junk"));
}

const char *reply_unwanted(struct mail_host *m, const struct entry *e)
{
    struct address from;
    slice rest = message_header(e->message, &mail_stage(m)->scratch);
    struct header_field f;
    if (e->from_len == 0) {
        return "its reverse-path is empty, so nobody could get an answer (RFC 3834 section 2)";
    }
    if (!address_parse(entry_from(e), &from) || is_role(from.local)) {
        return "its reverse-path belongs to a program (RFC 3834 section 2)";
    }
    while (header_next(&rest, &f)) {
        if (slice_eq_nocase(f.name, SLICE("Auto-Submitted")) && is_auto_submitted(f.body)) {
            return "a program has written it: Auto-Submitted (RFC 3834 section 2)";
        }
        if (slice_starts_nocase(f.name, SLICE("List-"))) {
            return "it came over a mailing list: List-* fields (RFC 3834 section 2)";
        }
        if (slice_eq_nocase(f.name, SLICE("Precedence")) && is_bulk(f.body)) {
            return "it went to many: Precedence (RFC 3834 section 2)";
        }
    }
    return NULL;
}
