/* mail_submit.c - what a submission server asks of a letter and adds to it (RFC 6409), and a relay
 * never does (RFC 5321 3.6.3, 6.4).
 * A Bcc field is the business of who writes (RFC 5322 3.6.3): mail clients here write none.  One
 * that is there all the same is taken out, as the last chance to keep it from those who must not
 * see it.
 * Never knows where a letter goes. */
#include "sim/actors/mail_policy.h"

#include "sim/mail/date.h"
#include "sim/mail/header.h"

static bool is_own(const struct account *a, const struct address *from)
{
    return slice_eq_nocase(from->local, a->user) && slice_eq_nocase(from->domain, a->domain);
}

bool submit_may_send_as(const struct account *a, const struct address *from)
{
    return from->whole.len == 0 || !a || is_own(a, from);
}

/* Every address of the field is the user's. */
static bool all_own(const struct account *a, slice body)
{
    struct address from;
    while (address_list_next(&body, &from)) {
        if (!is_own(a, &from)) {
            return false;
        }
    }
    return true;
}

struct verdict submit_letter(const struct mail_host *m, const struct caller *c,
                             const struct header_survey *has)
{
    struct address from;
    slice body = has->from;
    if (!address_list_next(&body, &from)) { /* RFC 5322 3.6: From must be there; RFC 6409 6.3 */
        return (struct verdict){ 554, SLICE("5.6.0 The letter has no From field with an address") };
    }
    if (m->config->check_from && c->account &&
        (!all_own(c->account, has->from) || !all_own(c->account, has->sender))) {
        return (struct verdict){ 550, SLICE("5.7.1 From or Sender is not your address") };
    }
    return WELCOME;
}

void submit_fields(const struct mail_host *m, const struct caller *c, const struct entry *e,
                   const struct header_survey *has, struct buf *out)
{
    if (!has->has_date) { /* RFC 6409 8.2 */
        buf_addz(out, "Date: ");
        date_rfc5322(out, actor_unix(&m->base));
        buf_addz(out, "\r\n");
    }
    if (!has->has_message_id) { /* 8.3 */
        buf_addz(out, "Message-ID: <");
        fmt_u64(out, e->number);
        buf_addz(out, ".added@");
        buf_add(out, m->base.name);
        buf_addz(out, ">\r\n");
    }
    if (m->config->add_sender && c->account && has->sender.len == 0 &&
        !all_own(c->account, has->from)) { /* 8.1 */
        buf_addz(out, "Sender: ");
        buf_add(out, c->account->user);
        buf_byte(out, '@');
        buf_add(out, c->account->domain);
        buf_addz(out, "\r\n");
    }
}

static bool is_hidden(const struct header_field *f)
{
    return slice_eq_nocase(f->name, SLICE("Bcc")) || slice_eq_nocase(f->name, SLICE("Resent-Bcc"));
}

struct message *submit_without_bcc(struct mail_host *m, struct message *letter)
{
    slice header = message_header(letter, &mail_stage(m)->scratch), rest = header;
    struct message *out = message_new();
    struct header_field f;
    size_t kept = 0;
    while (header_next(&rest, &f)) {
        if (is_hidden(&f)) {
            size_t at = (size_t)(f.whole.ptr - header.ptr);
            message_add_part(out, letter, kept, at - kept);
            kept = at + f.whole.len;
        }
    }
    message_add_part(out, letter, kept, letter->size - kept);
    (void)message_header_size(out);
    return out;
}
