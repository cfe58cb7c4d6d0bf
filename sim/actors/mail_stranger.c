/* mail_stranger.c - letters that come in and that nobody in this world is known to have written: a
 * real program's, and one that was smuggled in as part of another.
 * Never decides whether they are welcome. */
#include "sim/actors/mail_host.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

#define FEW 4 /* recipients: most letters have no more */

static host_id who_calls(struct mail_host *m, const struct pump *p)
{
    host_id host;
    bool known = network_by_ip(mail_stage(m)->net, pump_peer_ip(p), &host);
    return known ? host : m->base.id;
}

void trace_stranger(struct mail_host *m, struct pump *p, const struct entry *e, uint64_t size,
                    slice subject)
{
    struct stage *s = mail_stage(m);
    if (stage_is_composed(s, e->letter)) {
        return;
    }
    slice few[FEW];
    slice *to = e->rcpt_count <= FEW ? few : mem_array(e->rcpt_count, sizeof *to);
    for (size_t i = 0; i < e->rcpt_count; i++) {
        to[i] = entry_rcpt(e, i);
    }
    buf_clear(&m->text);
    header_unfold(subject, &m->text); /* the subject may stand in what is written next */
    stage_composed(s, who_calls(m, p),
                   &(struct composed){ .flow = pump_flow(p),
                                       .letter = e->letter,
                                       .size = size,
                                       .from = entry_from(e),
                                       .subject = buf_slice(&m->text),
                                       .to = to,
                                       .to_count = e->rcpt_count });
    if (to != few) {
        mem_free(to);
    }
}
