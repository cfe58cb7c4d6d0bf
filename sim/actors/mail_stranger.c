/* mail_stranger.c - letters that come in and that nobody in this world is known to have written: a
 * real program's, and one that was smuggled in as part of another.
 * Never decides whether they are welcome. */
#include "sim/actors/mail_host.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

static host_id who_calls(struct mail_host *m, const struct pump *p)
{
    host_id host;
    bool known = network_by_ip(mail_stage(m)->net, pump_peer_ip(p), &host);
    return known ? host : m->base.id;
}

void trace_stranger(struct mail_host *m, struct pump *p, const struct entry *e,
                    const struct message *message)
{
    struct stage *s = mail_stage(m);
    if (stage_is_composed(s, e->letter)) {
        return;
    }
    struct buf header = { 0 }, subject = { 0 };
    struct header_field f;
    slice *to = mem_array(e->rcpt_count, sizeof *to);
    for (size_t i = 0; i < e->rcpt_count; i++) {
        to[i] = entry_rcpt(e, i);
    }
    if (header_find(message_header(message, &header), SLICE("Subject"), &f)) {
        header_unfold(f.body, &subject);
    }
    stage_composed(s, who_calls(m, p),
                   &(struct composed){ .flow = pump_flow(p),
                                       .letter = e->letter,
                                       .size = message->size,
                                       .from = entry_from(e),
                                       .subject = buf_slice(&subject),
                                       .to = to,
                                       .to_count = e->rcpt_count });
    mem_free(to);
    buf_deinit(&subject);
    buf_deinit(&header);
}
