/* mail_trouble.c - what an SMTP server says while fate has its host in trouble: a full disk, or a
 * refusal that the script chose.
 * Never knows how long it lasts. */
#include "sim/actors/mail_host.h"

#define DISK_FULL "4.3.1 The disk of this server is full" /* RFC 3463 3.4: X.3.1 */

static void refuse(struct mail_host *m, struct pump *p, slice recipient, uint16_t code, slice text)
{
    struct trace *t = mail_stage(m)->trace;
    (void)trace_put_text(t,
                         (struct trace_rec){ .at = mail_stage(m)->engine->now,
                                             .actor = m->base.id,
                                             .flow = pump_flow(p),
                                             .kind = TRACE_REFUSE,
                                             .a = code,
                                             .b = trace_name(t, recipient) },
                         text);
    pump_answer(p, (struct session_answer){ .code = code, .text = text });
}

static bool is_meant(const struct verb_temp_fail *f, slice recipient)
{
    bool all = f->to.count == 0;
    for (size_t i = 0; !all && i < f->to.count; i++) {
        all = slice_eq_nocase(f->to.items[i], recipient);
    }
    return all;
}

static const struct verb_temp_fail *failure(const struct mail_host *m, enum fail_at at,
                                            slice recipient)
{
    const struct trouble_reply *r = m->base.trouble->fails;
    while (r && !(r->what->at == (uint32_t)at && is_meant(r->what, recipient))) {
        r = r->next;
    }
    return r ? r->what : NULL;
}

bool mail_is_full(const struct mail_host *m)
{
    return m->base.trouble && m->base.trouble->disk_full;
}

slice mail_full_reply(void)
{
    return SLICE("452 " DISK_FULL);
}

/* RFC 5321 4.5.3.1.9 and 4.2.3: 452 where there is no room for a letter. */
bool mail_trouble(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    static const slice texts[] = { SLICE_INIT("4.3.0 Something is wrong here: try again later"),
                                   SLICE_INIT("5.3.0 Something is wrong here for good") };
    const struct {
        uint16_t kind;
        enum fail_at at;
    } rows[] = { { SMTP_EV_MAIL, FAIL_MAIL },
                 { SMTP_EV_RCPT, FAIL_RCPT },
                 { SMTP_EV_MESSAGE, FAIL_DATA } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].kind != ev->kind) {
            continue;
        }
        slice to =
            ev->kind == SMTP_EV_RCPT ? ((const struct smtp_rcpt *)ev->detail)->to.whole : SLICE("");
        const struct verb_temp_fail *f = failure(m, rows[i].at, to);
        if (f) {
            slice text = f->text.len > 0 ? f->text : texts[f->code >= 500];
            refuse(m, p, to, (uint16_t)f->code, text);
        } else if (mail_is_full(m) && rows[i].at != FAIL_RCPT) {
            refuse(m, p, to, 452, SLICE(DISK_FULL));
        } else {
            return false;
        }
        return true;
    }
    return false;
}
