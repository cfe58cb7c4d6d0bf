/* written.c - a letter made of what a scenario says of it.
 * Never knows who sends it, or where it lies. */
#include "sim/actors/written.h"

#include "sim/actors/actor.h"
#include "sim/base/mem.h"
#include "sim/mail/date.h"
#include "sim/mail/mime.h"

/* The part behind the last slash. */
static slice last_part(slice path)
{
    slice part = { 0 };
    while (path.ptr) {
        part = slice_cut(&path, '/');
    }
    return part;
}

struct compose_file letter_file(const struct letter_attachment *a)
{
    bool file = a->file.path.len > 0;
    slice name = file ? last_part(a->file.path) : SLICE("attachment.txt");
    return (struct compose_file){ .name = a->name.len > 0 ? a->name : name,
                                  .bytes = file ? a->file.bytes : a->text,
                                  .words = !file };
}

struct message *letter_write(struct compose *c, const struct letter_words *words,
                             const struct rng *rng)
{
    if (words->eml.path.len > 0) {
        return compose_as_it_is(words->eml.bytes);
    }
    size_t count = words->attachments.count;
    const struct letter_attachment *attachments = words->attachments.items;
    struct compose_file *files = count > 0 ? mem_array(count, sizeof *files) : NULL;
    for (size_t i = 0; i < count; i++) {
        files[i] = letter_file(&attachments[i]);
    }
    c->subject = words->subject;
    c->text = words->text;
    c->html = words->html;
    if (files) {
        c->files = files;
        c->file_count = count;
    }
    if (c->file_count > 0 || c->html.len > 0) {
        struct rng own = rng_fork(rng, c->message_id);
        c->random = rng_u64(&own);
    }
    struct message *m = compose_message(c);
    if (files) {
        c->files = NULL;
        mem_free(files);
    }
    return m;
}

bool letter_needs_utf8(slice from, const slice *to, size_t to_count)
{
    bool ascii = mime_is_ascii(from);
    for (size_t i = 0; i < to_count; i++) {
        ascii = ascii && mime_is_ascii(to[i]);
    }
    return !ascii;
}

/* An address literal stands in front of its own TCP-info (RFC 5321 4.4, Extended-Domain): programs
 * and browsers say no name. */
void received_by_http(struct buf *out, const struct network *net, slice host, const struct pump *p,
                      uint64_t id, int64_t unix_now)
{
    const struct session_tls *tls = pump_tls(p);
    struct buf ip = { 0 };
    fmt_ip_literal(&ip, network_ip6(net), pump_peer_ip(p));
    buf_addz(out, "Received: from ");
    buf_add(out, buf_slice(&ip));
    buf_addz(out, " (");
    buf_add(out, buf_slice(&ip));
    buf_addz(out, ")\r\n\tby ");
    buf_add(out, host);
    buf_addz(out, tls && tls->version.len > 0 ? " with HTTPS id " : " with HTTP id ");
    fmt_u64_padded(out, id, 6, '0');
    buf_addz(out, ";\r\n\t");
    date_rfc5322(out, unix_now);
    buf_addz(out, "\r\n");
    buf_deinit(&ip);
}
